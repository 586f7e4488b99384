"""The words of the house as frozen types; docs/glossary.md explains each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final, Literal

TEAM: Final = "team:"
"""Before the name of a team, where an owner or a target may be a person or a destination too."""

NOT_RELEVANT = "geen"
"""What the model answers for a message that reports nothing; never a topic of an incident."""

TOLD: Final = frozenset({"shared_at", "called", "topic", "urgency"})
"""What a source may say of a message in codes: when its writer chose to share it with the
municipality; which number was called ("112", "0900-8844"), and what who answered made of it."""

_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps as text: a message holding one could never be followed to the end."""


class EventKind(StrEnum):
    """soort gebeurtenis: what a source can say happened in a group."""

    MESSAGE = "message"
    EDIT = "edit"
    DELETE = "delete"
    JOIN = "join"
    LEAVE = "leave"
    COMMAND = "command"
    CONSENT = "consent"
    GROUP_RENAMED = "group_renamed"
    GROUP_MOVED = "group_moved"
    DELIVERY = "delivery"


class Urgency(StrEnum):
    """spoed of geen spoed: for routing; never a promise that nobody need call 112."""

    URGENT = "urgent"
    NOT_URGENT = "not_urgent"

    @classmethod
    def of(cls, urgent: bool) -> Urgency:
        return cls.URGENT if urgent else cls.NOT_URGENT


class Status(StrEnum):
    """status: where an incident stands."""

    NEW = "new"
    ACCEPTED = "accepted"
    HANDED_OVER = "handed_over"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    REJECTED = "rejected"
    REOPENED = "reopened"

    @property
    def is_open(self) -> bool:
        return self not in (Status.CLOSED, Status.REJECTED)


_WITH_US: Final = frozenset({Status.NEW, Status.REOPENED, Status.ACCEPTED})
"""Where an incident stands that was passed on to nobody."""


class PlaceKind(StrEnum):
    """soort plaats: what a location rests on."""

    SHARED = "shared"  # the resident sent a position
    ADDRESS = "address"
    CROSSING = "crossing"
    STREET = "street"
    LANDMARK = "landmark"
    AREA = "area"
    GROUP_AREA = "group_area"  # nothing named: the area of the group
    UNKNOWN = "unknown"


class Refusal(StrEnum):
    """weigering: why a message was counted and dropped unread."""

    NO_CONSENT = "no_consent"
    STOPPED = "stopped"
    OUTSIDE_PERIOD = "outside_period"
    ERASED = "erased"


