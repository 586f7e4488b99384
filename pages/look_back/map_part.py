"""The map of a period with its heat, an area to draw, and the slider that plays it back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from core.clock import midnight
from core.domain import Area
from core.look_back import hot_places, is_hot
from core.store.archive_queries import Line
from core.trends import Period
from pages._frame import counted, language, services, t, told
from pages.components.live_map import Choice, Drawing, Heat, area_on, chosen_on, show_live_map
from pages.components.map_words import words_of
from pages.components.maps import look_now
from pages.components.replay import Moving, show_replay
from pages.look_back.filters import DRAWS, drawn_area, look_inside
from pages.look_back.found import rows, spot_of
from pages.room.drawn import ground_of_pilots
from pages.server.basemap import layer

CHOSEN: Final = "look_back.chosen"
_MAP: Final = "look_back.map"
_HEIGHT: Final = "max(20rem, calc(100vh - 20.5rem))"


def show_map(found: Sequence[Line], areas: Sequence[Area], period: Period) -> None:
    """What was picked, within the area that was drawn when there is one."""
    given, code = services(), language()
    drawn = st.session_state[DRAWS]
    is_warm = drawn != "marks"
    within = drawn_area(areas)
    chosen = next((line for line in found if line.id == st.session_state.get(CHOSEN)), None)
    show_live_map(
        rows([line for line in found if line is not chosen], code),
        ground=ground_of_pilots(given.store.url, look_now(), code, given.store),
        words=words_of(code),
        choice=Choice(
            spot=spot_of(chosen, code) if chosen is not None else None, on_chosen=_on_chosen
        ),
        drawing=Drawing(
            outlines=within.outlines if within is not None else (),
            name=(within.area.name or t("look_back.drawn")) if within is not None else "",
            on_area=_on_area,
        ),
        heat=_heat(found) if is_warm else None,
        basemap=layer(),
        height=_HEIGHT,
        key=_MAP,
    )
    show_replay(
        [midnight(period.first + timedelta(days=n)) for n in range(period.day_count + 1)],
        map_key=_MAP,
        language=code,
        moving=_moving(found) if is_warm else None,
        shows_marks=drawn != "heat",
        key="look_back.replay",
    )


def _heat(found: Sequence[Line]) -> Heat:
    by_area = _by_area(found)
    return Heat(
        points=hot_places(found),
        counts={area_id: len(ids) for area_id, ids in by_area.items()},
        said=t("look_back.heat_said", count=counted("count.incidents", len(found))),
    )


def _moving(found: Sequence[Line]) -> Moving:
    cold = [line.id for line in found if not is_hot(line)]
    return Moving(cold=cold, by_area=_by_area(found))


def _by_area(found: Sequence[Line]) -> dict[int, list[int]]:
    by_area: dict[int, list[int]] = defaultdict(list)
    for line in found:
        if line.area_id is not None:
            by_area[line.area_id].append(line.id)
    return by_area


@told
def _on_chosen() -> None:
    st.session_state[CHOSEN] = chosen_on(_MAP)


@told
def _on_area() -> None:
    look_inside(area_on(_MAP))
