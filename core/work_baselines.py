"""nulmeting: how the work was before, written down by hand with its source; and the assumptions."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from math import isfinite
from typing import Final

from core.clock import local
from core.domain import Role, User
from core.errors import BadInput, NotFound
from core.permissions import Action, require
from core.store.unit import Unit
from core.work_form import Assumptions, Measured

_LARGEST: Final = 10_000.0
_LONGEST: Final = 300
_ROLES: Final = frozenset({"", *Role})
BOUNDS: Final = {
    "pause_min": (1.0, 240.0),
    "lead_min": (0.0, 60.0),
    "letters_per_min": (20.0, 1000.0),
    "field_s": (0.0, 120.0),
}
"""The least and the most of each assumption."""


def note_baseline(
    pilot_id: int,
    measured: Measured,
    value: float,
    span: tuple[date, date],
    source: str,
    user: User,
    unit: Unit,
    *,
    role: str = "",
    interval: tuple[float, float] | None = None,
) -> int:
    """Writes a figure of before down; gives its id. Raises NotAllowed, BadInput."""
    require(user, Action.EVALUATE)
    low, high = interval if interval else (None, None)
    for name, one in (("value", value), ("low", low), ("high", high)):
        if one is not None and not (isfinite(one) and 0 <= one <= _LARGEST):
            raise BadInput(field=name, why=str(one))
    if low is not None and high is not None and not low <= value <= high:
        raise BadInput(field="interval", why=f"{low} - {value} - {high}")
    if span[0] > span[1] or span[1] > local(unit.now).date():
        raise BadInput(field="period", why=f"{span[0]} - {span[1]}")
    said = " ".join(source.split())
    if not said or len(said) > _LONGEST or not said.isprintable():
        raise BadInput(field="source", why=said[:50])
    if role not in _ROLES:
        raise BadInput(field="role", why=role[:50])
    baseline_id = unit.work.add(
        pilot_id,
        user.login,
        measured=measured,
        role=role,
        value=value,
        low=low,
        high=high,
        first=span[0],
        last=span[1],
        source=said,
    )
    detail = {"measured": measured.value, "role": role, "value": value}
    unit.audit.add(user.login, "baseline_added", "work_baseline", baseline_id, detail)
    return baseline_id


def remove_baseline(baseline_id: int, user: User, unit: Unit) -> None:
    """Takes a figure out; it can be put back. Raises NotAllowed, NotFound."""
    _set_removed(baseline_id, user, unit, is_removed=True)
    unit.audit.add(user.login, "baseline_removed", "work_baseline", baseline_id)


def restore_baseline(baseline_id: int, user: User, unit: Unit) -> None:
    """Puts a figure back. Raises NotAllowed, NotFound."""
    _set_removed(baseline_id, user, unit, is_removed=False)
    unit.audit.add(user.login, "baseline_restored", "work_baseline", baseline_id)


def assume(pilot_id: int, given: Assumptions, user: User, unit: Unit) -> None:
    """Changes what is taken for granted in the figures of a pilot. Raises NotAllowed, BadInput."""
    require(user, Action.EVALUATE)
    for name, (least, most) in BOUNDS.items():
        value = getattr(given, name)
        if not (isfinite(value) and least <= value <= most):
            raise BadInput(field=name, why=str(value))
    unit.work.assume(pilot_id, given, user.login)
    unit.audit.add(user.login, "work_assumed", "pilot", pilot_id, asdict(given))


def _set_removed(baseline_id: int, user: User, unit: Unit, *, is_removed: bool) -> None:
    require(user, Action.EVALUATE)
    if not unit.work.set_removed(baseline_id, is_removed=is_removed):
        raise NotFound(what="baseline", id=baseline_id)
