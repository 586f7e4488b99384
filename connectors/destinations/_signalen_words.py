"""Signalen's words for ours: a report made of an incident, and its states as news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from connectors.destinations._refusals import CategoryMissing, PlaceMissing
from connectors.destinations._withdrawing import why
from core.domain import Urgency
from core.errors import AnswerUnreadable
from core.ports import HandOver, News
from core.topics import topics

LONGEST: Final = 3000
LONGEST_EXTRA: Final = 10_000
LONGEST_NOTE: Final = 3000
CATEGORIES: Final = "/signals/v1/public/terms/categories"
NUMBER: Final = "hnm_nummer"
HAND_OVER: Final = "hnm_overdracht"
WITHDRAWN: Final = "Ingetrokken door Het Nieuwe Melden"
CANCELLED, CLOSED, REOPENED = "a", ("o", "s"), "reopened"
ASKED, ANSWERED = "reaction requested", "reaction received"
_CONTENT: Final = "Het Nieuwe Melden"

STATES: Final = {
    "m": ("Gemeld", "received"),
    "i": ("In afwachting van behandeling", "acknowledged"),
    "b": ("In behandeling", "in_progress"),
    "h": ("On hold", "in_progress"),
    "ingepland": ("Ingepland", "in_progress"),
    "ready to send": ("Extern: te verzenden", "in_progress"),
    "sent": ("Extern: verzonden", "in_progress"),
    "send failed": ("Extern: mislukt", "in_progress"),
    "done external": ("Extern: afgehandeld", "in_progress"),  # the municipality closes it itself
    "o": ("Afgehandeld", "done"),
    "a": ("Geannuleerd", "rejected"),
    "s": ("Gesplitst", "in_progress"),  # it goes on as several
    "reopened": ("Heropend", "in_progress"),
    "closure requested": ("Extern: verzoek tot afhandeling", "in_progress"),
    "reopen requested": ("Verzoek tot heropenen", "in_progress"),
    "reaction requested": ("Reactie gevraagd", "question"),
    "reaction received": ("Reactie ontvangen", "in_progress"),
    "forward to external": ("Doorgezet naar extern", "in_progress"),
}
"""Signalen's code of a state: its Dutch name, and what it is to us."""
_BY_NAME: Final = {name: state for name, state in STATES.values()}


def report(hand_over: HandOver, source: str, email: str, *, public: bool) -> dict[str, Any]:
    """The body that makes a report; the public way in takes no priority.

    Raises PlaceMissing, CategoryMissing.
    """
    category = category_url(hand_over)
    text, rest = cut(f"{hand_over.title}\n{hand_over.text}".strip(), LONGEST)
    body: dict[str, Any] = {
        "text": text,
        "text_extra": "\n".join([rest, *_place_in_words(hand_over)]).strip()[:LONGEST_EXTRA],
        "source": source,
        "location": {"geometrie": _point(hand_over)},
        "category": {"category_url": category},
        "reporter": {"email": email or None, "phone": None, "sharing_allowed": False},
        "incident_date_start": hand_over.incident.opened_at.isoformat(),
        "extra_properties": [
            _property(NUMBER, "Nummer in Het Nieuwe Melden", hand_over.number, category),
            _property(HAND_OVER, "Overdracht", str(hand_over.id), category),
        ],
    }
    return body if public else {**body, "priority": {"priority": priority(hand_over)}}


