"""Signalen's classifier: a city's Signalen asks us in which category a report belongs.

The request and the answer are those of Signalen's own classifier, which its backend calls at
`{ML_TOOL_ENDPOINT}/predict`: for main and sub category a list of paths, best first, and a list of
their probabilities. What is asked is judged and forgotten: nothing of it is stored or logged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from connectors.reading_desk import ReadingDesk, reading_desk
from core.domain import NOT_RELEVANT
from core.topics import Topic

REST: Final = "overig/overig"
"""Where Signalen puts what fits nowhere, and where we put what only the police can take."""
_CATEGORIES: Final = "/signals/v1/public/terms/categories"
_SHOWN: Final = 5

Ranking = tuple[list[str], list[float]]

router = APIRouter(tags=["Signalen"])


class Question(BaseModel):
    """The text of one report."""

    model_config = ConfigDict(strict=True)

    text: str = Field(min_length=1, max_length=20_000)


class Answer(BaseModel):
    """Category paths, best first, and their probabilities."""

    hoofdrubriek: Ranking
    subrubriek: Ranking


@router.post("/predict", summary="The category of a report, as Signalen's own classifier says it")
@router.post("/signals_mltool/predict", include_in_schema=False)
def predict(question: Question, desk: Annotated[ReadingDesk, Depends(reading_desk)]) -> Answer:
    return answer(desk.topics_of(question.text), desk.topics)


def answer(shares: Mapping[str, float], topics: Mapping[str, Topic]) -> Answer:
    """The shares of our topics as shares of Signalen's categories.

    Who writes to Signalen reports something, so how likely it is mere chat is left out.
    """
    told = {name: share for name, share in shares.items() if name != NOT_RELEVANT}
    total = sum(told.values()) or 1.0
    subs: defaultdict[str, float] = defaultdict(float)
    for name, share in told.items():
        topic = topics.get(name)
        subs[(topic.signalen if topic else "") or REST] += share / total
    mains: defaultdict[str, float] = defaultdict(float)
    for category, share in subs.items():
        mains[category.split("/")[0]] += share
    return Answer(
        hoofdrubriek=_ranking({f"{_CATEGORIES}/{main}": share for main, share in mains.items()}),
        subrubriek=_ranking({_sub_path(category): share for category, share in subs.items()}),
    )


def _sub_path(category: str) -> str:
    main, sub = category.split("/")
    return f"{_CATEGORIES}/{main}/sub_categories/{sub}"


def _ranking(shares: Mapping[str, float]) -> Ranking:
    best = sorted(shares, key=lambda path: (-shares[path], path))[:_SHOWN]
    return best, [round(shares[path], 4) for path in best]
