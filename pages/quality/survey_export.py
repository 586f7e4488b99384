"""A questionnaire taken out: every wave, question and option with its count and interval.

Whole forms never leave: what somebody answered to several questions together could tell who it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import streamlit as st

from core.permissions import Action, may
from core.sheet import Cell, csv_text, note_export
from core.survey_form import QuestionKind, Survey, Wave
from core.survey_results import Outcome
from pages._frame import language, later, services, t, told, user
from pages.components.plot import Sheet

_NAMES: Final = (
    "wave", "opens", "last_day", "incident", "filled", "number", "question", "kind", "option",
    "count", "of", "share", "from", "to",
)  # fmt: skip

Read = Callable[[Survey, Wave], list[Outcome]]


def show_export(
    survey: Survey, waves: Sequence[Wave], counts: Mapping[int, int], read: Read
) -> None:
    if not may(user(), Action.EXPORT):
        return
    st.download_button(
        t("surveys.export"),
        later(lambda: _csv(whole_sheet(survey, waves, counts, read))),
        file_name=f"vragenlijst-{survey.id}.csv",
        mime="text/csv",
        key=f"surveys.{survey.id}.export",
        icon=":material/download:",
        help=t("surveys.export_help"),
        on_click=_taken,
        args=(survey.id,),
    )


@told
def _taken(survey_id: int) -> None:
    with services().store.unit() as unit:
        note_export(f"survey {survey_id}", user(), unit)


def _csv(sheet: Sheet) -> bytes:
    return csv_text(sheet.columns, sheet.rows, language()).encode()


def whole_sheet(
    survey: Survey, waves: Sequence[Wave], counts: Mapping[int, int], read: Read
) -> Sheet:
    """A row for each option of each question of each wave; own words a row each."""
    rows = [
        (*_wave_cells(wave, counts), *cells)
        for wave in waves
        for outcome in read(survey, wave)
        for cells in _rows(outcome)
    ]
    heads = tuple(t(f"surveys.column.{name}") for name in _NAMES)
    return Sheet(columns=heads, rows=tuple(rows))


def _wave_cells(wave: Wave, counts: Mapping[int, int]) -> tuple[Cell, ...]:
    about = f"HNM-{wave.incident_id}" if wave.incident_id else None
    days = (f"{at:%Y-%m-%d}" for at in (wave.opens_at, wave.last_moment))
    return (wave.number, *days, about, counts.get(wave.id, 0))


def _rows(outcome: Outcome) -> Iterator[tuple[Cell, ...]]:
    question = outcome.question
    head = (outcome.place + 1, question.said(language()), t(f"surveys.kind_{question.kind.value}"))
    if not outcome.is_enough:
        yield (*head, t("surveys.too_few"), *(None,) * 5)
    elif question.kind is QuestionKind.OPEN:
        for text in outcome.texts:
            yield (*head, text, *(None,) * 5)
    else:
        for line in outcome.lines:
            shares = (round(one, 4) for one in (line.share, line.low, line.high))
            yield (*head, question.option(line.place, language()), line.count, line.of, *shares)
