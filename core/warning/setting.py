"""What people set: which events to expect, how many false alarms to bear, when to warn."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.domain import User
from core.errors import BadInput
from core.permissions import Action, require
from core.store.alert_queries import WatchSettings, settings_json, watch_of
from core.store.unit import Unit

_LONGEST_NAME: Final = 200
_LONGEST: Final = timedelta(days=400)
FACTORS: Final = (1.1, 1000.0)
RATES: Final = (0.02, 20.0)
NEAR_M: Final = (50, 1000)
NEAR_DAYS: Final = (1, 60)
SPREADING_DAYS: Final = (1, 14)
"""No longer than the mark of a plate is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What a form says about an event to be expected."""

    name: str
    starts_at: datetime
    ends_at: datetime
    topics: tuple[str, ...] = ()
    area_ids: tuple[int, ...] = ()
    factor: float = 5.0


def announce(new: NewEvent, pilot_id: int, user: User, unit: Unit, topics: Collection[str]) -> int:
    """Adds an event to be expected; gives its id. Raises NotAllowed, BadInput."""
    require(user, Action.ANNOUNCE)
    name = new.name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    if not timedelta(0) < new.ends_at - new.starts_at <= _LONGEST:
        raise BadInput(field="period", why="0-400 d")
    if not _is_between(new.factor, FACTORS):
        raise BadInput(field="factor", why=str(new.factor))
    known = {area.id for area in unit.pilots.areas(pilot_id)}
    if not set(new.topics) <= set(topics) or not set(new.area_ids) <= known:
        raise BadInput(field="area", why="")
    event_id = unit.alerts.announce(
        pilot_id,
        user.login,
        name=name,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        topics=list(new.topics),
        area_ids=list(new.area_ids),
        factor=float(new.factor),
    )
    unit.audit.add(user.login, "event_announced", "event", event_id, {"factor": new.factor})
    return event_id


def withdraw(event_id: int, user: User, unit: Unit) -> None:
    """Takes an announcement back. Raises NotAllowed, NotFound."""
    require(user, Action.ANNOUNCE)
    unit.alerts.withdraw_event(event_id)
    unit.audit.add(user.login, "event_withdrawn", "event", event_id)


def set_watch(pilot_id: int, settings: WatchSettings, user: User, unit: Unit) -> None:
    """How a pilot is watched from the next look on. Raises NotAllowed, BadInput."""
    require(user, Action.ADMINISTER)
    for name, value, limits in (
        ("false_alarms", settings.false_alarms_per_week, RATES),
        ("near_m", settings.near_m, NEAR_M),
        ("near_days", settings.near_days, NEAR_DAYS),
        ("spreading_days", settings.spreading_days, SPREADING_DAYS),
    ):
        if not _is_between(value, limits):
            raise BadInput(field=name, why=f"{limits[0]}-{limits[1]}")
    before = watch_of(unit.connection, pilot_id).settings
    unit.alerts.set_settings(pilot_id, settings)
    detail = {"before": settings_json(before), "after": settings_json(settings)}
    unit.audit.add(user.login, "watch_set", "pilot", pilot_id, detail)


def _is_between(value: float, limits: tuple[float, float]) -> bool:
    return math.isfinite(value) and limits[0] <= value <= limits[1]
