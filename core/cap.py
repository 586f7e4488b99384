"""CAP-bericht: a warning in the Common Alerting Protocol 1.2 of OASIS.

    message = CapMessage(identifier="HNM-7-1", sender="hnm.example.nl", sent=now, …)
    xml = cap_xml(message)                          # bytes, valid against the official schema
    update = replace(message, kind="Update", references=(message.reference,), …)

For one group give `restriction` (who it is for); only what anybody may read is `public`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # writes only: nothing from outside is read with it
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from core.clock import local
from core.domain import require_aware

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE: Final = "application/cap+xml"
_IDENTIFIER: Final = re.compile(r"[^\s,<&]{1,200}")
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_OURS: Final = re.compile(r"nl[\s\-‐-―]?alert", re.IGNORECASE)
_OF_LINES: Final = ("description", "instruction", "note")
"""What may be of several lines; all else is one."""
_KM: Final = 1000.0

Kind = Literal["Alert", "Update", "Cancel"]
Category = Literal["Safety", "Security", "Fire", "Env", "Transport", "Health", "Other"]
CapUrgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
Response = Literal[
    "Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"
]
Point = tuple[float, float]
"""(lat, lon), as everywhere in the product and as CAP writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapArea:
    """CAP-gebied: where a warning holds: outlines (lat, lon), a circle, or a code of the CBS.

    An outline need not be closed; `circle` is a point and a radius in metres.
    """

    name: str
    outlines: tuple[tuple[Point, ...], ...] = ()
    circle: tuple[Point, float] | None = None
    code: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("an area has a name")
        points = [*self.outlines, *([(self.circle[0],)] if self.circle else [])]
        if not all(_on_earth(point) for outline in points for point in outline):
            raise ValueError("a point is (lat, lon) in degrees")
        if any(len(set(outline)) < 3 for outline in self.outlines):
            raise ValueError("an outline has three corners or more")
        if self.circle and self.circle[1] < 0:
            raise ValueError("a radius is no less than 0 m")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapMessage:
    """CAP-bericht: one warning, its correction (Update) or its withdrawal (Cancel).

    Either `public`, or with a `restriction` that says for whom it is. `references` are those of
    the messages that an Update or Cancel goes about (`CapMessage.reference`).
    """

    identifier: str
    sender: str
    sent: datetime
    event: str
    headline: str
    description: str
    instruction: str = ""
    areas: tuple[CapArea, ...] = ()
    kind: Kind = "Alert"
    references: tuple[str, ...] = ()
    public: bool = False
    restriction: str = ""
    exercise: bool = False
    category: Category = "Security"
    response: Response | None = None
    urgency: CapUrgency = "Unknown"
    severity: Severity = "Unknown"
    certainty: Certainty = "Unknown"
    effective: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    web: str = ""
    contact: str = ""
    note: str = ""
    incidents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for moment in (self.sent, self.effective or self.sent, self.expires or self.sent):
            require_aware(moment)
        for name in (self.identifier, self.sender):
            if not _IDENTIFIER.fullmatch(name):
                raise ValueError("an identifier and a sender hold no space, comma, < or &")
        if self.public == bool(self.restriction.strip()):
            raise ValueError("a warning is public, or restricted to somebody")
        if (self.kind == "Alert") == bool(self.references):
            raise ValueError("an update or cancel names what it is about, an alert does not")
        if not (self.event.strip() and self.headline.strip()):
            raise ValueError("a warning says what it is about")
        if _NOT_OURS.search(f"{self.event} {self.headline} {self.sender_name}"):
            raise ValueError("a warning never looks like an NL-Alert")
        if self.web and urlsplit(self.web).scheme not in ("http", "https"):
            raise ValueError("a page has an address")

    @property
    def reference(self) -> str:
        """What a later Update or Cancel names it by."""
        return f"{self.sender},{self.identifier},{_moment(self.sent)}"


def cap_xml(message: CapMessage) -> bytes:
    """The warning as a CAP 1.2 file in UTF-8."""
    alert = ET.Element("alert", xmlns=NAMESPACE)
    _add_all(alert, _envelope(message))
    told = ET.SubElement(alert, "info")
    _add_all(told, _told(message))
    for area in message.areas:
        _add_area(told, area)
    ET.indent(alert)
    written: bytes = ET.tostring(alert, encoding="utf-8", xml_declaration=True)
    return written


def _envelope(message: CapMessage) -> Iterable[tuple[str, str]]:
    """Who says it to whom, in the order that the schema asks."""
    yield "identifier", message.identifier
    yield "sender", message.sender
    yield "sent", _moment(message.sent)
    yield "status", "Exercise" if message.exercise else "Actual"
    yield "msgType", message.kind
    yield "scope", "Public" if message.public else "Restricted"
    yield "restriction", message.restriction
    yield "note", message.note
    yield "references", " ".join(message.references)
    yield "incidents", " ".join(message.incidents)


def _told(message: CapMessage) -> Iterable[tuple[str, str]]:
    """What is the matter, in the order that the schema asks."""
    yield "language", "nl-NL"
    yield "category", message.category
    yield "event", message.event
    yield "responseType", message.response or ""
    yield "urgency", message.urgency
    yield "severity", message.severity
    yield "certainty", message.certainty
    yield "effective", _moment(message.effective) if message.effective else ""
    yield "expires", _moment(message.expires) if message.expires else ""
    yield "senderName", message.sender_name
    yield "headline", message.headline
    yield "description", message.description
    yield "instruction", message.instruction
    yield "web", message.web
    yield "contact", message.contact


def _add_area(parent: ET.Element, area: CapArea) -> None:
    element = ET.SubElement(parent, "area")
    _add_all(element, [("areaDesc", area.name)])
    _add_all(element, [("polygon", _polygon(outline)) for outline in area.outlines])
    if area.circle:
        centre, radius_m = area.circle
        _add_all(element, [("circle", f"{_point(centre)} {radius_m / _KM:.3f}")])
    if area.code:
        code = ET.SubElement(element, "geocode")
        _add_all(code, [("valueName", "CBS-buurt"), ("value", area.code)])


def _add_all(parent: ET.Element, values: Iterable[tuple[str, str]]) -> None:
    """An element for each value that is there."""
    for name, value in values:
        lines = _NOT_XML.sub("", value).strip().splitlines()
        clean = "\n".join(lines) if name in _OF_LINES else " ".join(lines)
        if clean:
            ET.SubElement(parent, name).text = clean


def _polygon(outline: tuple[Point, ...]) -> str:
    """Corners as "lat,lon lat,lon …", the first one again at the end."""
    closed = outline if outline[0] == outline[-1] else (*outline, outline[0])
    return " ".join(map(_point, closed))


def _point(point: Point) -> str:
    return f"{point[0]:.6f},{point[1]:.6f}"


def _on_earth(point: Point) -> bool:
    return -90 <= point[0] <= 90 and -180 <= point[1] <= 180


def _moment(moment: datetime) -> str:
    """On the pilot's clock with its zone (+01:00): CAP allows no Z."""
    return local(moment).isoformat(timespec="seconds")
