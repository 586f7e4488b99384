"""Two runs beside each other: what was chosen differently, how far they agree, what moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import plotly.graph_objects as go
import streamlit as st

from core.comparison import Comparison, Flow, changes_between, compare
from core.permissions import Action, may
from core.store.research_queries import Run, RunState
from pages._frame import language, number, services, t, user
from pages.components.choice import show_select
from pages.components.plot import Sheet, palette, show_plot, show_table
from pages.explore.differs import show_agreement
from pages.explore.found import leaves, show_texts
from pages.explore.marks import MOST_NAMED, at_least, colour_of, names_of
from pages.explore.names import title_of, value_name
from pages.explore.read import Opened, opened, rounding

_MOST_FLOWS: Final = 60


def show_beside(given: Opened, runs: Sequence[Run]) -> None:
    others = [run for run in runs if run.state is RunState.DONE and run.id != given.run.id]
    if not others:
        st.info(t("research.no_other"), icon=":material/compare:")
        return
    other = _choose(given, others)
    if other is None:
        st.info(t("research.no_messages"), icon=":material/scatter_plot:")
        return
    found = compare(other.outcome, given.outcome, other.spots | given.spots)
    _say_equal(found, other.run)
    _show_changes(other.run, given.run)
    show_agreement(found.agreement)
    _show_flows(found, other, given)
    _show_moved(found, other, given)


def _choose(given: Opened, others: Sequence[Run]) -> Opened | None:
    """The other run: at first the one that this one repeats or changes."""
    by_id = {str(run.id): run for run in others}
    origin = str(given.run.from_run_id)
    ids = sorted(by_id, key=lambda key: (key != origin, -int(key)))
    names = {key: title_of(by_id[key]) for key in ids}
    return opened(by_id[show_select(t("research.beside"), names, param="beside", width=460)])


def _say_equal(found: Comparison, other: Run) -> None:
    if found.is_equal:
        st.success(t("research.equal", number=other.id), icon=":material/check:")
    else:
        st.caption(t("research.shared", count=at_least(rounded(found.shared_count, "shared"))))


def rounded(count: int, kind: str) -> int:
    """A count of which the messages themselves say nothing more."""
    return rounding().count(kind, range(count))


def _show_changes(before: Run, after: Run) -> None:
    changes = changes_between(before.recipe, after.recipe)
    if not changes:
        st.caption(t("research.same_recipe"))
        return
    columns = (t("research.column_choice"), f"{before.id}", f"{after.id}")
    rows = tuple(
        (
            t(f"research.choice_{one.name}"),
            _value(one.name, one.before),
            _value(one.name, one.after),
        )
        for one in changes
    )
    st.markdown(f"**{t('research.changed')}**")
    show_table(Sheet(columns=columns, rows=rows), key="research.changes", opened=True, takes=False)


def _value(name: str, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if name == "topics":
        known = services().topics
        return ", ".join(known[one].name(language()) for one in value if one in known) or t(
            "research.all_topics"
        )
    if name == "group_ids":
        return number(len(value)) if value else t("research.all_groups")
    return value_name(name, value)


def _show_flows(found: Comparison, before: Opened, after: Opened) -> None:
    """Where the messages of each cluster went; what is too small to be told is left out."""
    count = rounding().count
    flows = [
        (flow, shown)
        for flow in _merged(found.flows)[:_MOST_FLOWS]
        if (shown := count("messages", flow.message_ids))
    ]
    if not flows:
        return
    names = names_of(before.found.portraits), names_of(after.found.portraits)
    rows = tuple(
        (_name(flow.before, names[0]), _name(flow.after, names[1]), shown) for flow, shown in flows
    )
    columns = (
        t("research.column_in", number=before.run.id),
        t("research.column_in", number=after.run.id),
        t("research.column_count"),
    )
    show_plot(
        t("research.flows"),
        _sankey(flows, names),
        Sheet(columns=columns, rows=rows),
        key="research.flows",
        note=t("research.flows_note", before=before.run.id, after=after.run.id),
        height=460,
        takes=leaves(before) and leaves(after),
    )


def _merged(flows: Sequence[Flow]) -> list[Flow]:
    """Flows with the small clusters of both sides taken together, the largest first."""
    ids: dict[tuple[int, int], tuple[int, ...]] = {}
    for flow in flows:
        ends = min(flow.before, MOST_NAMED), min(flow.after, MOST_NAMED)
        ids[ends] = ids.get(ends, ()) + flow.message_ids
    made = [Flow(before=one, after=other, message_ids=of) for (one, other), of in ids.items()]
    return sorted(made, key=lambda flow: -len(flow.message_ids))


def _name(cluster: int, names: dict[int, str]) -> str:
    return t("research.other") if cluster == MOST_NAMED else names.get(cluster, str(cluster + 1))


def _sankey(
    flows: Sequence[tuple[Flow, int]], names: tuple[dict[int, str], dict[int, str]]
) -> go.Figure:
    ends = [sorted({flow.before for flow, _ in flows}), sorted({flow.after for flow, _ in flows})]
    first = {cluster: place for place, cluster in enumerate(ends[0])}
    second = {cluster: len(first) + place for place, cluster in enumerate(ends[1])}
    return go.Figure(
        go.Sankey(
            node={
                "label": [_name(c, names[0]) for c in first] + [_name(c, names[1]) for c in second],
                "color": [colour_of(cluster) for cluster in (*first, *second)],
                "pad": 6,
                "thickness": 12,
                "line": {"width": 0},
                "hovertemplate": "%{label}<extra></extra>",
            },
            link={
                "source": [first[flow.before] for flow, _ in flows],
                "target": [second[flow.after] for flow, _ in flows],
                "value": [shown for _, shown in flows],
                "color": f"{palette().faint}55",
                "hovertemplate": "%{source.label} → %{target.label}: %{value}<extra></extra>",
            },
            textfont={"color": palette().text, "size": 11},
        )
    )


def _show_moved(found: Comparison, before: Opened, after: Opened) -> None:
    """How many messages changed company, and for who may, which."""
    shown = rounding().count("messages", found.moved)
    share = len(found.moved) / found.shared_count if found.shared_count else 0.0
    moved = t("research.moved", count=at_least(shown), share=f"{round(share, 2):.0%}")
    apart = t(
        "research.apart",
        before=at_least(rounding().count("messages", found.only_before)),
        after=at_least(rounding().count("messages", found.only_after)),
    )
    st.markdown(f"{moved} {apart if found.only_before or found.only_after else ''}")
    st.caption(t("research.moved_note"))
    if not may(user(), Action.SEE_INCIDENTS) or not found.moved:
        return
    show_texts(list(found.moved), after)
