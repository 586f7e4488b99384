"""bewaartermijnen: how long each kind of thing is kept; an administrator may set less, never more
than a stated most. Housekeeping obeys it every minute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core import bulletins, geocoding
from core.audit import SYSTEM
from core.clock import local
from core.domain import User
from core.doubt import forget_no_reports
from core.errors import BadInput
from core.permissions import Action, require
from core.privacy import plates
from core.privacy.erase import erase_message
from core.settings import Settings
from core.store.unit import Unit

SET: Final = "retention_set"
GIVEN_UP: Final = "given_up"
"""What a message is counted as that nobody could read in time."""
LONGEST_NOTE: Final = 500
_AT_ONCE: Final = 200
"""Reports erased in one go: each is taken out of its incidents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """wat wordt bewaard: a kind of thing, how long it is usually kept, and at most."""

    name: str
    usual: int
    longest: int
    measure: timedelta = timedelta(days=1)
    shortest: int = 1

    @property
    def in_hours(self) -> bool:
        return self.measure == timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """bewaartermijn: how long one kind is kept, who said so, and when it was last cleaned."""

    kept: Kept
    amount: int
    is_own: bool
    note: str = ""
    by: str = ""
    at: datetime | None = None
    looked_at: datetime | None = None
    cleaned_at: datetime | None = None
    cleaned_count: int = 0
    total_count: int = 0

    @property
    def length(self) -> timedelta:
        return self.amount * self.kept.measure


_HOUR: Final = timedelta(hours=1)
_PUBLIC_H: Final = bulletins.KEPT_FOR // _HOUR
KINDS: Final[dict[str, Kept]] = {
    kept.name: kept
    for kept in (
        Kept(name="turns", usual=48, longest=168, measure=_HOUR),
        Kept(name="given_up", usual=48, longest=168, measure=_HOUR),
        Kept(name="no_reports", usual=30, longest=90, shortest=0),
        Kept(name="originals", usual=365, longest=730),
        Kept(name="reports", usual=730, longest=1825),
        Kept(name="plates", usual=plates.KEPT_FOR.days, longest=plates.KEPT_FOR.days),
        Kept(name="shift_notes", usual=90, longest=365),
        Kept(name="exercises", usual=180, longest=180),
        Kept(name="bulletins", usual=_PUBLIC_H, longest=_PUBLIC_H, measure=_HOUR),
        Kept(name="geocodes", usual=geocoding.KEPT_FOR.days, longest=geocoding.KEPT_FOR.days),
        Kept(name="imports", usual=365, longest=730),
    )
}
"""In the order in which a page shows them: what residents wrote first."""


def terms(settings: Settings, unit: Unit) -> dict[str, Term]:
    """How long each kind is kept now; an installation's own setting is the usual one there."""
    rows = unit.retention.rows()
    return {name: _term(kept, settings, rows.get(name)) for name, kept in KINDS.items()}


def before(term: Term, now: datetime) -> datetime:
    """What is older than this goes."""
    return now - term.length


def would_go(name: str, amount: int, unit: Unit) -> int:
    """How much would be taken away at once if a kind were kept so long. Raises BadInput."""
    kept = _known(name, amount)
    return unit.retention.count(name, unit.now - amount * kept.measure)


def set_term(
    name: str, amount: int | None, note: str, settings: Settings, user: User, unit: Unit
) -> None:
    """How long a kind is kept from now on (None: as usual), and what the law says of it.

    Raises NotAllowed, BadInput (longer than the most, or shorter than the least).
    """
    require(user, Action.ADMINISTER)
    note = " ".join(note.split())
    if amount is not None:
        _known(name, amount)
    if name not in KINDS or len(note) > LONGEST_NOTE:
        raise BadInput(field="note", why=note[:50])
    was = terms(settings, unit)[name]
    unit.retention.set(name, amount, note, user.login)
    now = terms(settings, unit)[name]
    detail = {"before": {"amount": was.amount}, "after": {"amount": now.amount}}
    detail |= {"hours": now.kept.in_hours, "note": was.note != note}  # type: ignore[dict-item]  # flags
    unit.audit.add(user.login, SET, "retention", name, detail)


def clean(settings: Settings, unit: Unit) -> dict[str, int]:
    """Takes away what is older than its term; gives how much of each kind went."""
    gone = {}
    for name, term in terms(settings, unit).items():
        gone[name] = _CLEANERS[name](before(term, unit.now), unit)
        unit.retention.note_cleaning(name, gone[name])
    return gone


def _term(kept: Kept, settings: Settings, row: Any) -> Term:
    usual = {"turns": settings.turn_hours, "no_reports": settings.example_days}
    amount = min(usual.get(kept.name, kept.usual), kept.longest)
    if row is None:
        return Term(kept=kept, amount=amount, is_own=False)
    return Term(
        kept=kept,
        amount=amount if row.amount is None else min(row.amount, kept.longest),
        is_own=row.amount is not None,
        **{name: getattr(row, name) for name in _AS_STORED},
    )


_AS_STORED: Final = (
    *("note", "by", "at", "looked_at"),
    *("cleaned_at", "cleaned_count", "total_count"),
)


def _known(name: str, amount: int) -> Kept:
    kept = KINDS.get(name)
    if kept is None or not kept.shortest <= amount <= kept.longest:
        raise BadInput(field="term", why=str(amount))
    return kept


def _forget_given_up(before: datetime, unit: Unit) -> int:
    gone = unit.inbox.forget_dead(before)
    for group_id, sent_at in gone:
        unit.consents.count(group_id, local(sent_at).date(), GIVEN_UP)
    return len(gone)


def _forget_exercises(before: datetime, unit: Unit) -> int:
    over = unit.exercises.over_since(before)
    for exercise_id in over:
        unit.exercises.remove(exercise_id)
    return len(over)


def _erase_reports(before: datetime, unit: Unit) -> int:
    """A part of what is too old, as if each had been asked for."""
    found = unit.retention.old_reports(before, _AT_ONCE)
    pilots = {group.id: group.pilot_id for group in unit.pilots.groups()} if found else {}
    for group_id, message_key in found:
        areas = unit.pilots.areas(pilots[group_id])
        erase_message(message_key, group_id, areas, unit, by=SYSTEM)
    return len(found)


_CLEANERS: Final[Mapping[str, Callable[[datetime, Unit], int]]] = {
    "turns": lambda before, unit: unit.messages.forget_turns(before),
    "given_up": _forget_given_up,
    "no_reports": forget_no_reports,
    "originals": lambda before, unit: unit.retention.forget_originals(before),
    "reports": _erase_reports,
    "plates": lambda before, unit: unit.alerts.forget_plates(before),
    "shift_notes": lambda before, unit: unit.retention.forget_shift_notes(before),
    "exercises": _forget_exercises,
    "bulletins": lambda before, unit: unit.feeds.forget(before),
    "geocodes": lambda before, unit: unit.retention.forget_geocodes(before),
    "imports": lambda before, unit: unit.retention.forget_imports(before),
}
