"""The straight line: what happens to one thing a source says, from the inbox to the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from core import in_chat
from core.answering import (
    Answering,
    addressed,
    answering,
    belongs,
    by_answer,
    file_answer,
    link_of,
    may_place,
    place_said,
)
from core.areas import area_at
from core.assess import Thresholds, assess
from core.audit import SYSTEM
from core.clock import local
from core.domain import (
    Area,
    Assessment,
    Context,
    Event,
    EventKind,
    Group,
    Judgement,
    Location,
    Member,
    Message,
    OpenIncident,
    Pilot,
    Reading,
    Refusal,
    Turn,
    Urgency,
    WantedEvidence,
)
from core.geocoding import wait_for_geocoder
from core.incidents import gather, summarise
from core.locate import locate
from core.ports import Clusterer, Judge, NameFinder, PlaceFinder, SourceCard
from core.privacy.consent import refusal
from core.privacy.erase import erase_message
from core.privacy.pictures import want
from core.privacy.plates import plate_marks
from core.privacy.redact import redact
from core.privacy.vault import Vault
from core.reach import Means, sealed_from
from core.store.unit import Unit
from core.tips.effect import note_answer
from core.topics import Topic
from core.triage import propose
from core.wanted_evidence import suffices
from core.words import rare_words, words

CONTEXT_WINDOW: Final = timedelta(hours=48)
"""A waste pile is talked about again the next evening; the judge weighs a turn by its age."""
MOST_RECENT: Final = 12
"""Turns of the window that the judge is given; it weighs the last few most."""
_WRITTEN: Final = (EventKind.MESSAGE, EventKind.EDIT)
"""The events in which somebody wrote something; who joined or left is no message."""

DISCARDED: Final = "discarded"
KEPT: Final = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """toneel: where a group's messages come from: its pilot, its area, the places known there."""

    pilot: Pilot
    group: Group
    area: Area | None
    areas: tuple[Area, ...]
    places: PlaceFinder
    thresholds: Thresholds
    wanted: Mapping[str, WantedEvidence] = field(default_factory=dict)
    card: SourceCard | None = None
    """What the group's network can do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """gereedschap: what `process` works with."""

    judge: Judge
    names: NameFinder
    clusterer: Clusterer
    vault: Vault
    topics: Mapping[str, Topic]
    outside_url: str = ""
    """Where residents reach the outside door; empty: they get no personal link."""
    link_hours: int = 24


def admit(event: Event, scene: Scene, unit: Unit, tools: Tools) -> bool:
    """True when an event may be read; else it is counted, and nothing of it is kept.

    A revision that comes after a later one was judged says nothing any more, and is not counted.
    """
    if event.kind is EventKind.DELETE or in_chat.is_for_us(event):
        return True
    if event.kind not in _WRITTEN:
        return False
    key = tools.vault.message_key(scene.group.id, event.native_id)
    known = unit.messages.turn(key)
    resident = tools.vault.pseudonym(scene.group.source, event.author)
    day = local(event.sent_at).date()
    reason = refusal(scene.pilot, scene.group, resident, day, unit.consents)
    if reason is None and known is not None and known.erased:
        reason = Refusal.ERASED
    if reason is not None:
        unit.consents.count(scene.group.id, day, reason.value)
    return reason is None and (known is None or known.revision < event.revision)


def process(event: Event, reading: Reading, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """Follows one admitted event to the end; gives the incidents it touched, its own first."""
    key = tools.vault.message_key(scene.group.id, event.native_id)
    if event.kind is EventKind.DELETE:
        return erase_message(key, scene.group.id, scene.areas, unit, by=SYSTEM)
    in_chat.greet(event, scene, unit, tools)
    if in_chat.is_for_us(event):
        return in_chat.obey(event, scene, unit, tools)
    note_answer(event, scene.group, unit)
    thresholds = in_chat.thresholds_for(event, scene.thresholds)
    said = in_chat.without_command(event)
    message = pseudonymise(said, reading, scene, tools)
    earlier = withdraw_revision(message, unit) if event.revision else []
    judgement = tools.judge.judge(reading, context_of(message, unit))
    answer = answering(event, message, scene, unit)
    if answer or assess(judgement, thresholds, scene.pilot.topics, event.told):
        message = storable(message, said, scene, tools)
        judgement = presentable(judgement, message)
    assessments = assess(judgement, thresholds, scene.pilot.topics, event.told)
    if assessments:
        touched = keep(message, assessments, scene, unit, tools, addressed(answer))
        want(event, message.key, unit, tools.vault)
    elif answer is not None:
        touched = keep_answer(message, judgement, answer, scene, unit, tools)
    else:
        touched = discard(message, unit)
    if answer is not None and belongs(answer, touched, reports=bool(assessments)):
        file_answer(answer, message, unit, means_of(scene, tools))
    unit.messages.remember_turn(message, judgement, touched[0] if touched else None)
    for incident_id in set(earlier) - set(touched):
        gather(incident_id, scene.areas, unit)
    return [*touched, *(set(earlier) - set(touched))]


def pseudonymise(event: Event, reading: Reading, scene: Scene, tools: Tools) -> Message:
    """The event as a message: sender replaced, ids keyed; half of them go no further than this."""
    reply_to = event.reply_to
    return Message(
        key=tools.vault.message_key(scene.group.id, event.native_id),
        group=scene.group,
        resident=tools.vault.pseudonym(scene.group.source, event.author),
        sent_at=event.sent_at,
        text=event.text,
        redacted="",
        revision=event.revision,
        reply_to=tools.vault.message_key(scene.group.id, reply_to) if reply_to else None,
        lat=event.lat,
        lon=event.lon,
        embedding=reading.embedding,
        told=event.told,
        direct=event.direct,
    )


def storable(message: Message, event: Event, scene: Scene, tools: Tools) -> Message:
    """The message as it may be kept: personal data taken out of `redacted`, plates marked."""
    return replace(
        message,
        redacted=redact(event.text, tools.names, scene.places),
        plates=plate_marks(event.text, scene.pilot.id, tools.vault),
        sealed_from=_address(event, scene, tools),
    )


def _address(event: Event, scene: Scene, tools: Tools) -> bytes | None:
    """Where the writer can be answered, sealed; nothing where their network cannot be answered."""
    card = scene.card
    if card is None or card.reads_files or not (card.direct or card.replies):
        return None
    return sealed_from(event.native_id, event.author, tools.vault)


def means_of(scene: Scene, tools: Tools) -> Means:
    """What a text to this group's residents needs."""
    cards = {scene.group.source: scene.card} if scene.card else {}
    return Means(cards=cards, vault=tools.vault)