def cut(text: str, longest: int) -> tuple[str, str]:
    """What fits, broken at a space where there is one, and the rest."""
    if len(text) <= longest:
        return text, ""
    end = text.rfind(" ", longest // 2, longest - 1)
    end = end if end > 0 else longest - 1
    return f"{text[:end].rstrip()}…", text[end:].strip()


def priority(hand_over: HandOver) -> str:
    """High only for what is urgent and the municipality's: what is the police's stays theirs."""
    topic = topics().get(hand_over.incident.topic)
    municipal = topic is not None and topic.destination == "handhaving"
    return "high" if municipal and hand_over.incident.urgency is Urgency.URGENT else "normal"


def category_url(hand_over: HandOver) -> str:
    """What an administrator chose for the topic, or what the topic's file says.

    Raises CategoryMissing.
    """
    topic = topics().get(hand_over.incident.topic)
    chosen = hand_over.category or (topic.signalen if topic else "")
    main, _, sub = chosen.partition("/")
    if not (main and sub):
        raise CategoryMissing(topic=hand_over.incident.topic)
    return f"{CATEGORIES}/{main}/sub_categories/{sub}"


def is_this(row: dict[str, Any], hand_over: HandOver) -> bool:
    """True for the report that was made of this very hand-over.

    Its incident's number may be another by now: incidents are merged.
    """
    found = row.get("extra_properties")
    said = {
        part.get("id"): part.get("answer")
        for part in (found if isinstance(found, list) else [])
        if isinstance(part, dict)
    }
    return said.get(HAND_OVER) == str(hand_over.id)


def update(hand_over: HandOver, now_there: dict[str, Any]) -> dict[str, Any] | None:
    """The change that tells what is new; None when it was told already."""
    said = f"Bijwerking {hand_over.revision} (overdracht {hand_over.id}, "
    if _was_noted(now_there, said):
        return None
    text = cut(f"{said}{hand_over.number}).\n{hand_over.text}", LONGEST_NOTE)[0]
    change: dict[str, Any] = {"notes": [{"text": text}]}
    if priority(hand_over) == "high" and _within(now_there, "priority", "priority") != "high":
        change["priority"] = {"priority": "high"}
    state = state_of(now_there)
    if state == ASKED:
        change["status"] = {"state": ANSWERED, "text": text}
    elif state in ("o", CANCELLED) and hand_over.incident.status == "reopened":
        change["status"] = {"state": REOPENED, "text": text}
    return change


def withdrawal(
    hand_over: HandOver, reason: str, now_there: dict[str, Any]
) -> dict[str, Any] | None:
    """The change that takes it back; None when that was done, or they cancelled it themselves.

    What they closed cannot be cancelled any more: then it is said in a note.
    """
    said = f"{WITHDRAWN} (overdracht {hand_over.id}, "
    state = state_of(now_there)
    if state == CANCELLED or _was_noted(now_there, said):
        return None
    text = cut(f"{said}{hand_over.number}). {why(reason)}", LONGEST_NOTE)[0]
    if state in CLOSED:
        return {"notes": [{"text": text}]}
    return {"status": {"state": CANCELLED, "text": text}}


def state_of(row: dict[str, Any]) -> str:
    return str(_within(row, "status", "state") or "")


def news_of(reference: str, row: Any) -> News | None:
    """A row of a report's history as news; None for what is no change of its state.

    The history names the state in Dutch only. Raises AnswerUnreadable.
    """
    if not isinstance(row, dict):
        raise AnswerUnreadable(why="history")
    if row.get("what") != "UPDATE_STATUS":
        return None
    name = str(row.get("action") or "").partition(":")[2].strip()
    text = str(row.get("description") or "").strip()
    state = "withdrawn" if text.startswith(WITHDRAWN) else _BY_NAME.get(name)
    if state is None:
        return None
    return News(
        reference=reference,
        state=state,
        text=(text or name)[:LONGEST_EXTRA],
        at=moment(row.get("when")),
        native_id=f"{reference}:{row.get('identifier')}"[:200],
    )


def moment(text: Any) -> datetime:
    """Raises AnswerUnreadable."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        raise AnswerUnreadable(why="moment") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _point(hand_over: HandOver) -> dict[str, Any]:
    place = hand_over.incident.location
    if place.lat is None or place.lon is None:
        raise PlaceMissing(number=hand_over.number)
    return {"type": "Point", "coordinates": [place.lon, place.lat]}


def _place_in_words(hand_over: HandOver) -> list[str]:
    """The point is only as good as this says."""
    place = hand_over.incident.location
    radius = f"De plek klopt tot op ongeveer {place.radius_m:.0f} m." if place.radius_m else ""
    return [line for line in (radius, f"{_CONTENT}: {hand_over.number}.") if line]


def _property(name: str, label: str, answer: str, category: str) -> dict[str, str]:
    return {"id": name, "label": label, "answer": answer, "category_url": category}


def _was_noted(row: dict[str, Any], beginning: str) -> bool:
    notes = row.get("notes")
    texts = [note.get("text") for note in notes or [] if isinstance(note, dict)]
    texts.append(_within(row, "status", "text"))
    return any(str(text or "").startswith(beginning) for text in texts)


def _within(row: dict[str, Any], *names: str) -> Any:
    found: Any = row
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found
