"""preventietips: advice to residents is files; each TOML in this folder holds that of one topic.

Texts are written by hand after what police, fire brigade and municipality advise in general
(`origin`, `reason_…`). Three lengths for what channels can carry: `short` with the 112 rule fits
in 300 characters, `text` in 500, and with its steps in 4096.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import BadSetting

FOLDER: Final = Path(__file__).parent
LONGEST: Final = 4096
_RULE: Final = 26
"""As much of a channel's length as the 112 rule takes, in either language."""

Title = Annotated[str, Field(min_length=5, max_length=70)]
Short = Annotated[str, Field(min_length=60, max_length=300 - _RULE)]
Text = Annotated[str, Field(min_length=120, max_length=500 - _RULE)]
Step = Annotated[str, Field(min_length=10, max_length=200)]
Reason = Annotated[str, Field(min_length=20, max_length=300)]
Day = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class Occasion(StrEnum):
    """aanleiding: what makes an advice timely."""

    INCIDENT = "incident"
    NEAR_REPEAT = "near_repeat"
    RISE = "rise"
    SEASON = "season"


class Origin(StrEnum):
    """herkomst: whose general advice it follows."""

    POLICE = "police"
    MUNICIPALITY = "municipality"
    FIRE_BRIGADE = "fire_brigade"
    MARK = "mark"


class Length(StrEnum):
    """lengte: which of its three forms."""

    SHORT = "short"
    TEXT = "text"
    LONG = "long"


class Advice(BaseModel):
    """advies: what residents can do, in Dutch and English and in three lengths.

    `season`: [from, until] as "MM-DD", both included, and over New Year when it ends earlier than
    it begins. `warns`: it may also go out as a warning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{2,59}$")]
    topic: str
    when: tuple[Occasion, ...] = Field(min_length=1)
    season: tuple[tuple[Day, Day], ...] = ()
    warns: bool = False
    origin: Origin
    title_nl: Title
    title_en: Title
    short_nl: Short
    short_en: Short
    text_nl: Text
    text_en: Text
    steps_nl: tuple[Step, ...] = ()
    steps_en: tuple[Step, ...] = ()
    reason_nl: Reason
    reason_en: Reason

    @model_validator(mode="after")
    def _says_as_much(self) -> Advice:
        if len(self.steps_nl) != len(self.steps_en):
            raise ValueError("as many steps in both languages")
        return self

    def title(self, language: str) -> str:
        return self.title_nl if language == "nl" else self.title_en

    def reason(self, language: str) -> str:
        return self.reason_nl if language == "nl" else self.reason_en

    def steps(self, language: str) -> tuple[str, ...]:
        return self.steps_nl if language == "nl" else self.steps_en

    def words(self, length: Length, language: str = "nl") -> str:
        """The advice in one of its lengths, without the 112 rule."""
        short, text = (
            (self.short_nl, self.text_nl) if language == "nl" else (self.short_en, self.text_en)
        )
        if length is Length.SHORT:
            return short
        steps = self.steps(language) if length is Length.LONG else ()
        return "\n".join([text, *(f"- {step}" for step in steps)])

    def is_in_season(self, day: date) -> bool:
        """True when the day lies in one of its seasons, or it has none."""
        today = f"{day:%m-%d}"
        return not self.season or any(_lies_in(today, *span) for span in self.season)


def _lies_in(day: str, begin: str, end: str) -> bool:
    return begin <= day <= end if begin <= end else day >= begin or day <= end


@lru_cache
def library() -> dict[str, Advice]:
    """All advice by its id, topic after topic."""
    found = [advice for path in sorted(FOLDER.glob("*.toml")) for advice in read_file(path)]
    return {advice.id: advice for advice in found}


def read_file(path: Path) -> Sequence[Advice]:
    """The advice of one file; its name is the topic. Raises BadSetting."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return [Advice(topic=path.stem, **entry) for entry in raw["advice"]]
    except (tomllib.TOMLDecodeError, ValidationError, KeyError, TypeError) as error:
        raise BadSetting(name=path.name, why=str(error)) from None
