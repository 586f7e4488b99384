"""The library: all advice by topic, with its three lengths, its origin and its reason."""

from __future__ import annotations

import streamlit as st

from core.tips import Advice, Length, library
from pages._frame import language, services, t
from pages.advice.around import Surroundings
from pages.advice.composing import show_composing
from pages.advice.suggested import basis
from pages.beat.cards import WIDTH
from pages.components.choice import show_select
from pages.components.words import escaped

_ALL = "all"


def show_shelf(around: Surroundings) -> None:
    topics = services().topics
    followed = [name for name in topics if name in around.pilot.topics]
    names = {_ALL: t("tips.all_topics"), **{n: topics[n].name(language()) for n in followed}}
    chosen = show_select(t("tips.topic"), names, param="topic", width=260)
    shown = [one for one in library().values() if chosen in (_ALL, one.topic)]
    st.caption(t("tips.library_note", count=len(shown)))
    for advice in shown:
        if advice.topic in followed:
            _show_advice(advice, around)


def _show_advice(advice: Advice, around: Surroundings) -> None:
    topic = services().topics[advice.topic].name(language())
    with (
        st.container(width=WIDTH),
        st.expander(f"**{escaped(advice.title(language()))}** · {topic}"),
    ):
        st.text(advice.words(Length.LONG, language()))
        st.caption(t("tips.short_form"))
        st.text(advice.words(Length.SHORT, language()))
        st.caption(basis(advice.origin.value, advice.reason(language())))
        st.caption(escaped(_when(advice)))
        key = f"tips.shelf.{advice.id}"
        if st.toggle(t("tips.write_this"), key=f"{key}.open"):
            show_composing(advice, around, around.groups, key=key)


def _when(advice: Advice) -> str:
    occasions = ", ".join(t(f"tips.occasion_{one.value}") for one in advice.when)
    return t("tips.proposed_at", occasions=occasions)
