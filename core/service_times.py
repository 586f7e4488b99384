"""servicetijden verzetten: within which time a pilot wants a decision, and residents told.

Each change has a reason and an audit entry, and the newest can be taken back by who made it. They
hold at once, for what is open too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from core.deadlines import times_for, usual_times
from core.domain import ServiceTimes, User
from core.errors import BadInput
from core.moves import Moves
from core.permissions import Action, require
from core.store.unit import Unit
from core.topics import topics

MOVES: Final = Moves(made="service_times_set", taken_back="service_times_undone")
LONGEST: Final = timedelta(days=90)
_MINUTE: Final = timedelta(minutes=1)

Chosen = Mapping[str, ServiceTimes]


def chosen_times(pilot_id: int, unit: Unit) -> dict[str, ServiceTimes]:
    """What holds in a pilot for each of its topics."""
    own = unit.service.times(pilot_id)
    followed = [name for name in unit.pilots.pilot(pilot_id).topics if name in topics()]
    return {name: times_for(name, own) for name in followed}


def set_service_times(
    pilot_id: int, wanted: Chosen, reason: str, user: User, unit: Unit, *, seen: Chosen
) -> None:
    """Sets a pilot's service times in place of those that the user saw.

    Raises NotAllowed, ReasonMissing, BadInput, ChangedMeanwhile.
    """
    require(user, Action.ADMINISTER)
    MOVES.require_reason(reason)
    before = chosen_times(pilot_id, unit)
    if before != seen:
        raise MOVES.changed(pilot_id, unit)
    _check(wanted, before)
    MOVES.note(pilot_id, _write(pilot_id, wanted, before, unit), reason, user, unit)


def take_back_times(pilot_id: int, user: User, unit: Unit) -> None:
    """Puts back what stood before this user's newest change. Raises NothingToUndo."""
    require(user, Action.ADMINISTER)
    entry = MOVES.own_newest(pilot_id, user, unit)
    earlier = {name: of_codes(codes) for name, codes in entry.detail["before"].items()}
    detail = _write(pilot_id, earlier, chosen_times(pilot_id, unit), unit)
    MOVES.note_taken_back(entry, pilot_id, detail, user, unit)


def of_codes(codes: Sequence[int]) -> ServiceTimes:
    """Service times as the audit log holds them: minutes to decide, minutes to tell."""
    return ServiceTimes(decision=codes[0] * _MINUTE, feedback=codes[1] * _MINUTE)


def _check(wanted: Chosen, before: Chosen) -> None:
    for name, chosen in wanted.items():
        if name not in topics():
            raise BadInput(field="topic", why=name)
        whole = all(time % _MINUTE == timedelta() for time in (chosen.decision, chosen.feedback))
        if not whole or max(chosen.decision, chosen.feedback) > LONGEST:
            raise BadInput(field="service_times", why=name)
        if chosen.feedback < chosen.decision:
            raise BadInput(field="service_times", why="service_times.order")
    if {**before, **wanted} == before:
        raise BadInput(field="service_times", why="moves.same")


def _write(pilot_id: int, wanted: Chosen, before: Chosen, unit: Unit) -> dict[str, Any]:
    """Keeps what differs from the topics' own files, so that those may still change; gives what
    the audit log keeps of it.
    """
    after = {**before, **wanted}
    own = {name: time for name, time in after.items() if time != usual_times(topics()[name])}
    unit.service.set_times(pilot_id, own)
    moved = [name for name in after if before.get(name) != after[name]]
    return {
        "before": {name: _codes(before[name]) for name in moved if name in before},
        "after": {name: _codes(after[name]) for name in moved},
    }


def _codes(times: ServiceTimes) -> list[int]:
    return [times.decision // _MINUTE, times.feedback // _MINUTE]
