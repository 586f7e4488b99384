"""The area that queue and map are narrowed to: what an address may say, and what lies in it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.areas import metres
from core.domain import Area
from pages.room.within import narrowed, text_of_area, text_of_outline, within_of
from tests.pages.conftest import Desk

SQUARE = ((52.03, 4.28), (52.04, 4.28), (52.04, 4.29), (52.03, 4.29))
AREA = Area(id=3, name="Hoge Veld", kind="own", lat=52.035, lon=4.285, radius_m=600, outline=SQUARE)
ROUND = replace(AREA, id=4, outline=())
EVENING = """
| at    | author | group          | text                                             |
| 20:01 | Anna   | HNM Hoge Veld  | Er is ingebroken op de Bostonsingel 36           |
| 20:10 | Carla  | HNM Zonne Veld | Harde muziek op het Ko van Dijkplein             |
"""


def test_an_outline_is_read_as_it_was_written() -> None:
    within = within_of(text_of_outline(SQUARE), [])
    assert within is not None
    assert (within.area.outline, within.area_id) == (SQUARE, None)


def test_a_known_area_is_named_by_its_id() -> None:
    within = within_of(text_of_area(3), [AREA, ROUND])
    assert within is not None
    assert (within.area, within.area_id) == (AREA, 3)


def test_an_area_without_an_outline_is_drawn_as_its_circle() -> None:
    within = within_of("area:4", [ROUND])
    assert within is not None
    (circle,) = within.outlines
    assert len(circle) > 20
    assert {round(metres((ROUND.lat, ROUND.lon), corner) / 10) for corner in circle} == {60}


@pytest.mark.parametrize(
    "text",
    ["", "area:", "area:99", "area:3;drop", "1,2", "x,y;z,q;1,2", "1,2;3,4", ";;;", "52,4,1;" * 3,
     "nan,nan;nan,nan;nan,nan", "999,0;0,0;1,1", "52.0,4.0;" * 5000],
)  # fmt: skip
def test_an_address_that_names_no_area_narrows_nothing(text: str) -> None:
    assert within_of(text, [AREA]) is None


def test_only_what_happened_there_is_left(desk: Desk) -> None:
    desk.around.writes(EVENING)
    both = [desk.incident(1), desk.incident(2)]
    hoge_veld = within_of("52.028,4.278;52.04,4.278;52.04,4.296;52.028,4.296", [])
    assert [incident.id for incident in narrowed(both, hoge_veld)] == [1]
    assert narrowed(both, None) == both


def test_an_area_that_crosses_itself_is_no_crash(desk: Desk) -> None:
    desk.around.writes(EVENING)
    crossed = within_of("52.0,4.2;52.1,4.4;52.0,4.4;52.1,4.2", [])
    assert [i.id for i in narrowed([desk.incident(1)], crossed)] in ([], [1])


def test_a_link_with_an_area_and_layers_opens_so_and_may_be_left(desk: Desk) -> None:
    desk.around.writes(EVENING)
    desk.sign_in("dora")
    screen = desk.open("control_room", within="area:2", layers="officers,heat_week,drop table")
    assert not screen.exception
    assert screen.session_state["layers"] == ["officers", "heat_week"]
    assert screen.selectbox(key="room.area").value == 2
    screen.selectbox(key="room.area").set_value(None).run()
    assert screen.session_state["within"] == ""
    assert "within" not in screen.query_params
