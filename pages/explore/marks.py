"""How clusters are told apart on every plot: a number, some words, a colour and a shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from core.findings import OUTSIDE, Findings, Portrait
from core.privacy.disclosure import SMALLEST_COUNT
from pages._frame import number, t
from pages.components.plot import is_dark, palette

FOR_EYES: Final = {
    False: ("#0072b2", "#d55e00", "#007a5a", "#a3397b", "#8a6500", "#3b3b98", "#5b5b5b"),
    True: ("#56b4e9", "#e69f00", "#2fd3a6", "#ef9bcb", "#f0e442", "#b3b3ff", "#d0d0d0"),
}
"""After Okabe and Ito: seven that differ for every eye, dark enough or light enough to see."""

_SHAPES: Final = ("circle", "square", "diamond", "up", "cross", "down", "star")
MOST_NAMED: Final = 21
"""Clusters with a mark of their own; the smaller ones share one, under this number."""


def marks(found: Findings) -> list[dict[str, Any]]:
    """Each cluster as the browser draws it, the outside first and the shared mark last."""
    named = [
        _mark(one.cluster, name_of(one)) for one in found.portraits if one.cluster < MOST_NAMED
    ]
    more = [_mark(MOST_NAMED, t("research.other"))] if len(found.portraits) > MOST_NAMED else []
    has_outside = any(dot.cluster == OUTSIDE for dot in found.dots)
    outside = [_mark(OUTSIDE, t("research.outside_name"))] if has_outside else []
    return [*outside, *named, *more]


def name_of(portrait: Portrait, terms: int = 2) -> str:
    return " ".join([number_of(portrait.cluster), *portrait.terms[:terms]])


def names_of(portraits: Sequence[Portrait]) -> dict[int, str]:
    return {OUTSIDE: t("research.outside_name")} | {one.cluster: name_of(one) for one in portraits}


def number_of(cluster: int) -> str:
    return t("research.outside_name") if cluster == OUTSIDE else f"{cluster + 1}"


def colour_of(cluster: int) -> str:
    if cluster in (OUTSIDE, MOST_NAMED):
        return palette().faint
    return FOR_EYES[is_dark()][cluster % len(FOR_EYES[False])]


def at_least(count: int) -> str:
    """A rounded count, or that it is too small to be told."""
    return number(count) if count else t("research.fewer", count=SMALLEST_COUNT)


def _mark(cluster: int, name: str) -> dict[str, Any]:
    colours = len(FOR_EYES[False])
    # The shape moves on one further with each round of the colours: no two clusters look alike.
    shape = _SHAPES[(cluster + cluster // colours) % len(_SHAPES)]
    return {
        "number": cluster,
        "name": name,
        "colour": colour_of(cluster),
        "edge": palette().ground,
        "shape": "circle" if cluster in (OUTSIDE, MOST_NAMED) else shape,
        "open": cluster in (OUTSIDE, MOST_NAMED),
    }
