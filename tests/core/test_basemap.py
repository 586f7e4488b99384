"""What lies under the maps: nothing of others unless an administrator says so, and knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.basemap import (
    PDOK,
    Basemap,
    BasemapKind,
    current,
    own_file,
    preset_of,
    set_basemap,
    tiles,
)
from core.domain import User
from core.errors import BadBasemap, NotAllowed
from core.i18n import error_text, languages
from core.map_file import folder_of
from core.settings import Settings
from core.store import Store, Unit
from tests.map_files import map_file
from tests.people import People

OWN = "https://tegels.example.nl/kaart/{z}/{x}/{y}.png"


@pytest.fixture
def unit(sqlite_store: Store) -> Iterator[Unit]:
    """Both databases keep it alike."""
    with sqlite_store.unit() as opened:
        yield opened


@pytest.fixture
def people(unit: Unit) -> People:
    return People.read(unit)


@pytest.fixture
def own_settings(tmp_path: Path) -> Settings:
    return Settings(folder=tmp_path)


def test_there_is_none_unless_somebody_says_so(unit: Unit) -> None:
    assert current(unit) == Basemap()
    assert current(unit).layer is None
    assert current(unit).host == ""


@pytest.mark.parametrize("name", PDOK)
def test_pdok_is_set_once_it_is_known_what_that_means(
    unit: Unit, people: People, name: str
) -> None:
    with pytest.raises(BadBasemap):
        set_basemap(PDOK[name], people.ada, unit)
    set_basemap(PDOK[name], people.ada, unit, confirmed=True)
    assert current(unit) == PDOK[name]
    assert preset_of(current(unit)) == name
    assert current(unit).host == "https://service.pdok.nl"
    layer = current(unit).layer
    assert layer is not None
    assert layer["credit"] == "Kaartgegevens © Kadaster"
    assert (layer["min_zoom"], layer["max_zoom"]) == (6, 19)


def test_each_change_is_in_the_audit_log(unit: Unit, people: People) -> None:
    set_basemap(PDOK["grijs"], people.ada, unit, confirmed=True)
    set_basemap(Basemap(), people.ada, unit)
    first, second = unit.audit.of("basemap", "tiles") + unit.audit.of("basemap", "none")
    assert (first.actor, first.action) == ("ada", "basemap_set")
    assert first.detail["after"]["host"] == "https://service.pdok.nl"
    assert second.detail == {"before": first.detail["after"], "after": first.detail["before"]}
    assert current(unit) == Basemap()


def test_only_an_administrator_sets_it(unit: Unit, people: People) -> None:
    for user in _others(people):
        with pytest.raises(NotAllowed):
            set_basemap(PDOK["grijs"], user, unit, confirmed=True)
    assert current(unit) == Basemap()


def _others(people: People) -> list[User]:
    return [user for user in people.all() if user.login != "ada"]


def test_the_same_twice_is_said(unit: Unit, people: People) -> None:
    set_basemap(PDOK["grijs"], people.ada, unit, confirmed=True)
    with pytest.raises(BadBasemap, match="same"):
        set_basemap(PDOK["grijs"], people.ada, unit, confirmed=True)


@pytest.mark.parametrize(
    "address",
    [
        OWN,
        "https://tegels/{z}/{x}/{y}",
        "https://10.0.0.8:8443/{z}/{x}/{y}.webp",
        "https://kaart.example.nl/wmts?laag=grijs&TileMatrix={z}&TileRow={y}&TileCol={x}",
    ],
)
def test_a_server_of_ones_own(address: str) -> None:
    made = tiles(f" {address} ", " Gemeente  Den Haag ", 8, 18)
    assert (made.address, made.credit) == (address, "Gemeente Den Haag")
    assert made.host == "https://" + address.split("/")[2]


HOSTILE = {
    "https": ["http://tegels.example.nl/{z}/{x}/{y}", "ftp://a/{z}/{x}/{y}", "/t/{z}/{x}/{y}"],
    "long": ["", "   ", f"https://a.nl/{'a' * 600}/{{z}}/{{x}}/{{y}}"],
    "secret": [
        "https://ik:geheim@tegels.example.nl/{z}/{x}/{y}",
        "https://ik@tegels.example.nl/{z}/{x}/{y}",
        "https://tegels.example.nl/{z}/{x}/{y}?api_key=abc",
        "https://tegels.example.nl/{z}/{x}/{y}?Access-Token=abc",
    ],
    "letters": [
        "https://a.nl; script-src */{z}/{x}/{y}",
        "https://a.nl\n/{z}/{x}/{y}",
        "https://a.nl,b.nl/{z}/{x}/{y}",
        "https://a.nl/'\"<script>/{z}/{x}/{y}",
        "https://*.nl/{z}/{x}/{y}",
        "https://tegéls.nl/{z}/{x}/{y}",
        "javascript:alert(1)//{z}/{x}/{y}",
        "https://a.nl/{z}/{x}/{y}#deel",
        "https://[::1]/{z}/{x}/{y}",
    ],
    "host": [
        "https:///{z}/{x}/{y}",
        "https://-a.nl/{z}/{x}/{y}",
        "https://a..nl/{z}/{x}/{y}",
        "https://a.nl:99999/{z}/{x}/{y}",
        "https://a.nl:x/{z}/{x}/{y}",
        "https://{s}.tegels.nl/{z}/{x}/{y}",
    ],
    "places": [
        "https://a.nl/{z}/{x}",
        "https://a.nl/{z}/{x}/{y}/{y}",
        "https://a.nl/{z}/{x}/{y}{r}.png",
        "https://a.nl/{z}/{x}/{-y}",
    ],
}
ADDRESSES = [(why, address) for why, addresses in HOSTILE.items() for address in addresses]


@pytest.mark.parametrize(("why", "address"), ADDRESSES)
def test_what_is_no_address_of_tiles_is_refused_with_the_reason(why: str, address: str) -> None:
    with pytest.raises(BadBasemap) as refused:
        tiles(address, "", 0, 19)
    assert refused.value.params["why"] == f"basemap.why.{why}"
    for language in languages():
        assert "basemap.why" not in error_text(language, refused.value)


@pytest.mark.parametrize(
    ("credit", "zooms"),
    [
        ("<img src=x onerror=alert(1)>", (0, 19)),
        ("x" * 201, (0, 19)),
        ("a\x00b", (0, 19)),
        ("", (-1, 19)),
        ("", (9, 8)),
        ("", (0, 23)),
    ],
)
def test_a_wrong_credit_or_zoom_is_refused(credit: str, zooms: tuple[int, int]) -> None:
    with pytest.raises(BadBasemap):
        tiles(OWN, credit, *zooms)


def test_a_file_of_ones_own_asks_nobody_else(
    unit: Unit, people: People, own_settings: Settings
) -> None:
    map_file(folder_of(own_settings) / "den-haag.pmtiles")
    chosen = own_file("den-haag.pmtiles", "Gemeente Den Haag", own_settings)
    set_basemap(chosen, people.ada, unit)
    assert current(unit) == chosen
    assert chosen.kind is BasemapKind.PMTILES
    assert chosen.host == ""
    assert chosen.address.startswith("/basemap/{z}/{x}/{y}?of=")
    assert (chosen.min_zoom, chosen.max_zoom) == (13, 14)
    assert chosen.bounds == (52.0, 4.2, 52.1, 4.4)


@pytest.mark.parametrize("name", ["", "../x.pmtiles", "a/b.pmtiles", "x.png", ".pmtiles", "x"])
def test_a_file_has_a_plain_name(name: str, own_settings: Settings) -> None:
    with pytest.raises(BadBasemap, match="file"):
        own_file(name, "", own_settings)


def test_a_file_that_is_gone_is_said(own_settings: Settings) -> None:
    with pytest.raises(BadBasemap, match="gone"):
        own_file("weg.pmtiles", "", own_settings)


@pytest.mark.parametrize(
    "kept",
    [
        {"kind": "tiles"},
        {"kind": "elsewhere"},
        {"kind": "tiles", "address": "http://a/{z}/{x}/{y}", "bounds": None},
        {"kind": "none", "address": "https://a.nl/{z}/{x}/{y}", "bounds": None},
        {"more": 1},
    ],
)
def test_what_is_kept_and_cannot_be_a_basemap_counts_as_none(
    unit: Unit, kept: dict[str, object]
) -> None:
    unit.installation.set("basemap", kept, "ada")
    assert current(unit) == Basemap()
