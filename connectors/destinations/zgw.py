"""ZGW zaken, the Dutch standard for a municipality's case register (Open Zaak and others).

A zaak carries an identificatie that is made of the hand-over: within an organisation there can be
one only, so sending again finds the first. Its kenmerk is the incident's number. News is asked for
by its statussen.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from connectors.destinations._refusals import PlaceMissing
from connectors.destinations._withdrawing import why
from connectors.destinations._zgw_server import Gone, Zgw
from core.clock import local
from core.domain import Receipt
from core.errors import AnswerUnreadable, BadSetting
from core.ports import Account, DestinationCard, HandOver, News

CARD: Final = DestinationCard(
    name_nl="Zaaksysteem (ZGW)",
    name_en="Case register (ZGW)",
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
    settings=(
        "address",
        "client_id",
        "bronorganisatie",
        "zaaktype",
        "first_statustype",
        "withdrawn_statustype",
        "withdrawn_resultaattype",
    ),
    optional=("first_statustype", "withdrawn_statustype", "withdrawn_resultaattype"),
    categories=True,
    updates=True,
    withdraws=True,
    reports_back=True,
    keeps_nl=(
        "De zaak blijft bestaan zonder onze tekst en plek; wat er stond, blijft in het audittrail "
        "van het zaaksysteem."
    ),
    keeps_en=(
        "The case stays without our text and place; what it said stays in the register's audit "
        "trail."
    ),
    tested="fixtures",
)
_LONGEST_TITLE: Final = 80
_LONGEST_TEXT: Final = 1000
_OURS: Final = "Het Nieuwe Melden"
_WITHDRAWN: Final = "Ingetrokken door Het Nieuwe Melden"
_AT_ONCE: Final = 40
"""So many zaken are asked after in one turn, and the others in the next."""


def hand_over(account: Account, hand_over: HandOver, now: datetime) -> Receipt:
    """A new zaak, or with a reference another toelichting in the one that is there."""
    server = Zgw(account, now)
    if hand_over.reference:
        server.change(_uuid(hand_over.reference), {"zaakgeometrie": None, **_told(hand_over)})
        return Receipt(reference=hand_over.reference, delivered_at=now)
    body, first = _zaak(server, hand_over, now), server.chosen(account, "first_statustype")
    found = server.find(_identificatie(hand_over))
    zaak = found if found is not None else server.create("/zaken", body)
    reference = f"{_identificatie(hand_over)}/{_uuid_of(zaak)}"
    if first:
        _give_status(server, _uuid_of(zaak), first, "", now, only_first=True)
    return Receipt(reference=reference, delivered_at=now)


def withdraw(account: Account, hand_over: HandOver, reason: str, now: datetime) -> Receipt:
    """Takes our text and place out, and gives the status and resultaat that were chosen for it."""
    server = Zgw(account, now)
    status = server.chosen(account, "withdrawn_statustype")
    result = server.chosen(account, "withdrawn_resultaattype")
    uuid = _uuid(hand_over.reference) if hand_over.reference else _found(server, hand_over)
    if uuid:
        with suppress(Gone):  # then nothing of it is left there
            _take_out(server, uuid, f"{_WITHDRAWN}. {why(reason)}", status, result, now)
    return Receipt(reference=hand_over.reference, delivered_at=now)


def news(
    account: Account, references: Sequence[str], cursor: str | None, now: datetime
) -> tuple[list[News], str | None]:
    """The statussen of the next zaken in turn, oldest first."""
    server = Zgw(account, now)
    withdrawn = server.chosen(account, "withdrawn_statustype")
    turn = _turn(references, cursor)
    found = [one for reference in turn for one in _statussen(server, reference, withdrawn)]
    return sorted(found, key=lambda one: one.at), turn[-1] if turn else None


def dry_run(account: Account, hand_over: HandOver, now: datetime) -> str:
    """Asks whether our client may look and whether the zaaktype is published; gives the zaak."""
    server = Zgw(account, now)
    body = _zaak(server, hand_over, now)
    server.find(_identificatie(hand_over))
    if server.ask("GET", str(body["zaaktype"])).object().get("concept"):
        raise BadSetting(name="zaaktype", why="concept")
    return json.dumps(body, ensure_ascii=False, indent=2)


def categories(account: Account, now: datetime) -> list[tuple[str, str]]:
    """The published zaaktypen of the catalogue in which the chosen one stands: (URL, name)."""
    server = Zgw(account, now)
    catalogue = server.zaaktype.rsplit("/", 1)[0]
    rows = server.pages(catalogue, {"status": "definitief"})
    return [(str(row["url"]), str(row.get("omschrijving"))) for row in rows if row.get("url")]


def _zaak(server: Zgw, hand_over: HandOver, now: datetime) -> dict[str, Any]:
    """The body that makes a zaak. Raises PlaceMissing, BadSetting."""
    zaaktype, told = hand_over.category or server.zaaktype, _told(hand_over)
    if "zaakgeometrie" not in told:
        raise PlaceMissing(number=hand_over.number)
    return {
        "identificatie": _identificatie(hand_over),
        "bronorganisatie": server.rsin,
        "verantwoordelijkeOrganisatie": server.rsin,
        "zaaktype": zaaktype,
        "startdatum": local(min(hand_over.incident.opened_at, now)).date().isoformat(),
        "kenmerken": [{"kenmerk": hand_over.number[:40], "bron": _OURS}],
        **told,
    }


def _told(hand_over: HandOver) -> dict[str, Any]:
    """The incident as it is now; without a point where nobody knows one any more."""
    place = hand_over.incident.location
    told: dict[str, Any] = {
        "omschrijving": _short(hand_over.title, _LONGEST_TITLE),
        "toelichting": _short(hand_over.text, _LONGEST_TEXT),
    }
    if place.lat is not None and place.lon is not None:
        told["zaakgeometrie"] = {"type": "Point", "coordinates": [place.lon, place.lat]}
    return told


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _identificatie(hand_over: HandOver) -> str:
    return f"HNM-OVERDRACHT-{hand_over.id}"


def _uuid(reference: str) -> str:
    return reference.rpartition("/")[2]


def _uuid_of(zaak: dict[str, Any]) -> str:
    """Raises AnswerUnreadable."""
    uuid = zaak.get("uuid")
    if not isinstance(uuid, str) or not uuid.replace("-", "").isalnum():
        raise AnswerUnreadable(why="uuid")
    return uuid


def _found(server: Zgw, hand_over: HandOver) -> str:
    zaak = server.find(_identificatie(hand_over))
    return "" if zaak is None else _uuid_of(zaak)


def _take_out(server: Zgw, uuid: str, said: str, status: str, result: str, now: datetime) -> None:
    """In the order that a register allows: a closed zaak cannot be changed any more."""
    if server.zaak(uuid).get("toelichting") != _short(said, _LONGEST_TEXT):
        text = {"omschrijving": _WITHDRAWN, "toelichting": _short(said, _LONGEST_TEXT)}
        server.change(uuid, {**text, "zaakgeometrie": None})
    url = server.zaak_url(uuid)
    if result and next(server.rows("/resultaten", zaak=url), None) is None:
        text = {"zaak": url, "resultaattype": result, "toelichting": _WITHDRAWN}
        server.create("/resultaten", text)
    if status:
        _give_status(server, uuid, status, said, now)


def _give_status(
    server: Zgw, uuid: str, statustype: str, said: str, now: datetime, *, only_first: bool = False
) -> None:
    """A status, once; `only_first`: and not when there is another one already."""
    url = server.zaak_url(uuid)
    given = [row.get("statustype") for row in server.rows("/statussen", zaak=url)]
    if statustype in given or (only_first and given):
        return
    server.create(
        "/statussen",
        {
            "zaak": url,
            "statustype": statustype,
            "datumStatusGezet": now.astimezone(UTC).isoformat(timespec="seconds"),
            "statustoelichting": _short(said, _LONGEST_TEXT),
        },
    )


def _turn(references: Sequence[str], cursor: str | None) -> list[str]:
    """The next references after the one where the last turn ended, round and round."""
    ordered = sorted(set(references))
    later = [reference for reference in ordered if reference > (cursor or "")]
    earlier = [reference for reference in ordered if reference <= (cursor or "")]
    return (later + earlier)[:_AT_ONCE]


def _statussen(server: Zgw, reference: str, withdrawn: str) -> list[News]:
    url = server.zaak_url(_uuid(reference))
    try:
        rows = list(server.rows("/statussen", zaak=url))
    except Gone:
        return []
    return [_news(server, reference, row, withdrawn) for row in rows]


def _news(server: Zgw, reference: str, row: dict[str, Any], withdrawn: str) -> News:
    kind = str(row.get("statustype") or "")
    known = server.statustype(kind)
    return News(
        reference=reference,
        state=_state(known, is_withdrawn=bool(withdrawn) and kind == withdrawn),
        text=str(row.get("statustoelichting") or known.get("omschrijving") or ""),
        at=_moment(row.get("datumStatusGezet")),
        native_id=f"{reference}:{row.get('uuid') or row.get('url')}"[-200:],
    )


def _state(known: dict[str, Any], *, is_withdrawn: bool) -> str:
    if is_withdrawn:
        return "withdrawn"
    if known.get("isEindstatus"):
        return "done"
    return "received" if known.get("volgnummer") == 1 else "in_progress"


def _moment(text: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise AnswerUnreadable(why="datumStatusGezet") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
