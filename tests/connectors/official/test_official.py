"""Official files of any municipality become areas and streets; wrong ones give a clear sentence."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from shapely import MultiPolygon, Point, Polygon, box

from connectors.official import open_official
from connectors.official.rd import RD, WGS84, to_wgs84
from core.areas import area_at, metres
from core.domain import Area, Location, PlaceKind
from core.errors import FileUnreadable
from core.i18n import error_text
from core.official_areas import Boundaries, boundaries, municipalities, plan_areas
from core.official_streets import Streets, plan_streets, streets
from tests.connectors.official.packages import make_package

MOST = 10 << 20
GEO = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "geo"

# Around Amersfoort, where the Dutch grid has its origin: (x, y) in metres.
NORTH = box(155_000, 463_000, 156_000, 464_000)
SOUTH = box(155_000, 462_000, 156_000, 463_000)
ISLAND = box(157_000, 462_000, 157_300, 462_300)
LAKE = box(156_000, 462_000, 156_500, 463_000)


def buurt(code: str, name: str, water: str = "NEE", town: str = "Amersfoort") -> dict[str, str]:
    return {
        "buurtcode": code,
        "buurtnaam": name,
        "wijkcode": "WK" + code[2:8],
        "gemeentecode": "GM" + code[2:6],
        "gemeentenaam": town,
        "water": water,
    }


CBS = {
    "buurten": [
        (buurt("BU03070001", "Noord"), NORTH),
        (buurt("BU03070002", "Zuid"), MultiPolygon([SOUTH, ISLAND])),
        (buurt("BU03070003", "Plas", water="JA"), LAKE),
        (buurt("BU05990001", "Elders", town="Rotterdam"), SOUTH),
    ],
    "wijken": [
        (
            {
                "wijkcode": "WK030700",
                "wijknaam": "Noord",
                "gemeentecode": "GM0307",
                "gemeentenaam": "Amersfoort",
                "water": "NEE",
            },
            NORTH.union(SOUTH),
        )
    ],
}


def read_areas(path: Path, municipality: str = "Amersfoort") -> Boundaries:
    with open_official(path, MOST) as file:
        return boundaries(file, municipality)


def read_streets(path: Path, town: str = "Amersfoort", areas: Sequence[Area] = ()) -> Streets:
    with open_official(path, MOST) as file:
        return streets(file, town, areas)


def as_areas(found: Boundaries) -> list[Area]:
    return [
        Area(
            id=number,
            name=b.name,
            kind=b.kind,
            lat=b.at[0],
            lon=b.at[1],
            radius_m=b.radius_m,
            outline=b.outlines[0],
            further=b.outlines[1:],
            code=b.code,
        )
        for number, b in enumerate(found.found, 1)
    ]


def why(error: pytest.ExceptionInfo[FileUnreadable]) -> str:
    sentence = error_text("nl", error.value)
    assert "{" not in sentence
    assert "official." not in sentence
    return str(error.value.params["why"])


# wijken en buurten


def test_wijken_and_buurten_of_a_municipality_are_read_and_water_is_not(tmp_path: Path) -> None:
    found = read_areas(make_package(tmp_path / "cbs.gpkg", CBS))
    assert [(b.kind, b.code, b.name) for b in found.found] == [
        ("neighbourhood", "BU03070001", "Noord (BU03070001)"),
        ("neighbourhood", "BU03070002", "Zuid"),
        ("district", "WK030700", "Wijk Noord"),
    ]
    assert (found.water_count, found.errors) == (1, ())


@pytest.mark.parametrize("municipality", ["Amersfoort", "amersfoort", "GM0307", "gm0307 "])
def test_a_municipality_is_chosen_by_name_or_code(municipality: str, tmp_path: Path) -> None:
    path = make_package(tmp_path / "cbs.gpkg", CBS)
    assert len(read_areas(path, municipality).found) == 3


def test_the_municipalities_of_a_file_are_listed_by_name(tmp_path: Path) -> None:
    with open_official(make_package(tmp_path / "cbs.gpkg", CBS), MOST) as file:
        assert municipalities(file) == [("GM0307", "Amersfoort"), ("GM0599", "Rotterdam")]


def test_every_part_of_an_area_belongs_to_it(tmp_path: Path) -> None:
    areas = as_areas(read_areas(make_package(tmp_path / "cbs.gpkg", CBS)))
    south = next(area for area in areas if area.code == "BU03070002")
    assert len(south.outlines) == 2
    for part in (SOUTH, ISLAND):
        middle = to_wgs84(part.centroid, RD)
        place = Location(kind=PlaceKind.STREET, lat=middle.y, lon=middle.x, radius_m=1)
        assert area_at(place, [south]) == south.id


def test_the_dutch_grid_comes_out_where_it_is() -> None:
    for x, y, lat, lon in (
        (155_000, 463_000, 52.15517440, 5.38720621),  # Amersfoort, the origin
        (120_700.723, 487_525.501, 52.37453253, 4.88352559),  # Westertoren, Amsterdam
        (233_883.131, 582_065.167, 53.21938317, 6.56820053),  # Martinitoren, Groningen
    ):
        point = to_wgs84(Point(x, y), RD)
        assert metres((point.y, point.x), (lat, lon)) < 0.5


def test_gebiedsindelingen_are_read_by_the_code_alone(tmp_path: Path) -> None:
    rows = [
        ({"statcode": "BU03070001", "statnaam": "Noord"}, NORTH),
        ({"statcode": "BU05990001", "statnaam": "Elders"}, SOUTH),
        ({"statcode": "GM0307", "statnaam": "Amersfoort"}, NORTH),
    ]
    found = read_areas(make_package(tmp_path / "g.gpkg", {"buurten": rows}), "GM0307")
    assert [b.code for b in found.found] == ["BU03070001"]


@pytest.mark.parametrize(
    "crs", ["urn:ogc:def:crs:EPSG::28992", "", "urn:ogc:def:crs:OGC:1.3:CRS84"]
)
def test_geojson_is_read_in_either_grid_named_or_not(crs: str, tmp_path: Path) -> None:
    in_degrees = "CRS84" in crs
    shape = to_wgs84(NORTH, RD) if in_degrees else NORTH
    path = geojson(tmp_path, [(buurt("BU03070001", "Noord"), shape)], crs)
    (found,) = read_areas(path).found
    middle = to_wgs84(NORTH.centroid, RD)
    assert metres(found.at, (middle.y, middle.x)) < 5


def test_an_area_that_is_there_keeps_its_own_name_and_gets_the_new_outline(tmp_path: Path) -> None:
    found = read_areas(make_package(tmp_path / "cbs.gpkg", CBS))
    there = as_areas(found)
    old = Area(
        id=9,
        name="Noordkant",
        kind="neighbourhood",
        lat=52.0,
        lon=5.0,
        radius_m=10,
        code="BU03070001",
    )
    plan = plan_areas(found.found, [old, *there[1:2]])
    assert [area_id for area_id, _ in plan.changed] == [9]
    assert [b.code for b in plan.same] == ["BU03070002"]
    assert [b.code for b in plan.new] == ["WK030700"]


def test_a_row_that_cannot_be_read_is_named_and_the_others_stay(tmp_path: Path) -> None:
    rows = [
        (buurt("BU03070001", "Noord"), NORTH),
        (buurt("BU03070002", "Half"), b"GP\x00\x03"),
        (buurt("BU03070003", "Leeg"), None),
        (buurt("BU03070004", ""), SOUTH),
        (buurt("BU03070005", "Punt"), Point(155_000, 463_000)),
    ]
    found = read_areas(make_package(tmp_path / "cbs.gpkg", {"buurten": rows}))
    assert [b.name for b in found.found] == ["Noord"]
    assert [error.params["line"] for error in found.errors] == [2, 3, 4, 5]


def test_a_crossed_outline_is_mended(tmp_path: Path) -> None:
    bow = Polygon([(155_000, 463_000), (156_000, 464_000), (156_000, 463_000), (155_000, 464_000)])
    rows = [(buurt("BU03070001", "Strik"), bow)]
    (found,) = read_areas(make_package(tmp_path / "cbs.gpkg", {"buurten": rows})).found
    assert len(found.outlines) == 2


# streets


def address(street: str, number: int, x: float, y: float, town: str = "Amersfoort") -> Any:
    values = {"openbare_ruimte_naam": street, "huisnummer": number, "woonplaats_naam": town}
    return values, Point(x, y)


def test_addresses_of_the_bag_become_streets_long_ones_in_parts_by_number(tmp_path: Path) -> None:
    short = [address("Kort", n, 155_000 + 2 * n, 463_000) for n in range(1, 30)]
    long = [address("Lange Laan", n, 155_000 + 5 * n, 463_500) for n in range(1, 200)]
    other = [address("Elders", 1, 155_000, 463_000, town="Leusden")]
    path = make_package(tmp_path / "bag.gpkg", {"verblijfsobject": [*short, *long, *other]})
    found = read_streets(path)
    assert found.names == {"Kort", "Lange Laan"}
    (one,) = [part for part in found.parts if part.name == "Kort"]
    assert (one.number_from, one.number_to, one.radius_m) == (None, None, 40)
    pieces = [part for part in found.parts if part.name == "Lange Laan"]
    assert len(pieces) > 3
    assert (pieces[0].number_from, pieces[-1].number_to) == (None, None)
    for before, after in pairwise(pieces):
        assert (before.number_to or 0) + 1 == after.number_from
        assert before.radius_m <= 150
    here = to_wgs84(Point(155_000 + 5 * 100, 463_500), RD)
    (meant,) = [p for p in pieces if (p.number_from or 0) <= 100 <= (p.number_to or 999)]
    assert metres(meant.at, (here.y, here.x)) <= meant.radius_m


def test_only_streets_in_and_just_around_the_areas_are_kept(tmp_path: Path) -> None:
    areas = as_areas(read_areas(make_package(tmp_path / "cbs.gpkg", CBS)))
    rows = [address("Dichtbij", 1, 155_500, 463_500), address("Ver", 1, 170_000, 463_500)]
    found = read_streets(make_package(tmp_path / "bag.gpkg", {"v": rows}), areas=areas)
    assert (found.names, found.far_count) == ({"Dichtbij"}, 1)
    north = next(area.id for area in areas if area.code == "BU03070001")
    assert found.parts[0].area_id == north


@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_a_table_is_read_whatever_divides_its_cells(comma: str, tmp_path: Path) -> None:
    lines = ["straatnaam,woonplaats,x,y", "Brink,Amersfoort,155000,463000", "Ver,Ede,1,2"]
    path = tmp_path / "straten.csv"
    path.write_bytes("\r\n".join(lines).replace(",", comma).encode("cp1252"))
    found = read_streets(path)
    assert [(p.name, p.radius_m) for p in found.parts] == [("Brink", 120)]
    assert metres(found.parts[0].at, (52.15517, 5.38721)) < 1


def test_a_street_that_is_there_keeps_what_people_call_it() -> None:
    class Row:
        id, kind, name, aliases = 4, "street", "Brink", ["de Brink"]

    class Other:
        id, kind, name, aliases = 5, "street", "Plein", ["t Plein"]

    found = Streets(parts=(), row_count=0, far_count=0, errors=())
    assert plan_streets(found, [Row, Other]).replaced == ()
    part = type("P", (), {"name": "Brink"})()
    found = Streets(parts=(part,), row_count=1, far_count=0, errors=())
    plan = plan_streets(found, [Row, Other])
    assert (plan.replaced, plan.aliases, plan.new) == ((4,), {"Brink": ["de Brink"]}, frozenset())


# wrong, half, huge and hostile files


def geojson(folder: Path, rows: Sequence[tuple[dict[str, Any], Any]], crs: str = "") -> Path:
    features = [
        {
            "type": "Feature",
            "properties": values,
            "geometry": getattr(shape, "__geo_interface__", shape),
        }
        for values, shape in rows
    ]
    whole: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    path = folder / "rows.geojson"
    path.write_text(json.dumps(whole))
    return path


WRONG = {
    "empty": (b"", "imports.why.empty"),
    "blank": (b" \n\n", "imports.why.empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "official.why.unknown"),
    "half a database": (b"SQLite format 3\x00" + b"\x10\x00" * 60, "official.why.damaged"),
    "half a zip": (b"PK\x03\x04\x14\x00", "official.why.damaged"),
    "half of json": (b'{"type": "FeatureCollection", "features": [', "official.why.damaged"),
    "deep json": (b'{"a":' + b"[" * 100_000, "official.why.damaged"),
    "no list": (b'{"type": "Feature"}', "official.why.no_collection"),
    "no geometry": (
        b'{"type": "FeatureCollection", "features": [{"properties": {"buurtcode": "BU03070001"}}]}',
        "official.why.no_geometry",
    ),
    "a table without place": (b"straat,plaats\nBrink,Ede\n", "official.why.no_geometry"),
    "words": (b"Geachte heer, hierbij de buurten.", "official.why.no_geometry"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_file_that_is_none_of_ours_is_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    content, expected = WRONG[name]
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(FileUnreadable) as error:
        read_areas(tmp_path / "file")
    assert why(error) == expected


def test_an_unknown_grid_is_refused(tmp_path: Path) -> None:
    package = make_package(tmp_path / "utm.gpkg", CBS, srs=25831)
    named = geojson(tmp_path, [(buurt("BU03070001", "N"), NORTH)], "urn:ogc:def:crs:EPSG::3857")
    (tmp_path / "other").mkdir()
    far = [(buurt("BU03070001", "N"), box(400, 0, 401, 1))]
    degrees = geojson(tmp_path / "other", far, "EPSG:4326")
    for path in (package, named, degrees):
        with pytest.raises(FileUnreadable) as error:
            read_areas(path)
        assert why(error) == "official.why.grid"


def test_other_columns_or_another_municipality_are_told(tmp_path: Path) -> None:
    package = make_package(tmp_path / "x.gpkg", {"x": [({"naam": "Noord"}, NORTH)]})
    for read, expected in ((read_areas, "no_areas"), (read_streets, "no_streets")):
        with pytest.raises(FileUnreadable) as error:
            read(package)
        assert why(error) == f"official.why.{expected}"
    with pytest.raises(FileUnreadable) as error:
        read_areas(make_package(tmp_path / "cbs.gpkg", CBS), "Delft")
    assert why(error) == "official.why.no_municipality"


def test_a_zip_gives_its_one_file_and_a_bomb_nothing(tmp_path: Path) -> None:
    package = make_package(tmp_path / "cbs.gpkg", CBS)
    good, bomb, two = tmp_path / "good.zip", tmp_path / "bomb.zip", tmp_path / "two.zip"
    with zipfile.ZipFile(good, "w") as archive:
        archive.write(package, "../../wijkenbuurten.gpkg")
        archive.writestr("leesmij.txt", "")
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.gpkg", b"SQLite format 3\x00" + bytes(40 << 20))
    with zipfile.ZipFile(two, "w") as archive:
        archive.write(package, "a.gpkg")
        archive.write(package, "b.gpkg")
    assert len(read_areas(good).found) == 3
    for path, expected in ((bomb, "large"), (two, "zip")):
        with pytest.raises(FileUnreadable) as error:
            read_areas(path)
        assert why(error) == f"official.why.{expected}"


def test_a_crafted_database_runs_and_writes_nothing(tmp_path: Path) -> None:
    path = make_package(tmp_path / "cbs.gpkg", CBS)
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE buurten RENAME TO own")
    connection.execute("CREATE VIEW buurten AS SELECT *, load_extension('/tmp/x') AS z FROM own")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(FileUnreadable) as error:
        read_areas(path)
    assert why(error) == "official.why.damaged"
    assert path.read_bytes() == before


def test_degrees_are_known_as_degrees() -> None:
    assert to_wgs84(Point(4.3, 52.0), WGS84).coords[0] == (4.3, 52.0)


# the real thing, where it is at hand


def test_the_whole_of_the_hague_is_read() -> None:
    if not GEO.exists():
        pytest.skip("the outlines of The Hague are not here")
    found = read_areas(GEO / "denhaag_buurten_simpl.geojson", "Den Haag")
    assert (len(found.found), found.errors) == (114, ())
    names = [b.name for b in found.found if b.district == "051840"]
    assert names == ["Erasmus Veld", "Hoge Veld", "Parkbuurt oosteinde", "Lage Veld", "Zonne Veld"]
    table = read_streets(GEO / "straten_haaglanden.csv", "Den Haag", as_areas(found))
    assert len(table.names) > 1_600
    assert {p.number_from for p in table.parts if p.name == "Laan van Wateringse Veld"} == {
        None,
        925,
        1080,
    }
