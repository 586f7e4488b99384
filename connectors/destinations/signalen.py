"""Signalen, the report system of Dutch municipalities: hand over, follow, take back.

Three ways in: with a token of OpenID Connect (`token_url`, `client_id`, the client's secret), with
a token as it is (the secret alone), or as anybody (no secret), which reports back only that a
report was closed and cannot take one back. Signalen has no webhooks: news is asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from connectors.destinations import _signalen_words as words
from connectors.destinations._refusals import OnlyOneWay, PerhapsTaken
from connectors.destinations._signalen_server import Gone, Signalen, Since
from core.domain import Receipt
from core.errors import AnswerUnreadable, NetworkDown
from core.ports import Account, DestinationCard, HandOver, News

CARD: Final = DestinationCard(
    name_nl="Signalen",
    name_en="Signalen",
    roles=("dispatcher", "community_officer", "enforcement_officer"),
    fields=(
        "number",
        "topic",
        "urgency",
        "status",
        "title",
        "location",
        "opened_at",
        "resident_count",
        "message_count",
    ),
    settings=("address", "source", "token_url", "client_id", "reporter_email"),
    optional=("token_url", "client_id", "reporter_email", "secret"),
    categories=True,
    updates=True,
    withdraws=True,
    reports_back=True,
    keeps_nl=(
        "Signalen wist niets: de melding staat op geannuleerd en houdt haar tekst tot de gemeente "
        "die verwijdert."
    ),
    keeps_en=(
        "Signalen erases nothing: the report is cancelled and keeps its text until the "
        "municipality removes it."
    ),
    tested="fixtures",
)
_NOT_SENT: Final = ("ConnectError", "ConnectTimeout", "PoolTimeout", "InvalidURL")
_NUMBER: Final = re.compile(r"(\d+)$")


def hand_over(account: Account, hand_over: HandOver, now: datetime) -> Receipt:
    """A new report, or with a reference a note in the one that is there."""
    server = Signalen(account, now)
    if hand_over.reference:
        return _tell(server, hand_over, now)
    body = _body(server, account, hand_over)
    found = None if server.is_public else _find(server, hand_over)
    said = found if found is not None else _create(server, body)
    return Receipt(reference=_reference(said, server), delivered_at=now)


def withdraw(account: Account, hand_over: HandOver, reason: str, now: datetime) -> Receipt:
    """Cancels the report, and asks to erase its text; one that is gone is withdrawn.

    Raises OnlyOneWay where nobody but the municipality can.
    """
    server = Signalen(account, now)
    if server.is_public:
        raise OnlyOneWay
    there = _there(server, hand_over)
    change = words.withdrawal(hand_over, reason, there) if there is not None else None
    if there is not None and change is not None:
        server.change(str(there["id"]), change)
    return Receipt(reference=hand_over.reference, delivered_at=now)


def news(
    account: Account, references: Sequence[str], cursor: str | None, now: datetime
) -> tuple[list[News], str | None]:
    """Each change of state since the cursor, oldest first."""
    server = Signalen(account, now)
    if not references:
        return [], cursor
    if server.is_public:
        return list(_closed(server, references, now)), None
    since, wanted = Since(cursor), {_number(reference): reference for reference in references}
    rows = {
        str(row.get("id")): words.moment(row.get("updated_at"))
        for row in server.reports(**since.asked)
    }
    changed = [n for n, at in rows.items() if n in wanted and since.is_new(n, at.isoformat())]
    found = [one for n in changed for one in _history(server, n, wanted[n])]
    return sorted(found, key=lambda one: one.at), since.further(rows)


def dry_run(account: Account, hand_over: HandOver, now: datetime) -> str:
    """Asks whether our account and our source are known there; gives the body of the report."""
    server = Signalen(account, now)
    body = _body(server, account, hand_over)
    server.is_ready()
    return json.dumps(body, ensure_ascii=False, indent=2)


def categories(account: Account, now: datetime) -> list[tuple[str, str]]:
    """The municipality's own tree, as (main/sub, name): it differs from town to town."""
    return Signalen(account, now).categories()


def _body(server: Signalen, account: Account, hand_over: HandOver) -> dict[str, Any]:
    email = _own_mailbox(account.settings.get("reporter_email", ""), hand_over.number)
    return words.report(hand_over, server.source, email, public=server.is_public)


def _own_mailbox(address: str, number: str) -> str:
    """The relay's address with the incident in it: Signalen asks a question by mail only."""
    name, at, host = address.strip().partition("@")
    return f"{name}+{number.lower()}@{host}" if at and name and host else ""


def _create(server: Signalen, body: dict[str, Any]) -> dict[str, Any]:
    """Publicly nobody can look whether it arrived after all: then a person has to."""
    try:
        return server.create(body)
    except (NetworkDown, AnswerUnreadable) as error:
        if server.is_public and error.params.get("why") not in _NOT_SENT:
            raise PerhapsTaken from None
        raise


def _find(server: Signalen, hand_over: HandOver) -> dict[str, Any] | None:
    """What an earlier try made, though its answer never reached us."""
    rows = server.reports_since(hand_over.incident.opened_at)
    return next((row for row in rows if words.is_this(row, hand_over)), None)


def _there(server: Signalen, hand_over: HandOver) -> dict[str, Any] | None:
    """The report as it is now, with its notes; None when it never came or is gone."""
    number = _number(hand_over.reference) if hand_over.reference else ""
    if not number:
        found = _find(server, hand_over)
        number = str(found.get("id")) if found is not None else ""
    try:
        there = server.report(number) if number else None
    except Gone:
        return None
    if there is not None and there.get("id") is None:
        raise AnswerUnreadable(why="id")
    return there


def _tell(server: Signalen, hand_over: HandOver, now: datetime) -> Receipt:
    """Adds what is new to a report that they have; publicly there is no way to."""
    if server.is_public:
        raise OnlyOneWay
    number = _number(hand_over.reference)
    change = words.update(hand_over, server.report(number))
    if change is not None:
        server.change(number, change)
    return Receipt(reference=hand_over.reference, delivered_at=now)


def _reference(said: dict[str, Any], server: Signalen) -> str:
    """As their staff call it ("SIG-12"); publicly with the key by which it can be looked up."""
    number, uuid = said.get("id"), str(said.get("signal_id") or "")
    if not isinstance(number, int):
        raise AnswerUnreadable(why="id")
    shown = str(said.get("id_display") or f"SIG-{number}")
    if _number(shown) != str(number):
        raise AnswerUnreadable(why="id_display")
    return f"{shown}/{uuid}" if server.is_public else shown


def _number(reference: str) -> str:
    found = _NUMBER.search(reference.partition("/")[0])
    return found[1] if found else ""


def _history(server: Signalen, number: str, reference: str) -> list[News]:
    try:
        rows = server.history(number)
    except Gone:
        return []
    found = [words.news_of(reference, row) for row in reversed(rows)]  # newest first there
    return [one for one in found if one is not None]


def _closed(server: Signalen, references: Sequence[str], now: datetime) -> Iterator[News]:
    """Publicly only OPEN and CLOSED are said, never why."""
    for reference in references:
        uuid = reference.partition("/")[2]
        try:
            said = server.public_report(uuid) if uuid else {}
        except Gone:
            continue
        if words.state_of(said) == "CLOSED":
            yield News(
                reference=reference,
                state="done",
                text="",
                at=now,
                native_id=f"{reference}:CLOSED",
            )
