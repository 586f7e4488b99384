"""An incident goes to a system of others once, follows what changes, and is heard of again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core import triage
from core.deadlines import Deadline, Duty, all_deadlines
from core.deliveries import try_again
from core.domain import Status, Urgency
from core.errors import BadInput, DeliveryError, NotAllowed, NotFound, SourceBusy
from core.handing_over import confirm_receipt
from core.outside_news import hear, settle
from core.report_back import ask
from core.store.hand_over_rows import account_in, is_unacknowledged
from core.store.tables import outbox
from tests.neighbourhood import Neighbourhood
from tests.partner import Partner
from tests.people import People

MESSAGES = """
    at    | group         | text
    20:01 | HNM Hoge Veld | Er is ingebroken op de Bostonsingel
    20:02 | HNM Lage Veld | ingebroken op de Bostonsingel zie ik
"""


@pytest.fixture
def partner(street: Neighbourhood) -> Partner:
    """An account of a partner, and HNM-1, about which two groups wrote."""
    street.writes(MESSAGES)
    return Partner(street)


def hand_over(partner: Partner, people: People, **named: Any) -> None:
    partner.around.does(triage.hand_over, 1, people.dora, partner.owner, **named)


def test_it_goes_out_once_and_is_named_as_they_name_it(partner: Partner, people: People) -> None:
    hand_over(partner, people, reason="Graag vandaag.")
    partner.exchanges(3)
    assert len(partner.told) == 1
    assert partner.told[0].startswith("new HNM-1 ")
    assert "Opmerking: Graag vandaag." in partner.given[0].text
    assert (partner.state(), partner.row().reference) == ("sent", "SIG-1")
    assert partner.around.incident().destination == partner.owner
    assert ("system", "outside_sent") in partner.around.history()


def test_only_the_fields_of_the_card_are_written(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    text = partner.given[0].text
    assert "Onderwerp: " in text
    assert "Gemeld door" not in text
    assert "ingebroken op de" not in text


def test_what_goes_to_a_work_list_goes_along(partner: Partner, people: People) -> None:
    values = {"work_lists": ["handhaving"], "topics": [partner.around.incident().topic]}
    with partner.around.store.unit() as unit:
        unit.hand_overs.change_account(partner.account_id, **values)
    partner.around.does(triage.hand_over, 1, people.dora, "handhaving")
    partner.exchanges()
    assert len(partner.told) == 1
    assert partner.around.incident().destination == "handhaving"


@pytest.mark.parametrize(
    "values",
    [
        {"work_lists": ["police_team"]},
        {"work_lists": ["handhaving"], "topics": ["hondenpoep"]},
        {"work_lists": ["handhaving"], "enabled": False},
    ],
    ids=["another_list", "another_topic", "off"],
)
def test_what_is_not_tied_stays(values: dict[str, Any], partner: Partner, people: People) -> None:
    with partner.around.store.unit() as unit:
        unit.hand_overs.change_account(partner.account_id, **values)
    partner.around.does(triage.hand_over, 1, people.dora, "handhaving")
    partner.exchanges()
    assert partner.told == []


@pytest.mark.parametrize("destination", ["account:99", "account:1"])
def test_an_account_that_is_not_there_or_off_takes_nothing(
    destination: str, partner: Partner, people: People
) -> None:
    with partner.around.store.unit() as unit:
        unit.hand_overs.change_account(partner.account_id, enabled=False)
    with pytest.raises(BadInput):
        partner.around.does(triage.hand_over, 1, people.dora, destination)
    assert partner.around.incident().status is Status.NEW


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("account:7", 7),
        ("handhaving", None),
        ("account:", None),
        ("account:x", None),
        ("account:" + "9" * 40, None),
        ("account:-1", None),
    ],
)
def test_an_account_is_told_from_a_work_list(text: str, number: int | None) -> None:
    assert account_in(text) == number


def test_a_crash_between_sending_and_noting_sends_the_same_again(
    partner: Partner, people: People
) -> None:
    hand_over(partner, people)
    with partner.around.store.unit() as unit:
        unit.outbox.claim(outside=True)  # taken by a process that died
    partner.exchanges()
    assert partner.told == []
    partner.around.clock.forward(minutes=10)
    partner.exchanges()
    assert [(one.id, one.reference) for one in partner.given] == [(1, "")]


def test_a_partner_that_is_away_is_tried_for_about_a_day(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.answer = lambda: fail(DeliveryError(permanent=False))
    began = partner.around.clock()
    while partner.state() == "queued":
        partner.exchanges()
        partner.around.clock.forward(minutes=29)
    passed = partner.around.clock() - began
    assert timedelta(hours=18) < passed < timedelta(hours=48)
    assert partner.state() == "failed"


def test_what_was_given_up_goes_when_somebody_says_so(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.answer = lambda: fail(DeliveryError(permanent=True))
    partner.exchanges()
    assert partner.state() == "failed"
    partner.answer = lambda: None
    row_id = outside_rows(partner)[0].id
    with partner.around.store.unit() as unit:
        try_again(row_id, people.dora, unit)
    partner.exchanges()
    assert partner.state() == "sent"


def test_a_busy_partner_is_left_alone_for_as_long_as_it_asks(
    partner: Partner, people: People
) -> None:
    hand_over(partner, people)
    partner.answer = lambda: fail(SourceBusy(after_s=600))
    partner.exchanges()
    partner.answer = lambda: None
    partner.exchanges(8)
    assert partner.told == []
    partner.exchanges(3)
    assert len(partner.told) == 1


def test_an_address_that_is_gone_is_switched_off(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    gone = DeliveryError(permanent=True)
    gone.status = 410  # type: ignore[attr-defined]
    partner.answer = lambda: fail(gone)
    partner.exchanges()
    with partner.around.store.unit() as unit:
        account = unit.hand_overs.account(partner.account_id)
    assert account is not None
    assert (account.enabled, account.error) == (False, "error.gone")


def test_a_change_goes_after_it_once(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges(2)
    partner.around.does(triage.set_urgency, 1, people.dora, other_urgency(partner))
    partner.exchanges(3)
    assert [told.split()[0] for told in partner.told] == ["new", "update"]
    assert partner.given[-1].reference == "SIG-1"
    assert partner.given[-1].revision == 1


def test_many_changes_are_one_open_update(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges(2)
    partner.answer = lambda: fail(DeliveryError(permanent=False))
    for _ in range(3):
        partner.around.does(triage.set_urgency, 1, people.dora, other_urgency(partner))
        partner.exchanges()
    partner.answer = lambda: None
    partner.exchanges(12)
    assert [told.split()[0] for told in partner.told] == ["new", "update"]


def test_another_message_that_changes_nothing_of_it_is_no_update(
    partner: Partner, people: People
) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.around.does(triage.assign, 1, people.dora, "team:handhaving")
    partner.exchanges(2)
    assert len(partner.told) == 1


def test_a_partner_that_takes_no_updates_gets_none(street: Neighbourhood, people: People) -> None:
    street.writes(MESSAGES)
    partner = Partner(street, updates=False)
    hand_over(partner, people)
    partner.exchanges(2)
    street.does(triage.set_urgency, 1, people.dora, other_urgency(partner))
    partner.exchanges(2)
    assert len(partner.told) == 1


@pytest.mark.parametrize(
    ("said", "state", "status"),
    [
        (["received"], "received", Status.HANDED_OVER),
        (["acknowledged"], "acknowledged", Status.HANDED_OVER),
        (["in_progress"], "in_progress", Status.IN_PROGRESS),
        (["question"], "question", Status.HANDED_OVER),
        (["in_progress", "done"], "done", Status.IN_PROGRESS),
        (["rejected"], "rejected", Status.HANDED_OVER),
        (["in_progress", "received"], "in_progress", Status.IN_PROGRESS),
        (["withdrawn"], "withdrawn", Status.HANDED_OVER),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else str(value),
)
def test_news_changes_the_state_there_and_little_here(
    said: list[str], state: str, status: Status, partner: Partner, people: People
) -> None:
    hand_over(partner, people)
    partner.exchanges()
    for one in said:
        partner.says(one)
    partner.exchanges(3)
    assert partner.state() == state
    assert partner.around.incident().status is status


def test_news_counts_once(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.says("in_progress", "Wij zijn onderweg.")
    partner.exchanges(4)
    assert partner.around.history().count(("system", "outside_in_progress")) == 1
    assert partner.asked[-1] == ("SIG-1",)


def test_done_closes_only_by_a_rule(partner: Partner, people: People) -> None:
    with partner.around.store.unit() as unit:
        unit.hand_overs.change_account(partner.account_id, closes=True)
    hand_over(partner, people)
    partner.exchanges()
    partner.says("done", "Opgeruimd.")
    partner.exchanges()
    assert partner.around.incident().status is Status.CLOSED
    assert ("system", "outside_closed") in partner.around.history()


def test_a_partner_cannot_speak_of_what_another_has(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.says("done", reference="SIG-2")
    partner.exchanges()
    assert partner.state() == "sent"


def test_a_state_that_does_not_exist_is_refused(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.says("exploded")
    partner.exchanges()
    with partner.around.store.unit() as unit, pytest.raises(BadInput):
        hear(partner.waiting[0], unit.hand_overs.get(1), unit)
    assert partner.state() == "sent"


def test_a_text_of_theirs_is_plain_and_short(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.says("done", "\u202egnit\u202c\x07 <b>klaar</b>\r\n" + "a" * 5000)
    partner.exchanges()
    with partner.around.store.unit() as unit:
        (news,) = unit.hand_overs.news([1])
    assert news.text.startswith("gnit <b>klaar</b>\na")
    assert len(news.text) <= 2000


def test_somebody_settles_what_news_asks(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.says("question", "Welk huisnummer?")
    partner.exchanges()
    with partner.around.store.unit() as unit:
        settle(1, people.dora, unit)
        assert unit.hand_overs.news([1])[0].settled_by == "dora"
    with partner.around.store.unit() as unit, pytest.raises(NotAllowed):
        settle(1, people.ron, unit)
    with partner.around.store.unit() as unit, pytest.raises(NotFound):
        settle(99, people.dora, unit)


def test_a_partner_that_is_down_is_asked_less_often(partner: Partner, people: People) -> None:
    hand_over(partner, people)
    partner.exchanges()
    partner.answer = lambda: fail(ConnectionError())
    asked = len(partner.asked)
    partner.exchanges(30)
    assert len(partner.asked) - asked < 12


def receipts_due(partner: Partner) -> list[Deadline]:
    """What of the incident still waits for somebody outside to say that they have it."""
    with partner.around.store.unit() as unit:
        found = all_deadlines([unit.incidents.get(1)], unit)
    return [due for due in found.get(1, ()) if due.duty is Duty.CONFIRM]


def test_urgent_counts_once_a_person_there_has_it(partner: Partner, people: People) -> None:
    make_urgent(partner, people)
    hand_over(partner, people)
    partner.exchanges()
    partner.says("received")
    partner.exchanges()
    assert is_unacknowledged(partner.row())
    (unconfirmed,) = receipts_due(partner)
    assert unconfirmed.owner == "account:1"
    assert unconfirmed.is_overdue(partner.row().at + timedelta(minutes=6))
    assert not unconfirmed.is_overdue(partner.row().at + timedelta(minutes=4))
    with partner.around.store.unit() as unit:
        confirm_receipt(1, "Jan van het RSC", people.dora, unit)
    assert not is_unacknowledged(partner.row())
    assert receipts_due(partner) == []
    assert partner.state() == "acknowledged"
    with partner.around.store.unit() as unit:
        entry = unit.audit.of("incident", 1)[-1]
    assert (entry.actor, entry.action, entry.reason) == (
        "dora",
        "outside_confirmed",
        "Jan van het RSC",
    )


@pytest.mark.parametrize("who", ["", "   ", "a" * 81, "Jan\nbcc"])
def test_who_has_it_is_one_name(who: str, partner: Partner, people: People) -> None:
    hand_over(partner, people)
    with partner.around.store.unit() as unit, pytest.raises(BadInput):
        confirm_receipt(1, who, people.dora, unit)


def test_partners_hear_what_residents_were_asked_if_they_want(
    partner: Partner, people: People
) -> None:
    with partner.around.store.unit() as unit:
        settings = {"address": "https://example.org", "events": "vraag.gesteld"}
        unit.hand_overs.change_account(partner.account_id, settings=settings)
    hand_over(partner, people)
    partner.exchanges()
    partner.around.does(ask, 1, people.dora, "Weet u het nummer?", hold=timedelta(0))
    with partner.around.store.unit() as unit:
        for row in unit.outbox.claim():
            unit.outbox.delivered(row.id, receipt(partner))
    partner.exchanges(3)
    asked = [told for told in partner.told if told.startswith("vraag.gesteld")]
    assert asked
    assert len(asked) == len(set(asked)) or len(asked) == 2  # one for each group
    assert all("Weet u het nummer?" in told for told in asked)


def outside_rows(partner: Partner) -> list[Any]:
    with partner.around.store.read() as connection:
        query = outbox.select().where(outbox.c.account_id.is_not(None)).order_by(outbox.c.id)
        return list(connection.execute(query))


def receipt(partner: Partner) -> Any:
    from core.domain import Receipt

    return Receipt(reference="m1", delivered_at=partner.around.clock())


def other_urgency(partner: Partner) -> Urgency:
    return Urgency.of(partner.around.incident().urgency is not Urgency.URGENT)


def make_urgent(partner: Partner, people: People) -> None:
    if partner.around.incident().urgency is not Urgency.URGENT:
        partner.around.does(triage.set_urgency, 1, people.dora, Urgency.URGENT)


def fail(error: Exception) -> None:
    raise error
