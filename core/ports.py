"""All Protocols together: what core needs from connectors and models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

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
    Message,
    OpenIncident,
    Reading,
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
    is_open_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationCard:
    """What a destination is called, whom it serves, and the only fields it is sent."""

    name_nl: str
    name_en: str
    roles: tuple[str, ...]
    fields: tuple[str, ...]
    is_work_list: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a source gave: events and bad rows in order, and where to go on the next time."""

    events: tuple[Event | SourceError, ...]
    cursor: str | None


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
class Clustering:
    """What clustering made of vectors, one a row: labels (-1 is none), places in a plane.

    `explained`: the share of all differences that the plane shows.
    """

    labels: tuple[int, ...]
    points: tuple[tuple[float, float], ...]
    explained: float


class Clusters(Protocol):
    """clusters (onderzoek): finds what is alike in a whole period at once, knowing no incidents."""

    def find(
        self, vectors: NDArray[np.float32], *, min_cluster_size: int, min_samples: int, fine: bool
    ) -> Clustering: ...
