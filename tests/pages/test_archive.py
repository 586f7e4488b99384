"""Looking back: a link opens the same, filters narrow map and list, who may takes it along."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from openpyxl import load_workbook
from streamlit.testing.v1 import AppTest

from core.clock import midnight
from core.domain import PlaceKind, Status
from core.i18n import text_of
from core.look_back import PAGE
from core.permissions import ALLOWED, Action
from core.store.archive_queries import Line
from pages.archive import CARD
from pages.components import replay
from pages.look_back import map_part
from pages.look_back.found import MANY, rows
from pages.look_back.table import csv_of, workbook_of
from tests.pages.conftest import Desk
from tests.pages.conftest import words as escaped_words
from tests.past import happen, place
from tests.timepiece import START

DAY = timedelta(days=1)


@dataclass
class Drawn:
    """What the page last gave to the map and to the slider."""

    ids: list[int] = field(default_factory=list)
    map: Mapping[str, Any] = field(default_factory=dict)
    edges: list[datetime] = field(default_factory=list)
    replay: Mapping[str, Any] = field(default_factory=dict)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    kept = Drawn()

    def show_map(spots: list[str], **given: Any) -> None:
        kept.ids, kept.map = sorted(json.loads(spot)[0] for spot in spots), given

    def show_replay(edges: list[datetime], **given: Any) -> None:
        kept.edges, kept.replay = edges, given

    monkeypatch.setattr(map_part, "show_live_map", show_map)
    monkeypatch.setattr(map_part, "show_replay", show_replay)
    return kept


@pytest.fixture
def past(desk: Desk) -> Desk:
    """A wreck every six hours in one area and, now and then, an urgent burglary in another."""
    around = desk.around
    here, there = around.areas[1], around.areas[2]
    group = around.group()
    with around.store.unit() as unit:
        for n in range(30):
            at = START - n * DAY / 4
            happen(unit, group, "wrak", at, here, location=place(here), residents=("r1", "r2"))
            if n % 10 == 0:
                burglary = happen(unit, group, "inbraak", at, there, location=place(there))
                unit.incidents.restore(burglary, {"urgent": True, "status": "closed"})
    return desk


def words(screen: AppTest) -> str:
    return escaped_words(screen).replace("\\", "")


def look(desk: Desk, language: str = "nl", login: str = "lea", **query: str) -> AppTest:
    desk.sign_in(login, language)
    screen = desk.open("archive", **{"span": "pilot", **query})
    assert not screen.exception
    return screen


def said(key: str, **params: Any) -> str:
    return text_of("nl", f"look_back.{key}", **params)


def numbers(screen: AppTest) -> list[str]:
    """What the list names, in its order."""
    (table,) = screen.table
    cells = table.value.iloc[:, 0]
    return [cell.split("incident=")[1].rstrip(")") for cell in cells]


@pytest.mark.parametrize(("login", "language"), [("dora", "nl"), ("ada", "en")])
def test_who_sees_incidents_looks_back(past: Desk, drawn: Drawn, login: str, language: str) -> None:
    assert CARD.roles == ALLOWED[Action.SEE_INCIDENTS]
    screen = look(past, language, login)
    assert text_of(language, "look_back.title") in words(screen)
    assert len(drawn.ids) == 33
    assert len(numbers(screen)) == PAGE


def test_other_roles_are_refused(past: Desk, drawn: Drawn) -> None:
    assert look(past, login="ron").error
    assert drawn.ids == []


def test_an_empty_store_says_so_and_still_shows_a_map(desk: Desk, drawn: Drawn) -> None:
    assert said("nothing_yet") in look(desk).info[0].value
    assert drawn.ids == []
    assert drawn.edges


def test_a_period_without_incidents_leads_to_the_whole(past: Desk, drawn: Drawn) -> None:
    screen = look(past, span="own", **{"from": "2021-01-01", "until": "2021-01-02"})
    assert drawn.edges == [midnight(date(2021, 1, n)) for n in (1, 2, 3)]
    (whole,) = [b for b in screen.button if b.label == text_of("nl", "trends.show_whole")]
    assert not whole.click().run().exception
    assert len(drawn.ids) == 33


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"about": "inbraak"}, 3),
        ({"about": "geen,<script>", "stands": "<b>", "via": "x", "where": "x,99999"}, 33),
        ({"only": "urgent"}, 3),
        ({"only": "calm", "stands": "new,rejected", "via": "whatsapp"}, 30),
        ({"span": "own", "from": "2021-04-10", "until": "2021-04-09"}, 9),
        ({"span": "no such", "only": "no such", "order": "no such", "draws": "no such"}, 0),
        ({"span": "own", "from": "gisteren", "until": "9999-99-99"}, 0),
        ({"inside": "no area", "leaf": "99999999999"}, 33),
    ],
)
def test_a_link_opens_what_it_names_and_nothing_else(
    past: Desk, drawn: Drawn, query: dict[str, str], count: int
) -> None:
    look(past, **query)
    assert len(drawn.ids) == count


def test_an_area_is_picked_with_what_lies_in_it(past: Desk, drawn: Drawn) -> None:
    look(past, where=str(past.around.areas[2].id))
    assert len(drawn.ids) == 3


def test_a_drawn_area_narrows_list_and_map(past: Desk, drawn: Drawn) -> None:
    area = past.around.areas[2]
    around = [(area.lat + y, area.lon + x) for y, x in ((-1, -1), (-1, 1), (1, 1), (1, -1))]
    near = [(area.lat + (y - area.lat) / 1e3, area.lon + (x - area.lon) / 1e3) for y, x in around]
    inside = ";".join(f"{lat},{lon}" for lat, lon in near)
    screen = look(past, inside=inside)
    assert len(numbers(screen)) == 3
    assert len(drawn.ids) == 3
    assert drawn.map["drawing"].name == said("drawn")
    assert "3 incidenten in dit gebied, van 33" in words(screen)


def test_an_area_in_which_nothing_lies_says_so_and_is_taken_away(past: Desk, drawn: Drawn) -> None:
    screen = look(past, inside="53.0,5.0;53.0,5.1;53.1,5.1")
    assert said("none_inside") in screen.info[0].value
    assert not screen.button(key="look_back.clear_here").click().run().exception
    assert len(drawn.ids) == 33


def test_filters_that_leave_nothing_say_so(past: Desk, drawn: Drawn) -> None:
    screen = look(past, about="afval")
    assert said("none_picked") in screen.info[0].value
    assert not screen.button(key="look_back.clear_here").click().run().exception
    assert len(drawn.ids) == 33


def test_a_filter_stands_in_the_address(past: Desk, drawn: Drawn) -> None:
    screen = look(past)
    screen.multiselect(key="look_back.about.nl").set_value(["inbraak"]).run()
    assert not screen.exception
    assert screen.query_params["about"] == "inbraak"
    assert len(drawn.ids) == 3


def test_own_days_begin_as_the_days_that_stood_there(past: Desk, drawn: Drawn) -> None:
    screen = look(past)
    screen.selectbox(key="look_back.span.nl").set_value("own").run()
    assert [day.value for day in screen.date_input] == [date(2021, 5, 2), date(2021, 5, 31)]
    screen.date_input[0].set_value(date(2021, 4, 10)).run()
    assert not screen.exception
    assert screen.query_params["from"] == "2021-04-10"
    assert len(drawn.ids) == 5


def test_the_list_is_sorted_and_leafed_through(past: Desk, drawn: Drawn) -> None:
    newest = numbers(look(past))
    screen = look(past, order="oldest")
    assert len(numbers(screen)) == PAGE
    assert numbers(screen) != newest
    screen.button(key="look_back.page.on").click().run()
    assert not screen.exception
    rest = numbers(screen)
    assert len(rest) == 33 - PAGE
    assert rest[-1] == newest[0]
    urgent = numbers(look(past, order="urgent"))[:3]
    assert {past.incident(int(one)).topic for one in urgent} == {"inbraak"}


def test_the_counts_add_up(past: Desk, drawn: Drawn) -> None:
    (table,) = look(past, **{"as": "counts"}).table
    assert table.value.iloc[:, -1].tolist() == ["30", "3", "33"]
    assert table.value.iloc[-1, 1:].tolist() == ["30", "3", "33"]


def test_who_may_takes_the_list_along_and_that_is_written_down(past: Desk, drawn: Drawn) -> None:
    screen = look(past)
    buttons: list[Any] = list(screen.get("download_button"))
    labels = {button.label for button in buttons}
    assert labels == {said(f"take_{kind}") for kind in ("csv", "xlsx", "html")}
    assert not look(past, login="dora").get("download_button")
    reason = said("no_taking", roles="functioneel beheerder en projectleider")
    assert reason in words(look(past, login="dora"))


def test_a_click_on_the_map_leads_into_the_incident(past: Desk, drawn: Drawn) -> None:
    screen = look(past)
    screen.session_state["look_back.chosen"] = 2
    screen.run()
    assert not screen.exception
    assert "HNM-2 · " in words(screen)
    assert drawn.map["choice"].spot.id == 2
    assert 2 not in drawn.ids
    screen.button(key="look_back.leave").click().run()
    assert 2 in drawn.ids


def test_heat_follows_the_slider(past: Desk, drawn: Drawn) -> None:
    look(past)
    assert (drawn.map["heat"], drawn.replay["moving"]) == (None, None)
    look(past, draws="heat")
    assert drawn.map["heat"].counts == {past.around.areas[1].id: 30, past.around.areas[2].id: 3}
    assert drawn.replay["shows_marks"] is False
    assert sum(len(ids) for ids in drawn.replay["moving"].by_area.values()) == 33


LINE = Line(
    id=1,
    topic="afval",
    urgent=False,
    status=Status.NEW,
    area_id=None,
    opened_at=START,
    residents=2,
    kind=PlaceKind.STREET,
    lat=52.035,
    lon=4.285,
    radius_m=60.0,
    street="=cmd()",
    house_number=None,
    place="",
)


def test_no_cell_that_leaves_is_a_formula() -> None:
    table = list(
        csv.reader(io.StringIO(csv_of([LINE], [], "nl").decode("utf-8-sig")), delimiter=";")
    )
    assert table[1][0] == "HNM-1"
    assert table[1][1] == f"{START.astimezone():%Y}-04-10 20:00"
    assert table[1][5] == "'=cmd()"
    sheet = load_workbook(io.BytesIO(workbook_of([LINE], [], "en"))).active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]][5] == "'=cmd()"
    assert sheet.cell(2, 8).value == 2


def test_many_incidents_are_small_and_one_without_a_place_is_in_the_list_only() -> None:
    nowhere = [LINE, Line(**{**_fields(LINE), "id": 2, "lat": None, "lon": None, "radius_m": None})]
    (one,) = (json.loads(row) for row in rows(nowhere, "nl"))
    many = rows([LINE] * (MANY + 1), "nl")
    assert json.loads(many[0])[4] < one[4]
    assert one[8] == int(START.timestamp() * 1000)


def _fields(line: Line) -> dict[str, Any]:
    return {name: getattr(line, name) for name in line.__slots__}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_slider_gets_all_its_words_and_the_midnights_of_the_clock(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(replay, "_replay", lambda **all_of_it: given.update(all_of_it))
    edges = [midnight(date(2021, 3, 27) + n * DAY) for n in range(4)]
    moving = replay.Moving(cold=[3, 1], by_area={7: [2, 1]})
    replay.show_replay(edges, map_key="m", language=language, key="k", moving=moving)
    made = given["data"]
    hours = [(later - earlier) // 3_600_000 for earlier, later in pairwise(made["edges"])]
    assert hours == [24, 23, 24]
    assert made["step"] == "hour"
    assert (made["cold"], made["areas"], made["moves"]) == ([1, 3], {"7": [1, 2]}, True)
    assert all(made["words"].values())
