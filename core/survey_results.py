"""uitkomsten: what a wave answered, with how sure that is, and how it differs from another wave.

Of fewer than five forms nothing is shown: an answer could be somebody's. A share has Wilson's
interval (1927), a mean Student's; two shares are compared by Newcombe's method 10 (1998), two means
by Welch's interval (1947). The intervals say how far chance reaches if who answered were drawn at
random; that they chose to answer is not in them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev
from typing import Any, Final

from core.estimates import Difference, wilson
from core.privacy.disclosure import SMALLEST_COUNT
from core.survey_form import QuestionKind, Survey, SurveyQuestion

_T: Final = (
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365),
    (8, 2.306), (9, 2.262), (10, 2.228), (12, 2.179), (15, 2.131), (20, 2.086), (30, 2.042),
    (60, 2.000), (120, 1.980),
)  # fmt: skip
"""Student's t for 95 %, by degrees of freedom; between two the smaller number of degrees counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One option: how many chose it, of how many, and the share's 95 % interval."""

    place: int
    count: int
    of: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """gemiddelde: of a scale from 1 to 5, with its 95 % interval."""

    value: float
    low: float
    high: float
    of: int
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """uitkomst: of one question of one wave; `lines` is empty where too few answered."""

    place: int
    question: SurveyQuestion
    answered_count: int
    lines: tuple[Line, ...] = ()
    mean: Mean | None = None
    texts: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        return self.answered_count >= SMALLEST_COUNT


def outcomes(
    survey: Survey, responses: Sequence[Mapping[str, Any]], texts: Mapping[int, Sequence[str]]
) -> list[Outcome]:
    """Of each question what the forms of a wave say."""
    return [
        _outcome(place, question, responses, texts.get(place, ()))
        for place, question in enumerate(survey.questions)
    ]


def _outcome(
    place: int,
    question: SurveyQuestion,
    responses: Sequence[Mapping[str, Any]],
    texts: Sequence[str],
) -> Outcome:
    if question.kind is QuestionKind.OPEN:
        shown = tuple(texts) if len(texts) >= SMALLEST_COUNT else ()
        return Outcome(place=place, question=question, answered_count=len(texts), texts=shown)
    answers = [one[str(place)] for one in responses if str(place) in one]
    bare = Outcome(place=place, question=question, answered_count=len(answers))
    if not bare.is_enough:
        return bare
    chosen = Counter(pick for one in answers for pick in (one if isinstance(one, list) else [one]))
    lines = tuple(_line(n, chosen[n], len(answers)) for n in range(question.option_count))
    is_scale = question.kind is QuestionKind.SCALE
    return Outcome(
        place=place,
        question=question,
        answered_count=len(answers),
        lines=lines,
        mean=mean_of([one + 1 for one in answers]) if is_scale else None,
    )


def _line(place: int, count: int, of: int) -> Line:
    low, high = wilson(count, of)
    return Line(place=place, count=count, of=of, share=count / of, low=low, high=high)


def mean_of(values: Sequence[int]) -> Mean:
    """Of at least two values; it stays on the scale."""
    middle, spread = mean(values), stdev(values)
    reach = _t(len(values) - 1) * spread / sqrt(len(values))
    return Mean(
        value=middle,
        low=max(1.0, middle - reach),
        high=min(5.0, middle + reach),
        of=len(values),
        spread=spread,
    )


def _t(degrees: float) -> float:
    return next(t for known, t in reversed(_T) if known <= max(degrees, 1))


def mean_difference(later: Mean, earlier: Mean) -> Difference:
    """Welch's interval."""
    a, b = later.spread**2 / later.of, earlier.spread**2 / earlier.of
    value = later.value - earlier.value
    if a + b == 0:
        return Difference(value=value, low=value, high=value)
    degrees = (a + b) ** 2 / (a**2 / (later.of - 1) + b**2 / (earlier.of - 1))
    reach = _t(degrees) * sqrt(a + b)
    return Difference(value=value, low=value - reach, high=value + reach)


def share_difference(later: Line, earlier: Line) -> Difference:
    """Newcombe's method 10: of the two Wilson intervals."""
    value = later.share - earlier.share
    down = sqrt((later.share - later.low) ** 2 + (earlier.high - earlier.share) ** 2)
    up = sqrt((later.high - later.share) ** 2 + (earlier.share - earlier.low) ** 2)
    return Difference(value=value, low=value - down, high=value + up)
