"""Pictures and reply windows in the store: on both databases, and gone when they should be."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.store import Store
from core.store.tables import messages, pictures, reply_windows
from tests.neighbourhood import Neighbourhood
from tests.timepiece import START, Timepiece

HOUR = timedelta(hours=1)


@pytest.fixture
def reported(street: Neighbourhood) -> Neighbourhood:
    """One report with a picture that is kept."""
    street.writes("""
        at    | author | text
        20:01 | Anna   | ingebroken op de Bostonsingel 36
    """)
    with street.store.unit() as unit:
        unit.pictures.want(key(street), b"where")
        (row,) = unit.connection.execute(sa.select(pictures)).all()
        assert unit.pictures.keep(row.id, b"sealed")
    return street


def key(street: Neighbourhood) -> str:
    return street.services.vault.message_key(street.group().id, "m1")


def there(street: Neighbourhood) -> list[bytes]:
    with street.store.read() as connection:
        return list(connection.execute(sa.select(pictures.c.sealed)).scalars())


def test_a_picture_is_kept_once_and_replaced_by_a_newer(reported: Neighbourhood) -> None:
    assert there(reported) == [b"sealed"]
    with reported.store.unit() as unit:
        assert unit.pictures.kept_of([1, 2]) == {1}
        unit.pictures.want(key(reported), b"elsewhere")
        assert unit.pictures.kept_of([1, 2]) == set()
    assert there(reported) == [None]


def test_a_picture_goes_when_its_message_is_erased_or_its_words_are(
    reported: Neighbourhood,
) -> None:
    with reported.store.unit() as unit:
        unit.messages.forget_words(key(reported))
    assert there(reported) == []
    with reported.store.unit() as unit:
        unit.pictures.want(key(reported), b"where")
        unit.messages.erase(key(reported), reported.group().id)
    assert there(reported) == []


def test_a_picture_of_what_was_no_report_goes_with_its_original(reported: Neighbourhood) -> None:
    with reported.store.unit() as unit:
        unit.connection.execute(sa.update(messages).values(no_report_at=unit.now))
        unit.learning.forget_originals(unit.now - HOUR)
    assert there(reported) == [b"sealed"]
    with reported.store.unit() as unit:
        unit.learning.forget_originals(unit.now + HOUR)
    assert there(reported) == []


def test_a_picture_that_cannot_be_had_is_given_up(reported: Neighbourhood) -> None:
    with reported.store.unit() as unit:
        unit.pictures.want(key(reported), b"where")
        (row,) = unit.connection.execute(sa.select(pictures)).all()
        for attempts in range(6):
            unit.pictures.failed(row.id, attempts, "error.network_down", permanent=False)
        (row,) = unit.connection.execute(sa.select(pictures)).all()
    assert (row.state, row.sealed_where, row.error) == ("missing", None, "error.network_down")


def test_a_window_only_opens_longer_and_goes_when_it_is_over(
    store: Store, clock: Timepiece
) -> None:
    with store.unit() as unit:
        unit.windows.open("anna", START + 2 * HOUR)
        unit.windows.open("anna", START + HOUR)
        unit.windows.open("piet", START - HOUR)
        assert unit.windows.until("anna") == START + 2 * HOUR
        assert unit.windows.until("piet") is None
        assert unit.windows.forget_over() == 0
    clock.forward(hours=2)
    with store.unit() as unit:
        assert unit.windows.forget_over() == 1
        assert unit.connection.execute(sa.select(reply_windows)).all() == []
