"""vragenlijst: what is asked, of whom, and from when to when; plain values that the store keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from core.i18n import DEFAULT, text_of

SCALE: Final = 5
"""A Likert scale: 1 is strongly disagree, 5 strongly agree."""
KIND: Final = "survey"
"""The kind of an invitation in the outbox."""
FIRST: Final = "first"
AGAIN: Final = "again"


class QuestionKind(StrEnum):
    """soort vraag: a statement to agree with, one choice, several, or one's own words."""

    SCALE = "scale"
    CHOICE = "choice"
    CHOICES = "choices"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyQuestion:
    """vraag: its text and its options by language; "nl" is always there."""

    kind: QuestionKind
    text: Mapping[str, str]
    options: tuple[Mapping[str, str], ...] = ()
    required: bool = True

    def said(self, language: str) -> str:
        return self.text.get(language) or self.text[DEFAULT]

    def option(self, place: int, language: str) -> str:
        if self.kind is QuestionKind.SCALE:
            return text_of(language, f"survey.scale_{place + 1}")
        return self.options[place].get(language) or self.options[place][DEFAULT]

    @property
    def option_count(self) -> int:
        return SCALE if self.kind is QuestionKind.SCALE else len(self.options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """vragenlijst: for residents or for professionals of a pilot."""

    id: int
    pilot_id: int
    name: str
    audience: str
    questions: tuple[SurveyQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """ronde: a survey from a day to a day; `incident_id` when it asks about one incident."""

    id: int
    survey_id: int
    number: int
    opens_at: datetime
    closes_at: datetime
    incident_id: int | None = None
    closed_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and self.opens_at <= now < self.closes_at

    @property
    def last_moment(self) -> datetime:
        """It closes when a day begins: the last day on which it is open is the one before."""
        return self.closes_at - timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """uitnodiging: a text to a group that asks it to fill a wave in; `again` is the reminder."""

    group_id: int
    again: bool
    state: str
    due_at: datetime
    delivered_at: datetime | None


def codes(questions: Sequence[SurveyQuestion]) -> list[dict[str, Any]]:
    return [asdict(replace(q, text=dict(q.text), options=_plain(q))) for q in questions]


def _plain(question: SurveyQuestion) -> tuple[dict[str, str], ...]:
    return tuple(dict(option) for option in question.options)


def question_of(code: Mapping[str, Any]) -> SurveyQuestion:
    return SurveyQuestion(
        kind=QuestionKind(code["kind"]),
        text=dict(code["text"]),
        options=tuple(dict(option) for option in code["options"]),
        required=bool(code["required"]),
    )
