"""Areas drawn by hand: what is odd is said, what cannot be is refused, the last word taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.areas import contains
from core.domain import Area, User
from core.drawn_areas import (
    BadCorner,
    BadOutline,
    Corners,
    Drawn,
    change_area,
    draw_area,
    findings,
    link_area,
    parent_of,
    read_corners,
    size_m2,
    take_back,
    written,
)
from core.errors import ChangedMeanwhile, NotAllowed, NotFound, NothingToUndo
from core.store import Unit
from tests.people import People

SQUARE: Corners = ((52.03, 4.28), (52.03, 4.29), (52.02, 4.29), (52.02, 4.28))
AWAY: Corners = tuple((lat + 0.1, lon) for lat, lon in SQUARE)
BOW: Corners = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3])


def drawn(corners: Corners = SQUARE, name: str = "Rondje", kind: str = "own") -> Drawn:
    return Drawn(name=name, kind=kind, corners=corners)  # type: ignore[arg-type]  # one of three


def area(number: int, corners: Corners, kind: str = "neighbourhood") -> Area:
    return Area(
        id=number,
        name=f"gebied {number}",
        kind=kind,  # type: ignore[arg-type]  # one of three
        lat=corners[0][0],
        lon=corners[0][1],
        radius_m=900.0,
        outline=corners,
    )


@pytest.mark.parametrize(
    "text",
    [
        "52.03, 4.28\n52.03, 4.29\n52.02, 4.29\n52.02, 4.28",
        "52,03 4,28\n52,03 4,29\n\n52,02 4,29\n52,02 4,28\n",
        "(52.03, 4.28); (52.03, 4.29); (52.02, 4.29); (52.02, 4.28); (52.03, 4.28)",
        '{"type": "Polygon", "coordinates": [[[4.28, 52.03], [4.29, 52.03], [4.29, 52.02],'
        " [4.28, 52.02], [4.28, 52.03]]]}",
        '{"type": "FeatureCollection", "features": [{"geometry": {"type": "MultiPolygon",'
        ' "coordinates": [[[[4.28, 52.03], [4.29, 52.03], [4.29, 52.02], [4.28, 52.02]]]]}}]}',
    ],
)
def test_corners_are_read_as_people_type_and_paste_them(text: str) -> None:
    assert read_corners(text) == SQUARE


@pytest.mark.parametrize(
    "text",
    [
        "Bostonsingel 36",
        "52.03",
        "52.03, 4.28, 7",
        "52.03, 4.28 <script>",
        "952.03, 4.28",
        "{}",
        "[" * 10_000,
        '{"coordinates": [["a", "b"]]}',
        '{"features": []}',
        '{"geometry": null}',
    ],
)
def test_what_is_no_place_is_named(text: str) -> None:
    with pytest.raises(BadCorner):
        read_corners(text)


def test_what_was_written_is_read_back() -> None:
    assert read_corners(written(SQUARE)) == SQUARE
    assert read_corners("") == ()


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("name", drawn(name=" x ")),
        ("name", drawn(name="a\u202eb")),
        ("taken", drawn(name="GEBIED 1")),
        ("corners", drawn(())),
        ("corners", drawn(SQUARE[:2])),
        ("corners", drawn((SQUARE[0],) * 9)),
        ("many", drawn(tuple((52.0 + n / 1e5, 4.3) for n in range(1_001)))),
        ("crosses", drawn(BOW)),
        ("abroad", drawn(tuple((lon, lat) for lat, lon in SQUARE))),
        ("tiny", drawn(((52.03, 4.28), (52.03, 4.2801), (52.0301, 4.28)))),
        ("huge", drawn(((51.0, 3.5), (51.0, 7.0), (53.5, 7.0), (53.5, 3.5)))),
    ],
)
def test_what_cannot_be_an_area_stops(code: str, given: Drawn) -> None:
    found = findings(given, [area(1, AWAY)])
    assert [one.code for one in found if one.stops] == [code]


@pytest.mark.parametrize(
    ("codes", "given", "others"),
    [
        ([], drawn(), []),
        ([], drawn(kind="neighbourhood"), [area(1, SQUARE, "district")]),
        (["overlaps"], drawn(kind="neighbourhood"), [area(1, SQUARE)]),
        ([], drawn(), [area(1, SQUARE)]),
        (["outside"], drawn(), [area(1, AWAY, "district")]),
        (["far"], drawn(), [area(1, AWAY)]),
        (["small"], drawn(((52.03, 4.28), (52.03, 4.281), (52.0305, 4.28))), []),
    ],
)
def test_what_is_odd_is_said_and_may_be_kept(
    codes: list[str], given: Drawn, others: list[Area]
) -> None:
    found = findings(given, others)
    assert [one.code for one in found] == codes
    assert not any(one.stops for one in found)


def test_an_area_is_not_compared_with_itself() -> None:
    own = area(1, SQUARE)
    assert findings(drawn(name=own.name, kind="neighbourhood"), [own], own_id=1) == []


def test_a_buurt_lies_in_the_wijk_that_holds_most_of_it() -> None:
    wijken = [area(1, AWAY, "district"), area(2, SQUARE, "district")]
    found = parent_of(drawn(kind="neighbourhood"), wijken)
    assert found is not None and found.id == 2
    assert parent_of(drawn(kind="district"), wijken) is None
    assert parent_of(drawn(BOW), wijken) is None


def test_a_square_kilometre_is_about_that() -> None:
    assert size_m2(SQUARE) == pytest.approx(1_112 * 684, rel=0.01)


def test_a_drawn_area_is_there_and_holds_its_middle(unit: Unit, people: People) -> None:
    pilot = unit.pilots.all()[0]
    area_id = draw_area(pilot.id, drawn(), people.ada, unit)
    made = next(one for one in unit.pilots.areas(pilot.id) if one.id == area_id)
    assert (made.name, made.kind, made.outline) == ("Rondje", "own", SQUARE)
    assert contains(made, made.lat, made.lon)
    assert contains(made, 52.025, 4.285)


def known(unit: Unit, area_id: int) -> Area | None:
    pilot = unit.pilots.all()[0]
    return next((one for one in unit.pilots.areas(pilot.id) if one.id == area_id), None)


def test_a_change_is_taken_back_and_then_the_drawing_itself(unit: Unit, people: People) -> None:
    area_id = draw_area(unit.pilots.all()[0].id, drawn(), people.ada, unit)
    other = replace(drawn(), corners=SQUARE[:3], name="Ander rondje")
    change_area(area_id, other, people.ada, unit)
    change_area(area_id, other, people.ada, unit)  # the same once more is no change
    take_back(area_id, people.ada, unit)
    assert known(unit, area_id).outline == SQUARE  # type: ignore[union-attr]  # it is there
    take_back(area_id, people.ada, unit)
    assert known(unit, area_id) is None
    with pytest.raises(NotFound):
        take_back(area_id, people.ada, unit)
    actions = [entry.action for entry in unit.audit.of("area", area_id)]
    assert actions == ["area_drawn", "area_changed", "area_taken_back", "area_taken_back"]


def test_an_area_that_somebody_uses_stays(unit: Unit, people: People) -> None:
    pilot = unit.pilots.all()[0]
    area_id = draw_area(pilot.id, drawn(), people.ada, unit)
    group = unit.pilots.groups(pilot.id)[0]
    link_area(area_id, [group.id], ["wim"], people.ada, unit)
    with pytest.raises(BadOutline):
        take_back(area_id, people.ada, unit)
    link_area(area_id, [], ["wim"], people.ada, unit)
    with pytest.raises(BadOutline):
        take_back(area_id, people.ada, unit)
    link_area(area_id, [], [], people.ada, unit)
    take_back(area_id, people.ada, unit)
    assert known(unit, area_id) is None


def test_what_another_changed_since_is_not_taken_back(unit: Unit, people: People) -> None:
    area_id = draw_area(unit.pilots.all()[0].id, drawn(), people.ada, unit)
    unit.pilots.set_area(area_id, name="Uit een bestand")
    with pytest.raises(ChangedMeanwhile):
        take_back(area_id, people.ada, unit)


def test_an_area_that_was_read_in_has_no_change_to_take_back(unit: Unit, people: People) -> None:
    with pytest.raises(NothingToUndo):
        take_back(unit.pilots.areas(unit.pilots.all()[0].id)[0].id, people.ada, unit)


def test_who_belongs_to_an_area_is_exactly_who_was_chosen(unit: Unit, people: People) -> None:
    pilot = unit.pilots.all()[0]
    area_id = draw_area(pilot.id, drawn(), people.ada, unit)
    first, second, *_ = unit.pilots.groups(pilot.id)
    link_area(area_id, [first.id, second.id], ["wim"], people.ada, unit)
    link_area(area_id, [second.id], ["hanna"], people.ada, unit)
    assert [g.id for g in unit.pilots.groups(pilot.id) if g.area_id == area_id] == [second.id]
    assert [row.login for row in unit.accounts.all() if area_id in row.area_ids] == ["hanna"]
    for groups, logins in (([999], []), ([], ["niemand"])):
        with pytest.raises(NotFound):
            link_area(area_id, groups, logins, people.ada, unit)


@pytest.mark.parametrize("corners", [(), BOW, SQUARE[:2]])
def test_what_a_page_made_up_is_refused_on_the_server(
    corners: Corners, unit: Unit, people: People
) -> None:
    with pytest.raises(BadOutline):
        draw_area(unit.pilots.all()[0].id, drawn(corners), people.ada, unit)


def test_only_an_administrator_draws(unit: Unit, people: People) -> None:
    pilot = unit.pilots.all()[0]
    area_id = draw_area(pilot.id, drawn(), people.ada, unit)
    for login in ("dora", "wim", "hanna", "lea", "ron"):
        me: User = getattr(people, login)
        with pytest.raises(NotAllowed):
            draw_area(pilot.id, drawn(name="Nog een"), me, unit)
        with pytest.raises(NotAllowed):
            change_area(area_id, drawn(), me, unit)
        with pytest.raises(NotAllowed):
            take_back(area_id, me, unit)
        with pytest.raises(NotAllowed):
            link_area(area_id, [], [], me, unit)
