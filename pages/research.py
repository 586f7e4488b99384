"""onderzoek: clusters over a period that the worker computes, beside the incidents as they came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.permissions import ALLOWED, Action
from core.research import cancel, steps_of
from core.store import Unit
from core.store.research_queries import Run, RunState, latest_runs, run_with_id
from pages._frame import Card, page, part, services, t, told, user
from pages.components.choice import show_choice, show_select
from pages.components.words import escaped
from pages.explore.ask import show_form
from pages.explore.beside import show_beside
from pages.explore.differs import show_differences
from pages.explore.found import show_clusters, show_findings
from pages.explore.keep import show_steps, show_taking
from pages.explore.names import described, summary, title_of
from pages.explore.read import Opened, opened
from pages.explore.tree import show_tree
from pages.lead.period import choose_pilot, pilots

CARD: Final = Card(
    title_nl="Onderzoek",
    title_en="Research",
    icon=":material/scatter_plot:",
    order=50,
    menu="insight",
    roles=ALLOWED[Action.EXPLORE],
)
_LOOK_EVERY_S: Final = 1.0
_VIEWS: Final = ("found", "clusters", "differs", "tree", "beside", "taking")
_KNOWN_FAILURES: Final = ("memory", "encoder", "died", "too_long", "gave_up")


@page(CARD)
def show() -> None:
    found = pilots()
    if not found:
        st.subheader(t("research.title"), anchor=False)
        st.info(t("trends.no_pilot"), icon=":material/scatter_plot:")
        return
    pilot = choose_pilot(found)
    asking, results = st.columns([1, 3], gap="medium")
    with services().store.read() as connection:
        groups = Unit(connection, services().clock()).pilots.groups(pilot.id)
        runs = latest_runs(connection, pilot.id, limit=50)
    with asking:
        show_form(pilot, groups)
    with results:
        _show_runs(runs)


def _show_runs(runs: Sequence[Run]) -> None:
    if not runs:
        st.info(t("research.none_yet"), icon=":material/scatter_plot:")
        return
    by_id = {str(run.id): run for run in runs}
    names = {key: title_of(run) for key, run in by_id.items()}
    left, right = st.columns([1, 1.3], gap="small", vertical_alignment="bottom")
    with left:
        run = by_id[show_select(t("research.run"), names, param="run")]
    with right:
        if not run.state.is_open:
            show_steps(run)
    st.caption(escaped(summary(run)), help=escaped(described(run)))
    if run.note:
        st.caption(f"{t('research.note')}: {escaped(run.note)}")
    if run.state is RunState.DONE:
        _show_done(run, runs)
    elif run.state.is_open:
        part("research.progress", every_s=_LOOK_EVERY_S)(_watch)(run.id)
    else:
        _say_ended(run)


def _show_done(run: Run, runs: Sequence[Run]) -> None:
    given = opened(run)
    if given is None:
        st.info(t("research.no_messages"), icon=":material/scatter_plot:")
        return
    names = {name: t(f"research.view_{name}") for name in _VIEWS}
    _show_view(show_choice(t("research.view"), names, param="view"), given, runs)


def _show_view(view: str, given: Opened, runs: Sequence[Run]) -> None:
    if view == "beside":
        show_beside(given, runs)
        return
    shows = {
        "found": show_findings,
        "clusters": show_clusters,
        "differs": show_differences,
        "tree": show_tree,
        "taking": show_taking,
    }
    shows[view](given)


def _watch(run_id: int) -> None:
    """How far a run is; the whole page comes anew when it has ended."""
    with services().store.read() as connection:
        run = run_with_id(connection, run_id)
    if not run.state.is_open:
        st.rerun()
    st.progress(run.progress, _said(run))
    if run.step in ("space", "plane"):
        st.caption(t("research.umap_takes_long"))
    st.button(t("research.cancel"), key="research.cancel", on_click=stop, args=(run_id,))


def _said(run: Run) -> str:
    """Which step of how many a run is in."""
    steps = steps_of(run.recipe)
    if run.step not in steps:
        return t(f"research.state_{run.state.value}")
    step = t(f"research.step_{run.step}")
    return t("research.step", number=steps.index(run.step) + 1, count=len(steps), step=step)


@told
def stop(run_id: int) -> None:
    with services().store.unit() as unit:
        cancel(run_id, user(), unit)


def _say_ended(run: Run) -> None:
    if run.state is RunState.CANCELLED:
        st.info(t("research.was_cancelled"), icon=":material/block:")
    elif run.error in _KNOWN_FAILURES:
        st.error(t(f"research.failed_{run.error}"), icon=":material/error:")
    else:
        st.error(t("research.failed", error=run.error or "–"), icon=":material/error:")


if __name__ == "__main__":
    show()
