"""What looking back reads, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain import PlaceKind, Status
from core.store import Unit
from core.store import archive_queries as archive
from tests.past import happen, place
from tests.timepiece import START

DAY = timedelta(days=1)


def test_a_period_holds_what_opened_in_it_newest_first(unit: Unit) -> None:
    (group, *_), pilot = unit.pilots.groups(), unit.pilots.all()[0]
    area = unit.pilots.areas(pilot.id)[0]
    here = place(area)
    ids = [
        happen(unit, group, "afval", START - days * DAY, area, location=here, residents=("r1",))
        for days in (0, 1, 2, 3)
    ]
    found = archive.lines(unit.connection, pilot.id, START - 2 * DAY, START)
    assert [line.id for line in found] == [ids[1], ids[2]]
    line = found[0]
    assert (line.number, line.topic, line.status) == (f"HNM-{ids[1]}", "afval", Status.NEW)
    assert (line.opened_at, line.area_id, line.residents) == (START - DAY, area.id, 1)
    assert (line.kind, line.radius_m) == (PlaceKind.ADDRESS, 20.0)
    assert line.location.lat == here.lat
    assert archive.lines(unit.connection, pilot.id + 1, START - 9 * DAY, START) == []


def test_what_was_merged_or_emptied_is_left_out(unit: Unit) -> None:
    (group, *_), pilot = unit.pilots.groups(), unit.pilots.all()[0]
    kept, merged, erased = (happen(unit, group, "afval", START - DAY) for _ in range(3))
    unit.incidents.set_empty(merged, Status.CLOSED, merged_into=kept)
    unit.incidents.set_empty(erased, Status.CLOSED)
    found = archive.lines(unit.connection, pilot.id, START - 2 * DAY, START)
    assert [line.id for line in found] == [kept]
    assert found[0].location.lat is None


def test_no_more_is_read_than_can_be_drawn(unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    (group, *_), pilot = unit.pilots.groups(), unit.pilots.all()[0]
    ids = [happen(unit, group, "afval", START - hours * DAY / 24) for hours in range(1, 5)]
    monkeypatch.setattr(archive, "MOST", 2)
    found = archive.lines(unit.connection, pilot.id, START - 2 * DAY, START)
    assert [line.id for line in found] == ids[:2]


def test_each_source_knows_its_incidents(unit: Unit) -> None:
    groups, pilot = unit.pilots.groups(), unit.pilots.all()[0]
    other_id = unit.pilots.add_group(
        pilot.id, source="matrix", native_id="x", name="Elders", area_id=None, is_open_source=False
    )
    other = next(group for group in unit.pilots.groups() if group.id == other_id)
    here = happen(unit, groups[0], "afval", START - DAY, residents=("r1", "r2"))
    there = happen(unit, other, "afval", START - DAY / 2)
    found = archive.ids_by_source(unit.connection, pilot.id, START - 2 * DAY, START)
    assert found == {groups[0].source: {here}, "matrix": {there}}
    assert archive.ids_by_source(unit.connection, pilot.id, START, START + DAY) == {}
