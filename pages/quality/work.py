"""What the product does to the work: measured here, beside before; never of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from core.domain import Pilot
from core.status import Step
from core.store import Unit
from core.store.work_queries import deeds, passed_on
from core.trends import Period
from core.work_compared import Compared, compared
from core.work_form import Assumptions, Baseline, Deed, Measured
from core.work_intervals import FEWEST_PEOPLE, Figure
from core.work_measures import (
    FIRST_DECISIONS,
    Pace,
    Rekeying,
    handling,
    paces,
    passed,
    rekeying,
)
from pages._frame import number, services, t
from pages.components.plot import show_plot, show_table
from pages.components.words import escaped
from pages.lead.period import choose_period
from pages.lead.report import Section
from pages.quality.source import pilot_or_say, say_source
from pages.quality.work_before import show_assumptions, show_baselines
from pages.quality.work_plots import (
    compared_plot,
    compared_sheet,
    handling_plot,
    handling_sheet,
    paces_sheet,
    rekeying_plot,
    rekeying_sheet,
    verdict,
)

_STEPS: Final = tuple(step.value for step in Step if step is not Step.UNDO)
_HANDLED: Final = {
    "claimed": (Step.CLAIM, FIRST_DECISIONS),
    "worked": (Step.TAKE_ON, frozenset({Step.CLOSE})),
}
_TALL: Final = 230


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """het werk of a period: how fast, how long, and what was not typed again."""

    paces: list[Pace]
    handling: dict[str, Figure]
    rekeying: Rekeying
    compared: list[Compared]
    baselines: list[Baseline]
    given: Assumptions

    @property
    def is_empty(self) -> bool:
        return not self.paces and not sum(self.rekeying.counts.values())


def show_work() -> None:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        pilot = pilot_or_say()
        if pilot is None:
            return
        period = choose_period(pilot)
    say_source("work", fewest=number(FEWEST_PEOPLE))
    found = read_work(pilot, period)
    if found.is_empty:
        st.info(t("work.nothing_yet"), icon=":material/timer:")
    else:
        _show_compared(found)
        _show_plots(found)
    show_baselines(pilot, found.baselines)
    show_assumptions(pilot, found.given)


def read_work(pilot: Pilot, period: Period) -> Work:
    """The period and the one before it, read from the history."""
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).work
        given, baselines = rows.assumptions(pilot.id), rows.of_pilot(pilot.id)
    now, before = _read(pilot, period, given), _read(pilot, period.before(), given)
    return Work(
        paces=paces(now[0], given),
        handling={name: handling(now[0], *ends) for name, ends in _HANDLED.items()},
        rekeying=now[1],
        compared=compared(
            paces(now[0], given), paces(before[0], given), (now[1], before[1]), baselines
        ),
        baselines=baselines,
        given=given,
    )


def _read(pilot: Pilot, period: Period, given: Assumptions) -> tuple[list[Deed], Rekeying]:
    span = (pilot.id, period.since, period.until)
    with services().store.read() as connection:
        done = deeds(connection, *span, _STEPS)
        gone = passed_on(connection, *span)
    return done, rekeying(passed(gone, services().topics), given)


def _show_compared(found: Work) -> None:
    """What it comes to, in sentences and in a table."""
    with st.container(border=True, key="work.compared.card", gap="xsmall"):
        st.markdown(f"**{escaped(t('work.compared_title'))}**")
        said = [line for one in found.compared if (line := verdict(one))]
        for line in said or [t("work.no_verdict")]:
            st.markdown(f"- {escaped(line)}")
        if said and not any(one.gap for one in found.compared):
            st.caption(t("work.nothing_beside"))
        show_table(compared_sheet(found.compared), key="work.compared")


def _show_plots(found: Work) -> None:
    left, right = st.columns(2, gap="small")
    for column, measured in ((left, Measured.PACE), (right, Measured.MINUTES)):
        lines = [one for one in found.compared if one.measured is measured]
        with column:
            _show_lines(measured, lines, found)
    with left:
        _show_handling(found)
    with right:
        _show_rekeying(found)


def _show_lines(measured: Measured, lines: Sequence[Compared], found: Work) -> None:
    title, note = t(f"work.{measured.value}_title"), t(f"work.{measured.value}_note")
    if not any(one.now.value is not None for one in lines):
        _say_none(title, t("work.too_little", fewest=number(FEWEST_PEOPLE)), measured.value)
        return
    show_plot(
        title,
        compared_plot(lines),
        paces_sheet(found.paces, lines),
        key=f"work.{measured.value}",
        note=note,
        height=110 + 60 * sum(one.now.value is not None for one in lines),
    )


def _show_handling(found: Work) -> None:
    title = t("work.handling_title")
    if not any(one.value is not None for one in found.handling.values()):
        _say_none(title, t("work.handling_none"), "handling")
        return
    show_plot(
        title,
        handling_plot(found.handling),
        handling_sheet(found.handling),
        key="work.handling",
        note=t("work.handling_note"),
        height=_TALL,
    )


def _show_rekeying(found: Work) -> None:
    title = t("work.rekeying_title")
    if not sum(found.rekeying.counts.values()):
        _say_none(title, t("work.rekeying_none"), "rekeying")
        return
    show_plot(
        title,
        rekeying_plot(found.rekeying),
        rekeying_sheet(found.rekeying),
        key="work.rekeying",
        note=saved_line(found.rekeying, found.given),
        height=_TALL,
    )


def saved_line(found: Rekeying, given: Assumptions) -> str:
    """What nobody typed again, with what that rests on."""
    return t(
        "work.saved",
        fields=number(found.saved_fields),
        characters=number(found.saved_characters),
        minutes=number(found.saved_min),
        speed=number(given.letters_per_min),
        seconds=number(given.field_s, 1),
    )


def _say_none(title: str, why: str, key: str) -> None:
    with st.container(border=True, key=f"work.{key}.card", gap="xxsmall"):
        st.markdown(f"**{escaped(title)}**")
        st.caption(escaped(why))


def work_sections(pilot: Pilot, period: Period) -> list[Section]:
    """The same for a report: figures, tables, and what they rest on."""
    found = read_work(pilot, period)
    if found.is_empty:
        return []
    shown = [one for one in found.compared if one.now.value is not None]
    limits = t("work.limits", fewest=number(FEWEST_PEOPLE))
    roads = rekeying_sheet(found.rekeying)
    return [
        Section(
            title=t("work.compared_title"),
            note="\n".join([*map(verdict, shown), limits]),
            sheet=compared_sheet(shown),
        ),
        Section(
            title=t("work.handling_title"),
            note=t("work.handling_note"),
            sheet=handling_sheet(found.handling),
        ),
        Section(
            title=t("work.rekeying_title"),
            note=saved_line(found.rekeying, found.given),
            sheet=replace(roads, rows=roads.rows[: len(found.rekeying.counts)]),
            bars=True,
        ),
    ]
