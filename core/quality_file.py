"""kwaliteitsbestand: what was measured of the model on messages it never read.

The file lies beside the model and is read as foreign text: it may be missing, half, or wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.assess import Thresholds
from core.domain import NOT_RELEVANT
from core.errors import HNMError

FILE: Final = "quality.json"
MOST_BYTES: Final = 32_000_000
"""Of a validation part of 1,447 messages the file takes 0.7 MB."""

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Places = NDArray[np.int64]
Why = Literal["missed_urgent", "false_urgent", "missed", "false_alarm", "wrong_topic"]

_Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
_Name = Annotated[str, Field(max_length=200)]


class FiguresMissing(HNMError):
    """Nobody measured the model that is in use."""

    code = "error.figures_missing"


class FiguresUnreadable(HNMError):
    """The file with the model's figures cannot be used (why)."""

    code = "error.figures_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """beoordeelde berichten: labels beside what the model said, an array each, a place a message.

    `gold` and the columns of `shares` are places in `topics`, of which the first is "geen".
    """

    topics: tuple[str, ...]
    gold: Places
    gold_urgent: Flags
    shares: Numbers
    urgency: Numbers
    retracts: Numbers
    conversation: Places
    group: tuple[str, ...]
    area: tuple[str, ...]
    language: tuple[str, ...]
    hard: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.gold)

    @property
    def relevant(self) -> Flags:
        """Which messages report something."""
        return self.gold > 0

    @property
    def relevance(self) -> Numbers:
        """The probability that a message reports something."""
        return 1.0 - self.shares[:, 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """vergissing: a labelled message that the model misjudged, with its invented text."""

    id: str
    why: Why
    surprise: float
    text: str
    gold: str
    gold_urgent: bool
    said: str
    relevance: float
    urgency: float
    group: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """kwaliteit: all that was measured of one model."""

    model: str
    thresholds: Thresholds
    judged: Judged
    mistakes: tuple[Mistake, ...]


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    id: _Name
    conversation: _Name
    group: _Name = ""
    area: _Name = ""
    language: _Name = ""
    hard: _Name | None = None
    topics: list[_Name]
    urgent: bool
    shares: dict[_Name, _Share]
    urgency: _Share
    retracts: _Share = 0.0


class _Worst(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    id: _Name
    why: Why
    surprise: Annotated[float, Field(ge=0.0, allow_inf_nan=False)] = 0.0
    text: Annotated[str, Field(max_length=4000)]


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")

    model: Annotated[str, Field(min_length=1, max_length=80)]
    thresholds: dict[_Name, _Share] = Field(default_factory=dict)
    judged: Annotated[list[_Row], Field(min_length=1, max_length=50_000)]
    worst: Annotated[list[_Worst], Field(max_length=1000)] = Field(default_factory=list)


def read_quality(folder: Path) -> Quality:
    """What was measured of the model in a folder; read once for each writing of the file.

    Raises FiguresMissing, FiguresUnreadable.
    """
    path = folder / FILE
    try:
        there = path.stat()
    except OSError:
        raise FiguresMissing() from None
    if there.st_size > MOST_BYTES:
        raise FiguresUnreadable(why="figures.too_large")
    return _read(path, there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=2)
def _read(path: Path, _changed_ns: int, _size: int) -> Quality:
    try:
        found = _File.model_validate_json(path.read_bytes())
        return _quality(found)
    except ValidationError as error:
        raise FiguresUnreadable(why=_where(error)) from None
    except (OSError, ValueError, RecursionError):
        raise FiguresUnreadable(why="figures.not_whole") from None


def _quality(found: _File) -> Quality:
    judged = _judged(found.judged)
    usual = {name: found.thresholds[name] for name in _THRESHOLDS if name in found.thresholds}
    rows = {row.id: place for place, row in enumerate(found.judged)}
    return Quality(
        model=found.model,
        thresholds=Thresholds(**usual),
        judged=judged,
        mistakes=tuple(
            _mistake(one, found.judged[rows[one.id]], judged, rows[one.id])
            for one in found.worst
            if one.id in rows
        ),
    )


def _judged(rows: list[_Row]) -> Judged:
    """The rows side by side. Raises ValueError where they do not speak of the same topics."""
    topics = (NOT_RELEVANT, *sorted(set(rows[0].shares) - {NOT_RELEVANT}))
    if any(set(row.shares) != set(topics) or not set(row.topics) < set(topics) for row in rows):
        raise ValueError("topics differ")
    place = {topic: i for i, topic in enumerate(topics)}
    talks = {name: i for i, name in enumerate(Counter(row.conversation for row in rows))}
    return Judged(
        topics=topics,
        gold=np.array([place[(row.topics or [NOT_RELEVANT])[0]] for row in rows]),
        gold_urgent=np.array([row.urgent for row in rows]),
        shares=np.array([[row.shares[topic] for topic in topics] for row in rows]),
        urgency=np.array([row.urgency for row in rows]),
        retracts=np.array([row.retracts for row in rows]),
        conversation=np.array([talks[row.conversation] for row in rows]),
        group=tuple(row.group for row in rows),
        area=tuple(row.area for row in rows),
        language=tuple(row.language for row in rows),
        hard=tuple(row.hard or "" for row in rows),
    )


def _mistake(one: _Worst, row: _Row, judged: Judged, place: int) -> Mistake:
    return Mistake(
        id=one.id,
        why=one.why,
        surprise=one.surprise,
        text=one.text,
        gold=judged.topics[judged.gold[place]],
        gold_urgent=row.urgent,
        said=judged.topics[int(judged.shares[place].argmax())],
        relevance=float(judged.relevance[place]),
        urgency=row.urgency,
        group=row.group,
        language=row.language,
    )


def _where(error: ValidationError) -> str:
    """Where the first fault stands, without what stands there."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "figures.not_whole"
    return ".".join(str(part) for part in first["loc"][:3]) or str(first["type"])


_THRESHOLDS: Final = ("relevant", "sure", "urgent", "second_topic")
