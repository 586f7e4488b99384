"""evaluatie: how good the judgement is, what people made of it and say of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.errors import HNMError
from core.i18n import error_text
from core.permissions import ALLOWED, Action
from pages._frame import Card, language, page, t
from pages.components.choice import show_choice
from pages.quality.drift import show_drift
from pages.quality.model import show_model
from pages.quality.practice import show_practice
from pages.quality.publish import show_publish
from pages.quality.surveys import show_surveys
from pages.quality.work import show_work

CARD: Final = Card(
    title_nl="Evaluatie",
    title_en="Evaluation",
    icon=":material/fact_check:",
    order=45,
    menu="insight",
    roles=ALLOWED[Action.EVALUATE],
)
PARTS: Final[dict[str, Callable[[], None]]] = {
    "model": show_model,
    "practice": show_practice,
    "drift": show_drift,
    "publish": show_publish,
    "surveys": show_surveys,
    "work": show_work,
}


@page(CARD)
def show() -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.subheader(t("evaluation.title"), anchor=False, width="content")
        names = {name: t(f"evaluation.part_{name}") for name in PARTS}
        chosen = show_choice(t("evaluation.title"), names, param="part")
    try:
        PARTS[chosen]()
    except HNMError as error:
        st.warning(error_text(language(), error), icon=":material/straighten:")


if __name__ == "__main__":
    show()
