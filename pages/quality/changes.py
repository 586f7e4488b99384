"""How the model in use differs from the one before it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import i18n
from core.evaluation import Said, changes, kept_figures
from core.quality_file import Quality
from core.store.evaluation_queries import model_before
from pages._frame import language, percent, services, t
from pages.components.plot import Sheet, show_table
from pages.components.words import escaped
from pages.quality.source import topic_names

_KEY: Final = "evaluation.changes"


def show_changes(quality: Quality, said: Said) -> None:
    """Figure by figure and topic by topic; what lies within both intervals may be chance."""
    with services().store.read() as connection:
        before = model_before(connection, quality.model)
    with st.container(border=True, key="evaluation.changes.card"):
        st.markdown(f"**{escaped(t('evaluation.changes'))}**")
        if before is None:
            st.caption(t("evaluation.no_model_before"))
            return
        since = i18n.day(language(), before.at)
        st.caption(escaped(t("evaluation.changes_note", model=before.model, day=since)))
        show_table(_sheet(quality, said, before.figures), key=_KEY, opened=True)


def _sheet(quality: Quality, said: Said, before: dict[str, dict[str, list[float]]]) -> Sheet:
    now, names = kept_figures(quality.judged, said), topic_names()
    rows = []
    for part in ("figures", "topics"):
        for change in changes(now[part], before.get(part) or {}):
            name = (
                t(f"figures.{change.name}")
                if part == "figures"
                else t("evaluation.f1_of", topic=names.get(change.name, change.name))
            )
            rows.append(
                (
                    name,
                    percent(change.was),
                    percent(change.now),
                    _points(change.now - change.was),
                    t(f"evaluation.{'beyond_chance' if change.beyond_chance else 'may_be_chance'}"),
                )
            )
    heads = ("figure", "was", "now", "difference", "meaning")
    return Sheet(columns=tuple(t(f"figures.column_{head}") for head in heads), rows=tuple(rows))


def _points(difference: float) -> str:
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    return f"{sign}{i18n.number(language(), abs(difference) * 100, 1)}"
