"""In words: where, why together, on what grounds, what happened; one line each, in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.audit import SYSTEM, AuditEntry
from core.domain import Ground, Location, PlaceKind, Reason, Status
from core.i18n import catalogue, counted, number, percent, text_of
from core.status import Step
from core.topics import Topic

_PLAIN: Final = {"message": "message", "to": "name"}
"""What a line may say as the entry holds it: a message, an account outside."""
_VAGUE: Final = frozenset({PlaceKind.AREA, PlaceKind.GROUP_AREA})


def place_name(language: str, location: Location) -> str:
    """Where, as briefly as can be: "Bostonsingel 36", "ergens in Hoge Veld"."""
    if location.street:
        house = f" {location.house_number}" if location.house_number else ""
        return f"{location.street}{house}"
    if location.kind is PlaceKind.UNKNOWN or not location.name:
        return text_of(language, "place.unknown")
    if location.kind in _VAGUE:
        return text_of(language, "place.somewhere_in", name=location.name)
    return location.name


def place_line(language: str, location: Location) -> str:
    """Where, on what evidence, and how sure: "Bostonsingel 36, uit de tekst, ± 60 m"."""
    evidence = text_of(language, f"place.evidence.{location.kind.value}")
    line = f"{place_name(language, location)}, {evidence}"
    radius_m = location.radius_m
    return line if radius_m is None else f"{line}, ± {distance(language, radius_m)}"


def distance(language: str, metres: float) -> str:
    """A distance as precise as it deserves: "60 m", "1,2 km"."""
    if metres >= 1000:
        return f"{number(language, metres / 1000, 1)} km"
    step = 10 if metres >= 20 else 5
    return f"{number(language, max(step, round(metres / step) * step))} m"


def reason_line(language: str, reason: Reason, topics: Mapping[str, Topic]) -> str:
    """Why a message belongs to its incident; an unknown kind says no more than that it does."""
    what = reason.what
    if reason.kind == "same_topic" and what in topics:
        what = topics[what].name(language).lower()
    key = f"reason.{reason.kind}"
    return text_of(language, key if key in catalogue(language) else "reason.together", what=what)


def grounds_line(
    language: str, topic: str, grounds: Sequence[Ground], topics: Mapping[str, Topic]
) -> str:
    """In one sentence which words and what else of the talk made a message be about its topic."""
    quoted = [f"“{ground.what}”" for ground in grounds if ground.kind == "word"]
    parts = [text_of(language, "ground.words", words=listed(language, quoted))] if quoted else []
    for ground in grounds:
        if ground.kind != "word":
            about = _topic_name(language, ground.what, topics)
            parts.append(text_of(language, f"ground.{ground.kind}", what=about))
    why = listed(language, parts) or text_of(language, "ground.none")
    return text_of(language, "ground.judged", topic=_topic_name(language, topic, topics), why=why)


def listed(language: str, parts: Sequence[str]) -> str:
    """Parts of a sentence: "a", "a en b", "a, b en c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {text_of(language, 'ground.and')} {parts[-1]}"


def _topic_name(language: str, topic: str, topics: Mapping[str, Topic]) -> str:
    return topics[topic].name(language).lower() if topic in topics else topic


def owner_name(language: str, owner: str | None, people: Mapping[str, str]) -> str:
    """The name behind "user:<login>", "team:<name>", "account:<id>" or a destination's id.

    An account's own name stands in `people` under all of "account:<id>".
    """
    if not owner:
        return text_of(language, "history.nobody")
    kind, _, name = owner.rpartition(":")
    if kind == "account":
        return people.get(owner) or text_of(language, "outside.partner")
    if kind == "user":
        return people.get(name, name)
    return _or(language, f"destination.{name}", name)


def actor_name(language: str, login: str, people: Mapping[str, str]) -> str:
    return text_of(language, "history.system") if login == SYSTEM else people.get(login, login)


def history_line(
    language: str, entry: AuditEntry, topics: Mapping[str, Topic], people: Mapping[str, str]
) -> str:
    """What happened, in words; who and when stand beside it."""
    params = _history_params(language, entry, topics, people)
    key = f"history.{entry.action}"
    line = text_of(language, key, **params) if key in catalogue(language) else entry.action
    return f"{line}: “{entry.reason}”" if entry.reason else line


def _history_params(
    language: str, entry: AuditEntry, topics: Mapping[str, Topic], people: Mapping[str, str]
) -> dict[str, Any]:
    before, after = entry.detail.get("before", {}), entry.detail.get("after", {})
    match entry.action:
        case Step.SET_TOPIC:
            named = {id: topic.name(language) for id, topic in topics.items()}
            old, new = before.get("topic", ""), after.get("topic", "")
            return {"before": named.get(old, old), "after": named.get(new, new)}
        case Step.SET_URGENCY:
            return {"after": text_of(language, urgency_key(bool(after.get("urgent"))))}
        case Step.ASSIGN | Step.TAKE_ON | Step.CLAIM:
            return {"to": owner_name(language, after.get("assignee"), people)}
        case Step.HAND_OVER:
            return {"to": owner_name(language, after.get("destination"), people)}
        case Step.TELL | Step.ASK:
            return {
                "groups": counted(language, "count.groups", len(entry.detail.get("groups", ())))
            }
        case Step.SET_TITLE:
            return {"after": after.get("title", "")}
        case Step.MERGE | Step.SPLIT | Step.MOVE:
            return {"other": f"HNM-{entry.detail.get('other')}"}
        case "merged_into" | "split_from" | "moved_here":
            other = entry.detail.get("into", entry.detail.get("from"))
            return {"other": f"HNM-{other}"}
        case "joined" | "opened":
            return {"strength": percent(language, float(entry.detail.get("strength", 0.0)))}
    return {name: entry.detail.get(key, "") for name, key in _PLAIN.items()}


def urgency_key(urgent: bool) -> str:
    return "urgency.urgent" if urgent else "urgency.not_urgent"


def status_name(language: str, status: Status) -> str:
    return text_of(language, f"status.{status.value}")


def _or(language: str, key: str, otherwise: str) -> str:
    return text_of(language, key) if key in catalogue(language) else otherwise
