"""avonden: made-up evenings to exercise on, a file each, with what was really going on as a key.

A file says when the evening starts, how long it lasts, which incidents there are (`expected`) and,
line by line, what residents write: `time | group | author | about | text`. `about` is the id of an
expected incident, or "-" for talk; a text that begins with ">20:05 " answers the line of 20:05. A
time is a line's id, so it stands in a file once; after midnight it begins anew.
"""

from __future__ import annotations

import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.clock import from_local
from core.errors import BadSetting, NotFound
from core.i18n import DEFAULT
from core.topics import topics

FOLDER: Final = Path(__file__).parent
TALK: Final = "-"
PREFIX: Final = "HNM "
"""How the pilot's groups begin; the files leave it out."""
_DAY: Final = timedelta(days=1)


class Verdict(StrEnum):
    """juist besluit: what should become of an expected incident."""

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """regel: one message of an evening; `about` names the incident it is about, if any."""

    id: str
    at: datetime
    group: str
    author: str
    text: str
    about: str | None = None
    answers: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """verwacht incident: what was going on, and what should be done with it by when.

    Of `topics` and `destinations` the first is best and the others are right too; an incident to
    reject has no destination.
    """

    id: str
    topics: tuple[str, ...]
    urgent: bool
    verdict: Verdict
    destinations: tuple[str, ...]
    within: timedelta
    is_hoax: bool
    is_resolved: bool
    """It ends well during the evening: that it no longer counts as urgent then is no mistake."""
    why: Mapping[str, str]

    def said(self, language: str) -> str:
        return self.why.get(language) or self.why.get(DEFAULT, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evening:
    """avond: what residents write in some hours, and what was really going on."""

    id: str
    name: Mapping[str, str]
    about: Mapping[str, str]
    starts_at: datetime
    ends_at: datetime
    lines: tuple[Line, ...]
    expected: tuple[Expected, ...]
    mark: str
    """Changes when the file does: an older result's lines are then not this file's."""
    pilot_id: int | None = None
    """The own pilot that it was recorded in; None for a made-up one."""

    @property
    def is_recorded(self) -> bool:
        return self.pilot_id is not None

    def called(self, language: str) -> str:
        return self.name.get(language) or self.name[DEFAULT]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _ExpectedEntry(_Model):
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    topics: Annotated[tuple[str, ...], Field(min_length=1)]
    urgent: bool = False
    verdict: Literal["accept", "reject"] = "accept"
    to: tuple[Literal["police_team", "handhaving", "community_officer"], ...] = ()
    within_min: Annotated[float, Field(gt=0, le=240)]
    hoax: bool = False
    resolved: bool = False
    why_nl: Annotated[str, Field(min_length=10)]
    why_en: Annotated[str, Field(min_length=10)]

    @model_validator(mode="after")
    def _hangs_together(self) -> _ExpectedEntry:
        if strange := set(self.topics) - set(topics()):
            raise ValueError(f"{self.id}: unknown topic {sorted(strange)}")
        if (self.verdict == "accept") != bool(self.to):
            raise ValueError(f"{self.id}: accepted goes somewhere, rejected goes nowhere")
        return self


class _EveningFile(_Model):
    name_nl: str
    name_en: str
    about_nl: str
    about_en: str
    starts_at: datetime
    minutes: Annotated[int, Field(gt=0, le=600)]
    lines: str
    expected: tuple[_ExpectedEntry, ...]


def names() -> list[str]:
    """The evenings that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@lru_cache
def made_up(name: str) -> Evening:
    """One of the evenings that come with the product. Raises NotFound, BadSetting."""
    if name not in names():
        raise NotFound(what="evening", id=name)
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    try:
        return evening_of(name, text)
    except (ValidationError, ValueError) as error:
        raise BadSetting(name=name, why=str(error)) from error


def evening_of(name: str, text: str) -> Evening:
    """A file's text as an evening. Raises ValueError that says what is wrong in it."""
    fields: dict[str, Any] = tomllib.loads(text)
    read = _EveningFile(**fields)
    starts_at = from_local(read.starts_at)
    lines = _lines_of(read.lines, read.starts_at)
    evening = Evening(
        id=name,
        name={"nl": read.name_nl, "en": read.name_en},
        about={"nl": read.about_nl, "en": read.about_en},
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=read.minutes),
        lines=tuple(sorted(lines, key=lambda line: line.at)),
        expected=tuple(_expected_of(entry) for entry in read.expected),
        mark=f"{zlib.crc32(text.encode()):08x}",
    )
    _require_whole(evening)
    return evening


def _expected_of(entry: _ExpectedEntry) -> Expected:
    return Expected(
        id=entry.id,
        topics=entry.topics,
        urgent=entry.urgent,
        verdict=Verdict(entry.verdict),
        destinations=entry.to,
        within=timedelta(minutes=entry.within_min),
        is_hoax=entry.hoax,
        is_resolved=entry.resolved,
        why={"nl": entry.why_nl, "en": entry.why_en},
    )


def _lines_of(text: str, starts_at: datetime) -> list[Line]:
    return [
        _line_of(row, starts_at)
        for row in text.splitlines()
        if row.strip() and not row.lstrip().startswith("#")
    ]


def _line_of(row: str, starts_at: datetime) -> Line:
    cells = [cell.strip() for cell in row.split("|", 4)]
    if len(cells) < 5 or not all(cells):
        raise ValueError(f"time | group | author | about | text: {row.strip()[:60]}")
    at, group, author, about, text = cells
    answers = None
    if text.startswith(">"):
        answers, _, text = text[1:].partition(" ")
    return Line(
        id=at,
        at=_moment_of(at, starts_at),
        group=group if group in _OPEN else PREFIX + group,
        author=author,
        text=text,
        about=None if about == TALK else about,
        answers=answers,
    )


_OPEN: Final = frozenset({"mastodon", "facebook", "twitter"})


def _moment_of(at: str, starts_at: datetime) -> datetime:
    """The moment of a time of day; one before the start is after midnight."""
    hour, minute, *seconds = (int(part) for part in at.split(":"))
    second = seconds[0] if seconds else 0
    found = starts_at.replace(hour=hour, minute=minute, second=second)
    return from_local(found if found >= starts_at else found + _DAY)


def _require_whole(evening: Evening) -> None:
    """Raises ValueError when the lines and the key do not fit together."""
    ids = [line.id for line in evening.lines]
    known, said = set(ids), {line.about for line in evening.lines if line.about}
    keys = [one.id for one in evening.expected]
    if len(known) < len(ids):
        raise ValueError(f"two lines at {next(one for one in ids if ids.count(one) > 1)}")
    if said != set(keys) or len(set(keys)) < len(keys):
        raise ValueError(f"lines and key differ: {sorted(said ^ set(keys))}")
    if lost := [line.id for line in evening.lines if line.answers and line.answers not in known]:
        raise ValueError(f"answers a line that is not there: {lost}")
    if late := [line.id for line in evening.lines if line.at >= evening.ends_at]:
        raise ValueError(f"after the end: {late}")
