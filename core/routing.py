"""toewijzingsregels: an administrator says who should get what; a person still decides.

Rules are asked in their order and the first that fits counts; when none does, an incident is
proposed to whom its topic belongs, and what is urgent to the police.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from core.areas import areas_at
from core.clock import local
from core.domain import TEAM, Area, Location, Member, RoutingRule, Triage, Urgency, User
from core.errors import BadInput, NotFound
from core.permissions import Action, require
from core.topics import Topic
from core.words import rare_words, stem, words

if TYPE_CHECKING:  # the store keeps rules, so it comes later
    from core.store.unit import Unit

POLICE: Final = "police_team"
MOST_RULES: Final = 100
_LONGEST_NAME: Final = 80
_MOST_WORDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """feiten: what a rule looks at; `area_ids`: its area and every area around that."""

    topic: str
    urgency: Urgency
    area_ids: frozenset[int]
    opened_at: datetime
    stems: frozenset[str] = frozenset()


def route(facts: Facts, rules: Iterable[RoutingRule], topics: Mapping[str, Topic]) -> Triage:
    """Who should get an incident: by the first rule that fits, else by its topic and urgency."""
    usual = POLICE if facts.urgency is Urgency.URGENT else topics[facts.topic].destination
    for rule in rules:
        if rule.enabled and fits(rule, facts):
            destination = usual if rule.team else rule.target
            return Triage(destination=destination, team=rule.team, rule_id=rule.id)
    return Triage(destination=usual)


def fits(rule: RoutingRule, facts: Facts) -> bool:
    at = local(facts.opened_at)
    return (
        (not rule.topics or facts.topic in rule.topics)
        and (not rule.area_ids or bool(facts.area_ids & set(rule.area_ids)))
        and (rule.urgency is None or facts.urgency is rule.urgency)
        and (not rule.weekdays or at.weekday() in rule.weekdays)
        and _is_between(at.time(), rule.from_time, rule.until_time)
        and (not rule.words or bool(facts.stems & stems(rule.words)))
    )


def _is_between(at: time, start: time | None, end: time | None) -> bool:
    """Equal ends are the whole day; an end before the start lies after midnight."""
    start, end = start or time.min, end or time.min
    if start == end:
        return True
    return start <= at < end if start < end else at >= start or at < end


def stems(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts as a rule compares them: fietsen, fietsje and fiets are one."""
    return frozenset(stem(word) for text in texts for word in words(text))


def telling_stems(texts: Iterable[str]) -> frozenset[str]:
    """The stems of what may tell one event from another: what an incident keeps of its messages."""
    return stems(word for text in texts for word in rare_words(text))


def words_of(members: Sequence[Member]) -> frozenset[str]:
    return stems(word for member in members for word in member.rare_words)


def route_of(pilot_id: int, facts: Facts, topics: Mapping[str, Topic], unit: Unit) -> Triage:
    """By the rules of a pilot as they are now."""
    return route(facts, unit.routing.rules(pilot_id), topics)


def facts_of(
    topic: str,
    urgency: Urgency,
    location: Location,
    opened_at: datetime,
    members: Sequence[Member],
    areas: Sequence[Area],
) -> Facts:
    """What rules look at, of an incident with these members."""
    return Facts(
        topic=topic,
        urgency=urgency,
        area_ids=areas_at(location, areas),
        opened_at=opened_at,
        stems=words_of(members),
    )


def add_rule(pilot_id: int, rule: RoutingRule, user: User, unit: Unit) -> int:
    """Adds a rule behind the others; gives its id. Raises NotAllowed, BadInput."""
    require(user, Action.ADMINISTER)
    _check(rule)
    if len(unit.routing.rules(pilot_id)) >= MOST_RULES:
        raise BadInput(field="rules", why=str(MOST_RULES))
    rule_id = unit.routing.add(pilot_id, rule, user.login)
    unit.audit.add(user.login, "rule_added", "routing_rule", rule_id, codes(rule))
    return rule_id


def change_rule(rule: RoutingRule, user: User, unit: Unit) -> None:
    """Puts a rule in place of the one with its id. Raises NotAllowed, NotFound, BadInput."""
    require(user, Action.ADMINISTER)
    _check(rule)
    before = _known(rule.id, unit)
    unit.routing.change(rule, user.login)
    detail = {"before": codes(before), "after": codes(rule)}
    unit.audit.add(user.login, "rule_changed", "routing_rule", rule.id, detail)


def remove_rule(rule_id: int, user: User, unit: Unit) -> None:
    """Takes a rule away; what it proposed stays until something changes. Raises NotFound."""
    require(user, Action.ADMINISTER)
    before = _known(rule_id, unit)
    unit.routing.remove(rule_id)
    unit.audit.add(user.login, "rule_removed", "routing_rule", rule_id, codes(before))


def move_rule(rule_id: int, by: int, user: User, unit: Unit) -> None:
    """Asks a rule so many places earlier (negative) or later. Raises NotFound."""
    require(user, Action.ADMINISTER)
    _known(rule_id, unit)
    unit.routing.move(rule_id, by)
    unit.audit.add(user.login, "rule_moved", "routing_rule", rule_id, {"by": by})


def codes(rule: RoutingRule) -> dict[str, Any]:
    """A rule as plain values, for the audit."""
    values = asdict(rule)
    for name in ("from_time", "until_time"):
        values[name] = values[name].isoformat("minutes") if values[name] else None
    values["urgency"] = rule.urgency.value if rule.urgency else None
    return values


def _known(rule_id: int, unit: Unit) -> RoutingRule:
    rule: RoutingRule | None = unit.routing.get(rule_id)
    if rule is None:
        raise NotFound(what="rule", id=rule_id)
    return rule


def _check(rule: RoutingRule) -> None:
    name = rule.name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    if not rule.target.removeprefix(TEAM).strip():
        raise BadInput(field="target", why="")
    if len(rule.words) > _MOST_WORDS:
        raise BadInput(field="words", why="wrong.many", most=_MOST_WORDS)
    for word in rule.words:
        if any(one not in rare_words(word) for one in words(word)) or not words(word):
            raise BadInput(field="words", why="wrong.everyday", word=word[:50])
