"""werkmaten in waarden: what people did, how reports went on, and how it was before; no sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Measured(StrEnum):
    """maat: what is compared with before the product."""

    PACE = "pace"
    MINUTES = "minutes"
    FIELDS = "fields"


class Road(StrEnum):
    """overdrachtsweg: how a report came to who does the work."""

    CONNECTION = "connection"
    HERE = "here"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """handeling: a step somebody took with an incident; `person` is a number without a name."""

    at: datetime
    incident_id: int
    step: str
    person: int
    role: str
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOn:
    """doorgezet: how one incident went on, and what its report holds that can be typed over."""

    incident_id: int
    road: Road
    field_count: int
    character_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """aannames: what is not measured; a person may change them.

    A longer pause than `pause_min` ends a stretch of work; `lead_min` is what comes before its
    first step. Typing over: Dhakal et al. (CHI 2018) found 52 words (260 letters) a minute in
    transcription; 200 leaves room for looking up. Going to a field: Card, Moran and Newell (1980),
    one mental step, one pointing, one homing: 3 s. `lists_count`: work done in this product was
    never typed over.
    """

    pause_min: float = 30.0
    lead_min: float = 2.0
    letters_per_min: float = 200.0
    field_s: float = 3.0
    lists_count: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """nulmeting: how it was before, as somebody measured it elsewhere and wrote it down."""

    id: int
    measured: Measured
    role: str
    value: float
    low: float | None
    high: float | None
    first: date
    last: date
    source: str
