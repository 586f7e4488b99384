"""onderzoek: clusters over a period that the worker computes, beside the incidents as they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import i18n
from core.permissions import ALLOWED, Action
from core.research import cancel
from core.store import Unit
from core.store.research_queries import Run, RunState, latest_runs, run_with_id
from pages._frame import Card, ago, language, page, part, services, t, told, user
from pages.components.choice import show_select
from pages.explore.ask import show_form
from pages.explore.found import show_findings
from pages.lead.period import choose_pilot, pilots

CARD: Final = Card(
    title_nl="Onderzoek",
    title_en="Research",
    icon=":material/scatter_plot:",
    order=50,
    roles=ALLOWED[Action.EXPLORE],
)
_LOOK_EVERY_S: Final = 1.0


@page(CARD)
def show() -> None:
    found = pilots()
    st.subheader(t("research.title"), anchor=False)
    if not found:
        st.info(t("trends.no_pilot"), icon=":material/scatter_plot:")
        return
    pilot = choose_pilot(found)
    asking, results = st.columns([1, 2.6], gap="medium")
    with services().store.read() as connection:
        groups = Unit(connection, services().clock()).pilots.groups(pilot.id)
        runs = latest_runs(connection, pilot.id)
    with asking:
        show_form(pilot, groups)
    with results:
        _show_runs(runs)


def _show_runs(runs: Sequence[Run]) -> None:
    if not runs:
        st.info(t("research.none_yet"), icon=":material/scatter_plot:")
        return
    by_id = {str(run.id): run for run in runs}
    names = {key: _name(run) for key, run in by_id.items()}
    run = by_id[show_select(t("research.run"), names, param="run")]
    st.caption(_described(run))
    if run.state is RunState.DONE:
        show_findings(run)
    elif run.state.is_open:
        part("research.progress", every_s=_LOOK_EVERY_S)(_watch)(run.id)
    else:
        _say_ended(run)


def _watch(run_id: int) -> None:
    """How far a run is; the whole page comes anew when it has ended."""
    with services().store.read() as connection:
        run = run_with_id(connection, run_id)
    if not run.state.is_open:
        st.rerun()
    st.progress(run.progress, t(f"research.state_{run.state.value}"))
    st.button(t("research.cancel"), key="research.cancel", on_click=stop, args=(run_id,))


@told
def stop(run_id: int) -> None:
    with services().store.unit() as unit:
        cancel(run_id, user(), unit)


def _say_ended(run: Run) -> None:
    if run.state is RunState.CANCELLED:
        st.info(t("research.was_cancelled"), icon=":material/block:")
    else:
        st.error(t("research.failed", error=run.error or "–"), icon=":material/error:")


def _name(run: Run) -> str:
    first, last = _days(run)
    state = t(f"research.state_{run.state.value}")
    return f"{t('research.number', id=run.id)} · {first} – {last} · {state}"


def _days(run: Run) -> tuple[str, str]:
    first, last = run.recipe.first, run.recipe.last
    return i18n.short_day(language(), first), i18n.short_day(language(), last)


def _described(run: Run) -> str:
    topics = services().topics
    names = [topics[topic].name(language()) for topic in run.recipe.topics if topic in topics]
    return t(
        "research.described",
        by=run.by,
        ago=ago(run.at),
        topics=", ".join(names) or t("research.all_topics"),
        groups=len(run.recipe.group_ids) or t("research.all_groups"),
        size=run.recipe.min_cluster_size,
        samples=run.recipe.min_samples,
        grain=t(f"research.grain_{'fine' if run.recipe.fine else 'broad'}").lower(),
    )


if __name__ == "__main__":
    show()
