"""Looking back: what is picked out of a period, in what order, and how many of what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.areas import contains
from core.domain import Area, PlaceKind, Status
from core.look_back import (
    ORDERS,
    PAGE,
    Order,
    Picked,
    hot_places,
    inside,
    ordered,
    page_of,
    pick,
    tally,
    with_inner,
)
from core.store.archive_queries import Line
from tests.timepiece import START

LINE = Line(
    id=1,
    topic="afval",
    urgent=False,
    status=Status.NEW,
    area_id=3,
    opened_at=START,
    residents=1,
    kind=PlaceKind.ADDRESS,
    lat=52.035,
    lon=4.285,
    radius_m=20.0,
    street="Jutland",
    house_number=4,
    place="Jutland",
)
URGENT = replace(
    LINE, id=2, topic="inbraak", urgent=True, residents=5, opened_at=START - timedelta(hours=1)
)
ENDED = replace(
    LINE,
    id=3,
    status=Status.REJECTED,
    area_id=4,
    lat=None,
    lon=None,
    radius_m=None,
    residents=2,
    opened_at=START - timedelta(hours=2),
)
LINES = [LINE, URGENT, ENDED]
SQUARE = Area(
    id=9,
    name="vak",
    kind="own",
    lat=52.035,
    lon=4.285,
    radius_m=100,
    outline=((52.03, 4.28), (52.03, 4.29), (52.04, 4.29), (52.04, 4.28)),
)


@pytest.mark.parametrize(
    ("picked", "ids"),
    [
        (Picked(), [1, 2, 3]),
        (Picked(topics=frozenset({"afval"})), [1, 3]),
        (Picked(area_ids=frozenset({4})), [3]),
        (Picked(statuses=frozenset({Status.NEW})), [1, 2]),
        (Picked(urgent=True), [2]),
        (Picked(urgent=False), [1, 3]),
        (Picked(ids=frozenset({3, 9})), [3]),
        (Picked(ids=frozenset()), []),
        (Picked(topics=frozenset({"afval"}), urgent=True), []),
    ],
)
def test_a_line_must_fit_all_that_is_picked(picked: Picked, ids: list[int]) -> None:
    assert [line.id for line in pick(LINES, picked)] == ids


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("newest", [1, 2, 3]),
        ("oldest", [3, 2, 1]),
        ("urgent", [2, 1, 3]),
        ("residents", [2, 3, 1]),
        ("topic", [1, 3, 2]),
        ("area", [1, 2, 3]),
    ],
)
def test_every_order_is_known_and_ends_newest_first(order: Order, ids: list[int]) -> None:
    assert order in ORDERS
    assert [line.id for line in ordered(reversed(LINES), order, area_name=str)] == ids


def test_a_page_that_is_not_there_is_the_nearest_that_is() -> None:
    many = [replace(LINE, id=number) for number in range(PAGE * 2 + 1)]
    first, number, last = page_of(many, 1)
    assert (len(first), number, last) == (PAGE, 1, 3)
    assert page_of(many, 99)[0] == many[-1:]
    assert page_of(many, -4)[1] == 1
    assert page_of([], 3) == ([], 1, 1)


def test_a_tally_adds_up() -> None:
    found = tally(LINES)
    assert found.topics == ("afval", "inbraak")
    assert found.statuses == (Status.NEW, Status.REJECTED)
    assert [found.of_topic(topic) for topic in found.topics] == [2, 1]
    assert [found.of_status(status) for status in found.statuses] == [2, 1]
    assert found.total == 3
    assert tally([]).total == 0


def test_what_lies_in_an_area_is_what_every_other_page_finds_there() -> None:
    grid = [
        replace(LINE, id=number, lat=52.025 + number % 21 / 1000, lon=4.275 + number // 21 / 1000)
        for number in range(21 * 21)
    ]
    found = {line.id for line in inside(grid, SQUARE)}
    assert found == {x.id for x in grid if contains(SQUARE, x.lat or 0, x.lon or 0)}
    assert 0 < len(found) < len(grid)


def test_a_circle_and_an_area_of_parts_have_an_inside_too() -> None:
    circle = replace(SQUARE, outline=())
    assert [line.id for line in inside(LINES, circle)] == [1, 2]
    far = ((53.0, 5.0), (53.0, 5.1), (53.1, 5.1))
    assert [line.id for line in inside(LINES, replace(SQUARE, outline=far))] == []
    parts = replace(SQUARE, outline=far, further=(SQUARE.outline,))
    assert [line.id for line in inside(LINES, parts)] == [1, 2]
    assert inside([], SQUARE) == []


def test_an_outline_that_crosses_itself_is_no_error() -> None:
    bow_tie = ((52.03, 4.28), (52.04, 4.29), (52.03, 4.29), (52.04, 4.28))
    assert inside(LINES, replace(SQUARE, outline=bow_tie)) is not None


def test_the_buurten_of_a_wijk_are_picked_with_it() -> None:
    inner = replace(SQUARE, id=10, radius_m=10)
    assert with_inner([9], [SQUARE, inner]) == {9, 10}
    assert with_inner([], [SQUARE, inner]) == frozenset()


def test_a_vague_place_and_a_rejected_incident_make_no_hot_place() -> None:
    vague = replace(LINE, radius_m=700.0)
    rejected = replace(LINE, status=Status.REJECTED)
    assert hot_places([LINE, vague, rejected, ENDED]) == [(52.035, 4.285, 1.0)]
