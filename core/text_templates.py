"""tekstsjablonen: words that staff write once, and that fill themselves in for an incident.

They are a start: who tells or asks changes them and sends. What leaves by itself uses one only
where an administrator chose it, and then as it was worded at that moment.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from core.channel_limits import Limits, bare_limits
from core.domain import TEAM, Incident, TextKind, TextTemplate, User
from core.emergency import RULES, with_emergency_rule, without_emergency_rule
from core.errors import BadInput, ChangedMeanwhile, HNMError, NotFound
from core.i18n import DEFAULT, clock_time, languages, spoken_day, text_of
from core.permissions import Action, require
from core.ports import SourceCard
from core.sending import LONGEST
from core.store.unit import Unit
from core.telling import owner_name, place_name
from core.topics import topics

PLACEHOLDERS: Final[dict[str, int]] = {
    "incident": 100,
    "topic": 30,
    "place": 60,
    "group": 50,
    "team": 50,
    "when": 45,
    "number": 12,
}
"""What a text may leave open, and how long each can become: what is longer ends in an ellipsis."""

AUTOMATIC: Final[dict[str, TextKind]] = {
    "receipt_accept": TextKind.RECEIPT,
    "receipt_hand_over": TextKind.RECEIPT,
    **{
        f"ask_{what}": TextKind.QUESTION
        for what in ("where", "still", "direction", "seen", "plate", "when")
    },
    "thanks": TextKind.THANKS,
}
"""The texts that may leave by themselves, and of which kind each is."""

MOST: Final = 200
_SUBJECT: Final = "text_template"
_LONGEST_NAME: Final = 60
_BRACED: Final = re.compile(r"\{([^{}]*)\}")
_MAY_JOIN: Final = "\u200d\u200c"
"""Invisible, and yet needed: inside emoji, and in Arabic."""


class BadText(HNMError):
    """A text for residents cannot be kept as it is (why, what)."""

    code = "error.bad_text"


def write_text(
    pilot_id: int,
    draft: TextTemplate,
    cards: Mapping[str, SourceCard],
    user: User,
    unit: Unit,
) -> int:
    """Keeps a new text; gives its id. Raises NotAllowed, BadInput, BadText."""
    require(user, Action.WRITE_TEXTS)
    draft = checked(draft, cards)
    if len(unit.texts.all(pilot_id)) >= MOST:
        raise BadInput(field="texts", why=str(MOST))
    template_id = unit.texts.add(pilot_id, draft, user.login)
    unit.audit.add(user.login, "text_written", _SUBJECT, template_id, {"after": codes(draft)})
    return template_id


def change_text(
    draft: TextTemplate, cards: Mapping[str, SourceCard], user: User, unit: Unit
) -> int:
    """Puts a new version in front of the one that was seen (`draft.version`); gives its number.

    What leaves by itself stays as an administrator chose it. Raises NotAllowed, NotFound,
    ChangedMeanwhile, BadInput, BadText.
    """
    require(user, Action.WRITE_TEXTS)
    draft = checked(draft, cards)
    before = _known(draft.id, unit)
    if before.version != draft.version:
        raise ChangedMeanwhile(number=before.name, who=before.by, at=before.at)
    if codes(before) == codes(draft):
        return before.version
    version = unit.texts.change(draft, user.login)
    detail = {"version": version, "before": codes(before), "after": codes(draft)}
    unit.audit.add(user.login, "text_changed", _SUBJECT, draft.id, detail)
    return version


def restore_text(
    template_id: int, version: int, cards: Mapping[str, SourceCard], user: User, unit: Unit
) -> int:
    """An earlier version becomes the newest one again; gives its number. Raises as change_text."""
    now = _known(template_id, unit)
    earlier = unit.texts.version(template_id, version)
    if earlier is None:
        raise NotFound(what="text_template", id=version)
    return change_text(replace(earlier, version=now.version), cards, user, unit)


def withdraw_text(template_id: int, user: User, unit: Unit) -> None:
    """Nobody is offered it any more, and nothing leaves by itself with it. Raises NotFound."""
    require(user, Action.WRITE_TEXTS)
    before = _known(template_id, unit)
    if before.automatic is not None:
        require(user, Action.ADMINISTER)
    unit.texts.set(template_id, withdrawn_at=unit.now, automatic=None, automatic_version=None)
    detail = {"automatic": before.automatic}
    unit.audit.add(user.login, "text_withdrawn", _SUBJECT, template_id, detail)


def bring_back_text(template_id: int, user: User, unit: Unit) -> None:
    """It is offered again, but leaves not by itself. Raises NotFound."""
    require(user, Action.WRITE_TEXTS)
    _known(template_id, unit)
    unit.texts.set(template_id, withdrawn_at=None)
    unit.audit.add(user.login, "text_brought_back", _SUBJECT, template_id)


def use_by_itself(template_id: int, name: str | None, user: User, unit: Unit) -> None:
    """From now on what leaves by itself under `name` is worded so; None: the product's words.

    One for each topic and one for all others: the one before it gives way. Raises NotAllowed,
    NotFound, BadText.
    """
    require(user, Action.ADMINISTER)
    chosen = _known(template_id, unit)
    if name is not None:
        _check_automatic(chosen, name)
        _make_way(chosen, name, unit)
    version = chosen.version if name is not None else None
    unit.texts.set(template_id, automatic=name, automatic_version=version)
    detail = {"before": chosen.automatic, "after": name, "version": version}
    unit.audit.add(user.login, "text_by_itself", _SUBJECT, template_id, detail)


def automatic_text(name: str, topic: str, chosen: Iterable[TextTemplate]) -> TextTemplate | None:
    """The template for what leaves by itself: one for this topic before one for all."""
    found = [
        one for one in chosen if one.automatic == name and (not one.topics or topic in one.topics)
    ]
    return min(found, key=lambda one: not one.topics, default=None)


def offered(
    found: Iterable[TextTemplate],
    kinds: Iterable[TextKind],
    topic: str,
    sources: Iterable[str],
) -> list[TextTemplate]:
    """The texts that fit: of these kinds, about this topic, for one of these channels.

    Those that name the topic come first, then those for one channel, then by name.
    """
    wanted, here = set(kinds), set(sources)
    fitting = [
        one
        for one in found
        if one.withdrawn_at is None
        and one.kind in wanted
        and (not one.topics or topic in one.topics)
        and (not one.sources or here & set(one.sources))
    ]
    return sorted(fitting, key=lambda one: (not one.topics, not one.sources, one.name.casefold()))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders filled in, once: what a value holds stays as it is."""

    def value(found: re.Match[str]) -> str:
        most = PLACEHOLDERS.get(found[1])
        return _short(values.get(found[1], ""), most) if most else found[0]

    return _BRACED.sub(value, text)


