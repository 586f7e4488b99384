"""Where a message is about, as neighbours write it: the message first, then the place."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.areas import metres
from core.domain import UNKNOWN_LOCATION, Area, Group, Location, Message, PlaceKind
from core.locate import Gazetteer, Place, locate
from core.pilots import PilotFile, load

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
PAGER = SHARED / "p2000" / "haaglanden_street_spans.jsonl"
STREETS = SHARED / "geo" / "straten_haaglanden.csv"

HOGE_VELD = (52.0339, 4.2879)
LAGE_VELD = (52.0229, 4.2953)

WRITTEN = """
    Er wordt ingebroken op de Londensingel 14             | Londensingel 14
    londensngl 88 staat de deur open                      | Londensingel 88
    brand Londensigel                                     | Londensingel
    bostonsingle 36a graag                                | Bostonsingel 36
    Boston singel 36                                      | Bostonsingel 36
    de Bostonsingel thv 36                                | Bostonsingel 36
    de Bostonsingel t.h.v. nr. 36                         | Bostonsingel 36
    op nr 36 van de bostonsingel                          | Bostonsingel 36
    Limastraat 12-14, twee ramen stuk                     | Limastraat 12
    vechtpartij in de BRASILIASTR                         | Brasiliastraat
    busje in de Los Angeles straat                        | Los Angelesstraat
    sloot los angelesstr. 5                               | Los Angelesstraat 5
    matras bij Bogotastraat                               | Bogotástraat
    op de middeweg ligt glas                              | Middenweg
    hoek van de Middenwg                                  | Middenweg
    laan v wateringse veld nr 300                         | Laan van Wateringse Veld 300
    Laan van WV 950                                       | Laan van Wateringse Veld 950
    LvWV 1100                                             | Laan van Wateringse Veld 1100
    op de Havanna staat een bus                           | Havannasingel
    op de havanna staat een bus                           | Havannasingel
    Ko v Dijkpln 7                                        | Ko van Dijkplein 7
    Hans Lodeizenstr 3                                    | Hans Lodeizenstraat 3
    pleintje Nederhorst                                   | Guusje Nederhorststraat
    bij de Nijhoffweg                                     | Martinus Nijhoffweg
    JJ Slauerhofplantsoen                                 | J.J. Slauerhoffplantsoen
    Paul Steenbergenl 3                                   | Paul Steenbergenlaan 3
    feest op Gotland                                      | Gotland
    op Hudson staat een aanhanger                         | Hudson
    Langeland 27 belt niet open                           | Langeland 27
    Londensingel'de yangin var                            | Londensingel
    Einbruch an der Luchtenburglaan                       | Luchtenburglaan
    près du pont du Praagsingel                           | Praagsingel
    auto's op het Parijsplein                             | Parijsplein
    bij de appie hangen ze weer                           | Parijsplein
    voor de AH ligt glas                                  | Parijsplein
    Albert Heijn is dicht, ruit eruit                     | Parijsplein
    vechtpartij bij tramhalte Lage Veld                   | tramhalte Lage Veld
    gat in het hek van de stadsboerderij                  | Stadsboerderij Op den Dijk
    man onwel bij WZH Hoge Veld                           | WZH Hoge Veld
    in heel Zonne Veld is de stroom weg                   | Zonne Veld
    Erasmus Veld zit zonder water                         | Erasmusveld
    inbraak bstnsngl 4                                    | Bostonsingel 4
    lndnsngl staat blank                                  | Londensingel
    op de reikjavikweg ligt glas                          | Reykjavikweg
    brand mexikosingel                                    | Mexicosingel
    auto ramt paaltje kopenhaagenweg                      | Kopenhagenweg
    kikker beet laan 3 deur open                          | Kikkerbeetlaan 3
    Boston single 12                                      | Bostonsingel 12
    Limastraatta kavga var                                | Limastraat
    bei der Limastrasse 4                                 | Limastraat 4
    E Verkadelaan 7 ruit stuk                             | Eduard Verkadelaan 7
    M. ter Braakstraat 7                                  | Menno ter Braakstraat 7
    Edurad Verkadeln 7                                    | Eduard Verkadelaan 7
    laan wateringse veld 300                              | Laan van Wateringse Veld 300
    ln v wateringse veld 300                              | Laan van Wateringse Veld 300
    Montevideo 12 wielen onder auto vandaan               | Montevideostraat 12
    hij rent Montevideo in                                | Montevideostraat
    doorgelopen Sonsbeek in                               | Sonsbeekstraat
    in het pluktuintje Warschau                           | Warschaustraat
    Noordland zondag weer een rat                         | Noordland
    de praagsingelbrug is glad                            | Praagsingel
    naar de Londen singel gelopen                         | Londensingel
    hij staat op de hoek ter Braak                        | Menno ter Braakstraat
    behind the playground Sonsbeek                        | Sonsbeekstraat
    tussen de vijver en de Rietkever                      | Rietkeverstraat
    Bogotastraat tussen de lima en de mexico              | Bogotástraat
    tussen de Londen- en Moskousingel                     | Londensingel
    ostonsingel 12                                        | Bostonsingel 12
    Limastraat12 brand                                    | Limastraat 12
    boston 36 deur open                                   | Bostonsingel 36
    пожар на Бостонсингел 12                              | Bostonsingel 12
    حريق في ليماسترات                                     | Limastraat
    #LaanVanWateringseVeld staat vast                     | Laan van Wateringse Veld
