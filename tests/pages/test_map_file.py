"""The map in one file: it opens without asking anybody, and no label becomes markup."""

from __future__ import annotations

import re

import pytest

from core.domain import PlaceKind
from pages.components.live_map import Spot
from pages.look_back.map_file import map_file

HOSTILE = "HNM-1 <img src=x onerror=alert(1)></script><script>alert(2)</script>"


def spot(id: int = 1, label: str = "HNM-1 · Afval", topic: str = "afval") -> Spot:
    return Spot(
        id=id,
        lat=52.03,
        lon=4.29 + id / 1000,
        radius_m=20,
        kind=PlaceKind.STREET,
        topic=topic,
        urgent=False,
        ended=False,
        residents=2,
        label=label,
    )


def written(*spots: Spot, heading: str = "Incidenten") -> str:
    return map_file(spots, (), "nl", heading).decode()


def test_nothing_is_fetched_when_it_is_opened() -> None:
    text = written(spot())
    assert re.findall(r"<(?:script|img|iframe)[^>]*\ssrc=|<link|@import|url\(https?:", text) == []
    assert "L.tileLayer(" not in text.rsplit("<script>", 1)[1]


def test_what_somebody_named_a_street_is_no_markup() -> None:
    text = written(spot(label=HOSTILE), heading=HOSTILE)
    assert "<img src=x" not in text
    assert "<script>alert" not in text
    assert "&lt;img src=x" in text


def test_each_topic_is_a_layer_with_its_count() -> None:
    text = written(spot(1), spot(2), spot(3, topic="wrak"))
    assert "Afval (2)" in text
    assert "Wrak (1)" in text


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_map_and_a_single_spot_are_maps_too(count: int) -> None:
    assert written(*[spot()] * count).startswith("<!DOCTYPE html>")
