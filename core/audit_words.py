"""The audit log in words: who did or saw what, as a sentence, and what changed by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from core.audit import SYSTEM, AuditEntry
from core.i18n import catalogue, duration, number, percent, text_of
from core.telling import listed, owner_name
from core.topics import Topic

_LONGEST_KEY: Final = 8
"""So much of a message's keyed id is enough to see that two entries are about the same one."""
_MOST_VALUES: Final = 12
_SHARES: Final = ("relevant", "urgent", "sure", "second_topic")
"""Thresholds: said as their sliders show them."""
_FOLLOWS: Final = ("lat", "lon", "radius_m")
"""What an area's outline makes of itself."""
_TERMS: Final = ("service_times_set", "service_times_undone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """namen: what ids are called: people by login, subjects by kind and id, topics by their own."""

    people: Mapping[str, str] = field(default_factory=dict)
    subjects: Mapping[tuple[str, str], str] = field(default_factory=dict)
    topics: Mapping[str, Topic] = field(default_factory=dict)


def sentence(language: str, entry: AuditEntry, names: Names) -> str:
    """As "Dora Vos nam HNM-12 aan"; what has no sentence of its own still says who and what."""
    params = {
        "who": who(language, entry.actor, names),
        "about": about(language, entry, names),
        "to": _to(language, entry, names),
        "other": _other(entry),
        "message": entry.detail.get("message", ""),
    }
    key = f"said.{entry.action}"
    if key in catalogue(language):
        said = text_of(language, key, **params)
    else:
        said = text_of(language, "said.other", **params, what=action_words(language, entry.action))
    return said[:1].upper() + said[1:]


def action_words(language: str, action: str) -> str:
    """An action in a few words, for a list to choose from."""
    words = catalogue(language)
    if f"audit.{action}" in words:
        return words[f"audit.{action}"]
    if f"said.{action}" in words:
        gap = dict.fromkeys(("who", "about", "to", "other", "message"), "…")
        return words[f"said.{action}"].format(**gap)
    return action.replace("_", " ")


def who(language: str, actor: str, names: Names) -> str:
    if actor == SYSTEM:
        return text_of(language, "audit_search.system")
    if not actor:
        return text_of(language, "audit_search.somebody")
    return names.people.get(actor) or _resident_or(language, actor)


def about(language: str, entry: AuditEntry, names: Names) -> str:
    """What an entry is about: "HNM-12", a group's name, a resident's pseudonym."""
    kind, subject = entry.subject_kind, entry.subject_id
    if kind == "incident":
        return f"HNM-{subject}"
    if named := names.subjects.get((kind, subject)):
        return named
    if kind == "resident":
        return _resident_or(language, subject)
    if kind == "retention":
        key = f"retention.{subject}"
        return f"“{text_of(language, key).lower()}”" if key in catalogue(language) else subject
    key = f"what.{kind}"
    called = text_of(language, key) if key in catalogue(language) else kind.replace("_", " ")
    return f"{called} {subject[:_LONGEST_KEY] if kind == 'message' else subject}"


def change_line(language: str, entry: AuditEntry, names: Names) -> str:
    """What was before and after; empty where nothing changed that can be said in words."""
    before, after = entry.detail.get("before"), entry.detail.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        return "; ".join(_changes(language, entry, names))
    if before is None and isinstance(after, dict):
        return "; ".join(_made(language, after, names))
    if before is None and after is None:
        return "; ".join(_counted(language, entry.detail))
    return f"{_value(language, before, names)} → {_value(language, after, names)}"


def _changes(language: str, entry: AuditEntry, names: Names) -> Iterator[str]:
    before, after = entry.detail["before"], entry.detail["after"]
    for name in after:
        if before.get(name) != after[name] and name not in _FOLLOWS:
            label, said = _label(language, name, names), _said_as(entry, name)
            was, now = (said(language, one.get(name), names) for one in (before, after))
            yield f"{label}: {was} → {now}" if label else f"{was} → {now}"


def _made(language: str, after: Mapping[str, Any], names: Names) -> Iterator[str]:
    """What something new is, as far as its fields have a name."""
    for name, value in after.items():
        label = _label(language, name, names)
        if label and not isinstance(value, list | dict):
            yield f"{label}: {_value(language, value, names)}"


def _label(language: str, name: str, names: Names) -> str:
    key = f"audit_search.field_{name}"
    if key in catalogue(language):
        return text_of(language, key)
    return names.topics[name].name(language) if name in names.topics else ""


def _said_as(entry: AuditEntry, name: str) -> Callable[[str, Any, Names], str]:
    if entry.action in _TERMS:
        return _terms
    return _share if name in _SHARES else _value


def _counted(language: str, detail: Mapping[str, Any]) -> Iterator[str]:
    """Figures that an entry holds: how many were new, erased, found broken."""
    for name, value in detail.items():
        key = f"audit_search.field_{name}"
        if key in catalogue(language) and isinstance(value, int | float | str):
            yield f"{text_of(language, key)}: {_value(language, value, Names())}"


def _value(language: str, value: Any, names: Names) -> str:
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return text_of(language, "admin.yes" if value else "admin.no")
    if isinstance(value, int | float):
        return number(language, value, 0 if float(value).is_integer() else 2)
    if isinstance(value, list) and isinstance(value[0], list):
        return "…"  # an outline
    if isinstance(value, list):
        return listed(language, [_value(language, one, names) for one in value[:_MOST_VALUES]])
    return _word(language, str(value), names) if isinstance(value, str) else "…"


def _share(language: str, value: Any, names: Names) -> str:
    is_share = isinstance(value, int | float)
    return percent(language, value) if is_share else _value(language, value, names)


def _terms(language: str, value: Any, names: Names) -> str:
    """Minutes to decide and minutes to tell."""
    if not isinstance(value, list):
        return _value(language, value, names)
    return " / ".join(duration(language, 60 * minutes) for minutes in value)


def _word(language: str, value: str, names: Names) -> str:
    if value in names.topics:
        return names.topics[value].name(language).lower()
    if value.startswith(("user:", "team:", "account:")):
        return owner_name(language, value, names.people)
    named = (f"role.{value}", f"status.{value}", f"destination.{value}")
    for key in (*named, f"card.kind_{value}", f"drawing.kind_{value}", f"texts.kind_{value}"):
        if key in catalogue(language):
            return text_of(language, key).lower()
    return value


def _to(language: str, entry: AuditEntry, names: Names) -> str:
    after = entry.detail.get("after")
    target = after.get("assignee") or after.get("destination") if isinstance(after, dict) else None
    return owner_name(language, target, names.people)


def _other(entry: AuditEntry) -> str:
    number_of = next((entry.detail[n] for n in ("other", "into", "from") if n in entry.detail), "?")
    return f"HNM-{number_of}"


def _resident_or(language: str, actor: str) -> str:
    """A pseudonym as such; a login of somebody who is no longer there as it was."""
    if len(actor) == 13 and actor.startswith("r"):
        return text_of(language, "audit_search.resident", pseudonym=actor)
    return actor