def values_of(
    incident: Incident, language: str, people: Mapping[str, str], group: str = ""
) -> dict[str, str]:
    """What the placeholders become for an incident; a colleague is never named.

    `group`: its name when the text goes to one group; otherwise the neighbourhood is meant.
    """
    code = language if language in languages() else DEFAULT
    topic = topics().get(incident.topic)
    about = topic.name(code).lower() if topic else incident.topic
    place = place_name(code, incident.location)
    opened = incident.opened_at
    return {
        "incident": text_of(code, "texts.value_incident", topic=about, place=place),
        "topic": about,
        "place": place,
        "group": group or text_of(code, "texts.value_group"),
        "team": _team(incident, code, people),
        "when": text_of(
            code, "texts.value_when", day=spoken_day(code, opened), time=clock_time(code, opened)
        ),
        "number": incident.number,
    }


def example_values(language: str) -> dict[str, str]:
    """Made-up values, to show a text before there is an incident."""
    code = language if language in languages() else DEFAULT
    names = ("incident", "topic", "place", "group", "team", "when")
    return {name: text_of(code, f"texts.example_{name}") for name in names} | {"number": "HNM-123"}


def checked(draft: TextTemplate, cards: Mapping[str, SourceCard]) -> TextTemplate:
    """The draft as it is kept: tidied, without the 112 rule, which is added on its way.

    Raises BadInput, BadText.
    """
    name = " ".join(draft.name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    for field, unknown in (
        ("topics", set(draft.topics) - set(topics())),
        ("sources", set(draft.sources) - set(cards)),
        ("language", {draft.language} - set(RULES)),
    ):
        if unknown:
            raise BadInput(field=field, why=", ".join(sorted(unknown))[:50])
    text = without_emergency_rule(_tidy(draft.text))
    _check_words(text)
    tidied = replace(draft, name=name, text=text)
    _check_length(tidied, cards)
    return tidied


def longest_form(text: str, language: str) -> str:
    """The text with each placeholder as long as it can become, and the 112 rule."""
    return with_emergency_rule(fill(text, {name: "x" * 500 for name in PLACEHOLDERS}), language)


def limits_for(sources: Sequence[str], cards: Mapping[str, SourceCard]) -> list[Limits]:
    """What these channels carry by their cards; of all channels when none is named."""
    names = sources or [n for n, c in cards.items() if c.group_send or c.direct or c.reads_files]
    return [bare_limits(name, "group", cards.get(name)) for name in names]


def codes(draft: TextTemplate) -> dict[str, Any]:
    """What a version says, as plain values, for the audit and the store."""
    return {
        "name": draft.name,
        "kind": draft.kind.value,
        "topics": list(draft.topics),
        "sources": list(draft.sources),
        "language": draft.language,
        "tone": draft.tone.value,
        "text": draft.text,
    }


def _tidy(text: str) -> str:
    """Line ends alike, no space at line ends, at most one empty line at a time."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _check_words(text: str) -> None:
    if not text:
        raise BadText(why="texts.why_empty", what="")
    odd = next((letter for letter in text if _is_hidden(letter)), None)
    if odd is not None:
        raise BadText(why="texts.why_hidden", what=f"U+{ord(odd):04X}")
    unknown = [name for name in _BRACED.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        raise BadText(why="texts.why_unknown", what=f"{{{unknown[0][:40]}}}")
    if {"{", "}"} & set(_BRACED.sub("", text)):
        raise BadText(why="texts.why_brace", what="{ }")


def _is_hidden(letter: str) -> bool:
    """Control marks, and marks that show nothing or turn a line around."""
    if letter == "\n" or letter in _MAY_JOIN:
        return False
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _check_length(draft: TextTemplate, cards: Mapping[str, SourceCard]) -> None:
    """Filled in and with the rule it must fit; where channels are named, in one post of each."""
    said = longest_form(draft.text, draft.language)
    if len(said) > LONGEST:
        raise BadText(why="texts.why_long", what=f"{len(said)} / {LONGEST}")
    for limits in limits_for(draft.sources, cards) if draft.sources else ():
        length = limits.length(said)
        if length > limits.room:
            card = cards[limits.source]
            raise BadText(
                why="texts.why_long_for", what=f"{card.name_nl}: {length} / {limits.room}"
            )


def _check_automatic(chosen: TextTemplate, name: str) -> None:
    if AUTOMATIC.get(name) is not chosen.kind:
        raise BadText(why="texts.why_other_kind", what=chosen.name)
    if chosen.sources:
        raise BadText(why="texts.why_one_channel", what=chosen.name)
    if chosen.withdrawn_at is not None:
        raise BadText(why="texts.why_withdrawn", what=chosen.name)


def _make_way(chosen: TextTemplate, name: str, unit: Unit) -> None:
    """Those that were chosen for the same name and any of the same topics are so no more."""
    for other in unit.texts.by_itself(unit.texts.pilot_of(chosen.id)):
        same = set(other.topics) & set(chosen.topics) or other.topics == chosen.topics
        if other.id != chosen.id and other.automatic == name and same:
            unit.texts.set(other.id, automatic=None, automatic_version=None)


def _known(template_id: int, unit: Unit) -> TextTemplate:
    found = unit.texts.get(template_id)
    if found is None:
        raise NotFound(what="text_template", id=template_id)
    return found


def _team(incident: Incident, language: str, people: Mapping[str, str]) -> str:
    """Who sees to it: a team or a service, never a colleague by name."""
    if (incident.assignee or "").startswith(TEAM):
        return owner_name(language, incident.assignee, people)
    if incident.destination:
        return owner_name(language, incident.destination, people)
    return text_of(language, "texts.value_team")


def _short(value: str, most: int) -> str:
    """On one line, printable, and not longer than was reckoned with."""
    plain = "".join(letter for letter in value if not _is_hidden(letter) or letter == "\n")
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