def withdraw_revision(message: Message, unit: Unit) -> list[int]:
    """An edit is judged anew: what the earlier revision said counts no more."""
    incident_ids = unit.messages.incidents_of(message.key)
    unit.messages.unlink(message.key)
    unit.questions.forget_answer(message.key)
    return incident_ids


def presentable(judgement: Judgement, message: Message) -> Judgement:
    """The judgement without grounds that were taken out of the text: a name can decide too."""
    readable = set(words(message.redacted))
    grounds = tuple(
        ground
        for ground in judgement.grounds
        if ground.kind != "word" or readable.issuperset(words(ground.what))
    )
    return replace(judgement, grounds=grounds)


def context_of(message: Message, unit: Unit) -> Context:
    """What the group was just talking about, as judged distributions."""
    turns = unit.messages.recent_turns(message.group.id, message.sent_at, CONTEXT_WINDOW)
    others = [turn for turn in turns if turn.key != message.key]
    return Context(
        recent=tuple(others[-MOST_RECENT:]),
        answered=unit.messages.answered_turn(message.reply_to),
        open_topics=open_topics(others),
        sent_at=message.sent_at,
        resident=message.resident,
    )


def open_topics(turns: Sequence[Turn]) -> dict[str, float]:
    """How the open incidents of these turns are spread over topics (shares that add up to 1)."""
    topics = {turn.incident_id: turn.open_topic for turn in turns if turn.open_topic}
    counts = Counter(topics.values())
    return {topic: count / counts.total() for topic, count in counts.items() if topic}


def discard(message: Message, unit: Unit) -> list[int]:
    """Off-topic: counted per group and day, not stored; nor is what an earlier revision said."""
    unit.consents.count(message.group.id, local(message.sent_at).date(), DISCARDED)
    if message.revision:
        unit.messages.forget_words(message.key)
    return []


