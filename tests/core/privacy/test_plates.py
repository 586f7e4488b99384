"""A plate's mark: known again within a pilot, readable nowhere, gone with its message."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from connectors.housekeeping import keep_house
from core.privacy.erase import erase_message
from core.privacy.plates import KEPT_FOR, plate_marks
from core.store.tables import plate_marks as table
from tests.neighbourhood import Neighbourhood

SEEN = """
    id | at    | author | text
    a  | 20:01 | Anna   | er is ingebroken, ze reden weg in een bus met kenteken V-999-AE
"""


def stored(street: Neighbourhood) -> list[str]:
    with street.store.read() as connection:
        return list(connection.execute(sa.select(table.c.mark)).scalars())


@pytest.mark.parametrize("text", ["kenteken V-999-AE", "kenteken v999ae", "een bus, V-999-AE."])
def test_a_plate_is_known_again_however_it_is_written(street: Neighbourhood, text: str) -> None:
    vault = street.services.vault
    assert plate_marks(text, 1, vault) == {vault.plate_mark(1, "V999AE")}


def test_another_pilot_makes_another_mark(street: Neighbourhood) -> None:
    vault = street.services.vault
    assert vault.plate_mark(1, "V999AE") != vault.plate_mark(2, "V999AE")


@pytest.mark.parametrize(
    "text", ["", "geen auto gezien", "kenteken begint met V-9", "bel 0612345678"]
)
def test_a_piece_of_a_plate_leaves_no_mark(street: Neighbourhood, text: str) -> None:
    assert plate_marks(text, 1, street.services.vault) == frozenset()


def test_the_mark_is_stored_and_the_plate_is_not(street: Neighbourhood) -> None:
    street.writes(SEEN)
    (mark,) = stored(street)
    assert mark == street.services.vault.plate_mark(street.pilot.id, "V999AE")
    assert "999" not in mark or "V999AE" not in mark.upper()


def test_erasing_the_message_takes_its_mark(street: Neighbourhood) -> None:
    street.writes(SEEN)
    key = street.services.vault.message_key(street.group().id, "a")
    with street.store.unit() as unit:
        erase_message(key, street.group().id, street.areas, unit, by="ada")
    assert stored(street) == []


def test_an_edit_without_the_plate_takes_it_too(street: Neighbourhood) -> None:
    street.writes(SEEN)
    street.writes("""
        id | at    | author | kind | revision | text
        a  | 20:05 | Anna   | edit | 1        | er is ingebroken, ze reden weg in een bus
    """)
    assert stored(street) == []


def test_after_two_weeks_it_is_gone_in_any_case(street: Neighbourhood) -> None:
    street.writes(SEEN)
    street.clock.now += KEPT_FOR + timedelta(hours=1)
    keep_house(street.services)
    assert stored(street) == []
