"""All Protocols together: what core needs from connectors and models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from core.domain import (
    Assessment,
    Context,
    Event,
    Feedback,
    Group,
    Incident,
    Judgement,
    Link,
    Location,
    Member,
    Message,
    OpenIncident,
    Reading,
    Reason,
    Receipt,
)
from core.errors import SourceError


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """What a source is called and what its network can do; shown in the dashboard."""

    name_nl: str
    name_en: str
    reads_files: bool = False
    file_types: tuple[str, ...] = ()
    derives_ids: bool = False
    """The file holds no ids: each is made as "place#words.n" (see core/lines.py)."""
    asks_day_order: bool = False
    """`read` takes day_first (True, False, or None to find out), for dates such as 03/04/2021."""
    edits: bool = False
    deletes: bool = False
    joins: bool = False
    replies: bool = False
    group_send: bool = False
    direct: bool = False
    """A resident can be written to alone."""
    longest_text: int = 4096
    """How many characters one text of ours may have there."""
    counts: Literal["characters", "utf16"] = "characters"
    """How its network counts them."""
    threads: bool = False
    """A longer text becomes several posts; what goes to all ends with the agreed tag."""
    names_whom: bool = False
    """An answer begins with the name of whom it answers."""
    has_subject: bool = False
    answer_hours: int = 0
    """So long after their last message somebody may be answered in free words; 0: always."""
    listens: bool = False
    """Follows a network live, through a connection (see LiveSource)."""
    posts: bool = False
    """Its network knocks at our door with what is new (see PostedSource)."""
    door: str = "in"
    """Under which name of the door its address stands; another than "in" is described there."""
    settings: tuple[str, ...] = ()
    """What a connection asks of an administrator, besides its secret."""
    optional: tuple[str, ...] = ()
    """The settings that may be left empty."""
    is_open_source: bool = False
    founds: str = ""
    """One group comes with each connection: "line" (people report to us), "public" (open posts)."""
    adds_groups: bool = False
    """An administrator adds each group by the network's own id, with evidence of its consent."""
    makes_groups: bool = False
    """The municipality makes groups itself (see core/made_groups.py)."""
    key_label: str = "secret"
    """Under which name of core/i18n an administrator is asked for the secret."""
    tested: Literal["server", "mock", "fixtures"] = "server"
    """What it was proved against: the real server, another's imitation, or recorded facts only."""
    limits_nl: str = ""
    limits_en: str = ""
    """One sentence: what its network cannot do, or does not want."""

    @property
    def is_live(self) -> bool:
        """It needs a connection: it is followed, or is posted to."""
        return self.listens or self.posts

    @property
    def is_posted_by_hand(self) -> bool:
        """Its network takes no text of ours: a person copies it there."""
        return self.reads_files or not (self.group_send or self.direct or self.replies)


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationCard:
    """What a destination is called, whom it serves, and the only fields it is sent."""

    name_nl: str
    name_en: str
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    is_work_list: bool = False
    settings: tuple[str, ...] = ()
    """What an account asks of an administrator, besides its secret."""
    optional: tuple[str, ...] = ()
    """Those of the settings that may stay empty; "secret" when the secret may too."""
    asks_secret: bool = True
    """An account has a key or a password."""
    categories: bool = False
    """It sorts by categories of its own: an administrator says which one a topic is.

    `categories(account, now) -> list[tuple[str, str]]` beside it gives those it has now, as
    (category, name).
    """
    updates: bool = False
    """`hand_over` with a reference changes what it took before; if not, nobody asks it to."""
    withdraws: bool = False
    """`withdraw` takes it back at once; if not, it is asked, and news says when it was done."""
    reports_back: bool = False
    """`news` tells how it goes there; if not, the answer link or a person here does."""
    keeps_nl: str = ""
    keeps_en: str = ""
    """One sentence: what it still holds after a withdrawal; empty when nothing."""
    tested: str = "server"
    """"server", "mock" or "fixtures" (shown as never tried live): what it was proved against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a source gave: events and bad rows in order, and where to go on the next time."""

    events: tuple[Event | SourceError, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """aansluiting: an account in a network through which groups are followed live.

    `secret` lives in memory only; `settings` hold what an administrator typed, by the source's own
    names.
    """

    id: int
    pilot_id: int
    source: str
    name: str
    settings: Mapping[str, str]
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """gehoord: an event with the group it stood in, in the network's own ids.

    `group_name` as the network has it now; `unreadable` when we cannot read what is written there.
    `answer_until`: where a network lets us answer for so long only. `outgoing_id`: which of our own
    texts a delivery is about, where a network gives our id back.
    """

    group: str
    event: Event
    group_name: str = ""
    unreadable: bool = False
    answer_until: datetime | None = None
    outgoing_id: int | None = None
    invite: str = ""
    """The link by which residents join a group that we made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """beluisterd: what a network gave since the cursor, in order; bad rows as values."""

    heard: tuple[Heard | SourceError, ...]
    cursor: str | None
    note: str = ""
    """An error's key (core/i18n): we listen, and yet an administrator has something to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """uitgaand: one text for one group of a network; `reply_to` and `to` in the network's own ids.

    `id` is the same when it is sent again: a network that knows the id sends it once.
    """

    id: int
    group: str
    text: str
    kind: str
    reply_to: str | None = None
    to: str | None = None
    answer_until: datetime | None = None
    """Until when `to` may be answered in free words; None: they never wrote, or too long ago."""


class LiveSource(Protocol):
    """bron die meeluistert: one account that hears all its groups at once.

    Both raise SourceBusy (come back later) and DeliveryError or any other error (tried again).
    """

    CARD: SourceCard

    def listen(self, connection: Connection, cursor: str | None, now: datetime) -> Listened: ...

    def say(self, connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """aanklop: one HTTP request of a network exactly as it came; header names in lower case."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What we answer a network that knocked."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """bezorgd: what a network brought, in order; bad rows as values; and our answer."""

    heard: tuple[Heard | SourceError, ...]
    answer: Reply = Reply()


class PostedSource(Protocol):
    """bron die aanklopt: its network posts what is new; signed, on the raw body.

    Raises NotSigned (nothing of it is read) and BadInput. It may have `say` as a LiveSource has.
    """

    CARD: SourceCard

    def hear(self, connection: Connection, knock: Knock, now: datetime) -> Posted: ...


class PictureSource(Protocol):
    """bron met foto's: gives a picture by `Event.picture`; raises DeliveryError, AnswerUnreadable.

    What it gives is drawn anew and sealed (connectors/pictures.py).
    """

    def picture(self, connection: Connection, where: str) -> bytes: ...


class Source(Protocol):
    """bron: gives what is new in a group since `cursor` (None at first); bad rows are values."""

    CARD: SourceCard

    def fetch(self, group: Group, cursor: str | None, now: datetime) -> Fetched: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One row of a file that holds several groups: its line, the group's name, the event."""

    line: int
    group: str
    event: Event


class FileSource(Protocol):
    """bron uit een bestand: reads one file (it must be able to seek) that a person brought.

    Raises FileUnreadable when the file as a whole cannot be used; yields bad rows as SourceError.
    A card that asks for the day order takes one more argument: day_first. A source whose files may
    hold several groups has `spread(file, name)` beside it, which yields Placed or SourceError.
    """

    CARD: SourceCard

    def read(self, file: BinaryIO, name: str, group: Group) -> Iterator[Event | SourceError]: ...


class Channel(Protocol):
    """kanaal: brings a text to a group; raises DeliveryError."""

    def send(self, feedback: Feedback, group: Group, now: datetime) -> Receipt: ...


class Destination(Protocol):
    """bestemming: takes over an incident; raises DeliveryError."""

    CARD: DestinationCard

    def deliver(self, incident: Incident, now: datetime) -> Receipt: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """bestemmingsaccount: one outside address that incidents are handed over to.

    `destination` names its module; `secret` lives in memory only; `settings` hold what an
    administrator typed, by the destination's own names.
    """

    id: int
    pilot_id: int
    destination: str
    name: str
    settings: Mapping[str, str]
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """overdracht: one incident on its way to an outside destination, with no residents' words.

    `id` is the same when it is sent again: what was sent before is found, never made twice.
    `reference` is what the destination called it, empty until it took it; with a reference it is
    an update, `revision` counts those. Of `incident` only the card's fields are looked at; `title`
    and `text` (Dutch) are made of those and of `note`, which staff typed. `category` is the
    destination's own for the topic; by `answer_url` the receiver reports how it goes.
    """

    id: int
    incident: Incident
    title: str
    text: str
    note: str = ""
    category: str = ""
    reference: str = ""
    revision: int = 0
    answer_url: str = ""

    @property
    def number(self) -> str:
        return self.incident.number


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """bericht terug: what a destination says about one hand-over.

    `state`: "received", "acknowledged" (a person there saw it), "in_progress", "question", "done",
    "rejected" or "withdrawn"; `text` in plain words; `native_id` makes the same news count once.
    """

    reference: str
    state: str
    text: str
    at: datetime
    native_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """mededeling: something residents were told or answered, for partners that want to know.

    `type`: "vraag.gesteld", "vraag.beantwoord" or "tip.verstuurd"; `text` is what staff wrote,
    never what a resident did; `number` and `reference` of the incident, if it is about one that the
    account has; `id` is the same when it is sent again.
    """

    id: int
    type: str
    at: datetime
    text: str = ""
    number: str = ""
    reference: str = ""
    count: int = 0


class OutsideDestination(Protocol):
    """bestemming buiten: a system that takes over incidents, with one account for each pilot.

    All raise DeliveryError (permanent or not), SourceBusy (429: come back later), NetworkDown,
    SecretRefused and AnswerUnreadable. `news` gives what is new about these references since the
    cursor (None at first), oldest first; news given twice counts once. `dry_run` makes nothing
    there: it checks the settings and, where the destination can say so, the account, and gives
    the text or body that would be sent. `withdraw` of what has no reference finds it by the
    hand-over's id; that nothing is there is no error. One that has `announce(account,
    announcement, now) -> Receipt` is told what the account's setting "events" names.
    """

    CARD: DestinationCard

    def hand_over(self, account: Account, hand_over: HandOver, now: datetime) -> Receipt: ...

    def withdraw(
        self, account: Account, hand_over: HandOver, reason: str, now: datetime
    ) -> Receipt: ...

    def news(
        self, account: Account, references: Sequence[str], cursor: str | None, now: datetime
    ) -> tuple[list[News], str | None]: ...

    def dry_run(self, account: Account, hand_over: HandOver, now: datetime) -> str: ...


class Encoder(Protocol):
    """Turns texts into unit vectors, a row each."""

    name: str

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]: ...


