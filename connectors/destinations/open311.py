"""Open311 GeoReport v2: hand over, and follow by polling or by FixMyStreet's updates extension.

The standard has no key that makes sending twice harmless, so our own stands in the description and
is looked for. It has no way to add or to take back either; where the extension is spoken an update
says so, elsewhere a person has to.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from connectors.destinations import _open311_words as words
from connectors.destinations._open311_wire import Endpoint, Gone, Row
from connectors.destinations._refusals import NotTaken, OnlyOneWay, PerhapsTaken
from core.domain import Receipt
from core.errors import AnswerUnreadable, NetworkDown
from core.ports import Account, DestinationCard, HandOver, News

CARD: Final = DestinationCard(
    name_nl="Open311",
    name_en="Open311",
    roles=("dispatcher", "community_officer", "enforcement_officer"),
    fields=(
        "number",
        "topic",
        "urgency",
        "title",
        "location",
        "opened_at",
        "resident_count",
        "message_count",
    ),
    settings=("address", "service_code", "jurisdiction_id", "format"),
    optional=("jurisdiction_id", "format"),
    categories=True,
    updates=True,
    reports_back=True,
    keeps_nl="Open311 kent geen intrekken: de ontvanger wordt gevraagd zelf te wissen.",
    keeps_en="Open311 knows no taking back: the receiver is asked to erase it.",
    tested="fixtures",
)
TOKEN: Final = "token:"  # noqa: S105 - what a reference begins with that is no number yet
_NOT_SENT: Final = ("ConnectError", "ConnectTimeout", "PoolTimeout", "InvalidURL")
_LONGEST_RANGE: Final = timedelta(days=90)
_BEFORE: Final = timedelta(days=7)
_LATE: Final = timedelta(minutes=10)


def hand_over(account: Account, hand_over: HandOver, now: datetime) -> Receipt:
    """A new request, or with a reference an update to the one that is there."""
    endpoint = Endpoint(account)
    if hand_over.reference:
        _tell(endpoint, hand_over, words.update(hand_over), "OPEN", now)
        return Receipt(reference=hand_over.reference, delivered_at=now)
    form = words.request(hand_over, endpoint.service)
    rows = _about_then(endpoint, hand_over, now)
    found = words.ours(rows, hand_over)
    if found is None:
        found = _create(endpoint, hand_over, form, rows, now)
    return Receipt(reference=_reference(found), delivered_at=now)


def withdraw(account: Account, hand_over: HandOver, reason: str, now: datetime) -> Receipt:
    """Asks to erase it, where an update can say so. Raises OnlyOneWay."""
    endpoint = Endpoint(account)
    if not hand_over.reference:
        found = words.ours(_about_then(endpoint, hand_over, now), hand_over)
        if found is None:
            return Receipt(reference="", delivered_at=now)
        return withdraw(account, words.known_as(hand_over, _reference(found)), reason, now)
    _tell(endpoint, hand_over, words.withdrawal(hand_over, reason), "CLOSED", now)
    return Receipt(reference=hand_over.reference, delivered_at=now)


def news(
    account: Account, references: Sequence[str], cursor: str | None, now: datetime
) -> tuple[list[News], str | None]:
    """Updates where the endpoint has them, else the requests as they are now."""
    endpoint, kept = Endpoint(account), _kept(cursor)
    if not references:
        return [], cursor
    ids = _ids(endpoint, references, kept)
    found = None if kept.get("polls") else _updates(endpoint, kept.get("since"), now)
    if found is None:
        kept["polls"] = True
        rows = endpoint.requests_by_id(ids)
        news = [words.of_request(row, ids, now) for row in rows]
    else:
        kept["since"] = now.isoformat()
        news = [words.of_update(row, ids) for row in found]
    told = [one for one in news if one is not None]
    return sorted(told, key=lambda one: one.at), json.dumps(kept)


def dry_run(account: Account, hand_over: HandOver, now: datetime) -> str:
    """Asks whether the service is there and needs nothing that we cannot give; gives the form."""
    endpoint = Endpoint(account)
    form = words.request(hand_over, endpoint.service)
    missing = endpoint.required(form["service_code"])
    if missing:
        raise NotTaken(why=", ".join(missing)[:200])
    return "\n".join(f"{name}: {value}" for name, value in form.items())


def categories(account: Account, now: datetime) -> list[tuple[str, str]]:
    """The services of the endpoint, as (code, name)."""
    rows = Endpoint(account).services()
    return [
        (row["service_code"], ": ".join(filter(None, (row.get("group"), row.get("service_name")))))
        for row in rows
        if row.get("service_code")
    ]


def _about_then(endpoint: Endpoint, hand_over: HandOver, now: datetime) -> list[Row]:
    """The requests made since shortly before the incident opened."""
    start = max(hand_over.incident.opened_at - _BEFORE, now - _LONGEST_RANGE + _LATE)
    return endpoint.requests(start_date=words.w3(start), end_date=words.w3(now + _LATE))


def _create(
    endpoint: Endpoint, hand_over: HandOver, form: Row, before: list[Row], now: datetime
) -> Row:
    """Raises PerhapsTaken when the answer was lost and the endpoint shows no descriptions."""
    try:
        rows = endpoint.post("requests", form)
    except (NetworkDown, AnswerUnreadable) as error:
        if error.params.get("why") in _NOT_SENT:
            raise
        after = _about_then(endpoint, hand_over, now)
        found = words.ours(after, hand_over)
        if found is not None:
            return found
        if any(row.get("description") for row in (*before, *after)):
            raise  # it would be seen: the next try looks again before it sends
        raise PerhapsTaken from None
    if not rows:
        raise PerhapsTaken
    return rows[0]


def _reference(row: Row) -> str:
    """Their number, or the token by which they will say it. Raises AnswerUnreadable."""
    if row.get("service_request_id"):
        return row["service_request_id"][:200]
    if row.get("token"):
        return f"{TOKEN}{row['token']}"[:200]
    raise AnswerUnreadable(why="service_request_id")


def _ids(endpoint: Endpoint, references: Sequence[str], kept: dict[str, Any]) -> dict[str, str]:
    """Their number of each reference that has one by now, with the reference."""
    tokens: dict[str, str] = kept.setdefault("tokens", {})
    for token in {one for one in references if one.startswith(TOKEN)} - set(tokens):
        try:
            number = endpoint.of_token(token.removeprefix(TOKEN))
        except Gone:
            continue
        if number:
            tokens[token] = number
    kept["tokens"] = {token: tokens[token] for token in references if token in tokens}
    return {tokens.get(one, one): one for one in references if one in tokens or TOKEN not in one}


def _updates(endpoint: Endpoint, since: str | None, now: datetime) -> list[Row] | None:
    """None where the extension is not spoken."""
    start = datetime.fromisoformat(since) - _LATE if since else now - _BEFORE
    try:
        return endpoint.updates(start_date=words.w3(start), end_date=words.w3(now + _LATE))
    except (Gone, NotTaken):
        return None


def _tell(endpoint: Endpoint, hand_over: HandOver, text: str, status: str, now: datetime) -> None:
    """An update, once. Raises OnlyOneWay where the extension is not spoken."""
    (number,) = _ids(endpoint, [hand_over.reference], {}) or [""]
    said = _updates(endpoint, (now - _LONGEST_RANGE + 2 * _LATE).isoformat(), now)
    if said is None or not number:
        raise OnlyOneWay
    begin = text.partition(",")[0] + ","
    if any(row.get("description", "").startswith(begin) for row in said):
        return
    endpoint.post(
        "servicerequestupdates",
        {
            "update_id": f"hnm-{hand_over.id}-{hand_over.revision}-{status.lower()}",
            "service_request_id": number,
            "updated_datetime": words.w3(now),
            "status": status,
            "description": text,
        },
    )


def _kept(cursor: str | None) -> dict[str, Any]:
    try:
        said = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
