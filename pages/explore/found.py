"""What came out of a run: key figures, the linked views, the clusters, and for who may, texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import streamlit as st

from core.clock import local
from core.findings import Dot, Findings, Portrait
from core.permissions import Action, may
from core.privacy.disclosure import FEWEST_RESIDENTS, SMALLEST_COUNT
from core.research import texts_with
from core.research_file import may_leave
from core.store import Unit
from pages._frame import language, moment, number, part, percent, services, t, user
from pages.components.choice import show_choice
from pages.components.linked import Chosen, chosen_in, show_linked
from pages.components.plot import Sheet, is_dark, show_table
from pages.explore.marks import MOST_NAMED, at_least, marks, number_of
from pages.explore.names import measure
from pages.explore.read import Opened, rounding

_LINKED: Final = "research.linked"
_MOST_TEXTS: Final = 30
_PLANES: Final = ("pca", "umap")


def show_findings(given: Opened) -> None:
    _show_figures(given.found)
    if not given.found.portraits:
        st.info(t("research.no_clusters"), icon=":material/scatter_plot:")
    part("research.views")(_show_views)(given)


def show_clusters(given: Opened) -> None:
    """The table of all clusters, with what of it may leave."""
    st.caption(
        t("research.rounded", count=SMALLEST_COUNT)
        + " "
        + t("research.words_from", count=FEWEST_RESIDENTS)
    )
    show_table(
        sheet_of(given.found.portraits), key="research.clusters", opened=True, takes=leaves(given)
    )


def leaves(given: Opened) -> bool:
    """Whether tables of this run may leave: it is over enough messages and residents."""
    return may_leave([given.spots[dot.message_id] for dot in given.found.dots])


def _show_figures(found: Findings) -> None:
    shown = found.message_count
    measured = found.agreement
    values = {
        "messages": at_least(shown),
        "clusters": number(len(found.portraits)),
        "outside": percent(min(1.0, found.outside_count / shown)) if shown else "–",
        "agreement": measure(measured.rand if measured else None),
    }
    for column, (name, value) in zip(st.columns(4, gap="small"), values.items(), strict=True):
        column.metric(t(f"research.{name}"), value, help=t(f"research.{name}_help"))


def _show_views(given: Opened) -> None:
    """The linked views; what is chosen in them is described below."""
    found = given.found
    plane = _choose_plane(given)
    dots = [dot for dot in found.dots if plane == "pca" or dot.computed]
    days = [local(dot.sent_at).date() for dot in dots]
    first = min(days, default=given.run.recipe.first)
    topics = sorted({dot.topic for dot in dots})
    with services().store.read() as connection:
        areas = Unit(connection, services().clock()).pilots.areas(given.run.pilot_id)
    words = ("from", "to", "clear", "all", "some", "clusters")
    show_linked(
        _columns(dots, days, first, topics, plane),
        mark=f"{given.run.id} {given.revision} {plane}",
        clusters=marks(found),
        topics=[_topic_name(topic) for topic in topics],
        areas=areas,
        first=first,
        dark=is_dark(),
        language=language(),
        words={name: t(f"research.linked_{name}") for name in words}
        | {"fewer": t("research.fewer", count=SMALLEST_COUNT)}
        | {"plane": t(f"research.plane_{plane}", share=percent(found.explained))}
        | {"map": t("research.linked_map"), "time": t("research.linked_time")},
        on_chosen=_on_chosen,
        key=_LINKED,
    )
    st.caption(_note(found))
    _describe(given, picked(dots, days, chosen_in(_LINKED), plane))


def _choose_plane(given: Opened) -> str:
    if not given.outcome.computed:
        return "pca"
    names = {name: t(f"research.plane_name_{name}") for name in _PLANES[::-1]}
    return show_choice(t("research.plane"), names, param="plane")


def _on_chosen() -> None:
    """The part draws itself anew; what is chosen stands in the component's state."""


def _columns(
    dots: Sequence[Dot], days: Sequence[date], first: date, topics: Sequence[str], plane: str
) -> dict[str, list[Any]]:
    order = {topic: place for place, topic in enumerate(topics)}
    places = [_place(dot, plane) for dot in dots]
    return {
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "cluster": [dot.cluster for dot in dots],
        "topic": [order[dot.topic] for dot in dots],
        "day": [(day - first).days for day in days],
        "lat": [dot.place[0] if dot.place else None for dot in dots],
        "lon": [dot.place[1] if dot.place else None for dot in dots],
    }


