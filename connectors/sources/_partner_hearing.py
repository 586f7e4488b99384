"""What a partner posted, in the words of the house: the signature first, then row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.signed import verify
from connectors.sources import _partner_models as rows
from connectors.sources._posted_rows import IN_THE_FUTURE, answer_to, read_row, rows_of
from core.domain import Event, EventKind
from core.errors import SourceError
from core.in_chat import ASKED, WITHDRAWN
from core.ports import Connection, Heard, Knock, Posted

NOT_SHARED: Final = "not_shared"
"""Its writer did not choose that the municipality may read it."""
NOT_EXPECTED: Final = "not_expected"
NOT_OURS: Final = "not_our_text"
_AHEAD: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """regels: what differs between partners.

    `needs_choice`: each message carries its writer's own choice. `never`: rows it cannot bring.
    """

    needs_choice: bool = False
    never: frozenset[str] = frozenset()


def hear(connection: Connection, knock: Knock, now: datetime, rules: Rules) -> Posted:
    """What a partner brought; a bad row is a value, and named in our answer by its number.

    Raises NotSigned before anything is read, then BadInput for what is no delivery; BadSetting.
    """
    verify(connection.secret, knock.headers, knock.body, now)
    given = rows_of(knock, rows.BROUGHT)
    heard = [_heard(number, row, connection, rules, now) for number, row in enumerate(given)]
    return Posted(heard=tuple(heard), answer=answer_to(heard))


def reference_of(connection: Connection, outgoing_id: int) -> str:
    """The id under which the partner knows a text of ours."""
    return f"hnm-{connection.id}-{outgoing_id}"


def _heard(
    number: int, given: Any, connection: Connection, rules: Rules, now: datetime
) -> Heard | SourceError:
    row = read_row(given, rows.ROW, number)
    if isinstance(row, SourceError):
        return row
    why = _refused(row, connection, rules, now)
    if why:
        return SourceError(line=number, why=why)
    name = row.group_name if isinstance(row, rows.ConsentAskedRow) else ""
    return Heard(group=row.group, event=_event(row), group_name=name)


def _refused(row: Any, connection: Connection, rules: Rules, now: datetime) -> str:
    """Why a row that can be read is not taken; empty when it is."""
    if row.type in rules.never:
        return NOT_EXPECTED
    if row.sent_at > now + _AHEAD:
        return IN_THE_FUTURE
    if isinstance(row, rows.DeliveryRow) and not row.text.startswith(f"hnm-{connection.id}-"):
        return NOT_OURS
    if isinstance(row, rows.EditRow) and row.shared_with_municipality is False:
        return ""  # the choice was taken back: an erasure
    return NOT_SHARED if isinstance(row, rows.WrittenRow) and not _is_shared(row, rules) else ""


def _is_shared(row: rows.WrittenRow, rules: Rules) -> bool:
    chosen = row.shared_with_municipality
    return chosen is True or (chosen is None and not rules.needs_choice)


def _event(row: Any) -> Event:
    kind, make = _EVENTS[type(row)]
    if isinstance(row, rows.EditRow) and row.shared_with_municipality is False:
        kind, make = EventKind.DELETE, _gone
    values: dict[str, Any] = {"sent_at": row.sent_at, "author": "", **make(row)}
    return Event(kind=kind, **values)


def _written(row: rows.WrittenRow) -> dict[str, Any]:
    values: dict[str, Any] = {
        "native_id": row.message,
        "author": row.author,
        "text": row.text,
        "reply_to": row.reply_to,
        "media_count": row.media_count,
        "direct": row.direct,
    }
    if row.lat is not None and row.lon is not None:
        values |= {"lat": row.lat, "lon": row.lon}
    if row.shared_with_municipality:
        values["told"] = {"shared_at": (row.shared_at or row.sent_at).isoformat()}
    return values


def _edited(row: rows.EditRow) -> dict[str, Any]:
    return {**_written(row), "revision": row.revision}


def _gone(row: Any) -> dict[str, Any]:
    return {"native_id": row.message}


def _by_member(text: str = "") -> Callable[[Any], dict[str, Any]]:
    return lambda row: {"native_id": _own_id(row), "author": row.member, "text": text}


def _own_id(row: Any) -> str:
    """An event's id beside those of messages: a deletion of "7" is not one of the event "7"."""
    return f"{row.type}:{row.id}"


_EVENTS: Final[dict[type, tuple[EventKind, Callable[[Any], dict[str, Any]]]]] = {
    rows.MessageRow: (EventKind.MESSAGE, _written),
    rows.EditRow: (EventKind.EDIT, _edited),
    rows.DeleteRow: (EventKind.DELETE, _gone),
    rows.UnshareRow: (EventKind.DELETE, _gone),
    rows.JoinRow: (EventKind.JOIN, _by_member()),
    rows.LeaveRow: (EventKind.LEAVE, _by_member()),
    rows.ConsentAskedRow: (EventKind.CONSENT, _by_member(ASKED)),
    rows.ConsentWithdrawnRow: (EventKind.CONSENT, _by_member(WITHDRAWN)),
    rows.GroupRenamedRow: (
        EventKind.GROUP_RENAMED,
        lambda row: {"native_id": _own_id(row), "text": row.name},
    ),
    rows.GroupMovedRow: (
        EventKind.GROUP_MOVED,
        lambda row: {"native_id": _own_id(row), "text": row.to},
    ),
    rows.DeliveryRow: (
        EventKind.DELIVERY,
        lambda row: {"native_id": row.text, "text": _seen(row)},
    ),
}


def _seen(row: rows.DeliveryRow) -> str:
    return f"failed:{row.code}" if row.state == "failed" else row.state
