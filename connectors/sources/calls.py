"""112 and 0900-8844: what is called in, posted signed by the system in which calls are noted.

The control room can also note a call by hand, in the dashboard (core/phone_calls.py): the same
line, the same road. Who called is never written to: they are spoken to.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from connectors.signed import verify
from connectors.sources import _call_models as rows
from connectors.sources._posted_rows import IN_THE_FUTURE, answer_to, read_row, rows_of
from core.domain import Event, EventKind, Urgency
from core.errors import SourceError
from core.phone_calls import Call, event_of
from core.ports import Connection, Heard, Knock, Posted, SourceCard

CARD = SourceCard(
    name_nl="112 en 0900-8844",
    name_en="112 and 0900-8844",
    posts=True,
    door="calls",
    founds="line",
    edits=True,
    deletes=True,
    tested="fixtures",
    limits_nl=(
        "Een openbare koppeling met GMS is er niet: zonder koppeling noteert de meldkamer met de "
        "hand. Wie belde krijgt hier geen bericht terug."
    ),
    limits_en=(
        "GMS has no public link: without one the control room notes calls by hand. Who called is "
        "not written back to from here."
    ),
)
_LINE: Final = "line"
_AHEAD: Final = timedelta(hours=1)


def hear(connection: Connection, knock: Knock, now: datetime) -> Posted:
    """What a call system brought. Raises NotSigned first, then BadInput; BadSetting."""
    verify(connection.secret, knock.headers, knock.body, now)
    given = rows_of(knock, rows.BROUGHT)
    heard = [_heard(number, row, now) for number, row in enumerate(given)]
    return Posted(heard=tuple(heard), answer=answer_to(heard))


def _heard(number: int, given: Any, now: datetime) -> Heard | SourceError:
    row = read_row(given, rows.ROW, number)
    if isinstance(row, SourceError):
        return row
    if row.at > now + _AHEAD:
        return SourceError(line=number, why=IN_THE_FUTURE)
    return Heard(group=_LINE, event=_event(row))


def _event(row: Any) -> Event:
    if isinstance(row, rows.CallWithdrawnRow):
        return Event(kind=EventKind.DELETE, native_id=row.call, author="", sent_at=row.at)
    is_placed = row.lat is not None and row.lon is not None
    call = Call(
        id=row.call,
        called=row.called,
        at=row.at,
        what=row.what,
        where=row.where,
        caller=row.caller,
        topic=row.topic,
        urgency=None if row.urgent is None else Urgency.of(row.urgent),
        lat=row.lat if is_placed else None,
        lon=row.lon if is_placed else None,
    )
    if isinstance(row, rows.CallChangedRow):
        return event_of(call, EventKind.EDIT, row.revision)
    return event_of(call)
