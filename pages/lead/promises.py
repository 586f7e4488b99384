"""What was promised to residents in a period, and what became of it."""

from __future__ import annotations

import streamlit as st

from core.promises import Kept
from pages._frame import number, t

_FIGURES = ("made", "kept", "late", "overdue", "cancelled")


def show_promises(now: Kept, before: Kept) -> None:
    """Made, kept in time, kept late, overdue, taken back; each with the period before."""
    if not now.made and not before.made:
        st.caption(t("trends.no_promises"))
        return
    st.markdown(f"**{t('trends.promises')}**", help=t("trends.promises_help"))
    for column, name in zip(st.columns(len(_FIGURES), gap="small"), _FIGURES, strict=True):
        column.metric(
            t(f"trends.promises_{name}"),
            number(getattr(now, name)),
            t("trends.was", value=number(getattr(before, name))),
            delta_color="off",
            delta_arrow="off",
            border=True,
        )