"""

NO_PLACE = """
    een mooie singel en een groene laan
    we zijn drie weken weg
    het verschil tussen Madrid en Londen
    mevrouw ter Braak is jarig
    vakantie in Athene was heerlijk
    we gaan in mei naar Londen
    Madrid - Barcelona kijken vanavond?
    in Los Angeles staat alles in brand
    hij woont in Boston
    Kate Hudson is leuk in die film
    lima bonen in de aanbieding
    er is vast een gulden middenweg
    we zoeken een middenweg met de gemeente
    mijn auto is bovendien gekrast
    een vrouw gilt boven de garage
    Groenland smelt volgens het journaal
    met de kids naar de Keukenhof
    ah wat lief
    Menno ter Braak was een schrijver
    Van der Hoopstraat 27
    Emmastraat 59
    Arenastraat 28
    Rozenlaan 3
    Doornstraat 405
    Oude Middenweg 1
    wat is er aan de hand op nr 36?
    unsere frisch gestrichene Wand
"""

HOSTILE = [
    "",
    " \n\t\r\0\x1b[31m",
    "😀🔥🚨" * 500,
    "\u202e\u202d\u2066Londensingel\u2069\u202c 14",
    "<script>alert('Limastraat')</script>",
    '=HYPERLINK("http://x")',
    "{{7*7}} ${x} %s %n",
    "ﷺ" * 1000,
    "I\u0307\u0327" * 3000,
    "a" * 20_000,
    "van der " * 2_500,
    "hoek " * 4_000,
    "1" * 20_000,
    "... --- ... " * 1_600,
]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer(places_of(load("wateringse_veld_2021")))


def places_of(pilot_file: PilotFile) -> list[Place]:
    areas = [
        Place(
            name=a.name,
            kind="area",
            lat=a.at[0],
            lon=a.at[1],
            radius_m=a.reach_m,
            aliases=a.aliases,
        )
        for a in pilot_file.areas
    ]
    streets = [
        Place(
            name=s.name,
            kind="street",
            lat=s.at[0],
            lon=s.at[1],
            radius_m=s.radius_m,
            aliases=s.aliases,
            number_from=s.number_from,
            number_to=s.number_to,
            area=s.area,
        )
        for s in pilot_file.streets
    ]
    landmarks = [
        Place(
            name=s.name,
            kind="landmark",
            lat=s.at[0],
            lon=s.at[1],
            radius_m=s.radius_m,
            aliases=s.aliases,
            area=s.area,
        )
        for s in pilot_file.landmarks
    ]
    return [*areas, *streets, *landmarks]


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "place"), rows(WRITTEN))
def test_a_place_is_found_however_it_is_written(
    text: str, place: str, gazetteer: Gazetteer
) -> None:
    assert [found.name for found in gazetteer.find(text, HOGE_VELD)][:1] == [place]


@pytest.mark.parametrize("text", [row[0] for row in rows(NO_PLACE)])
def test_ordinary_words_and_places_far_away_are_no_place_here(
    text: str, gazetteer: Gazetteer
) -> None:
    assert gazetteer.find(text, HOGE_VELD) == []
    assert gazetteer.spans(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Bostonsingel 12", 12),
        ("Bostonsingel, nr. 12", 12),
        ("Bostonsingel #12", 12),
        ("Bostonsingel 12b", 12),
        ("Bostonsingel 12 b", 12),
        ("Bostonsingel 2 jongens op een scooter", None),
        ("Bostonsingel 12 uur", None),
        ("Bostonsingel 12:30", None),
        ("Bostonsingel 3x gebeld", None),
        ("Bostonsingel 2,5 meter", None),
        ("Bostonsingel 12345", None),
        ("om 12 uur op de Bostonsingel", None),
    ],
)
def test_a_number_behind_a_street_is_a_house_number_unless_it_counts_something(
    text: str, number: int | None, gazetteer: Gazetteer
) -> None:
    (found,) = gazetteer.find(text, None)
    assert found.house_number == number
    assert found.kind is (PlaceKind.STREET if number is None else PlaceKind.ADDRESS)


@pytest.mark.parametrize(
    ("text", "near", "area"),
    [
        ("LvWV 222", LAGE_VELD, (52.0322, 4.2859)),
        ("LvWV 925", LAGE_VELD, (52.0263, 4.2898)),
        ("LvWV 1394", HOGE_VELD, (52.0222, 4.2952)),
        ("LvWV", HOGE_VELD, (52.0322, 4.2859)),
        ("LvWV", LAGE_VELD, (52.0222, 4.2952)),
    ],
)
def test_the_house_number_chooses_the_part_of_a_long_street_and_else_the_groups_area(
    text: str, near: tuple[float, float], area: tuple[float, float], gazetteer: Gazetteer
) -> None:
    (found,) = gazetteer.find(text, near)
    assert (found.lat, found.lon) == area


def test_without_a_number_or_an_area_the_radius_covers_the_whole_street(
    gazetteer: Gazetteer,
) -> None:
    (found,) = gazetteer.find("op de LvWV", None)
    for part in ((52.0322, 4.2859), (52.0222, 4.2952)):
        assert found.radius_m is not None
        assert metres(point(found), part) < found.radius_m


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aanrijding hoek Limastraat / Brasiliastraat", "Limastraat / Brasiliastraat"),
        ("Limastraat hoek Brasiliastraat", "Limastraat / Brasiliastraat"),
        ("hoek Limastr Brasiliastr", "Limastraat / Brasiliastraat"),
        ("tussen de Madridweg en de Osloweg", "Madridweg / Osloweg"),
        ("kruising van de Madridweg met de Osloweg", "Madridweg / Osloweg"),
        ("Kennemerlandsingel/Ellertsveldlaan", "Kennemerlandsingel / Ellertsveldlaan"),
    ],
)
def test_two_streets_that_meet_are_the_point_between_them(
    text: str, name: str, gazetteer: Gazetteer
) -> None:
    (found,) = gazetteer.find(text, None)
    assert (found.kind, found.name) == (PlaceKind.CROSSING, name)
    for street in name.split(" / "):
        (alone,) = gazetteer.find(street, None)
        assert found.radius_m is not None
        assert metres(point(found), point(alone)) <= found.radius_m


def test_two_streets_that_are_only_named_together_are_no_crossing(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("Limastraat en Osloweg zijn weer vies", None)
    assert [place.name for place in found] == ["Limastraat", "Osloweg"]


def test_where_it_is_comes_before_where_they_went(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("ze rennen richting Bostonsingel, kwamen uit de Limastraat", None)
    assert [place.name for place in found] == ["Limastraat", "Bostonsingel"]
    assert found[1].radius_m == 2 * 120  # on the way to it is not in it


def test_somebody_on_his_way_to_a_place_is_kept_as_such(gazetteer: Gazetteer) -> None:
    here, there = gazetteer.find("overval Limastraat 5, ze rennen richting Bostonsingel", None)
    assert (here.is_direction, there.is_direction) == (False, True)
    kept = {candidate.name: candidate.is_direction for candidate in here.candidates}
    assert kept == {"Limastraat 5": False, "Bostonsingel": True}


def test_another_ending_than_the_streets_own_is_a_wide_guess(gazetteer: Gazetteer) -> None:
    (found,) = gazetteer.find("brand in de Bostonstraat 12", None)
    assert (found.street, found.kind, found.radius_m) == ("Bostonsingel", PlaceKind.STREET, 240)


def test_a_short_street_pins_the_crossing_with_a_long_one(gazetteer: Gazetteer) -> None:
    (corner,) = gazetteer.find("Wenenweg hoek LvWV", HOGE_VELD)
    (alone,) = gazetteer.find("Wenenweg", None)
    assert metres(point(corner), point(alone)) < 60


def test_all_places_named_are_kept_as_candidates(gazetteer: Gazetteer) -> None:
    first, *_ = gazetteer.find("brand Limastraat 5, rook tot aan de Osloweg", None)
    chances = {candidate.name: candidate.probability for candidate in first.candidates}
    assert list(chances) == ["Limastraat 5", "Osloweg"]
    assert chances["Limastraat 5"] > chances["Osloweg"] > 0
    assert sum(chances.values()) < 1


def test_a_name_that_two_streets_share_is_the_one_near_the_group(gazetteer: Gazetteer) -> None:
    near_square, near_street = (52.0177, 4.2930), (52.0182, 4.2970)
    for near, street in (
        (near_square, "Wim Sonneveldplein"),
        (near_street, "Wim Sonneveldstraat"),
    ):
        (found,) = gazetteer.find("op de hoek bij de Wim Sonneveld 3", near)
        assert found.street == street


def test_the_words_are_the_residents_and_the_spans_hold_name_and_number(
    gazetteer: Gazetteer,
) -> None:
    text = "Kom snel: londensngl 14a, bij de AH!"
    assert [text[start:end] for start, end in gazetteer.spans(text)] == ["londensngl 14a", "AH"]
    assert gazetteer.find(text, None)[0].words == "londensngl 14a"


def test_a_landmark_with_a_street_in_its_name_is_on_that_street(gazetteer: Gazetteer) -> None:
    (found,) = gazetteer.find("gevallen bij tramhalte Oosteinde", None)
    assert (found.kind, found.street) == (PlaceKind.LANDMARK, "Oosteinde")


def test_a_named_place_always_has_a_radius(gazetteer: Gazetteer) -> None:
    for text, _ in rows(WRITTEN):
        for found in gazetteer.find(text, HOGE_VELD):
            assert found.radius_m is not None
            assert found.radius_m >= 60


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_read_to_its_end(text: str, gazetteer: Gazetteer) -> None:
    assert all(found.radius_m for found in gazetteer.find(text, None))
    assert all(0 <= start < end <= len(text) for start, end in gazetteer.spans(text))


# locate: position, place, area of the group, nothing

AREA = Area(id=1, name="Hoge Veld", kind="neighbourhood", lat=52.0339, lon=4.2879, radius_m=862.0)
DISTRICT = Area(
    id=2, name="Wateringse Veld", kind="district", lat=52.029, lon=4.289, radius_m=1750.0
)


def message(text: str, lat: float | None = None, lon: float | None = None) -> Message:
    group = Group(id=1, pilot_id=1, source="demo", native_id="g", name="g", area_id=1)
    moment = datetime(2021, 4, 1, tzinfo=UTC)
    return Message(
        key="k", group=group, resident="r", sent_at=moment, text=text, redacted="", lat=lat, lon=lon
    )


def test_a_shared_position_wins_over_words(gazetteer: Gazetteer) -> None:
    found = locate(message("brand in de Limastraat", 52.02, 4.29), gazetteer, AREA)
    assert (found.kind, found.lat, found.lon) == (PlaceKind.SHARED, 52.02, 4.29)


@pytest.mark.parametrize(
    ("text", "area", "areas", "kind", "radius_m"),
    [
        ("brand in de Limastraat", AREA, (AREA, DISTRICT), PlaceKind.STREET, 120),
        ("er brandt iets", AREA, (AREA, DISTRICT), PlaceKind.GROUP_AREA, 862),
        ("er brandt iets", None, (AREA, DISTRICT), PlaceKind.GROUP_AREA, 1750),
    ],
)
def test_a_place_else_the_groups_area_else_the_widest(
    text: str,
    area: Area | None,
    areas: tuple[Area, ...],
    kind: PlaceKind,
    radius_m: float,
    gazetteer: Gazetteer,
) -> None:
    found = locate(message(text), gazetteer, area, areas)
    assert (found.kind, found.radius_m) == (kind, radius_m)


def test_without_any_area_the_place_is_unknown(gazetteer: Gazetteer) -> None:
    assert locate(message("er brandt iets"), gazetteer, None) == UNKNOWN_LOCATION


def test_an_area_of_the_administrator_is_found_without_a_place_row() -> None:
    gazetteer = Gazetteer([], [AREA])
    (found,) = gazetteer.find("onrust in Hoge Veld", None)
    assert (found.kind, found.radius_m) == (PlaceKind.AREA, 862)


def test_an_empty_gazetteer_finds_nothing() -> None:
    assert Gazetteer([]).find("brand in de Limastraat", None) == []


# an independent check: real pager messages of the region, with its own streets


@pytest.fixture(scope="module")
def region() -> list[Place]:
    if not STREETS.exists() or not PAGER.exists():
        pytest.skip("the pager messages and streets of the region are not here")
    with STREETS.open(encoding="utf-8") as lines:
        return [
            Place(
                name=row["straat"],
                kind="street",
                lat=float(row["lat"]),
                lon=float(row["lon"]),
                radius_m=150,
            )
            for row in csv.DictReader(lines)
        ]


def test_real_pager_messages_name_the_right_street_of_a_whole_region(
    region: list[Place],
) -> None:
    gazetteer, known = Gazetteer(region), {place.name for place in region}
    pages = [json.loads(line) for line in PAGER.read_text(encoding="utf-8").splitlines()]
    named = [page for page in pages if known.intersection(page["streets"])]
    right = sum(
        bool({place.street for place in gazetteer.find(page["text"], None)} & {*page["streets"]})
        for page in named
    )
    assert right / len(named) > 0.97


def test_streets_elsewhere_in_the_region_are_not_taken_for_streets_of_the_district(
    region: list[Place], gazetteer: Gazetteer
) -> None:
    own = {street.name for street in load("wateringse_veld_2021").streets}
    strange = sorted({place.name for place in region} - own)
    wrong = [
        name
        for name in strange
        for found in gazetteer.find(f"busje in de {name} 12", None)
        if found.kind is not PlaceKind.AREA
    ]
    assert len(wrong) / len(strange) < 0.005, wrong


def point(location: Location) -> tuple[float, float]:
    assert location.lat is not None
    assert location.lon is not None
    return location.lat, location.lon
