"""wederkerigheid: what a pilot lets the product say and ask by itself, and in what words.

Nothing is said to residents unless a person, or a rule that a person switched on, says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Final

from core.clock import local
from core.domain import Asking, Incident, TextTemplate, User
from core.emergency import with_emergency_rule
from core.errors import BadInput
from core.i18n import DEFAULT, catalogue
from core.permissions import Action, require
from core.store.unit import Unit
from core.telling import owner_name, place_name
from core.text_templates import automatic_text, fill, values_of
from core.topics import topics

RULES_SET: Final = "reciprocity_set"
RECEIPTS: Final = ("accept", "hand_over")
"""The steps after which residents may hear that their report is in good hands."""

TEXTS: Final = {
    "receipt_accept": "template.receipt_accept",
    "receipt_hand_over": "template.receipt_hand_over",
    "thanks": "template.thanks",
    "takeover": "template.takeover",
    "promise": "template.promise",
    **{f"ask_{kind.value}": f"template.ask_{kind.value}" for kind in Asking if kind != "free"},
}
"""What an administrator may word otherwise, and where the product's own words are."""

MOST_A_DAY: Final = 10
MOST_ENOUGH: Final = 50
LONGEST_OPEN_MIN: Final = 24 * 60
_LONGEST_TEXT: Final = 500
_FIELD: Final = re.compile(r"\{(\w*)\}")
_FIELDS: Final = frozenset({"topic", "place", "destination", "number", "time"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """spelregels: what a pilot lets the product say and ask by itself; at first, nothing.

    `receipts`: the steps after which a receipt leaves by itself; `asks`: the kinds of question a
    topic may be asked; `urgent_police`: also about what is urgent and the police's; quiet hours
    (on the pilot's clock, `quiet_from` until `quiet_until`) and `a_day` hold what leaves by itself.
    `enough` answers of different residents, or `open_min` minutes, end a question; `takes_place`:
    an answer that says where may place the incident. `texts` are an administrator's own words;
    `templates` those chosen among the texts of the pilot, which come before them.
    """

    receipts: tuple[str, ...] = ()
    asks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    urgent_police: bool = False
    quiet_from: str = "22:00"
    quiet_until: str = "07:00"
    a_day: int = 3
    enough: int = 5
    open_min: int = 30
    thanks: bool = True
    takes_place: bool = False
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    templates: tuple[TextTemplate, ...] = ()

    def __post_init__(self) -> None:
        _check(set(self.receipts) <= set(RECEIPTS), "receipts", ",".join(self.receipts))
        _check(1 <= self.a_day <= MOST_A_DAY, "a_day", self.a_day)
        _check(1 <= self.enough <= MOST_ENOUGH, "enough", self.enough)
        _check(1 <= self.open_min <= LONGEST_OPEN_MIN, "open_min", self.open_min)
        for moment in (self.quiet_from, self.quiet_until):
            _check(_time_of(moment) is not None, "quiet", moment)
        for topic, kinds in self.asks.items():
            _check(topic in topics() and set(kinds) <= set(Asking), "asks", topic)
        for name, text in self.texts.items():
            _check(name in TEXTS and _is_sayable(text), "text", name)

    def is_quiet(self, now: datetime) -> bool:
        """True in the hours in which nothing leaves by itself; equal ends are no quiet hours."""
        here = local(now).time()
        begin, end = _time_of(self.quiet_from), _time_of(self.quiet_until)
        if begin is None or end is None or begin == end:
            return False
        return begin <= here < end if begin < end else here >= begin or here < end

    def may_ask(self, topic: str, kind: Asking) -> bool:
        return kind.value in self.asks.get(topic, ())


def rules_of(pilot_id: int, unit: Unit) -> Rules:
    """The rules that hold in a pilot; what cannot be read any more counts as not switched on."""
    stored = unit.reach.rules(pilot_id)
    known = {f.name for f in fields(Rules)} - {"templates"}
    values = {name: value for name, value in stored.items() if name in known}
    values["receipts"] = tuple(values.get("receipts", ()))
    values["asks"] = {topic: tuple(kinds) for topic, kinds in values.get("asks", {}).items()}
    try:
        rules = Rules(**values)
    except (BadInput, TypeError):
        return Rules()
    return replace(rules, templates=tuple(unit.texts.by_itself(pilot_id)))


def set_rules(pilot_id: int, rules: Rules, user: User, unit: Unit) -> None:
    """Puts a pilot's rules in place of what held; audited. Raises NotAllowed."""
    require(user, Action.ADMINISTER)
    before = rules_of(pilot_id, unit)
    kept = {name: text for name, text in rules.texts.items() if text.strip()}
    after = replace(rules, texts=kept)
    unit.reach.set_rules(pilot_id, as_codes(after))
    detail = {"before": as_codes(before), "after": as_codes(after)}
    unit.audit.add(user.login, RULES_SET, "pilot", pilot_id, detail)


def as_codes(rules: Rules) -> dict[str, Any]:
    """The rules as they are stored."""
    plain = asdict(replace(rules, asks={}, texts={}, templates=()))
    del plain["templates"]  # they are kept with the texts
    return {
        **plain,
        "receipts": list(rules.receipts),
        "asks": {topic: list(kinds) for topic, kinds in sorted(rules.asks.items())},
        "texts": dict(rules.texts),
    }


def words_for(name: str, rules: Rules, incident: Incident, **params: str) -> str:
    """The text of that name about an incident: a chosen template, own words, else the product's."""
    template = automatic_text(name, incident.topic, rules.templates)
    if template is not None:
        filled = fill(template.text, values_of(incident, template.language, {}))
        foreign = template.language != DEFAULT  # on its way only the Dutch rule is added
        return with_emergency_rule(filled, template.language) if foreign else filled
    topic = topics().get(incident.topic)
    said = {
        "topic": topic.name_nl.lower() if topic else incident.topic,
        "place": place_name(DEFAULT, incident.location),
        "destination": owner_name(DEFAULT, incident.destination, {}),
        "number": incident.number,
        **params,
    }
    own = rules.texts.get(name) or own_words(name)
    return _FIELD.sub(lambda found: said.get(found[1], ""), own)


def own_words(name: str) -> str:
    """The product's own text of that name, with its fields unfilled."""
    return catalogue(DEFAULT)[TEXTS[name]]


def _is_sayable(text: str) -> bool:
    named = set(_FIELD.findall(text))
    rest = _FIELD.sub("", text)
    return len(text) <= _LONGEST_TEXT and named <= _FIELDS and not {"{", "}"} & set(rest)


def _time_of(text: str) -> time | None:
    if not re.fullmatch(r"[0-2]\d:[0-5]\d", text):
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        return None


def _check(holds: bool, name: str, why: object) -> None:
    if not holds:
        raise BadInput(field=name, why=str(why))
