"""Routing rules of a pilot, in the order in which they are asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any, Final

import sqlalchemy as sa

from core.domain import RoutingRule, Urgency
from core.store.rows import Rows
from core.store.tables import routing_rules

_RULES: Final = (
    sa.select(routing_rules)
    .where(routing_rules.c.pilot_id == sa.bindparam("pilot_id"))
    .order_by(routing_rules.c.place, routing_rules.c.id)
)


class RoutingRows(Rows):
    """toewijzingsregels; read once in a unit of work, for every message asks them."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__(connection, now)
        self._known: dict[int, tuple[RoutingRule, ...]] = {}

    def rules(self, pilot_id: int) -> list[RoutingRule]:
        if pilot_id not in self._known:
            rows = self.connection.execute(_RULES, {"pilot_id": pilot_id})
            self._known[pilot_id] = tuple(map(_rule_of, rows))
        return list(self._known[pilot_id])

    def get(self, rule_id: int) -> RoutingRule | None:
        query = sa.select(routing_rules).where(routing_rules.c.id == rule_id)
        row = self.connection.execute(query).first()
        return None if row is None else _rule_of(row)

    def add(self, pilot_id: int, rule: RoutingRule, by: str) -> int:
        last = sa.select(sa.func.max(routing_rules.c.place)).where(
            routing_rules.c.pilot_id == pilot_id
        )
        self._known.clear()
        place = (self.connection.execute(last).scalar() or 0) + 1
        values = _values(rule) | {"pilot_id": pilot_id, "place": place}
        return self.insert(routing_rules, **values, by=by, at=self.now)

    def change(self, rule: RoutingRule, by: str) -> None:
        self._update(rule.id, **_values(rule), by=by, at=self.now)

    def remove(self, rule_id: int) -> None:
        self._known.clear()
        self.connection.execute(sa.delete(routing_rules).where(routing_rules.c.id == rule_id))

    def move(self, rule_id: int, by: int) -> None:
        """Moves a rule among those of its pilot; beyond the ends it stays at the end."""
        query = sa.select(routing_rules.c.pilot_id).where(routing_rules.c.id == rule_id)
        pilot_id = self.connection.execute(query).scalar_one()
        order = [rule.id for rule in self.rules(pilot_id)]
        to = min(max(order.index(rule_id) + by, 0), len(order) - 1)
        order.remove(rule_id)
        order.insert(to, rule_id)
        for place, one in enumerate(order, 1):
            self._update(one, place=place)

    def _update(self, rule_id: int, **values: Any) -> None:
        self._known.clear()
        self.connection.execute(
            sa.update(routing_rules).where(routing_rules.c.id == rule_id).values(**values)
        )


def _values(rule: RoutingRule) -> dict[str, Any]:
    conditions = {
        "topics": list(rule.topics),
        "area_ids": list(rule.area_ids),
        "urgency": rule.urgency.value if rule.urgency else None,
        "weekdays": list(rule.weekdays),
        "from_time": rule.from_time.isoformat("minutes") if rule.from_time else None,
        "until_time": rule.until_time.isoformat("minutes") if rule.until_time else None,
        "words": list(rule.words),
    }
    own = {"name": rule.name.strip(), "target": rule.target, "enabled": rule.enabled}
    return own | {"conditions": conditions}


def _rule_of(row: Any) -> RoutingRule:
    when = dict(row.conditions)
    bare = RoutingRule(id=row.id, name=row.name, target=row.target, enabled=row.enabled)
    return replace(
        bare,
        topics=tuple(when["topics"]),
        area_ids=tuple(when["area_ids"]),
        urgency=Urgency(when["urgency"]) if when["urgency"] else None,
        weekdays=tuple(when["weekdays"]),
        from_time=time.fromisoformat(when["from_time"]) if when["from_time"] else None,
        until_time=time.fromisoformat(when["until_time"]) if when["until_time"] else None,
        words=tuple(when["words"]),
    )
