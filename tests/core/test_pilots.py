"""Pilot files: what comes with the product, what is refused, what a store holds afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.areas import contains, metres
from core.errors import BadSetting, NotFound
from core.pilots import PilotFile, install, load, names, read_pilot_file
from core.store import Store
from core.store.unit import Unit

SMALL = """
    name = "Proef"
    starts_on = 2021-03-31
    ends_on = 2021-05-31
    topics = ["afval", "wrak"]
    streets = [
        { name = "Lange Laan", area = "Oost", at = [52.03, 4.28], number_to = 99 },
        { name = "Lange Laan", area = "Oost", at = [52.04, 4.28], number_from = 100 },
    ]
    landmarks = [{ name = "Bibliotheek", at = [52.03, 4.29], aliases = ["bieb"] }]
    groups = [
        { name = "Buurtapp Oost", area = "Oost" },
        { name = "mastodon", is_open_source = true },
    ]

    [[areas]]
    name = "Oost"
    kind = "neighbourhood"
    at = [52.03, 4.28]
    aliases = ["de Oosthoek"]
    outline = [[52.02, 4.27], [52.02, 4.29], [52.04, 4.29], [52.04, 4.27]]
"""


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    moment = datetime(2021, 4, 1, tzinfo=UTC)
    store = Store(f"sqlite:///{tmp_path / 'hnm.sqlite'}", lambda: moment)
    store.migrate()
    with store.unit() as unit:
        yield unit
    store.close()


def written(text: str, folder: Path) -> Path:
    path = folder / "proef.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_installed_pilot_is_read_back_as_it_was_written(unit: Unit, tmp_path: Path) -> None:
    pilot_id = install(unit, read_pilot_file(written(SMALL, tmp_path)))
    pilot = unit.pilots.pilot(pilot_id)
    assert (pilot.name, pilot.starts_on, pilot.topics) == (
        "Proef",
        date(2021, 3, 31),
        ("afval", "wrak"),
    )
    (area,) = unit.pilots.areas(pilot_id)
    assert (area.name, len(area.outline), area.radius_m) == ("Oost", 4, 1306)
    rows = [
        (row.name, row.kind, row.number_from, row.number_to, row.area_id)
        for row in unit.pilots.places(pilot_id)
    ]
    assert rows == [
        ("Oost", "area", None, None, None),
        ("Lange Laan", "street", None, 99, area.id),
        ("Lange Laan", "street", 100, None, area.id),
        ("Bibliotheek", "landmark", None, None, None),
    ]
    groups = [
        (group.native_id, group.source, group.area_id, group.is_open_source)
        for group in unit.pilots.groups(pilot_id)
    ]
    assert groups == [
        ("Buurtapp Oost", "demo", area.id, False),
        ("mastodon", "demo", None, True),
    ]


@pytest.mark.parametrize(
    ("words", "instead", "told"),
    [
        ('area = "Oost", at = [52.03', 'area = "Noord", at = [52.03', "unknown area: Noord"),
        ('"afval", "wrak"', '"afval", "honden"', "unknown topic: honden"),
        ("ends_on = 2021-05-31", "ends_on = 2020-05-31", "ends_on is before starts_on"),
        ("number_to = 99", "number_from = 500, number_to = 99", "number_from is beyond number_to"),
        ("at = [52.03, 4.29]", "at = [152.03, 4.29]", "landmarks.0.at"),
        (", [52.04, 4.29], [52.04, 4.27]]", "]", "at least 3 points"),
        ('name = "Proef"', "name = ", "proef.toml"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(
    words: str, instead: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(BadSetting, match=told):
        read_pilot_file(written(SMALL.replace(words, instead), tmp_path))


def test_an_absent_file_or_pilot_is_told() -> None:
    with pytest.raises(BadSetting, match=r"nowhere\.toml"):
        read_pilot_file(Path("nowhere.toml"))
    with pytest.raises(NotFound):
        load("../../etc/passwd")


@pytest.fixture(scope="module", params=names())
def pilot_file(request: pytest.FixtureRequest) -> PilotFile:
    return load(request.param)


def test_each_street_lies_in_its_own_area_or_within_its_radius_of_it(
    pilot_file: PilotFile,
) -> None:
    reach = {area.name: (area.at, area.reach_m) for area in pilot_file.areas}
    for place in (*pilot_file.streets, *pilot_file.landmarks):
        if place.area:
            centre, radius_m = reach[place.area]
            assert metres(centre, place.at) <= radius_m + place.radius_m, place.name


def test_the_parts_of_the_long_street_leave_no_house_number_out(pilot_file: PilotFile) -> None:
    parts = sorted(
        (street.number_from or 1, street.number_to or 99_999)
        for street in pilot_file.streets
        if street.number_from or street.number_to
    )
    assert [start for start, _ in parts[1:]] == [end + 1 for _, end in parts[:-1]]
    assert (parts[0][0], parts[-1][1]) == (1, 99_999)


def test_the_pilot_of_2021_holds_its_six_groups_and_the_credit_of_its_outlines() -> None:
    pilot_file = load("wateringse_veld_2021")
    closed = [group.name for group in pilot_file.groups if not group.is_open_source]
    assert closed == [
        "HNM Hoge Veld",
        "HNM Lage Veld",
        "HNM Zonne Veld",
        "HNM Parkbuurt Oosteinde",
        "HNM Erasmusveld",
        "HNM Noordhof",
    ]
    assert "Kadaster / CBS, 2016 (CC BY 3.0)" in pilot_file.credit


def test_every_neighbourhood_lies_within_the_district(unit: Unit) -> None:
    areas = unit.pilots.areas(install(unit, load("wateringse_veld_2021")))
    (district,) = (area for area in areas if area.kind == "district")
    for area in areas:
        assert contains(district, area.lat, area.lon), area.name
