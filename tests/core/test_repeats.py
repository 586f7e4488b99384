"""Streets where something happened more than once; whose areas hold which."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.areas import within
from core.domain import Area, Incident, Location, PlaceKind, Status, Urgency
from core.repeats import repeats
from tests.tables import shown, table
from tests.timepiece import Timepiece

CLOCK = Timepiece()


def incident(row: dict[str, str]) -> Incident:
    street = None if row["street"] == "-" else row["street"]
    at = CLOCK.at(row["at"])
    return Incident(
        id=int(row["id"]),
        pilot_id=1,
        topic=row["topic"],
        urgency=Urgency.NOT_URGENT,
        status=Status.NEW,
        version=1,
        location=Location(kind=PlaceKind.STREET, street=street),
        area_id=1,
        opened_at=at,
        last_message_at=at,
        message_count=1,
        resident_count=1,
        confidence=0.9,
    )


def test_a_street_repeats_from_two_incidents_on_the_busiest_first() -> None:
    rows = table("""
    | id | street       | topic    | at    |
    | 1  | Vuurland     | afval    | 08:00 |
    | 2  | Bostonsingel | afval    | 09:00 |
    | 3  | Vuurland     | overlast | 10:00 |
    | 4  | -            | afval    | 11:00 |
    | 5  | -            | afval    | 11:30 |
    | 6  | Bostonsingel | afval    | 12:00 |
    | 7  | Vuurland     | afval    | 13:00 |
    """)
    found = repeats([incident(row) for row in rows])
    seen = [
        {
            "street": repeat.street,
            "ids": " ".join(str(one.id) for one in repeat.incidents),
            "topics": " ".join(f"{topic}:{count}" for topic, count in repeat.topics),
        }
        for repeat in found
    ]
    assert shown(seen, ["street", "ids", "topics"]) == table("""
    | street       | ids   | topics             |
    | Vuurland     | 1 3 7 | afval:2 overlast:1 |
    | Bostonsingel | 2 6   | afval:2            |
    """)


def test_one_incident_is_no_repeat() -> None:
    (row,) = table("| id | street | topic | at |\n| 1 | Vuurland | afval | 08:00 |")
    assert repeats([incident(row)]) == []


BIG = Area(id=1, name="Wateringse Veld", kind="district", lat=52.03, lon=4.29, radius_m=3000)
SMALL = Area(id=2, name="Hoge Veld", kind="neighbourhood", lat=52.031, lon=4.291, radius_m=500)
AWAY = replace(SMALL, id=3, name="Centrum", lat=52.08)


@pytest.mark.parametrize(("chosen", "held"), [({1}, {1, 2}), ({2}, {2}), ({3}, {3}), ((), ())])
def test_an_area_holds_the_smaller_ones_in_it(chosen: set[int], held: set[int]) -> None:
    assert within(chosen, [BIG, SMALL, AWAY]) == set(held)
