"""Clusters beside the incidents as they came: how far they agree, and where not."""

from __future__ import annotations

from dataclasses import asdict

import streamlit as st

from core.agreement import Agreement
from core.comparison import Mixed, Spread, mixed_clusters, spread_incidents
from core.permissions import Action, may
from core.sheet import Cell
from core.store.research_queries import Spot
from pages._frame import number, t, user
from pages._links import open_incident
from pages.components.plot import Sheet, show_table
from pages.explore.marks import at_least, names_of, number_of
from pages.explore.names import measure
from pages.explore.read import Opened, rounding

_MEASURES = (
    "rand",
    "mutual",
    "v_measure",
    "homogeneity",
    "completeness",
    "precision",
    "recall",
    "f1",
)
_MOST_LISTED = 40


def show_differences(given: Opened) -> None:
    """The measures, the clusters that hold several incidents, the incidents in several clusters."""
    st.caption(t("research.differs_note"))
    show_agreement(given.found.agreement)
    mixed = mixed_clusters(given.outcome, given.spots)
    spread = spread_incidents(given.outcome, given.spots)
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('research.mixed', count=number(len(mixed)))}**")
        show_table(_mixed_sheet(mixed, given), key="research.mixed", opened=True, takes=False)
    with right:
        st.markdown(f"**{t('research.spread', count=number(len(spread)))}**")
        show_table(_spread_sheet(spread, given), key="research.spread", opened=True, takes=False)
    if may(user(), Action.SEE_INCIDENTS):
        _show_way_to(mixed, spread)


def show_agreement(measured: Agreement | None) -> None:
    """All measures in a row, each with what it says."""
    if measured is None:
        st.info(t("research.nothing_to_compare"), icon=":material/compare_arrows:")
        return
    values = asdict(measured)
    for column, name in zip(st.columns(len(_MEASURES), gap="small"), _MEASURES, strict=True):
        shown = measure(values[name])
        column.metric(t(f"research.measure_{name}"), shown, help=t(f"research.measure_{name}_help"))


def _mixed_sheet(mixed: list[Mixed], given: Opened) -> Sheet:
    names = names_of(given.found.portraits)
    sees = may(user(), Action.SEE_INCIDENTS)
    columns = ("cluster", "incidents", "largest_share", *(["which"] if sees else []))
    rows: list[tuple[Cell, ...]] = []
    for one in mixed[:_MOST_LISTED]:
        counts = [count for _, count in one.incidents]
        share = f"{round(max(counts) / sum(counts), 1):.0%}"
        which = [", ".join(f"HNM-{i} ({n})" for i, n in one.incidents[:6])] if sees else []
        held: Cell = len(counts)
        if not sees:
            held = at_least(rounding().count("incidents", [i for i, _ in one.incidents]))
        rows.append((names[one.cluster], held, share, *which))
    return Sheet(columns=tuple(t(f"research.column_{name}") for name in columns), rows=tuple(rows))


def _spread_sheet(spread: list[Spread], given: Opened) -> Sheet:
    """Who may not see incidents is told of those that are large enough, and not which they are."""
    sees = may(user(), Action.SEE_INCIDENTS)
    columns = ("incident", "count", "spread_over")
    rows: list[tuple[Cell, ...]] = []
    for one in spread[:_MOST_LISTED]:
        over = ", ".join(number_of(cluster) for cluster, _ in one.clusters)
        shown = rounding().count("messages", _of_incident(given, one.incident_id))
        if sees:
            rows.append((f"HNM-{one.incident_id}", sum(n for _, n in one.clusters), over))
        elif shown:
            rows.append((t("research.an_incident"), at_least(shown), over))
    return Sheet(columns=tuple(t(f"research.column_{name}") for name in columns), rows=tuple(rows))


def _of_incident(given: Opened, incident_id: int) -> list[int]:
    placed = set(given.outcome.message_ids)
    spots: list[Spot] = [one for one in given.spots.values() if one.incident_id == incident_id]
    return [one.message_id for one in spots if one.message_id in placed]


def _show_way_to(mixed: list[Mixed], spread: list[Spread]) -> None:
    """To an incident in the control room, for who may see it there."""
    ids = [one.incident_id for one in spread[:_MOST_LISTED]]
    ids += [incident_id for one in mixed[:_MOST_LISTED] for incident_id, _ in one.incidents[:6]]
    if not ids:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("research.incident"),
            sorted(set(ids)),
            format_func=lambda incident_id: f"HNM-{incident_id}",
            key="research.incident",
            width=200,
        )
        if st.button(
            t("research.to_control_room"), key="research.to", icon=":material/open_in_new:"
        ):
            open_incident(int(chosen))