class Judge(Protocol):
    """The learned judgement in two steps: words alone (a batch), then with the conversation."""

    model: str

    def read(self, texts: Sequence[str]) -> list[Reading]: ...

    def judge(self, reading: Reading, context: Context) -> Judgement: ...


class PlaceFinder(Protocol):
    """Finds the places a text names, best first; empty when it names none.

    `near` is the group's area centre (lat, lon), the prior when a name exists twice.
    """

    def find(self, text: str, near: tuple[float, float] | None) -> list[Location]: ...

    def spans(self, text: str) -> list[tuple[int, int]]: ...


class NameFinder(Protocol):
    """Finds personal names in a text as (start, end) spans."""

    def spans(self, text: str) -> list[tuple[int, int]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """band: how strongly a message belongs with one earlier message, and why in words."""

    earlier_id: int
    strength: float
    reasons: tuple[Reason, ...]


class Weigher(Protocol):
    """Says how strongly a message belongs with each earlier one by itself, strongest first."""

    def ties(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        earlier: Sequence[Member],
    ) -> list[Tie]: ...


class Clusterer(Protocol):
    """Says which open incident a message belongs to, or that it opens one."""

    def link(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        open_incidents: Sequence[OpenIncident],
    ) -> Link: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """werkwijze: how clusters are found in a period, and how the plane they are seen in is made.

    `kind`: "density" (HDBSCAN, all at once) or "stream" (one pass in order of time). `space`: where
    density is looked for, "pca" or "umap", in so many `directions`. `min_samples`: how many alike a
    message must have near it; `fine`: many small clusters that are about one thing, in place of few
    that are broad; `join_below`: clusters nearer than this are one. `caution` (log odds): from
    which a stream joins a cluster. `plane`: "pca", or "umap" beside it; `neighbours`,
    `min_distance` and `seed` are UMAP's own.
    """

    kind: str = "density"
    space: str = "pca"
    directions: int = 10
    min_cluster_size: int = 5
    min_samples: int = 3
    fine: bool = True
    join_below: float = 0.0
    caution: float = -3.5
    plane: str = "pca"
    neighbours: int = 15
    min_distance: float = 0.1
    seed: int = 7

    @property
    def uses_umap(self) -> bool:
        return self.plane == "umap" or (self.kind == "density" and self.space == "umap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """tak: a group of messages that stays together between two densities (lambda, 1 / distance).

    `stability`: messages times the density over which they stay; `cluster`: its number when the
    branch was chosen as a cluster.
    """

    id: int
    parent: int | None
    size: int
    birth: float
    death: float
    stability: float
    cluster: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustering:
    """What clustering made of vectors, one a row: labels (-1 is none), places in a plane.

    `explained`: the share of all differences that the plane shows; `computed`: places in UMAP's
    plane, if asked for; `branches`: the largest of the condensed tree, a parent before its
    children; `persistences`: for each cluster how firm it is, 0 to 1; `versions`: of libraries.
    """

    labels: tuple[int, ...]
    points: tuple[tuple[float, float], ...]
    explained: float
    computed: tuple[tuple[float, float], ...] = ()
    branches: tuple[Branch, ...] = ()
    persistences: tuple[float, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()


Say = Callable[[str, float], None]
"""Says which step a computation is in, and how much of that step is done (0 to 1)."""


WORDS: Final = "words"
"""The encoder that learns from the words of the texts themselves, all at once."""


class Clusters(Protocol):
    """clusters (onderzoek): finds what is alike in a whole period at once, knowing no incidents."""

    def find(
        self, texts: Sequence[str], vectors: NDArray[np.float32], method: Method, say: Say
    ) -> Clustering: ...


class PairClusters(Protocol):
    """Finds clusters by distances between each two (symmetric, 0 to 1): a label each, -1: none."""

    def labels(self, apart: NDArray[np.float64]) -> list[int]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What early warning learns from: counts by [topic, bin, part], and how far each counts.

    `weights`: 1, or 0 for what was announced beforehand. `weekdays` and `parts` of the day are for
    all parts, those ahead included; `known`: how many of them lie behind.
    """

    counts: NDArray[np.int64]
    weights: NDArray[np.float64]
    weekdays: NDArray[np.int64]
    parts: NDArray[np.int64]
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What is expected in the last parts, drawn as often as it is unsure.

    `draws`: [draw, topic, bin, part]; `dispersion`: for each topic how many times its mean the
    variance of a count is.
    """

    draws: NDArray[np.float64]
    dispersion: NDArray[np.float64]


class Surveillance(Protocol):
    """bewaking: learns from the past what is usual, with its uncertainty."""

    def baseline(self, history: History, *, last: int, draw_count: int, seed: int) -> Baseline: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """laag: a set of rows of an official file, with the names of their columns."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """object: a row of an official file: its values by column (lower case), its geometry.

    The geometry is shapely's, in (lon, lat) of WGS84.
    """

    values: dict[str, Any]
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Rows of which a column (lower case) has one of these values, whatever their case."""

    column: str
    values: tuple[str, ...]

    def holds(self, value: object) -> bool:
        return str(value or "").strip().lower() in {wanted.lower() for wanted in self.values}


class OfficialFile(Protocol):
    """officieel bestand: areas or streets of CBS, BAG or the like; bad rows are values."""

    @property
    def layers(self) -> tuple[Layer, ...]: ...

    def features(
        self, layer: Layer, columns: Sequence[str], only: Only | None = None
    ) -> Iterator[Feature | SourceError]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """adres: what a geocoder is asked: a street, a house number, a town; never more."""

    street: str
    number: int | None
    town: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Geocode:
    """Where an address is by the register's own names; `is_exact`: the house number was found."""

    street: str
    number: int | None
    lat: float
    lon: float
    is_exact: bool


class Geocoder(Protocol):
    """geocoder: looks an address up elsewhere; None when it is not there. Raises DeliveryError."""

    def find(self, address: Address) -> Geocode | None: ...
