"""A questionnaire made: from a ready one or from nothing; its questions are a table to write in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.domain import Pilot
from core.i18n import DEFAULT
from core.questionnaires import questionnaires
from core.survey_form import QuestionKind, SurveyQuestion
from core.surveys import AUDIENCES, MOST_QUESTIONS, make
from pages._act import carry_out
from pages._frame import language, number, t, told

_COLUMNS: Final = ("kind", "nl", "en", "options_nl", "options_en", "required")


def audience_name(audience: str) -> str:
    return t(f"surveys.audience_{audience}")


def show_new(pilot: Pilot) -> None:
    """A survey from a ready one or from nothing; its questions are a table to write in."""
    ready = questionnaires()
    names = {"": t("surveys.from_nothing"), **{name: one.name for name, one in ready.items()}}
    start = st.selectbox(
        t("surveys.start_from"),
        list(names),
        index=1,
        format_func=names.__getitem__,
        key=f"surveys.start.{language()}",
        width=420,
    )
    begun = ready.get(start or "")
    key = f"surveys.new.{pilot.id}.{start}.{language()}"
    left, right = st.columns(2)
    left.text_input(
        t("surveys.name"), begun.name if begun else "", key=f"{key}.name", max_chars=120
    )
    right.selectbox(
        t("surveys.audience"),
        list(AUDIENCES),
        index=AUDIENCES.index(begun.audience) if begun else 0,
        format_func=audience_name,
        key=f"{key}.audience",
    )
    st.caption(t("surveys.questions_note", most=number(MOST_QUESTIONS)))
    written = st.data_editor(
        pd.DataFrame([_row(one) for one in begun.questions] if begun else [], columns=_COLUMNS),
        num_rows="dynamic",
        hide_index=True,
        column_config=_column_config(),
        key=f"{key}.questions",
    )
    st.button(
        t("surveys.make"),
        type="primary",
        key=f"{key}.make",
        on_click=_make,
        args=(pilot.id, key, written.to_dict("records")),
    )


def _column_config() -> dict[str, Any]:
    kinds = [kind.value for kind in QuestionKind]
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(t(f"surveys.question.{name}"))
        for name in ("nl", "en", "options_nl", "options_en")
    }
    config["kind"] = st.column_config.SelectboxColumn(
        t("surveys.question.kind"),
        options=kinds,
        format_func=lambda kind: t(f"surveys.kind_{kind}"),
        required=True,
        width=170,
    )
    config["required"] = st.column_config.CheckboxColumn(
        t("surveys.question.required"), default=True
    )
    return config


def _row(question: SurveyQuestion) -> dict[str, Any]:
    return {
        "kind": question.kind.value,
        "nl": question.text.get("nl", ""),
        "en": question.text.get("en", ""),
        "options_nl": "; ".join(option.get("nl", "") for option in question.options),
        "options_en": "; ".join(option.get("en", "") for option in question.options),
        "required": question.required,
    }


@told
def _make(pilot_id: int, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    given = st.session_state
    name, audience = str(given[f"{key}.name"]), str(given[f"{key}.audience"])
    questions = [_question_of(row) for row in rows]
    carry_out(
        lambda me, unit: make(pilot_id, name, audience, questions, me, unit),
        lambda _: t("surveys.done.made"),
    )


def _question_of(row: Mapping[str, Any]) -> SurveyQuestion:
    """A row as it was typed; an empty cell is no text."""
    said = {name: _cell(row, name) for name in _COLUMNS[1:5]}
    kind = QuestionKind(_cell(row, "kind") or QuestionKind.OPEN)
    dutch, english = _parts(said["options_nl"]), _parts(said["options_en"])
    options = tuple(
        {DEFAULT: option, **({"en": english[n]} if n < len(english) else {})}
        for n, option in enumerate(dutch)
    )
    return SurveyQuestion(
        kind=kind,
        text={DEFAULT: said["nl"], **({"en": said["en"]} if said["en"] else {})},
        options=options if kind in (QuestionKind.CHOICE, QuestionKind.CHOICES) else (),
        required=row.get("required") is not False,
    )


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
