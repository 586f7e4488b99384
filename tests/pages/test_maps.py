"""Maps: every asset is our own, marks stay within their uncertainty, strange values stay values."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.areas import metres
from core.domain import Area, PlaceKind
from core.settings import ROOT
from core.topics import topics
from pages.components.colours import contrast, ink_on, topic_marks
from pages.components.live_map import (
    LAYERS,
    Spot,
    ground_of,
    position,
    read_outline,
    row_of,
    size_px,
)
from pages.components.map_words import words_of
from pages.components.maps import DARK, LIGHT, Label, Look
from static.fetch_assets import LIBRARIES, fetch

AREA = Area(
    id=1,
    name="Hoge Veld",
    kind="neighbourhood",
    lat=52.034,
    lon=4.288,
    radius_m=700,
    outline=((52.04, 4.28), (52.04, 4.29), (52.03, 4.29)),
    code="BU05184002",
)
SPOT = Spot(
    id=7,
    lat=52.0342,
    lon=4.2832,
    radius_m=60,
    kind=PlaceKind.ADDRESS,
    topic="inbraak",
    urgent=False,
    ended=False,
    residents=2,
    label="HNM-7 · Inbraak",
)


def test_the_vendored_files_come_with_versions_and_licences(tmp_path: Path) -> None:
    fetch(tmp_path / "vendor")
    said = json.loads((tmp_path / "vendor" / "versions.json").read_text())
    assert set(said) == {library.package for library in LIBRARIES}
    for library in said.values():
        assert library["version"] and library["licence"]
        for name in [*library["files"], library["licence_file"]]:
            assert (tmp_path / "vendor" / name).stat().st_size > 0


def test_what_the_map_loads_is_vendored() -> None:
    script = (ROOT / "pages" / "components" / "live_map.js").read_text(encoding="utf-8")
    (base,) = re.findall(r'"/assets/vendor/(.+?)"', script)
    vendored = {name for library in LIBRARIES for name in library.files.values()}
    assert {f"{base}.js", f"{base}.css"} <= vendored


@given(
    st.integers(1, 10**6),
    st.floats(5, 3000),
    st.sampled_from([kind for kind in PlaceKind if kind is not PlaceKind.UNKNOWN]),
)
def test_a_mark_stands_within_its_uncertainty_and_always_at_the_same_spot(
    number: int, radius_m: float, kind: PlaceKind
) -> None:
    spot = replace(SPOT, id=number, radius_m=radius_m, kind=kind)
    here = position(spot)
    assert here == position(spot)
    assert metres(here, (spot.lat, spot.lon)) <= radius_m * 0.55


def test_incidents_known_by_area_only_do_not_hide_each_other() -> None:
    vague = [replace(SPOT, id=n, kind=PlaceKind.GROUP_AREA, radius_m=800.0) for n in range(1, 30)]
    assert len({position(spot) for spot in vague}) == len(vague)


def test_more_residents_make_a_larger_mark_within_bounds() -> None:
    sizes = [size_px(n) for n in (1, 2, 3, 5, 10, 30, 1000)]
    assert sizes == sorted(sizes)
    assert sizes[0] >= 20
    assert sizes[-1] <= 52


def test_words_that_look_like_script_stay_a_value() -> None:
    attack = '</script><script>alert(1)</script>\u2028 ${x} `y` " \\'
    assert json.loads(row_of(replace(SPOT, label=attack)))[6] == attack


def test_a_row_says_what_holds_and_is_the_same_each_time() -> None:
    plain, busy = row_of(SPOT), row_of(replace(SPOT, urgent=True, handed=True))
    assert plain == row_of(replace(SPOT))
    assert [json.loads(row)[5] for row in (plain, busy)] == [0, 1 + 8]
    ended = replace(SPOT, ended=True, kind=PlaceKind.AREA, at=datetime(2021, 4, 10, tzinfo=UTC))
    assert json.loads(row_of(ended))[5:] == [2 + 4, SPOT.label, 0, 1618012800000]


def test_a_circle_is_shown_unless_it_is_too_wide_and_always_of_the_chosen_one() -> None:
    wide = replace(SPOT, radius_m=900.0, kind=PlaceKind.GROUP_AREA)
    assert json.loads(row_of(SPOT))[7] == [SPOT.lat, SPOT.lon, 60]
    assert json.loads(row_of(wide))[7] == 0
    assert json.loads(row_of(wide, circle=True))[7] == [wide.lat, wide.lon, 900]


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ground_holds_areas_names_and_readable_topics(look: Look) -> None:
    label = Label(name="Jutland", lat=52.02, lon=4.29)
    ground = ground_of([AREA], [label], topic_marks(topics(), "nl"), look, "CBS")
    said = json.loads(ground.text)
    assert (said["areas"][0]["name"], said["labels"], said["credit"]) == (
        "Hoge Veld",
        [["Jutland", 52.02, 4.29]],
        "CBS",
    )
    assert all(contrast(t["colour"], t["ink"]) >= 4.5 for t in said["topics"].values())
    assert ground == ground_of([AREA], [label], topic_marks(topics(), "nl"), look, "CBS")


def test_areas_of_one_s_own_thank_nobody() -> None:
    own = replace(AREA, code=None)
    assert json.loads(ground_of([own], [], {}, LIGHT, "CBS").text)["credit"] == ""


@pytest.mark.parametrize(
    "raw",
    [None, 7, "x", [], {}, [[1, 2]], [[1, 2], [3, 4]], [["a", "b"]] * 3, [[91, 0], [1, 1], [2, 0]],
     [[float("nan"), 0]] * 3, [[1e999, 0]] * 3, [[52, 4]] * 61, [[52, 4, 1]] * 3, [None] * 3],
)  # fmt: skip
def test_what_is_no_outline_is_refused(raw: Any) -> None:
    assert read_outline(raw) is None


def test_an_outline_is_rounded_to_a_metre() -> None:
    drawn = [[52.0300001, 4.28], [52.04, 4.28], [52.04, 4.2900049]]
    assert read_outline(drawn) == ((52.03, 4.28), (52.04, 4.28), (52.04, 4.29))


@pytest.mark.parametrize("code", ["nl", "en"])
def test_every_layer_has_its_name(code: str) -> None:
    assert [name for name in LAYERS if not words_of(code).get(f"layer_{name}")] == []


@pytest.mark.parametrize("topic", topics())
def test_a_topic_s_letter_can_be_read_on_its_colour(topic: str) -> None:
    mark = topic_marks(topics(), "nl")[topic]
    assert contrast(mark["light"], mark["on_light"]) >= 4.5
    assert contrast(mark["dark"], mark["on_dark"]) >= 4.5


@pytest.mark.parametrize(("colour", "ink"), [("#ffffff", "#000000"), ("#000000", "#ffffff")])
def test_ink_is_what_reads_best(colour: str, ink: str) -> None:
    assert ink_on(colour) == ink
    assert contrast(colour, ink) == pytest.approx(21)


@pytest.mark.parametrize("look", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_written_on_the_map_can_be_read(look: Look) -> None:
    assert contrast(look.label, look.ground) >= 4.5
    assert contrast(look.label, look.panel) >= 4.5
    assert contrast(look.text, look.panel) >= 4.5


def test_no_page_of_ours_names_another_host() -> None:
    for path in [
        *ROOT.glob("pages/**/*.js"),
        *ROOT.glob("pages/**/*.css"),
        *ROOT.glob("static/site/*"),
    ]:
        if path.suffix in (".js", ".css"):
            assert "//" not in path.read_text(encoding="utf-8").replace("://127.0.0.1", ""), path
