"""HDBSCAN's condensed tree: which groups stay together as the demand for density rises."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.ports import Branch
from pages._frame import number, t
from pages.components.plot import Sheet, palette, show_plot
from pages.explore.found import leaves
from pages.explore.marks import MOST_NAMED, at_least, colour_of, names_of
from pages.explore.read import Opened, rounding

_FEWEST = 5


def show_tree(given: Opened) -> None:
    shown = [branch for branch in given.outcome.branches if branch.size >= _FEWEST]
    if not shown:
        st.info(t("research.no_tree"), icon=":material/account_tree:")
        return
    names = names_of(given.found.portraits)
    show_plot(
        t("research.tree"),
        _figure(shown, names),
        _sheet(shown, names),
        key="research.tree",
        note=t("research.tree_note"),
        height=420,
        takes=leaves(given),
    )


def _figure(branches: Sequence[Branch], names: dict[int, str]) -> go.Figure:
    """A bar a branch: as wide as it is large, from the density it appears at to where it ends."""
    lefts = _lefts(branches)
    feet = [_height(branch.birth, branches) for branch in branches]
    tops = [_height(branch.death, branches) for branch in branches]
    figure = go.Figure(
        go.Bar(
            x=[lefts[branch.id] + branch.size / 2 for branch in branches],
            width=[branch.size for branch in branches],
            base=feet,
            y=[top - foot for top, foot in zip(tops, feet, strict=True)],
            marker={
                "color": [_colour(branch) for branch in branches],
                "line": {"color": palette().ground, "width": 1},
            },
            customdata=[_said(branch, names) for branch in branches],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(title=t("research.density"), autorange="reversed", showticklabels=False)
    return figure


def _height(density: float, branches: Sequence[Branch]) -> float:
    """On a logarithmic scale, from the least density at which anything parts."""
    least = min(branch.birth for branch in branches if branch.birth > 0) if len(branches) > 1 else 1
    return math.log(max(density, least * 0.8) / (least * 0.8))


def _lefts(branches: Sequence[Branch]) -> dict[int, float]:
    """Where each branch begins: children side by side within their parent, the largest first."""
    children: dict[int | None, list[Branch]] = defaultdict(list)
    for branch in branches:
        children[branch.parent].append(branch)
    lefts: dict[int, float] = {}
    waiting: list[tuple[Branch, float]] = [(branch, 0.0) for branch in children[None]]
    while waiting:
        branch, left = waiting.pop()
        lefts[branch.id] = left
        inside = children[branch.id]
        # What fell out at the sides leaves room left and right.
        at = left + (branch.size - sum(child.size for child in inside)) / 2
        for child in inside:
            waiting.append((child, at))
            at += child.size
    return lefts


def _colour(branch: Branch) -> str:
    if branch.cluster is None:
        return palette().faint
    return colour_of(min(branch.cluster, MOST_NAMED))


def _said(branch: Branch, names: dict[int, str]) -> str:
    cluster = "" if branch.cluster is None else names.get(branch.cluster, "")
    size = t("research.tree_size", count=_size(branch))
    firm = t("research.tree_stability", value=number(branch.stability, 1))
    return "<br>".join(part for part in (cluster, size, firm) if part)


def _size(branch: Branch) -> str:
    return at_least(rounding().count(f"branch {branch.id}", range(branch.size)))


def _sheet(branches: Sequence[Branch], names: dict[int, str]) -> Sheet:
    columns = ("branch", "within", "count", "birth", "death", "stability", "cluster")
    return Sheet(
        columns=tuple(t(f"research.column_{name}") for name in columns),
        rows=tuple(
            (
                str(branch.id),
                None if branch.parent is None else str(branch.parent),
                _size(branch),
                branch.birth,
                branch.death,
                branch.stability,
                None if branch.cluster is None else names.get(branch.cluster),
            )
            for branch in branches
        ),
    )
