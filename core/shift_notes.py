"""dienstoverdracht: who ends a shift leaves a note, and the next says to have read it.

The product proposes it from numbers, places and what staff wrote; nothing that residents wrote gets
in. A line that names an incident goes when a message of that incident is erased (core/privacy).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from core.deadlines import Deadline, Duty, all_deadlines
from core.domain import Incident, ShiftNote, Urgency, User
from core.errors import BadInput, NotFound, NothingToUndo
from core.i18n import clock_time, counted, day, moment, text_of
from core.permissions import Action, may, require
from core.store.alert_queries import Alert, events_of, open_alerts
from core.store.room_queries import queue
from core.store.shift_queries import came_in, steps_since
from core.store.unit import Unit
from core.telling import place_name, status_name
from core.topics import topics

WRITTEN: Final = "shift_note_written"
READ: Final = "shift_note_read"
TAKEN_BACK: Final = "shift_note_taken_back"
LONGEST: Final = 8000
LONGEST_SHIFT: Final = timedelta(hours=12)
USUAL_SHIFT: Final = timedelta(hours=8)
_AHEAD: Final = timedelta(hours=4)
_EVENTS_AHEAD: Final = timedelta(hours=24)
_STALE: Final = timedelta(days=3)
"""Who was away for longer is shown no note of then; it can be read back."""
_MOST_LINES: Final = 20
_MOST_NOTES: Final = 60


def shift_began(unit: Unit) -> datetime:
    """When this shift began, as far as the product knows: with the last note, or some hours ago."""
    last = next(iter(unit.shift_notes.newest(1)), None)
    if last is not None and unit.now - last.at <= LONGEST_SHIFT:
        return last.at
    return unit.now - USUAL_SHIFT


def propose(language: str, since: datetime, unit: Unit) -> str:
    """What to hand over: what came in, is urgent, is due, is watched and expected."""
    everything = {one.id: one for one in queue(unit.connection)}
    due = all_deadlines(list(everything.values()), unit)
    sections = {
        "came_in": _came_in(language, since, unit),
        "urgent": _urgent(language, everything.values()),
        "due": _due(language, everything, due.values(), unit.now),
        "promises": _promised(language, everything, due.values(), unit.now),
        "alerts": _alerts(language, unit),
        "expected": _expected(language, unit),
        "own": [""],
    }
    return "\n\n".join(
        "\n".join([text_of(language, f"shift.head_{name}").upper(), *lines])
        for name, lines in sections.items()
    ).rstrip(" ")


def write_note(text: str, since: datetime, user: User, unit: Unit) -> int:
    """Leaves a note for the next shift; gives its id. Raises NotAllowed, BadInput."""
    require(user, Action.DECIDE)
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not text or len(text) > LONGEST or "\x00" in text:
        raise BadInput(field="shift_note", why=str(len(text)))
    if not unit.now - timedelta(days=1) <= since <= unit.now:
        raise BadInput(field="since", why=since.isoformat(timespec="minutes"))
    note_id = unit.shift_notes.add(text, since, user.login)
    unit.audit.add(user.login, WRITTEN, "shift_note", note_id)
    return note_id


def confirm_read(note_id: int, user: User, unit: Unit) -> None:
    """Says to have read a note, and so all before it. Raises NotAllowed, NotFound."""
    require(user, Action.DECIDE)
    if unit.shift_notes.get(note_id) is None:
        raise NotFound(what="shift_note", id=note_id)
    for note in unit.shift_notes.since(unit.now - _STALE, _MOST_NOTES):
        if note.id <= note_id and note.by != user.login and user.login not in note.read_by:
            unit.shift_notes.mark_read([note.id], user.login)
            unit.audit.add(user.login, READ, "shift_note", note.id)


def take_back_note(note_id: int, user: User, unit: Unit) -> ShiftNote:
    """Takes one's own note back while nobody has read it; gives it. Raises NothingToUndo."""
    require(user, Action.DECIDE)
    note = unit.shift_notes.get(note_id)
    if note is None or note.by != user.login or note.read_by:
        raise NothingToUndo(number=str(note_id))
    unit.shift_notes.remove(note_id)
    unit.audit.add(user.login, TAKEN_BACK, "shift_note", note_id)
    return note


def waiting_note(user: User, unit: Unit) -> ShiftNote | None:
    """The newest note that this user must still read; None for who takes no shift."""
    if not may(user, Action.DECIDE):
        return None
    recent = unit.shift_notes.since(unit.now - _STALE, _MOST_NOTES)
    others = [note for note in recent if note.by != user.login]
    return next((note for note in others[:1] if user.login not in note.read_by), None)