class Role(StrEnum):
    """rol: what somebody who signs in comes to do."""

    DISPATCHER = "dispatcher"
    COMMUNITY_OFFICER = "community_officer"
    ENFORCEMENT_OFFICER = "enforcement_officer"
    PROJECT_LEAD = "project_lead"
    RESEARCHER = "researcher"
    ADMINISTRATOR = "administrator"
    WATCH_TEAM = "watch_team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """gebeurtenis: one thing a source says happened in a group, in the source's own ids.

    `author` is the source's own id of the person; it lives only in memory and in the sealed inbox.
    """

    kind: EventKind
    native_id: str
    author: str
    sent_at: datetime
    text: str = ""
    revision: int = 0
    reply_to: str | None = None
    lat: float | None = None
    lon: float | None = None
    media_count: int = 0
    picture: str = ""
    """Where the network has the picture that came with it, in the network's own words."""
    direct: bool = False
    """Written to us alone, not in a group."""
    told: dict[str, str] = field(default_factory=dict)
    """What the source says of it in codes, beside the words: see `TOLD`."""

    def __post_init__(self) -> None:
        if not self.native_id:
            raise ValueError("an event needs the source's own id")
        require_aware(self.sent_at)
        if set(self.told) - TOLD:
            raise ValueError("a source tells only what is named in TOLD")
        object.__setattr__(self, "text", _UNSTORABLE.sub("", self.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """proeftuin: a period, an area, topics and groups; outside its period nothing is followed."""

    id: int
    name: str
    starts_on: date
    ends_on: date | None
    topics: tuple[str, ...]
    geocode_town: str | None = None
    """The town in which a geocoder looks for streets that the pilot does not know; None: none."""
    keep_days: int = 90
    """How long after the last day what residents wrote is kept."""

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """gebied: a wijk (district), a buurt (neighbourhood) or an administrator's own outline."""

    id: int
    name: str
    kind: Literal["district", "neighbourhood", "own"]
    lat: float
    lon: float
    radius_m: float
    outline: tuple[tuple[float, float], ...] = ()
    code: str | None = None
    further: tuple[tuple[tuple[float, float], ...], ...] = ()
    """The outlines of its other parts, when it is made of several."""

    @property
    def outlines(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        return (self.outline, *self.further) if self.outline else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """buurtgroep: one neighbourhood group in one source, or an open source (public_posts)."""

    id: int
    pilot_id: int
    source: str
    native_id: str
    name: str
    area_id: int | None
    is_open_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """grond: one thing that decided a judgement: a word, the context, the message answered."""

    kind: Literal["word", "context", "reply", "open_incident", "rule", "noted"]
    what: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """lezing: what the words of one message say alone, before its conversation is looked at."""

    embedding: tuple[float, ...]
    topics: dict[str, float]
    urgent: float
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """beurt: what its conversation remembers of a message: a judged distribution, no words."""

    key: str
    sent_at: datetime
    resident: str
    topics: dict[str, float]
    urgent: float
    incident_id: int | None = None
    open_topic: str | None = None
    """The topic of its incident, while that is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """context: a group's last turns (newest last), the one answered, its open incidents' topics.

    `sent_at` and `resident` are those of the message that is judged in this context.
    """

    recent: tuple[Turn, ...] = ()
    answered: Turn | None = None
    open_topics: dict[str, float] = field(default_factory=dict)
    sent_at: datetime | None = None
    resident: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """oordeel: the model's calibrated answer: a probability for each topic ("geen" included)."""

    topics: dict[str, float]
    urgent: float
    retracts: float
    grounds: tuple[Ground, ...]
    model: str
    also: dict[str, float] = field(default_factory=dict)
    """For a topic that is not the first: how surely the message is about it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """duiding: one topic a message is about, its urgency, how sure, and on what grounds.

    `shares` is what was judged of every topic; it helps to find the incident and is not stored.
    """

    topic: str
    confidence: float
    urgency: Urgency
    urgency_confidence: float
    grounds: tuple[Ground, ...]
    model: str
    doubtful: bool = False
    retracts: bool = False
    shares: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCandidate:
    """kandidaat-plaats: a place a message may mean, with its probability."""

    name: str
    lat: float
    lon: float
    probability: float
    is_direction: bool = False
    """Somebody is on his way there; it did not happen there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """plaats: a point or area with its uncertainty and where it comes from; never a bare point."""

    kind: PlaceKind
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    street: str | None = None
    house_number: int | None = None
    name: str = ""
    words: str = ""
    is_direction: bool = False
    """All that is known is where somebody went."""
    candidates: tuple[PlaceCandidate, ...] = ()

    def __post_init__(self) -> None:
        known = [self.lat is not None, self.lon is not None, self.radius_m is not None]
        if any(known) and not all(known):
            raise ValueError("a location has a point with a radius, or neither")
        if self.radius_m is not None and self.radius_m <= 0:
            raise ValueError("a radius is more than 0 m")


UNKNOWN_LOCATION = Location(kind=PlaceKind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """bericht: what one person wrote, with the sender already a pseudonym.

    `text` is the original and lives only in memory or sealed; `redacted` is what most roles see.
    `key` and `reply_to` are keyed hashes of the source's ids.
    """

    key: str
    group: Group
    resident: str
    sent_at: datetime
    text: str
    redacted: str
    revision: int = 0
    reply_to: str | None = None
    lat: float | None = None
    lon: float | None = None
    embedding: tuple[float, ...] = ()
    plates: frozenset[str] = frozenset()
    """Keyed marks of the plates that were taken out of `redacted`."""
    sealed_from: bytes | None = None
    """Who wrote it and its id, in the network's own ids, sealed; where it can be answered."""
    direct: bool = False
    """Written to us alone."""
    told: dict[str, str] = field(default_factory=dict)
    """What its source said of it in codes (see `TOLD`)."""

    def __post_init__(self) -> None:
        require_aware(self.sent_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """reden: why a message belongs to an incident; `what` fills the sentence of its kind."""

    kind: str
    what: str = ""
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """samenhang: why a message belongs to an incident: strength (calibrated, 0 to 1), reasons."""

    incident_id: int | None
    strength: float
    reasons: tuple[Reason, ...]
    runner_up: int | None = None

    @property
    def opens(self) -> bool:
        return self.incident_id is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """lid: a message of an open incident as `cluster` weighs it."""

    message_id: int
    key: str
    group_id: int
    resident: str
    sent_at: datetime
    topic: str
    urgent: bool
    location: Location
    embedding: tuple[float, ...]
    rare_words: frozenset[str]
    confidence: float = 1.0
    retracts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """open incident: what `cluster` may join: its topic and its latest members, oldest first."""

    id: int
    topic: str
    opened_at: datetime
    last_message_at: datetime
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """incident: what happened, gathered from one or more messages."""

    id: int
    pilot_id: int
    topic: str
    urgency: Urgency
    status: Status
    version: int
    location: Location
    area_id: int | None
    opened_at: datetime
    last_message_at: datetime
    message_count: int
    resident_count: int
    confidence: float
    assignee: str | None = None
    destination: str | None = None
    proposed_destination: str | None = None
    proposed_team: str | None = None
    routing_rule_id: int | None = None
    """The rule by which they are proposed; none: by its topic."""
    merged_into: int | None = None
    overruled: frozenset[str] = frozenset()
    title: str | None = None
    """What staff call it; without one its topic and its place do."""
    waits: bool = False
    """There is less evidence than its pilot asks: it is not in the queue yet."""
    entered_at: datetime | None = None
    """When it came into the queue, if that was later than it opened."""
    handed_back_at: datetime | None = None
    """When who had it gave it back; empty again once somebody decides on it."""
    reopened_at: datetime | None = None

    @property
    def is_handed_back(self) -> bool:
        """True while it lies with the control room because somebody gave it back."""
        has_owner = self.assignee or self.destination
        return self.handed_back_at is not None and not has_owner and self.status in _WITH_US

    @property
    def needs_decision(self) -> bool:
        """True while the control room must decide: it is new, reopened or was handed back."""
        undecided = self.status in (Status.NEW, Status.REOPENED)
        return (undecided and not self.waits) or self.is_handed_back

    @property
    def due_from(self) -> datetime:
        """From when on it waits for somebody to decide."""
        if self.handed_back_at is not None and self.status is Status.ACCEPTED:
            return self.handed_back_at
        return self.tell_from

    @property
    def tell_from(self) -> datetime:
        """From when on residents wait to hear what was done."""
        return self.reopened_at or self.entered_at or self.opened_at

    @property
    def number(self) -> str:
        return f"HNM-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedEvidence:
    """gewenst bewijs: what must be there before an incident is in the queue; either is enough.

    `residents`: so many different ones; `confidence`: at least so sure (above 0, below 1).
    """

    residents: int | None = None
    confidence: float | None = None

    def __post_init__(self) -> None:
        if self.residents is not None and self.residents < 2:
            raise ValueError("one resident is always there")
        if self.confidence is not None and not 0.0 < self.confidence < 1.0:
            raise ValueError("confidence lies between 0 and 1")

    @property
    def asks_nothing(self) -> bool:
        return self.residents is None and self.confidence is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTimes:
    """servicetijden: within which somebody decides, and within which residents hear back."""

    decision: timedelta
    feedback: timedelta

    def __post_init__(self) -> None:
        if self.decision <= timedelta() or self.feedback <= timedelta():
            raise ValueError("a service time is more than nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """toewijzingsregel: when all that it names holds, who should get an incident.

    What is empty asks nothing. `weekdays`: 0 is Monday; `from_time` to `until_time` on the clock
    here, over midnight when the second is the earlier; `words`: any of them in a message. `target`:
    a destination, or "team:" and the name of a team.
    """

    name: str
    target: str
    topics: tuple[str, ...] = ()
    area_ids: tuple[int, ...] = ()
    urgency: Urgency | None = None
    weekdays: tuple[int, ...] = ()
    from_time: time | None = None
    until_time: time | None = None
    words: tuple[str, ...] = ()
    enabled: bool = True
    id: int = 0

    @property
    def team(self) -> str | None:
        return self.target.removeprefix(TEAM) if self.target.startswith(TEAM) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """triage: who the system proposes for an incident, and by which rule; a person decides.

    `team`: one that should see to it; `rule_id`: none when it is by its topic.
    """

    destination: str
    team: str | None = None
    rule_id: int | None = None

    def columns(self) -> dict[str, str | int | None]:
        """As an incident keeps it."""
        return {
            "proposed_destination": self.destination,
            "proposed_team": self.team,
            "routing_rule_id": self.rule_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """terugkoppeling: one text to one group about one incident."""

    id: int
    incident_id: int | None
    group_id: int
    kind: str
    """What sort of text it is: "feedback", "question", "reply", "notice" and others."""
    text: str


class TextKind(StrEnum):
    """soort tekst: what staff tell or ask residents with it."""

    RECEIPT = "receipt"
    QUESTION = "question"
    STATUS = "status"
    DONE = "done"
    NO_ACTION = "no_action"
    THANKS = "thanks"
    ADVICE = "advice"
    OTHER = "other"


class Tone(StrEnum):
    """toon: how it is said."""

    NEIGHBOURLY = "neighbourly"
    FORMAL = "formal"
    SHORT = "short"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTemplate:
    """tekstsjabloon: words of staff for residents, with {placeholders}; never words of residents.

    Empty `topics` and `sources` mean all of them. `automatic`: the text that leaves by itself for
    which an administrator chose it, and `automatic_version`: as it was worded then.
    """

    name: str
    kind: TextKind
    text: str
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    language: str = "nl"
    tone: Tone = Tone.NEIGHBOURLY
    id: int = 0
    version: int = 0
    by: str = ""
    at: datetime | None = None
    withdrawn_at: datetime | None = None
    automatic: str | None = None
    automatic_version: int | None = None


class Asking(StrEnum):
    """soort vraag: what is missing of an incident, and so how an answer is understood."""

    WHERE = "where"
    STILL = "still"
    DIRECTION = "direction"
    SEEN = "seen"
    PLATE = "plate"
    WHEN = "when"
    FREE = "free"


class QuestionState(StrEnum):
    """stand van een vraag: open, or by what it ended."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """vraag: asked about an incident of a group, or of one resident in it, with a stop rule.

    It ends when `enough_count` different residents answered, at `deadline_at`, or with the
    incident. `references`: what the network called our text, once it is there.
    """

    id: int
    incident_id: int
    group_id: int
    resident: str | None
    kind: Asking
    text: str
    by: str
    asked_at: datetime
    deadline_at: datetime
    enough_count: int
    thanks: bool
    state: QuestionState
    ended_at: datetime | None = None
    ended_by: str | None = None
    references: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """begrepen antwoord: what an answer says: `what` is yes, no, unknown, place, direction, time,
    plate, described or free.

    `at` with `within_min` for a time: so many minutes it may be off.
    """

    what: str
    place: Location | None = None
    at: datetime | None = None
    within_min: int = 0


class PromiseState(StrEnum):
    """stand van een toezegging: open, kept (in time or not), or taken back."""

    OPEN = "open"
    KEPT = "kept"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """toezegging: what residents were told they would hear, and by when."""

    id: int
    incident_id: int
    text: str
    due_at: datetime
    by: str
    at: datetime
    state: PromiseState
    settled_at: datetime | None = None
    settled_by: str | None = None
    reason: str | None = None

    def is_overdue(self, now: datetime) -> bool:
        return self.state is PromiseState.OPEN and now > self.due_at

    @property
    def was_late(self) -> bool:
        return self.state is PromiseState.KEPT and (self.settled_at or self.due_at) > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """ontvangstbewijs: what a destination or a group's channel answered."""

    reference: str
    delivered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNote:
    """dienstoverdracht: what a dispatcher leaves for the next shift; `since` when theirs began.

    `read_by`: who said to have read it, and when, the first in front.
    """

    id: int
    text: str
    since: datetime
    by: str
    at: datetime
    read_by: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """bulletin: what others published about a place; never a report, never counted as one."""

    mark: str
    at: datetime
    service: str
    """"fire", "ambulance", "other" (P2000) or "news"."""
    priority: str
    title: str
    location: Location
    feed: str = ""
    """The name of the feed that it came from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """gebruiker: somebody who signs in here."""

    id: int
    login: str
    name: str
    roles: frozenset[Role]
    language: str = "nl"
    area_ids: tuple[int, ...] = ()
    team: str | None = None


def require_aware(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a moment carries its time zone")
