"""What speaks for and against a message belonging to an open incident, as plain numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from core.areas import metres
from core.domain import NOT_RELEVANT, Assessment, Location, Urgency
from core.profiles import Arrival, Profile, Surroundings
from core.topics import Topic
from core.words import words

GAPS_MIN: Final = (0, 3, 10, 30, 120, 480, 1440, 4320, 10080, 43200)
"""Where the weight of a time gap in one group may bend; between two it runs straight."""
WIDE_GAPS_MIN: Final = (0, 30, 480, 4320, 43200)
"""The same between groups."""
CROSS_NAMES: Final = ("same_topic", "same_street", "near", "shared", "shared_part", "alike", "far")
"""Evidence that weighs otherwise when nobody of this group spoke of the incident yet."""
_STAYS_HOURS: Final = 24.0
_FAR: Final = 2.0
"""So many times what the radii of two places explain, and they are two places."""
_LEAST_SHARE: Final = 0.02
_MOVING: Final = frozenset(
    "richting kant rent rennen rende loopt lopen liep rijdt rijden reed fietst fietste vlucht"
    " vluchtte gevlucht vandoor spurt scheurt heading running going towards ran".split()
)
_BACKWARD: Final = frozenset(
    "ja ook hij zij ze die dat idd inderdaad klopt weer nog al nu update inmiddels zelfde dezelfde"
    " hem m t hun zn hier daar yes same still".split()
)


def may_belong(arrival: Arrival, profile: Profile) -> bool:
    """False for what is not worth weighing: told elsewhere, of another topic, place and words; or
    told elsewhere of another street far away.
    """
    if arrival.message.group.id in profile.seen_in or arrival.message.reply_to in profile.keys:
        return True
    if _is_far_from(arrival, profile):
        return False
    return (
        arrival.assessment.topic == profile.topic
        or arrival.location.street in profile.streets
        or not profile.stems.isdisjoint(arrival.stems)
    )


def _is_far_from(arrival: Arrival, profile: Profile) -> bool:
    """True for two named streets well beyond what their radii explain, of what does not move.

    Two fires of one evening, told in like words in two groups, are two; who splits what is one can
    still be told so, who hides the second fire cannot.
    """
    here = arrival.location
    if not arrival.precise or here.street is None or not profile.streets:
        return False
    if here.street in profile.streets or arrival.message.resident in profile.residents:
        return False
    apart, slack = min(_apart(here, place) for place in profile.places)
    return apart > _FAR * slack and _MOVING.isdisjoint(words(arrival.message.redacted))


def for_joining(
    arrival: Arrival,
    profile: Profile,
    around: Surroundings,
    topics: Mapping[str, Topic],
    rarity: Mapping[str, float],
    rarest: float,
) -> dict[str, float]:
    """The evidence that a message belongs to one incident; a name that is missing counts 0."""
    found = {
        "replies": float(arrival.message.reply_to in profile.keys),
        "size": math.log2(profile.count),
    }
    found |= _resident(arrival, profile, around)
    found |= _urgency(arrival, profile)
    found |= _time(arrival, profile, around, topics)
    found |= _topic(arrival, profile)
    found |= _place(arrival, profile, topics)
    found |= _meaning(arrival, profile)
    found |= _shared(arrival, profile, around, rarity, rarest)
    found |= _ending(arrival, profile, found)
    if "elsewhere" in found:
        found |= {f"elsewhere_{name}": found.get(name, 0.0) for name in CROSS_NAMES}
    return found


def for_opening(arrival: Arrival, around: Surroundings) -> dict[str, float]:
    """The evidence that a message is the first about something."""
    message, assessment = arrival.message, arrival.assessment
    told = words(message.redacted)
    alike = sum(p.topic == assessment.topic for p in around.profiles)
    return {
        "opens": 1.0,
        "opens_place": float(arrival.precise),
        "opens_number": float(arrival.location.house_number is not None),
        "opens_length": math.log2(1 + len(told)),
        "opens_rare": math.log2(1 + len(arrival.stems)),
        "opens_backward": float(bool(told) and told[0] in _BACKWARD),
        "opens_retracts": float(assessment.retracts),
        "opens_answers": float(message.reply_to is not None),
        "opens_urgent": float(assessment.urgency is Urgency.URGENT),
        "opens_doubtful": 1.0 - assessment.confidence,
        "opens_chat": assessment.shares.get(NOT_RELEVANT, 0.0),
        "opens_no_like": float(alike == 0),
        **arrival.first_like,
    }


def _resident(arrival: Arrival, profile: Profile, around: Surroundings) -> dict[str, float]:
    resident = arrival.message.resident
    last = profile.residents.get(resident)
    if last is None:
        return {}
    return {
        "same_resident": 1.0,
        "same_last_resident": float(resident == profile.last_resident),
        "own_latest": float(last >= around.latest_of.get(resident, last)),
    }


def _urgency(arrival: Arrival, profile: Profile) -> dict[str, float]:
    urgent = arrival.assessment.urgency is Urgency.URGENT
    return {
        "both_urgent": float(urgent and profile.urgent),
        "turns_urgent": float(urgent and not profile.urgent),
        "was_urgent": float(profile.urgent and not urgent),
    }


def _time(
    arrival: Arrival, profile: Profile, around: Surroundings, topics: Mapping[str, Topic]
) -> dict[str, float]:
    group_id, now = arrival.message.group.id, arrival.message.sent_at
    last_here = profile.seen_in.get(group_id)
    gap = _minutes(profile.last_at, now)
    open_hours = topics[profile.topic].open_hours if profile.topic in topics else 24.0
    past = math.log2(max(1.0, gap / 60 / open_hours))
    found = {"past_open_hours": past, "slow_gap": _slow(open_hours) * math.log2(1 + gap) / 10}
    if last_here is None:
        return found | _hat("elsewhere", gap, WIDE_GAPS_MIN) | {"elsewhere": 1.0}
    here = _minutes(last_here, now)
    between = sum(
        at > last_here and where == group_id
        for other in around.profiles
        if other.id != profile.id and other.seen_in.get(group_id, last_here) > last_here
        for where, at in other.moments
    )
    return found | {
        **_hat("here", here, GAPS_MIN),
        "latest_here": float(last_here >= around.latest.get(group_id, last_here)),
        "between": math.log2(1 + between),
    }


def _topic(arrival: Arrival, profile: Profile) -> dict[str, float]:
    topic, sure = arrival.assessment.topic, arrival.assessment.confidence
    mine = _relevant_shares(arrival.assessment)
    fit = sum(mine.get(told, 0.0) * share for told, share in profile.shares.items())
    same = topic in (profile.topic, profile.last_topic)
    return {
        "same_topic": float(same),
        "same_topic_sure": sure if same else 0.0,
        "other_topic_sure": 0.0 if same else sure,
        "topics_fit": math.log(max(_LEAST_SHARE, fit)),
    }


def _relevant_shares(assessment: Assessment) -> dict[str, float]:
    """What was judged of each topic, given that the message is relevant."""
    told = assessment.shares or {assessment.topic: 1.0}
    kept = {topic: share for topic, share in told.items() if topic != NOT_RELEVANT}
    total = sum(kept.values()) or 1.0
    return {topic: share / total for topic, share in kept.items()}


def _place(arrival: Arrival, profile: Profile, topics: Mapping[str, Topic]) -> dict[str, float]:
    here = arrival.location
    if not arrival.precise or not profile.places:
        known = {"names_place": float(arrival.precise), "has_place": float(bool(profile.places))}
        return known | _areas_apart(here, profile)
    apart, slack = min(_apart(here, place) for place in profile.places)
    if here.street is not None and here.street in profile.streets:
        numbers = {p.house_number for p in profile.places if p.street == here.street}
        return {
            "same_street": 1.0,
            "same_number": float(here.house_number is not None and here.house_number in numbers),
            "other_number": float(
                here.house_number is not None
                and None not in numbers
                and here.house_number not in numbers
            ),
        }
    moving = not _MOVING.isdisjoint(words(arrival.message.redacted))
    streets = here.street is not None and bool(profile.streets)
    return {
        "other_place": 1.0,
        "other_place_first": _chance(sum(arrival.first_like.values())),
        "other_street": float(streets),
        "other_street_stays": float(streets and _stays(arrival.assessment.topic, topics)),
        "near": float(apart <= slack and not streets),
        "far": math.log2(max(1.0, apart / slack)),
        "moving": float(moving),
    }


def _chance(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-score))


def _stays(topic: str, topics: Mapping[str, Topic]) -> bool:
    """True for what does not walk away: a broken lock, a pile of waste."""
    return topic in topics and topics[topic].open_hours >= _STAYS_HOURS


def _areas_apart(here: Location, profile: Profile) -> dict[str, float]:
    if here.lat is None or profile.around is None:
        return {}
    apart, slack = _apart(here, profile.around)
    return {"areas_apart": math.log2(max(1.0, apart / slack))}


def _meaning(arrival: Arrival, profile: Profile) -> dict[str, float]:
    if not arrival.vector.size or profile.vectors.shape[1:] != arrival.vector.shape:
        return {}
    alike = profile.vectors @ arrival.vector
    return {"alike": float(alike.max()), "alike_last": float(alike[-1])}


def _shared(
    arrival: Arrival,
    profile: Profile,
    around: Surroundings,
    rarity: Mapping[str, float],
    rarest: float,
) -> dict[str, float]:
    both_have = shared_stems(arrival, profile)
    if not both_have:
        return {}
    others = max(1, len(around.profiles) - 1)
    weights = {
        word: rarity.get(word, rarest) * (1 - (around.spread.get(word, 1) - 1) / others)
        for word in both_have
    }
    mine = sum(rarity.get(word, rarest) for word in arrival.stems)
    total = sum(weights.values())
    return {"shared": min(total, 40.0) / 10, "shared_part": total / mine}


def shared_stems(arrival: Arrival, profile: Profile) -> list[str]:
    """The stems that a message has in common with an incident."""
    return sorted(profile.stems & arrival.stems.keys())


def _ending(arrival: Arrival, profile: Profile, found: Mapping[str, float]) -> dict[str, float]:
    """Something taken back or cleared away is over: what comes later is a new event."""
    over = profile.retracted or profile.ended
    if not over or found["replies"]:
        return {"ends": float(arrival.assessment.retracts)}
    gap = _minutes(profile.last_at, arrival.message.sent_at)
    return {
        "after_retraction": float(profile.retracted),
        "after_ending": float(profile.ended),
        "after_end_gap": math.log2(1 + gap) / 10,
        "ends": float(arrival.assessment.retracts),
    }


def _apart(here: Location, there: Location) -> tuple[float, float]:
    """Metres between two places, and how many of them their radii explain."""
    if here.lat is None or here.lon is None or there.lat is None or there.lon is None:
        return math.inf, 1.0
    apart = metres((here.lat, here.lon), (there.lat, there.lon))
    return apart, max(30.0, (here.radius_m or 0.0) + (there.radius_m or 0.0))


def _hat(name: str, minutes: float, knots: tuple[int, ...]) -> dict[str, float]:
    """A gap as shares of the two knots around it, on a logarithmic scale."""
    at = math.log2(1 + minutes)
    marks = _marks(knots)
    if at >= marks[-1]:
        return {f"{name}_{knots[-1]}": 1.0}
    right = next(i for i, mark in enumerate(marks) if mark > at)
    part = (at - marks[right - 1]) / (marks[right] - marks[right - 1])
    return {f"{name}_{knots[right - 1]}": 1 - part, f"{name}_{knots[right]}": part}


@lru_cache
def _marks(knots: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(math.log2(1 + knot) for knot in knots)


def _slow(open_hours: float) -> float:
    return float(open_hours >= 48)


def _minutes(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds() / 60)


JOIN_NAMES: Final = (
    "replies", "size", "same_resident", "same_last_resident", "own_latest",
    "both_urgent", "turns_urgent", "was_urgent",
    *(f"here_{knot}" for knot in GAPS_MIN), "latest_here", "between",
    "elsewhere", *(f"elsewhere_{knot}" for knot in WIDE_GAPS_MIN),
    *(f"elsewhere_{name}" for name in CROSS_NAMES),
    "past_open_hours", "slow_gap",
    "same_topic", "same_topic_sure", "other_topic_sure", "topics_fit",
    "names_place", "has_place", "areas_apart", "same_street", "same_number", "other_number",
    "other_place", "other_place_first", "other_street", "other_street_stays",
    "near", "far", "moving",
    "alike", "alike_last", "shared", "shared_part",
    "ends", "after_retraction", "after_ending", "after_end_gap",
)  # fmt: skip
OPEN_NAMES: Final = (
    "opens", "opens_place", "opens_number", "opens_length", "opens_rare", "opens_backward",
    "opens_retracts", "opens_answers", "opens_urgent", "opens_doubtful", "opens_no_like",
    "opens_words", "opens_meaning", "opens_chat",
)  # fmt: skip
