"""What the map asks of the store: where much happened, and whose area it is."""

from __future__ import annotations

from datetime import timedelta

from core import triage
from core.store import Store
from core.store.map_queries import density, officers_by_area
from tests.neighbourhood import Neighbourhood
from tests.people import People

EVENING = """
| at    | author | group          | text                                             |
| 20:01 | Anna   | HNM Hoge Veld  | Er is ingebroken op de Bostonsingel 36           |
| 20:10 | Carla  | HNM Zonne Veld | Harde muziek op het Ko van Dijkplein             |
| 20:12 | Dirk   | HNM Lage Veld  | Er ligt weer vuilnis in de buurt                 |
"""


def test_ended_incidents_count_and_rejected_ones_do_not(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    street.does(triage.close, 1, people.dora)
    street.does(triage.reject, 2, people.dora, "oefening")
    with street.store.read() as connection:
        found = density(connection, street.clock() - timedelta(days=1))
    assert found.count == 2
    assert found.points == ((street.incident(1).location.lat, street.incident(1).location.lon),)
    assert sum(found.by_area.values()) == 2


def test_what_is_known_by_area_only_makes_no_hot_place(street: Neighbourhood) -> None:
    street.writes(EVENING)
    with street.store.read() as connection:
        found = density(connection, street.clock() - timedelta(days=1))
    vague = street.incident(3)
    assert vague.location.radius_m is not None and vague.location.radius_m > 300
    assert (vague.location.lat, vague.location.lon) not in found.points
    assert found.count == 3


def test_what_opened_before_the_period_is_not_in_it(street: Neighbourhood) -> None:
    street.writes(EVENING)
    with street.store.read() as connection:
        assert density(connection, street.clock() + timedelta(hours=1)).count == 0


def test_an_area_is_of_the_officers_who_have_it_in_their_profile(store: Store) -> None:
    with store.unit() as unit:
        for login, areas in (("wim", [1, 2]), ("hanna", [2]), ("dora", [1])):
            row = unit.accounts.row(login)
            assert row is not None
            unit.accounts.change(row.id, area_ids=areas, team="wijk")
    with store.read() as connection:
        found = officers_by_area(connection)
    assert {area: [one.name for one in officers] for area, officers in found.items()} == {
        1: ["Wim Wijkagent"],
        2: ["Hanna Handhaver", "Wim Wijkagent"],
    }
    assert found[1][0].team == "wijk"
