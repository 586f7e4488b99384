"""kant-en-klare vragenlijsten: a file each, found by walking this folder."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.survey_form import QuestionKind, SurveyQuestion

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """kant-en-klare vragenlijst: what it is called, for whom, and its questions."""

    name: str
    audience: str
    questions: tuple[SurveyQuestion, ...]


@lru_cache
def questionnaires() -> dict[str, Questionnaire]:
    """By file name."""
    return {path.stem: _read(path) for path in sorted(_FOLDER.glob("*.toml"))}


def _read(path: Path) -> Questionnaire:
    raw = tomllib.loads(path.read_text("utf-8"))
    return Questionnaire(
        name=raw["name"],
        audience=raw["audience"],
        questions=tuple(_question(one) for one in raw["questions"]),
    )


def _question(raw: dict[str, Any]) -> SurveyQuestion:
    return SurveyQuestion(
        kind=QuestionKind(raw["kind"]),
        text={"nl": raw["nl"], "en": raw["en"]},
        options=tuple(raw.get("options", ())),
        required=raw.get("required", True),
    )
