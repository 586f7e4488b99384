"""telefoontjes: what is called in on 112 or 0900-8844 joins the same incidents as what is written.

A noted call takes the road of every message: sealed in the inbox, redacted, located, grouped. Who
called is a pseudonym made from their number; the number itself is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import phonenumbers

from core.clock import local
from core.domain import Event, EventKind, Group, Urgency, User, require_aware
from core.errors import BadInput, NotFound
from core.inbox import receive
from core.permissions import Action, require
from core.privacy.vault import Vault
from core.store.unit import Unit

SOURCE: Final = "calls"
LINES: Final = ("112", "0900-8844")
LONGEST: Final = 1000
LONGEST_PLACE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """telefoontje: what somebody said on the phone, as who answered noted it.

    `id` by whoever notes it; `caller` a telephone number, another id of theirs, or nothing.
    """

    id: str
    called: str
    at: datetime
    what: str
    where: str = ""
    caller: str = ""
    topic: str | None = None
    urgency: Urgency | None = None
    lat: float | None = None
    lon: float | None = None

    def __post_init__(self) -> None:
        require_aware(self.at)
        if self.called not in LINES:
            raise BadInput(field="called", why=self.called[:20])
        for field, longest in (("what", LONGEST), ("where", LONGEST_PLACE), ("caller", 100)):
            if len(getattr(self, field)) > longest:
                raise BadInput(field=field, why=f"> {longest}")
        if not self.what.strip():
            raise BadInput(field="what", why="–")


def event_of(call: Call, kind: EventKind = EventKind.MESSAGE, revision: int = 0) -> Event:
    """A call as an event of its line, reported to us alone.

    Who called reports something, however the words read (core/in_chat.py).
    """
    told = {"called": call.called}
    if call.topic:
        told["topic"] = call.topic
    if call.urgency:
        told["urgency"] = call.urgency.value
    return Event(
        kind=kind,
        native_id=call.id,
        author=caller_of(call),
        sent_at=call.at,
        text=_as_told(call),
        revision=revision,
        lat=call.lat,
        lon=call.lon,
        direct=True,
        told=told,
    )


def caller_of(call: Call) -> str:
    """Who called: one person by one number; without a number each call is somebody else."""
    if not call.caller.strip():
        return f"unknown:{call.id}"
    try:
        number = phonenumbers.parse(call.caller, "NL")
    except phonenumbers.NumberParseException:
        return f"other:{call.caller.strip()}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _as_told(call: Call) -> str:
    what, where = call.what.strip(), call.where.strip()
    return f"{what.rstrip('.')}. {where}" if where else what


def open_lines(unit: Unit) -> list[Group]:
    """The line of each pilot on which calls may be noted: joined, on, and not ended."""
    return [
        group for group in unit.pilots.groups() if group.source == SOURCE and _is_open(group, unit)
    ]


def note_call(call: Call, line_id: int, user: User, unit: Unit, vault: Vault) -> None:
    """Notes a call that somebody of the control room took; noted twice it is one call.

    Raises NotAllowed, NotFound for a line that is not open, BadInput for a topic that its pilot
    does not follow.
    """
    require(user, Action.NOTE_CALLS)
    line = next((line for line in open_lines(unit) if line.id == line_id), None)
    if line is None:
        raise NotFound(what="line", id=line_id)
    if call.topic is not None and call.topic not in unit.pilots.pilot(line.pilot_id).topics:
        raise BadInput(field="topic", why=call.topic[:40])
    event = event_of(call)
    receive([event], line, unit, vault)
    key = vault.message_key(line.id, event.native_id)
    detail = {"called": call.called, "message": key, "caller_known": bool(call.caller.strip())}
    unit.audit.add(user.login, "call_noted", "group", line.id, detail)


def _is_open(line: Group, unit: Unit) -> bool:
    connection_id = unit.connections.group_row(line.id).connection_id
    row = unit.connections.get(connection_id) if connection_id else None
    today = local(unit.now).date()
    return (
        row is not None
        and row.enabled
        and unit.consents.group_consents(line.id)
        and unit.pilots.pilot(line.pilot_id).covers(today)
    )