def keep(
    message: Message,
    assessments: list[Assessment],
    scene: Scene,
    unit: Unit,
    tools: Tools,
    answer: Answering | None = None,
) -> list[int]:
    """Relevant: stored with the original sealed, and followed for each of its topics."""
    message_id = _store(message, unit, tools)
    return [
        follow(message, message_id, assessment, scene, unit, tools, answer)
        for assessment in assessments
    ]


def keep_answer(
    message: Message,
    judgement: Judgement,
    answer: Answering,
    scene: Scene,
    unit: Unit,
    tools: Tools,
) -> list[int]:
    """An answer to our question is stored though it reports nothing by itself.

    It is no witness to the incident, unless it says where that is and a rule lets it.
    """
    message_id = _store(message, unit, tools)
    if not may_place(answer, unit):
        return []
    said = by_answer(answer, judgement)
    unit.audit.add(SYSTEM, "place_by_answer", "incident", answer.incident.id)
    return [follow(message, message_id, said, scene, unit, tools, answer)]


def _store(message: Message, unit: Unit, tools: Tools) -> int:
    unit.consents.count(message.group.id, local(message.sent_at).date(), KEPT)
    message_id = unit.messages.save(message, tools.vault.seal_original(message.text))
    unit.alerts.mark_plates(message_id, message.plates, message.sent_at)
    return message_id


def follow(
    message: Message,
    message_id: int,
    assessment: Assessment,
    scene: Scene,
    unit: Unit,
    tools: Tools,
    answer: Answering | None = None,
) -> int:
    """Locates, groups and proposes; gives the incident the message now belongs to."""
    location = place_said(answer) or locate(message, scene.places, scene.area, scene.areas)
    link = link_of(answer, assessment) or tools.clusterer.link(
        message, assessment, location, candidates(message, assessment, scene, unit, tools)
    )
    assessment_id = unit.messages.save_assessment(message_id, assessment, location)
    wait_for_geocoder(assessment_id, message.redacted, location, scene.pilot, scene.places, unit)
    incident_id = link.incident_id
    if incident_id is None:
        first = member_of(message, message_id, assessment, location)
        incident_id = open_incident(first, scene, unit, tools)
    unit.incidents.link(incident_id, message_id, assessment_id, link, SYSTEM)
    unit.audit.add(
        SYSTEM,
        "opened" if link.opens else "joined",
        "incident",
        incident_id,
        {"message": message_id, "strength": round(link.strength, 3), "model": assessment.model},
    )
    if not link.opens:
        gather(incident_id, scene.areas, unit)
    return incident_id


def candidates(
    message: Message, assessment: Assessment, scene: Scene, unit: Unit, tools: Tools
) -> list[OpenIncident]:
    """The incidents still open for new messages: how long depends on the topic."""
    hours = max(tools.topics[topic].open_hours for topic in (assessment.topic, *scene.pilot.topics))
    since = message.sent_at - timedelta(hours=hours)
    found = unit.incidents.open_since(scene.pilot.id, since, message.sent_at)
    return found if message.reply_to is None else unit.incidents.answered(message.reply_to, found)


def member_of(
    message: Message, message_id: int, assessment: Assessment, location: Location
) -> Member:
    """The message as a member of the incident that it opens."""
    return Member(
        message_id=message_id,
        key=message.key,
        group_id=message.group.id,
        resident=message.resident,
        sent_at=message.sent_at,
        topic=assessment.topic,
        urgent=assessment.urgency is Urgency.URGENT,
        location=location,
        embedding=message.embedding,
        rare_words=rare_words(message.redacted),
        confidence=assessment.confidence,
        retracts=assessment.retracts,
    )


def open_incident(first: Member, scene: Scene, unit: Unit, tools: Tools) -> int:
    """Opens an incident on its first message, with a proposal of where it should go."""
    summary = summarise([first])
    proposal = propose(scene.pilot.id, summary, [first], scene.areas, tools.topics, unit)
    area_id = area_at(summary.location, scene.areas)
    waits = not suffices(scene.wanted.get(summary.topic), summary)
    return unit.incidents.open(scene.pilot.id, summary, area_id, proposal, waits=waits)
