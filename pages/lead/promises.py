"""What was promised to residents in a period, and what became of it."""

from __future__ import annotations

import streamlit as st

from core.domain import Pilot
from core.promises import Kept, count
from core.store.question_queries import promises_made
from core.trends import Period
from pages._frame import number, services, t

_FIGURES = ("made", "kept", "late", "overdue", "cancelled")


def show_promises(pilot: Pilot, period: Period) -> None:
    """Made, kept in time, kept late, overdue, taken back; each with the period before."""
    now, before = _counted(pilot, period), _counted(pilot, period.before())
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


def _counted(pilot: Pilot, period: Period) -> Kept:
    given = services()
    with given.store.read() as connection:
        made = promises_made(connection, pilot.id, period.since, period.until)
    return count(made, given.clock())
