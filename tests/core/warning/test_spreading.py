"""Patterns: what incidents share beyond chance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.store.alert_queries import Told
from core.warning.spreading import DESCRIPTION, PLATE, features_of, patterns, shared_by
from tests.timepiece import START


def told(incident_id: int, text: str, *plates: str, area_id: int = 1) -> Told:
    return Told(
        message_id=incident_id * 10,
        incident_id=incident_id,
        topic="verdacht",
        area_id=area_id,
        resident="r",
        sent_at=START - timedelta(hours=incident_id),
        redacted=text,
        plates=frozenset(plates),
    )


CHAT = [told(100 + n, f"er ligt weer rommel bij nummer {n}") for n in range(40)]


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("een zwarte scooter", {"zwart scooter"}),
        ("Zwarte, vrij oude scooter zonder licht", {"zwart scooter"}),
        ("rode jas en zwarte rugzak", {"rod jas", "zwart rugzak"}),
        ("hij had een koevoet bij zich", {"koevoet"}),
        ("mooie zwarte lucht vanavond", set()),
        ("", set()),
    ],
)
def test_a_description_is_a_colour_with_its_thing_or_a_trait(text: str, features: set[str]) -> None:
    assert features_of(text) == features


def test_a_plate_in_two_incidents_is_a_pattern() -> None:
    (found,) = patterns([told(1, "busje", "m1"), told(2, "bus", "m1", area_id=2)], CHAT)
    assert (found.what, found.incident_ids, found.area_ids) == (PLATE, (1, 2), (1, 2))


def test_a_plate_twice_in_one_incident_is_not() -> None:
    assert patterns([told(1, "busje", "m1"), told(1, "nog steeds", "m1")], CHAT) == []


def test_clothes_that_fit_together_twice_are_a_pattern() -> None:
    recent = [told(1, "man, rode jas, zwarte rugzak"), told(2, "zwarte rugzak en rode jas aan")]
    (found,) = patterns([*recent, *CHAT[:10]], CHAT)
    assert (found.what, found.incident_ids) == (DESCRIPTION, (1, 2))
    assert shared_by(recent) == ["rode jas", "zwarte rugzak"]


def test_what_everybody_drives_is_not() -> None:
    usual = [told(200 + n, "een zwarte auto reed door") for n in range(20)]
    assert patterns([told(1, "zwarte auto"), told(2, "zwarte auto weg")], [*usual, *CHAT]) == []


def test_nothing_shares_nothing() -> None:
    assert patterns([], []) == []
