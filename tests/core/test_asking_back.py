"""What was handed over is asked back: by a person, by undo, and by an erasure; and followed."""

from __future__ import annotations

from typing import Any

import pytest

from core import grouping, triage
from core.asking_back import confirm_withdrawn, withdraw
from core.destination_accounts import replay
from core.domain import Status
from core.errors import DeliveryError, NotAllowed, NotFound
from core.privacy.erase import erase_message
from core.store.tables import messages
from core.undo import undo
from tests.core.test_handing_over import MESSAGES, fail, hand_over
from tests.neighbourhood import Neighbourhood
from tests.partner import Partner
from tests.people import People


@pytest.fixture
def partner(street: Neighbourhood, people: People) -> Partner:
    """A partner that has HNM-1, with a remark of staff."""
    street.writes(MESSAGES)
    partner = Partner(street)
    hand_over(partner, people, reason="Mevrouw belde ook.")
    partner.exchanges()
    return partner


def erase(partner: Partner, count: int) -> None:
    """Erases the first messages, as a resident asks."""
    around = partner.around
    with around.store.unit() as unit:
        rows = unit.connection.execute(messages.select().order_by(messages.c.id)).all()
        for row in rows[:count]:
            erase_message(row.message_key, row.group_id, around.areas, unit, by="r-anna")


def test_undo_asks_it_back(partner: Partner, people: People) -> None:
    partner.around.does(undo, 1, people.dora, partner.around.areas)
    assert partner.state() == "asked_back"
    partner.exchanges(3)
    assert partner.told[1:] == ["withdraw SIG-1 undone"]
    assert partner.state() == "asked_back"
    assert partner.around.incident().status is Status.NEW


def test_undo_of_one_leaves_what_another_step_sent(partner: Partner, people: People) -> None:
    partner.around.clock.forward(minutes=1)
    partner.around.does(triage.hand_over, 1, people.dora, "handhaving")
    partner.around.does(undo, 1, people.dora, partner.around.areas)
    partner.exchanges(2)
    assert partner.state() == "sent"
    assert partner.around.incident().destination == partner.owner


def test_what_never_left_is_withdrawn_at_once(street: Neighbourhood, people: People) -> None:
    street.writes(MESSAGES)
    partner = Partner(street)
    hand_over(partner, people)
    street.does(undo, 1, people.dora, street.areas)
    partner.exchanges(3)
    assert partner.told == []
    assert partner.state() == "withdrawn"


def test_what_may_have_arrived_is_asked_back_all_the_same(
    street: Neighbourhood, people: People
) -> None:
    """The first sending failed, so nobody knows: its answer may have been lost."""
    street.writes(MESSAGES)
    partner = Partner(street)
    hand_over(partner, people)
    partner.answer = lambda: fail(DeliveryError(permanent=False))
    partner.exchanges()
    partner.answer = lambda: None
    street.does(undo, 1, people.dora, street.areas)
    partner.exchanges(3)
    assert partner.told == ["withdraw  undone"]


def test_a_destination_that_takes_back_at_once_is_done(
    street: Neighbourhood, people: People
) -> None:
    street.writes(MESSAGES)
    partner = Partner(street, withdraws=True)
    hand_over(partner, people)
    partner.exchanges()
    with street.store.unit() as unit:
        withdraw(1, people.dora, unit)
    partner.exchanges()
    assert partner.state() == "withdrawn"


@pytest.mark.parametrize("way", ["news", "person"])
def test_one_that_is_asked_is_followed_until_it_is_done(
    way: str, partner: Partner, people: People
) -> None:
    partner.says("done", "Dat was bij mevrouw De Wit.")
    partner.exchanges()
    with partner.around.store.unit() as unit:
        withdraw(1, people.dora, unit)
    partner.exchanges()
    if way == "news":
        partner.says("withdrawn")
        partner.exchanges()
    else:
        with partner.around.store.unit() as unit:
            confirm_withdrawn(1, people.dora, unit)
    assert partner.state() == "withdrawn"
    with partner.around.store.unit() as unit:
        assert {news.text for news in unit.hand_overs.news([1])} == {""}
    assert partner.row().note == ""