def _place(dot: Dot, plane: str) -> tuple[float, float]:
    return dot.computed if plane == "umap" and dot.computed else (dot.x, dot.y)


def picked(
    dots: Sequence[Dot], days: Sequence[date], chosen: Chosen, plane: str
) -> list[Dot] | None:
    """The dots that fit all that is chosen, as the browser filters them; None when nothing is."""
    if chosen.is_all:
        return None
    return [
        dot
        for dot, day in zip(dots, days, strict=True)
        if _fits(dot, day, chosen, _place(dot, plane))
    ]


def _fits(dot: Dot, day: date, chosen: Chosen, place: tuple[float, float]) -> bool:
    if chosen.clusters and min(dot.cluster, MOST_NAMED) not in chosen.clusters:
        return False
    if (chosen.first and day < chosen.first) or (chosen.last and day > chosen.last):
        return False
    if chosen.plane and not _inside(chosen.plane, *place):
        return False
    return not chosen.map or (dot.place is not None and _inside(chosen.map, *dot.place[::-1]))


def _inside(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    left, top, right, bottom = box
    return left <= x <= right and bottom <= y <= top


def _note(found: Findings) -> str:
    notes = [t("research.plot_note")]
    placed = len(found.dots) + found.gone_count
    if found.found_count > placed:
        notes.append(t("research.sampled", shown=number(placed), found=number(found.found_count)))
    if found.gone_count:
        notes.append(t("research.gone", count=number(found.gone_count)))
    return " ".join(notes)


def _describe(given: Opened, dots: list[Dot] | None) -> None:
    """What was picked, by cluster, and for who may see them its redacted texts."""
    if dots is None:
        st.caption(t("research.pick"))
        return
    ids: dict[int, list[int]] = {}
    for dot in dots:
        ids.setdefault(dot.cluster, []).append(dot.message_id)
    count = rounding().count
    counted = sorted(
        ((count("messages", of), cluster) for cluster, of in ids.items()), reverse=True
    )
    parts = [f"{number_of(cluster)}: {at_least(shown)}" for shown, cluster in counted[:12]]
    st.markdown(f"**{t('research.picked')}** {' · '.join(parts) or '–'}")
    if may(user(), Action.SEE_INCIDENTS):
        show_texts([dot.message_id for dot in dots], given)


def show_texts(message_ids: list[int], given: Opened, *, opened: bool = False) -> None:
    """Redacted texts, for roles that see them in the control room too."""
    found = texts_with(message_ids, given.spots, user())
    with st.expander(t("research.texts", count=number(len(found))), expanded=opened):
        with st.container(height=280, border=False):
            for spot in found[:_MOST_TEXTS]:
                st.caption(moment(spot.sent_at))
                st.text(spot.redacted)
        if len(found) > _MOST_TEXTS:
            st.caption(t("research.newest", shown=_MOST_TEXTS, count=number(len(found))))


def sheet_of(portraits: Sequence[Portrait]) -> Sheet:
    """A row a cluster; of one with too few messages nothing but that it is there."""
    names = ("cluster", "terms", "count", "residents", "incidents", "topics", "from", "to", "firm")
    return Sheet(
        columns=tuple(t(f"research.column_{name}") for name in names),
        rows=tuple(_row(one) for one in portraits),
    )


def _row(one: Portrait) -> tuple[Any, ...]:
    if not one.message_count:
        return (number_of(one.cluster), "–", at_least(0), at_least(0), *[None] * 5)
    firm = None if one.persistence is None else number(one.persistence, 2)
    return (
        number_of(one.cluster),
        ", ".join(one.terms) or t("research.no_terms"),
        one.message_count,
        one.resident_count or at_least(0),
        one.incident_count or at_least(0),
        ", ".join(f"{_topic_name(topic)} {count}" for topic, count in one.topics[:2] if count),
        one.first_on.isoformat(),
        one.last_on.isoformat(),
        firm,
    )


def _topic_name(topic: str) -> str:
    known = services().topics
    return known[topic].name(language()) if topic in known else topic
