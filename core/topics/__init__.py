"""Topics are files: each TOML in this folder is one, its file name the topic's id."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import BadSetting

FOLDER: Final = Path(__file__).parent

Sentence = Annotated[str, Field(min_length=3, max_length=400)]
Messages = Annotated[tuple[Sentence, ...], Field(min_length=8)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]


class Topic(BaseModel):
    """onderwerp: what messages can be about, and all the product knows of it.

    `open_hours`: how long an incident waits for further messages; `near_m`: how far apart two
    reports of one event usually are; `decision_hours`: within which a person decides on it,
    `feedback_hours`: within which residents hear what was done; a pilot may set both otherwise.
    `asks`: what residents may be asked when it is missing, the most wanted first.
    `near_repeats`: one of these makes the next near it likelier for some weeks.
    `signalen` is main/sub of a Signalen category, empty when that tree has none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z][a-z_]{1,39}$")
    name_nl: str = Field(min_length=2, max_length=60)
    name_en: str = Field(min_length=2, max_length=60)
    definition_nl: Sentence
    definition_en: Sentence
    urgent_when_nl: Sentence
    urgent_when_en: Sentence
    examples: Messages
    look_alikes: Messages
    destination: Literal["police_team", "handhaving", "community_officer"]
    signalen: str = Field(pattern=r"^([a-z0-9-]+/[a-z0-9-]+)?$")
    open_hours: float = Field(gt=0, le=24 * 90)
    near_m: float = Field(gt=0, le=5000)
    decision_hours: float = Field(gt=0, le=24 * 30)
    feedback_hours: float = Field(gt=0, le=24 * 90)
    near_repeats: bool = False
    asks: tuple[Literal["where", "still", "direction", "seen", "plate", "when"], ...] = ("where",)
    colour_light: Colour
    colour_dark: Colour
    symbol: str = Field(min_length=1, max_length=2)

    def name(self, language: str) -> str:
        return self.name_nl if language == "nl" else self.name_en


@lru_cache
def topics(folder: Path = FOLDER) -> dict[str, Topic]:
    """Every topic of the folder by its id, in alphabetical order; raises BadSetting."""
    found = [read_topic(path) for path in sorted(folder.glob("*.toml"))]
    if not found:
        raise BadSetting(name=folder.name, why="no topic files")
    return {topic.id: topic for topic in found}


def read_topic(path: Path) -> Topic:
    """One topic from its file; raises BadSetting naming the file and what is wrong in it."""
    try:
        fields: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Topic(id=path.stem, **fields)
    except ValidationError as error:
        raise BadSetting(name=path.name, why=explain(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError) as error:
        raise BadSetting(name=path.name, why=str(error)) from error


def explain(error: ValidationError) -> str:
    """What is wrong in a file, a clause a field, without the values themselves."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'file'}: {fault['msg']}"
        for fault in error.errors(include_input=False, include_url=False)
    )
