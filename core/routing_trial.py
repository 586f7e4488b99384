"""proef met een regel: what the rules would have proposed for the incidents of the last weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.areas import areas_at
from core.domain import Area, Incident, RoutingRule, Triage
from core.routing import Facts, route, telling_stems
from core.store.routing_queries import Happened
from core.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLine:
    """One incident that a rule would have proposed elsewhere."""

    incident: Incident
    before: Triage
    after: Triage
    sent_to: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """proef: of all incidents how many each rule caught, which would go elsewhere, who was right.

    `agreed_before` and `agreed_after`: of those that a person handed over (`sent_count`), how many
    were proposed to the destination that the person chose.
    """

    incident_count: int
    sent_count: int
    agreed_before: int
    agreed_after: int
    caught: dict[int, int] = field(default_factory=dict)
    elsewhere: tuple[TrialLine, ...] = ()


def trial_of(
    happened: Sequence[Happened],
    rules: Sequence[RoutingRule],
    present: Sequence[RoutingRule],
    areas: Sequence[Area],
    topics: Mapping[str, Topic],
) -> Trial:
    """What `rules` would have proposed for what happened, beside what `present` ones would have."""
    caught: dict[int, int] = {rule.id: 0 for rule in rules}
    elsewhere: list[TrialLine] = []
    sent = agreed_before = agreed_after = 0
    for one in happened:
        facts = _facts(one, areas)
        before, after = route(facts, present, topics), route(facts, rules, topics)
        if after.rule_id is not None:
            caught[after.rule_id] = caught.get(after.rule_id, 0) + 1
        if (before.destination, before.team) != (after.destination, after.team):
            elsewhere.append(
                TrialLine(incident=one.incident, before=before, after=after, sent_to=one.sent_to)
            )
        if one.sent_to:
            sent += 1
            agreed_before += before.destination == one.sent_to
            agreed_after += after.destination == one.sent_to
    return Trial(
        incident_count=len(happened),
        sent_count=sent,
        agreed_before=agreed_before,
        agreed_after=agreed_after,
        caught=caught,
        elsewhere=tuple(elsewhere),
    )


def _facts(one: Happened, areas: Sequence[Area]) -> Facts:
    incident = one.incident
    return Facts(
        topic=incident.topic,
        urgency=incident.urgency,
        area_ids=areas_at(incident.location, areas),
        opened_at=incident.opened_at,
        stems=telling_stems(one.texts),
    )


def with_draft(rules: Sequence[RoutingRule], draft: RoutingRule) -> list[RoutingRule]:
    """The rules with a draft in place of the one with its id, or behind them when it is new."""
    if any(rule.id == draft.id for rule in rules):
        return [draft if rule.id == draft.id else rule for rule in rules]
    return [*rules, draft]
