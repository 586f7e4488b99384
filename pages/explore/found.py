"""What came out of a run: key figures, the plot, the clusters, and for who may, the texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go
import streamlit as st

from core.clock import local
from core.permissions import Action, may
from core.research import (
    FEWEST_RESIDENTS,
    OUTSIDE,
    SMALLEST_COUNT,
    Dot,
    Findings,
    Portrait,
    read_findings,
    texts_of,
)
from core.store.research_queries import Outcome, Run, Spot, outcome_of, spots
from pages._frame import language, moment, number, percent, services, t, user
from pages.components.choice import show_select
from pages.components.plot import Sheet, is_dark, palette, show_plot

_FOR_EYES: Final = {
    False: ("#0072b2", "#d55e00", "#007a5a", "#a3397b", "#8a6500", "#3b3b98", "#5b5b5b"),
    True: ("#56b4e9", "#e69f00", "#2fd3a6", "#ef9bcb", "#f0e442", "#b3b3ff", "#d0d0d0"),
}
"""After Okabe and Ito: seven that differ for every eye, dark enough or light enough to see."""

_SHAPES: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")
_MOST_NAMED: Final = 21
_MOST_AS_DRAWING: Final = 3000
_MOST_TEXTS: Final = 30


def show_findings(run: Run) -> None:
    with services().store.read() as connection:
        outcome, seen = outcome_of(connection, run.id), spots(connection, run)
    if outcome is None or not outcome.message_ids:
        st.info(t("research.no_messages"), icon=":material/scatter_plot:")
        return
    found = read_findings(outcome, seen)
    _show_figures(found)
    if not found.portraits:
        st.info(t("research.no_clusters"), icon=":material/scatter_plot:")
    sheet = _sheet(found.portraits)
    show_plot(
        t("research.plot_title"),
        _plot(found),
        sheet,
        key="research.clusters",
        note=_note(found),
        height=400,
    )
    if found.portraits and may(user(), Action.SEE_INCIDENTS):
        _show_texts(found.portraits, outcome, seen)


def _show_figures(found: Findings) -> None:
    shown = len(found.dots)
    values = {
        "messages": number(shown),
        "clusters": number(len(found.portraits)),
        "outside": percent(found.outside_count / shown) if shown else "–",
        "agreement": "–" if found.agreement is None else number(found.agreement, 2),
    }
    for column, (name, value) in zip(st.columns(4, gap="small"), values.items(), strict=True):
        column.metric(t(f"research.{name}"), value, border=True, help=t(f"research.{name}_help"))


def _note(found: Findings) -> str:
    notes = [t("research.plot_note", share=percent(found.explained), count=FEWEST_RESIDENTS)]
    placed = len(found.dots) + found.gone_count
    if found.found_count > placed:
        notes.append(t("research.sampled", shown=number(placed), found=number(found.found_count)))
    if found.gone_count:
        notes.append(t("research.gone", count=number(found.gone_count)))
    return " ".join(notes)


def _plot(found: Findings) -> go.Figure:
    """Every message a dot; a cluster has its own colour and shape. No text is in it."""
    topics = {id: topic.name(language()) for id, topic in services().topics.items()}
    # As a drawing it is sharp and works everywhere; many dots need the graphics card.
    kind = go.Scatter if len(found.dots) <= _MOST_AS_DRAWING else go.Scattergl
    figure = go.Figure()
    for cluster, name in _traces(found):
        dots = [dot for dot in found.dots if _trace_of(dot) == cluster]
        figure.add_trace(
            kind(
                x=[dot.x for dot in dots],
                y=[dot.y for dot in dots],
                name=name,
                mode="markers",
                marker=_marker(cluster),
                customdata=[
                    (_number_of(dot.cluster), topics.get(dot.topic, dot.topic)) for dot in dots
                ],
                hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
            )
        )
    figure.update_layout(showlegend=True, legend={"itemsizing": "constant"})
    figure.update_xaxes(showticklabels=False, zeroline=False, showgrid=False)
    figure.update_yaxes(showticklabels=False, zeroline=False, showgrid=False)
    return figure


def _traces(found: Findings) -> list[tuple[int, str]]:
    """Each cluster with its name, the outside first so that it lies below."""
    named = [
        (portrait.cluster, " ".join([_number_of(portrait.cluster), *portrait.terms[:2]]))
        for portrait in found.portraits
        if portrait.cluster < _MOST_NAMED
    ]
    more = [(_MOST_NAMED, t("research.other"))] if len(found.portraits) > len(named) else []
    outside = [(OUTSIDE, t("research.outside_name"))] if found.outside_count else []
    return [*outside, *named, *more]


def _trace_of(dot: Dot) -> int:
    return min(dot.cluster, _MOST_NAMED)


def _marker(cluster: int) -> dict[str, object]:
    if cluster in (OUTSIDE, _MOST_NAMED):
        return {"color": palette().faint, "size": 5, "symbol": "circle-open", "opacity": 0.7}
    colours = _FOR_EYES[is_dark()]
    # The shape moves on one further with each round of the colours: no two clusters look alike.
    shape = _SHAPES[(cluster + cluster // len(colours)) % len(_SHAPES)]
    return {
        "color": colours[cluster % len(colours)],
        "size": 8,
        "symbol": shape,
        "line": {"color": palette().ground, "width": 0.5},
    }


def _number_of(cluster: int) -> str:
    return t("research.outside_name") if cluster == OUTSIDE else f"{cluster + 1}"


def _sheet(portraits: Sequence[Portrait]) -> Sheet:
    names = ("cluster", "terms", "count", "residents", "incidents", "topics", "from", "to")
    return Sheet(
        columns=tuple(t(f"research.column_{name}") for name in names),
        rows=tuple(
            (
                _number_of(one.cluster),
                ", ".join(one.terms) or t("research.no_terms"),
                at_least(one.message_count),
                at_least(one.resident_count),
                one.incident_count,
                _topics(one),
                local(one.first_at).date().isoformat(),
                local(one.last_at).date().isoformat(),
            )
            for one in portraits
        ),
    )


def at_least(count: int) -> str | int:
    """A count, or that it is too small to be told."""
    return count if count >= SMALLEST_COUNT else t("research.fewer", count=SMALLEST_COUNT)


def _topics(portrait: Portrait) -> str:
    """The two topics a cluster is mostly about, with their share."""
    known = services().topics
    return ", ".join(
        f"{known[topic].name(language()) if topic in known else topic} "
        f"{percent(count / portrait.message_count)}"
        for topic, count in portrait.topics[:2]
    )


def _show_texts(portraits: Sequence[Portrait], outcome: Outcome, seen: dict[int, Spot]) -> None:
    """Redacted texts of one cluster, for roles that see them in the control room too."""
    with st.expander(t("research.texts")):
        names = {
            str(one.cluster): " ".join([_number_of(one.cluster), *one.terms[:3]])
            for one in portraits
        }
        chosen = int(show_select(t("research.column_cluster"), names, param="cluster", width=360))
        found = texts_of(chosen, outcome, seen, user())
        with st.container(height=280, border=False):
            for spot in found[:_MOST_TEXTS]:
                st.caption(moment(spot.sent_at))
                st.text(spot.redacted)
        if len(found) > _MOST_TEXTS:
            st.caption(t("research.newest", shown=_MOST_TEXTS, count=number(len(found))))
