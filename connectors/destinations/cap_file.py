"""CAP 1.2 as files: each incident one file in a folder that speaks HTTP (WebDAV, an object store).

The file is the newest word: an Alert, an Update that names what it corrects, or a Cancel without
our text. What stands there is read before it is written, so sending again changes nothing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from connectors.call import Caller, Refused, checked_address
from connectors.destinations._refusals import NotTaken, in_their_words
from connectors.destinations._withdrawing import why
from core.cap import CONTENT_TYPE, NAMESPACE, CapArea, CapMessage, cap_xml
from core.domain import Receipt, Urgency
from core.errors import AnswerUnreadable, BadSetting
from core.ports import Account, DestinationCard, HandOver, News
from core.settings import settings
from core.topics import topics

CARD: Final = DestinationCard(
    name_nl="CAP-bestand",
    name_en="CAP file",
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
    settings=("address", "user", "sender"),
    optional=("user", "secret"),
    updates=True,
    withdraws=True,
    keeps_nl="Het bestand zegt nog dat een melding is ingetrokken; wat erin stond is weg.",
    keeps_en="The file still says that a report was withdrawn; what it said is gone.",
    tested="fixtures",
)
_SENDER: Final = re.compile(r"[^\s,<&]{1,100}")
_IN_CAP: Final = f"{{{NAMESPACE}}}"


def hand_over(account: Account, hand_over: HandOver, now: datetime) -> Receipt:
    """Writes the incident's file, once for each revision."""
    folder = Folder(account)
    there = folder.read(_name(hand_over))
    message = _message(account, hand_over, now)
    if there is None or there.findtext(f"{_IN_CAP}identifier") != message.identifier:
        folder.write(_name(hand_over), _after(message, there, "Update"))
    return Receipt(reference=_name(hand_over), delivered_at=now)


def withdraw(account: Account, hand_over: HandOver, reason: str, now: datetime) -> Receipt:
    """Replaces the file by a Cancel that holds nothing of the incident."""
    folder = Folder(account)
    there = folder.read(_name(hand_over))
    if there is not None and there.findtext(f"{_IN_CAP}msgType") != "Cancel":
        message = replace(
            _message(account, hand_over, now),
            identifier=f"HNM-OVERDRACHT-{hand_over.id}.ingetrokken",
            event="Ingetrokken",
            headline=f"{hand_over.number} is ingetrokken",
            description=why(reason),
            areas=(),
        )
        folder.write(_name(hand_over), _after(message, there, "Cancel"))
    return Receipt(reference=hand_over.reference, delivered_at=now)


def news(
    account: Account, references: Sequence[str], cursor: str | None, now: datetime
) -> tuple[list[News], str | None]:
    """A folder says nothing back."""
    return [], cursor


def dry_run(account: Account, hand_over: HandOver, now: datetime) -> str:
    """Asks whether the folder can be read; gives the file."""
    message = _message(account, hand_over, now)
    Folder(account).read(_name(hand_over))
    return cap_xml(message).decode()


class Folder:
    """map: where the files are written. Raises BadSetting; calls raise what a Caller raises."""

    def __init__(self, account: Account) -> None:
        user = account.settings.get("user", "").strip()
        self._caller = Caller(
            checked_address(account.settings.get("address", ""), "address"),
            headers=_sign_in(user, account.secret),
        )

    def read(self, name: str) -> Element | None:
        """The file that stands there. Raises AnswerUnreadable for one that is not ours."""
        try:
            raw = self._caller.get(f"/{name}").raw
        except Refused as error:
            if error.status in (404, 410):
                return None
            raise in_their_words(error) from None
        try:
            found: Element = fromstring(raw, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError):
            raise AnswerUnreadable(why="cap") from None
        if found.tag != f"{_IN_CAP}alert":
            raise AnswerUnreadable(why="cap")
        return found

    def write(self, name: str, message: CapMessage) -> None:
        try:
            self._caller.put(
                f"/{name}", content=cap_xml(message), headers={"Content-Type": CONTENT_TYPE}
            )
        except Refused as error:
            raise in_their_words(error) from None


def _sign_in(user: str, secret: str) -> dict[str, str]:
    if not secret:
        return {}
    if user:
        pair = base64.b64encode(f"{user}:{secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {"Authorization": f"Bearer {secret}"}


def _name(hand_over: HandOver) -> str:
    """The same for one hand-over, whatever its incident is called by now."""
    return f"hnm-overdracht-{hand_over.id}.xml"


def _after(message: CapMessage, there: Element | None, kind: str) -> CapMessage:
    """The message as what follows on the one that stands there."""
    if there is None:
        return message
    parts = [there.findtext(f"{_IN_CAP}{name}") or "" for name in ("sender", "identifier", "sent")]
    earlier = (there.findtext(f"{_IN_CAP}references") or "").split()
    known = (*earlier, ",".join(parts))
    return replace(message, kind="Cancel" if kind == "Cancel" else "Update", references=known)


def _message(account: Account, hand_over: HandOver, now: datetime) -> CapMessage:
    """For the receiver alone; in a demonstration an exercise. Raises BadSetting, NotTaken."""
    incident, sender = hand_over.incident, account.settings.get("sender", "").strip()
    topic = topics().get(incident.topic)
    if not _SENDER.fullmatch(sender):
        raise BadSetting(name="sender", why="hnm.voorbeeld.nl")
    is_urgent = incident.urgency is Urgency.URGENT
    try:
        return CapMessage(
            identifier=f"HNM-OVERDRACHT-{hand_over.id}.{hand_over.revision}",
            sender=sender,
            sent=now,
            event=topic.name_nl if topic else incident.topic,
            headline=hand_over.title,
            description=hand_over.text,
            areas=(_area(hand_over),),
            restriction=account.name,
            exercise=settings().demo,
            urgency="Immediate" if is_urgent else "Expected",
            severity="Severe" if is_urgent else "Minor",
            certainty="Likely",
            incidents=(hand_over.number,),
        )
    except ValueError as error:
        raise NotTaken(why=str(error)) from None


def _area(hand_over: HandOver) -> CapArea:
    place = hand_over.incident.location
    name = place.name or place.street or hand_over.number
    if place.lat is None or place.lon is None or place.radius_m is None:
        return CapArea(name=name)
    return CapArea(name=name, circle=((place.lat, place.lon), place.radius_m))
