"""Every minute, whatever else happens: what is to be forgotten is gone."""

from __future__ import annotations

from datetime import timedelta

from connectors.housekeeping import keep_house
from core.store.tables import inbox, sessions, turns
from tests.fakes import POISON
from tests.neighbourhood import Neighbourhood
from tests.people import People

BURGLARY = """
    at    | text
    20:01 | Er is ingebroken op de Bostonsingel
"""


def keys(street: Neighbourhood) -> int:
    return len(list((street.services.settings.key_folder / "inbox").glob("*.key")))


def test_keys_that_nothing_needs_are_destroyed(street: Neighbourhood) -> None:
    street.writes(BURGLARY)
    street.clock.forward(hours=2)
    keep_house(street.services)
    assert keys(street) == 0


def test_what_waits_keeps_its_key_however_long(street: Neighbourhood) -> None:
    street.receive(BURGLARY)
    street.clock.forward(days=3)
    keep_house(street.services)
    street.work()
    assert len(street.stored()) == 1


def test_turns_older_than_two_days_hold_no_judgement_and_no_person(street: Neighbourhood) -> None:
    street.writes(BURGLARY)
    street.clock.forward(hours=47)
    keep_house(street.services)
    assert turn(street).topics
    street.clock.forward(hours=2)
    keep_house(street.services)
    assert (turn(street).topics, turn(street).resident) == (None, None)


def test_what_was_given_up_is_kept_two_days_to_be_looked_at_and_then_counted(
    street: Neighbourhood,
) -> None:
    street.writes(f"""
        at    | text
        20:01 | {POISON}
    """)
    for hours, left in ((47, 1), (2, 0)):
        street.clock.forward(hours=hours)
        keep_house(street.services)
        with street.store.read() as connection:
            assert len(connection.execute(inbox.select()).all()) == left
    assert keys(street) == 0
    street.must_count("""
        what     | count
        given_up | 1
    """)


def test_idle_sessions_end(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        unit.accounts.open_session(people.dora.id, "hash")
    street.clock.now += street.services.settings.session_idle + timedelta(seconds=1)
    keep_house(street.services)
    with street.store.read() as connection:
        assert connection.execute(sessions.select()).all() == []


def turn(street: Neighbourhood) -> object:
    with street.store.read() as connection:
        return connection.execute(turns.select()).one()