def earlier_notes(user: User, unit: Unit) -> list[ShiftNote]:
    """The notes that are kept, the newest first. Raises NotAllowed."""
    require(user, Action.READ_SHIFT_NOTES)
    return unit.shift_notes.newest(_MOST_NOTES)


def _came_in(language: str, since: datetime, unit: Unit) -> list[str]:
    count, urgent = came_in(unit.connection, since)
    taken = steps_since(unit.connection, since)
    names = ("accept", "reject", "hand_over", "hand_back", "close")
    did = [text_of(language, f"shift.did_{name}", count=taken[name]) for name in names]
    incidents = counted(language, "count.incidents", count)
    said = text_of(
        language, "shift.came_in", since=moment(language, since), incidents=incidents, urgent=urgent
    )
    done = ", ".join(did)
    return [said, f"{done[0].upper()}{done[1:]}."]


def _urgent(language: str, incidents: Iterable[Incident]) -> list[str]:
    urgent = [i for i in incidents if i.status.is_open and i.urgency is Urgency.URGENT]
    lines = (
        f"{_named(language, one)}, {status_name(language, one.status).lower()}" for one in urgent
    )
    return _listed(language, lines, len(urgent))


def _due(
    language: str,
    incidents: dict[int, Incident],
    due: Iterable[Sequence[Deadline]],
    now: datetime,
) -> list[str]:
    """What is late or will be before the next shift is well under way."""
    soon = sorted(
        (one for some in due for one in some if one.duty is not Duty.KEEP and _is_soon(one, now)),
        key=lambda one: one.due_at,
    )
    lines = (
        f"{_named(language, incidents[one.incident_id])}: {_when(language, one, now)}"
        for one in soon
    )
    return _listed(language, lines, len(soon))


def _is_soon(due: Deadline, now: datetime) -> bool:
    return not due.is_paused(now) and due.due_at <= now + _AHEAD


def _when(language: str, due: Deadline, now: datetime) -> str:
    key = f"shift.{due.duty.value}_{'late' if due.is_overdue(now) else 'due'}"
    return text_of(language, key, at=_at(language, due.due_at, now))


def _at(language: str, at: datetime, now: datetime) -> str:
    is_near = abs(at - now) < timedelta(hours=12)
    return clock_time(language, at) if is_near else moment(language, at)


def _promised(
    language: str,
    incidents: dict[int, Incident],
    due: Iterable[Sequence[Deadline]],
    now: datetime,
) -> list[str]:
    kept = sorted(
        (one for some in due for one in some if one.duty is Duty.KEEP), key=lambda one: one.due_at
    )
    lines = (
        f"{_named(language, incidents[one.incident_id])}: “{one.text}” "
        f"({_when(language, one, now)})"
        for one in kept
    )
    return _listed(language, lines, len(kept))


def _alerts(language: str, unit: Unit) -> list[str]:
    pilots = [pilot.id for pilot in unit.pilots.all()]
    names = {area.id: area.name for id in pilots for area in unit.pilots.areas(id)}
    found = open_alerts(unit.connection, pilots)
    lines = (_alert_line(language, one, names) for one in found)
    return _listed(language, lines, len(found))


def _alert_line(language: str, alert: Alert, names: dict[int, str]) -> str:
    known = topics().get(alert.topic)
    topic = known.name(language) if known else alert.topic
    area = names.get(alert.area_id or 0) or text_of(language, "warnings.whole_pilot")
    said = text_of(language, "warnings.summary", topic=topic, area=area)
    return f"{said} ({moment(language, alert.raised_at)})"


def _expected(language: str, unit: Unit) -> list[str]:
    events = [one for pilot in unit.pilots.all() for one in events_of(unit.connection, pilot.id)]
    near = [e for e in events if e.ends_at > unit.now and e.starts_at < unit.now + _EVENTS_AHEAD]
    lines = (
        text_of(
            language,
            "shift.event",
            name=event.name,
            first=f"{day(language, event.starts_at)} {clock_time(language, event.starts_at)}",
            last=f"{day(language, event.ends_at)} {clock_time(language, event.ends_at)}",
        )
        for event in sorted(near, key=lambda one: one.starts_at)
    )
    return _listed(language, lines, len(near))


def _named(language: str, incident: Incident) -> str:
    """Its number, what staff call it or what it is about, and where."""
    called = incident.title or topics()[incident.topic].name(language)
    return f"{incident.number} {called}, {place_name(language, incident.location)}"


def _listed(language: str, lines: Iterator[str], count: int) -> list[str]:
    if not count:
        return [text_of(language, "shift.none")]
    shown = [f"- {line}" for _, line in zip(range(_MOST_LINES), lines, strict=False)]
    beyond = count - len(shown)
    return [*shown, text_of(language, "shift.more", count=beyond)] if beyond else shown
