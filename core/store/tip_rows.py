"""Tips that people sent, made public or set aside; the rules they keep to; answers counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.store.rows import Rows, add_to_count, upsert
from core.store.tables import outbox, tip_answers, tip_rules, tips

KIND: Final = "tip"
_STILL: Final = ("queued", "leaving", "to_copy", "delivered")


class TipRows(Rows):
    """preventietips. States: sent, withdrawn, dismissed."""

    def add(self, pilot_id: int, *, by: str, due_at: datetime | None = None, **values: Any) -> int:
        return self.insert(
            tips,
            pilot_id=pilot_id,
            by=by,
            at=self.now,
            due_at=due_at or self.now,
            changed_at=self.now,
            **values,
        )

    def get(self, tip_id: int) -> Any | None:
        return self.connection.execute(sa.select(tips).where(tips.c.id == tip_id)).first()

    def change(self, tip_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(tips).where(tips.c.id == tip_id).values(changed_at=self.now, **values)
        )

    def sent_since(self, group_ids: Sequence[int], since: datetime) -> dict[int, int]:
        """How many tips each group was, or is about to be, sent since a moment."""
        query = (
            sa.select(outbox.c.group_id, sa.func.count().label("n"))
            .where(outbox.c.group_id.in_(group_ids), outbox.c.kind == KIND)
            .where(outbox.c.state.in_(_STILL), outbox.c.at > since)
            .group_by(outbox.c.group_id)
        )
        return {row.group_id: row.n for row in self.connection.execute(query)}

    def texts_of(self, tip_id: int) -> list[int]:
        """The outbox rows of a tip, one a group."""
        keys = outbox.c.idempotency_key.startswith(f"{KIND}:{tip_id}:", autoescape=True)
        return list(self.connection.execute(sa.select(outbox.c.id).where(keys)).scalars())

    def answered(self, group_id: int, reference: str) -> int | None:
        """The tip that a text in a group was, by what its network called it."""
        query = sa.select(outbox.c.idempotency_key).where(
            outbox.c.group_id == group_id,
            outbox.c.kind == KIND,
            outbox.c.reference == reference,
        )
        key = self.connection.execute(query).scalar()
        return int(key.split(":")[1]) if key else None

    def count_answer(self, tip_id: int, group_id: int) -> None:
        add_to_count(self.connection, tip_answers, {"tip_id": tip_id, "group_id": group_id}, 1)

    def rules(self, pilot_id: int) -> Any | None:
        query = sa.select(tip_rules).where(tip_rules.c.pilot_id == pilot_id)
        return self.connection.execute(query).first()

    def set_rules(self, pilot_id: int, **values: int) -> None:
        upsert(self.connection, tip_rules, {"pilot_id": pilot_id}, **values)
