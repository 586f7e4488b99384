"""What a destination outside is told of an incident, and how a hand-over stands, in words.

What leaves is Dutch, made of the incident's own fields and of what staff typed: never of what
residents wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from core.domain import Incident, PlaceKind, Urgency
from core.errors import BadSetting, HNMError
from core.i18n import DEFAULT, catalogue, counted, moment, text_of
from core.ports import DestinationCard
from core.telling import place_line, place_name
from core.topics import Topic

_MARKED: Final = ("kind", "lat", "lon", "radius_m", "street", "house_number", "name")


def mark_of(incident: Incident) -> str:
    """Stands for what a destination must know anew when it changes: topic, urgency, place."""
    place = [getattr(incident.location, name) for name in _MARKED]
    known = [incident.topic, incident.urgency.value, *place]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()


def title_of(incident: Incident, card: DestinationCard, topics: Mapping[str, Topic]) -> str:
    """One line: "SPOED: Inbraak, Bostonsingel 36"; of the card's fields only."""
    parts = [topics[incident.topic].name_nl] if "topic" in card.fields else []
    if "location" in card.fields:
        parts.append(place_name(DEFAULT, incident.location))
    line = ", ".join(parts) or incident.number
    is_urgent = "urgency" in card.fields and incident.urgency is Urgency.URGENT
    return text_of(DEFAULT, "outside.urgent_title", title=line) if is_urgent else line


def text_for(
    incident: Incident,
    card: DestinationCard,
    topics: Mapping[str, Topic],
    *,
    note: str = "",
    answer_url: str = "",
) -> str:
    """The whole report, a line a subject; of the card's fields only."""
    lines = [
        text_of(DEFAULT, f"outside.line_{name}", what=say(incident, topics))
        for name, say in _LINES.items()
        if name in card.fields and say(incident, topics)
    ]
    if note:
        lines.append(text_of(DEFAULT, "outside.line_note", what=note))
    if answer_url:
        lines += ["", text_of(DEFAULT, "outside.answer_here"), answer_url]
        if "urgency" in card.fields and incident.urgency is Urgency.URGENT:
            lines += ["", text_of(DEFAULT, "outside.acknowledge_first")]
    return "\n".join(lines)


def copy_text(incident: Incident, topics: Mapping[str, Topic]) -> str:
    """The report to be read out, or copied into another system by hand."""
    lines = [
        text_of(DEFAULT, f"outside.line_{name}", what=say(incident, topics))
        for name, say in _LINES.items()
        if name != "title" and say(incident, topics)
    ]
    return "\n".join(lines)


def typed_fields(incident: Incident, topics: Mapping[str, Topic]) -> list[str]:
    """What somebody would type over into another system's form: a field each, no more than that."""
    where = (
        ""
        if incident.location.kind is PlaceKind.UNKNOWN
        else place_name(DEFAULT, incident.location)
    )
    fields = [
        topics[incident.topic].name_nl,
        _urgency(incident, topics),
        where,
        moment(DEFAULT, incident.opened_at),
        incident.title or "",
    ]
    return [field for field in fields if field]


def _where(incident: Incident, topics: Mapping[str, Topic]) -> str:
    return place_line(DEFAULT, incident.location)


def _point(incident: Incident) -> str:
    place = incident.location
    return "" if place.lat is None else f"{place.lat:.5f}, {place.lon:.5f}"


def _urgency(incident: Incident, topics: Mapping[str, Topic]) -> str:
    return text_of(DEFAULT, f"outside.urgency_{incident.urgency.value}")


_LINES: Final[dict[str, Callable[[Incident, Mapping[str, Topic]], str]]] = {
    "number": lambda incident, topics: incident.number,
    "topic": lambda incident, topics: topics[incident.topic].name_nl,
    "urgency": _urgency,
    "title": lambda incident, topics: incident.title or "",
    "location": lambda incident, topics: "\n".join(
        part for part in (_where(incident, topics), _point(incident)) if part
    ),
    "opened_at": lambda incident, topics: moment(DEFAULT, incident.opened_at),
    "last_message_at": lambda incident, topics: moment(DEFAULT, incident.last_message_at),
    "resident_count": lambda incident, topics: counted(
        DEFAULT, "count.residents", incident.resident_count
    ),
    "message_count": lambda incident, topics: counted(
        DEFAULT, "count.messages", incident.message_count
    ),
}


def state_line(language: str, row: Any, name: str) -> str:
    """How a hand-over stands: "Signalen SIG-12: in behandeling"."""
    called = f"{name} {row.reference}" if row.reference else name
    return f"{called}: {text_of(language, f'outside.state_{row.state}')}"


def failure_of(error: Exception) -> str:
    """A failure as it is kept: its code, and why in the destination's own words if it said so."""
    if not isinstance(error, HNMError):
        return type(error).__name__
    why = str(error.params.get("why", ""))
    return f"{error.code}|{why}" if why else error.code


def failure_line(language: str, kept: str) -> str:
    """A failure that was kept, as a sentence."""
    code, _, why = kept.partition("|")
    if code not in catalogue(language):
        return kept
    if code == BadSetting.code and not why:  # which setting it was is not kept
        return text_of(language, "error.bad_setting_somewhere")
    return catalogue(language)[code].format_map(defaultdict(str, why=why))