def test_only_what_was_asked_is_confirmed(partner: Partner, people: People) -> None:
    with partner.around.store.unit() as unit, pytest.raises(NotFound):
        confirm_withdrawn(1, people.dora, unit)
    with partner.around.store.unit() as unit, pytest.raises(NotFound):
        withdraw(99, people.dora, unit)


def test_only_who_decides_asks_back(partner: Partner, people: People) -> None:
    with partner.around.store.unit() as unit, pytest.raises(NotAllowed):
        withdraw(1, people.hanna, unit)


def test_it_is_asked_back_once(partner: Partner, people: People) -> None:
    for _ in range(3):
        with partner.around.store.unit() as unit:
            withdraw(1, people.dora, unit)
        partner.exchanges()
    assert len(partner.told) == 2


def test_an_erased_message_is_an_update_without_what_staff_typed(partner: Partner) -> None:
    erase(partner, 1)
    partner.exchanges(2)
    assert [told.split()[0] for told in partner.told] == ["new", "update"]
    assert "Mevrouw" not in partner.given[-1].text
    assert partner.row().note == ""


def test_the_last_message_erased_asks_to_erase_it_there(partner: Partner) -> None:
    erase(partner, 2)
    assert partner.state() == "asked_back"
    partner.exchanges(3)
    assert partner.told[1:] == ["withdraw SIG-1 erased"]


def test_what_was_not_confirmed_stays_open(partner: Partner) -> None:
    erase(partner, 2)
    partner.exchanges(3)
    partner.around.clock.forward(days=4)
    partner.exchanges()
    assert partner.state() == "asked_back"
    assert partner.row().withdrawn_at is None


def test_what_was_on_its_way_when_it_was_asked_back_does_not_leave(
    street: Neighbourhood, people: People
) -> None:
    """The process that had taken it died; nobody knows how far it came."""
    street.writes(MESSAGES)
    partner = Partner(street)
    hand_over(partner, people)
    with street.store.unit() as unit:
        unit.outbox.claim(outside=True)
    street.does(undo, 1, people.dora, street.areas)
    street.clock.forward(minutes=10)
    partner.exchanges(4)
    assert partner.told == ["withdraw  undone"]


@pytest.mark.parametrize("confirmed", [True, False])
def test_sending_everything_again_brings_nothing_back(
    confirmed: bool, partner: Partner, people: People
) -> None:
    began = partner.row().at
    erase(partner, 2)
    partner.exchanges(2)
    if confirmed:
        with partner.around.store.unit() as unit:
            confirm_withdrawn(1, people.dora, unit)
    with partner.around.store.unit() as unit:
        replay(partner.account_id, began, people.ada, unit)
    partner.exchanges(3)
    assert [told.split()[0] for told in partner.told] == ["new", "withdraw", "withdraw"]


def test_news_of_what_was_asked_back_changes_nothing_here(partner: Partner, people: People) -> None:
    with partner.around.store.unit() as unit:
        withdraw(1, people.dora, unit)
    partner.exchanges()
    partner.says("in_progress")
    partner.exchanges(2)
    assert partner.state() == "asked_back"
    assert partner.around.incident().status is Status.HANDED_OVER


def test_a_merged_incident_is_followed_where_it_went(partner: Partner, people: People) -> None:
    around = partner.around
    around.writes("""
        at    | group         | text                         | id
        20:31 | HNM Hoge Veld | Grofvuil op de Londensingel  | later
    """)
    with around.store.unit() as unit:
        others = [row.id for row in unit.hand_overs.of(1)]
    assert others == [1]
    version = around.incident(2).version
    with around.store.unit() as unit:
        grouping.merge(2, version, 1, people.dora, unit, around.areas)
    partner.exchanges(3)
    with around.store.unit() as unit:
        there: list[Any] = unit.hand_overs.of(2)
    assert [row.id for row in there] == [1]
    assert "withdraw" not in " ".join(partner.told)
