"""Every destination outside keeps the same promises, before a running server of its own kind."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest

from core.clock import system_clock
from core.domain import UNKNOWN_LOCATION, Incident, Receipt, Role
from core.errors import DeliveryError, HNMError, NetworkDown, SecretRefused, SourceBusy
from core.hand_over_words import text_for, title_of
from core.i18n import catalogue, languages
from core.ports import DestinationCard, HandOver
from core.topics import topics
from core.wiring import outside_destinations
from tests.connectors.handing_over import WASTE
from tests.contract.test_destinations import KNOWN_FIELDS, PRIVATE, Watched
from tests.servers.outside import There

NAMES = sorted(outside_destinations())
MARKER = "bewonerswoord8472"
HOSTILE = 'Een "melding"\r\nBcc: kwaad@example.org\r\n\r\n<script>alert(1)</script> =cmd()'
HERE = replace(WASTE, location=replace(WASTE.location, words=MARKER, name="Hudson"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A destination with the place that it speaks to."""

    destination: Any
    there: There

    @property
    def card(self) -> DestinationCard:
        return cast(DestinationCard, self.destination.CARD)

    def hands_over(self, **changed: Any) -> Receipt:
        given = on_its_way(self.card, **changed)
        return cast(Receipt, self.destination.hand_over(self.there.account, given, system_clock()))

    def withdraws(self, receipt: Receipt, **changed: Any) -> Receipt:
        given = on_its_way(self.card, reference=receipt.reference, **changed)
        account, now = self.there.account, system_clock()
        return cast(Receipt, self.destination.withdraw(account, given, "erased", now))

    def news(self, reference: str, cursor: str | None) -> tuple[list[Any], str | None]:
        account, now = self.there.account, system_clock()
        return cast(Any, self.destination.news(account, [reference], cursor, now))


def on_its_way(card: DestinationCard, incident: Any = HERE, **changed: Any) -> HandOver:
    title = title_of(incident, card, topics())
    text = text_for(incident, card, topics(), note="Graag vandaag.")
    given = HandOver(id=12, incident=incident, title=title, text=text, note="Graag vandaag.")
    return replace(given, **changed)


@pytest.fixture(params=NAMES)
def match(request: pytest.FixtureRequest) -> Iterator[Match]:
    driver = importlib.import_module(f"tests.servers.outside_{request.param}")
    with driver.there() as there:
        yield Match(destination=outside_destinations()[request.param], there=there)


@pytest.mark.parametrize("name", NAMES)
def test_its_card_says_what_it_sends_and_needs(name: str) -> None:
    card: DestinationCard = outside_destinations()[name].CARD
    assert set(card.fields) <= KNOWN_FIELDS - PRIVATE
    assert set(card.roles) <= set(Role)
    assert set(card.optional) <= {*card.settings, "secret"}
    for language in languages():
        labels = {f"destination.{name}"} | {f"destination.setting.{s}" for s in card.settings}
        assert labels <= set(catalogue(language)), language
    assert bool(card.keeps_nl) is bool(card.keeps_en)


def test_a_dry_run_makes_nothing_there(match: Match) -> None:
    said = match.destination.dry_run(match.there.account, on_its_way(match.card), system_clock())
    assert isinstance(said, str)
    assert said.strip()
    assert match.there.held() == []


def test_a_report_arrives_with_its_text(match: Match) -> None:
    receipt = match.hands_over()
    assert receipt.reference.strip()
    assert receipt.reference.isprintable()
    (held,) = match.there.held()
    assert "Hudson" in held


def test_no_words_of_residents_leave(match: Match) -> None:
    receipt = match.hands_over()
    match.withdraws(receipt)
    assert match.there.received()
    assert MARKER.encode() not in match.there.received()


def test_it_looks_at_nothing_but_the_fields_of_its_card(match: Match) -> None:
    for number, incident in enumerate((HERE, replace(HERE, location=UNKNOWN_LOCATION))):
        watched = Watched(incident)
        given = replace(on_its_way(match.card, incident), incident=cast(Incident, watched))
        with suppress(DeliveryError):
            now = system_clock()
            match.destination.hand_over(match.there.account, replace(given, id=20 + number), now)
        assert watched.seen <= {*match.card.fields, "id"}


def test_sent_twice_it_is_there_once(match: Match) -> None:
    first, second = match.hands_over(), match.hands_over()
    assert first.reference == second.reference
    assert len(match.there.held()) == 1


def test_an_answer_that_got_lost_makes_no_second_one(match: Match) -> None:
    with match.there.losing_answers(), suppress(HNMError):
        match.hands_over()
    with suppress(DeliveryError):  # one that cannot know says so, and leaves it to a person
        match.hands_over()
    assert len(match.there.held()) == 1


def test_two_hand_overs_are_two_reports(match: Match) -> None:
    assert match.hands_over().reference != match.hands_over(id=13).reference
    assert len(match.there.held()) == 2


def test_a_refusal_is_for_good(match: Match) -> None:
    with match.there.refuses(), pytest.raises(HNMError) as refused:
        match.hands_over()
    assert isinstance(refused.value, SecretRefused) or cast(Any, refused.value).permanent
    assert match.there.held() == []


def test_a_busy_one_is_asked_later(match: Match) -> None:
    with match.there.busy(7), pytest.raises(SourceBusy) as busy:
        match.hands_over()
    assert busy.value.after_s >= 1
    assert match.hands_over().reference
    assert len(match.there.held()) == 1


def test_an_outage_passes(match: Match) -> None:
    with match.there.away(), pytest.raises(HNMError) as down:
        match.hands_over()
    assert isinstance(down.value, NetworkDown) or not cast(Any, down.value).permanent
    match.hands_over()
    assert len(match.there.held()) == 1


def test_an_update_changes_what_is_there(match: Match) -> None:
    if not match.card.updates:
        return
    receipt = match.hands_over()
    now_urgent = replace(HERE, topic="inbraak")
    for _ in range(2):
        text = "De plaats is nader bekend: Hudson 12."
        given = {"incident": now_urgent, "text": text, "revision": 1}
        again = match.hands_over(reference=receipt.reference, **given)
        assert again.reference == receipt.reference
    (held,) = match.there.held()
    assert "Hudson 12" in held


def test_what_is_withdrawn_is_gone_or_asked_for(match: Match) -> None:
    receipt = match.hands_over()
    before = len(match.there.received())
    for _ in range(2):
        match.withdraws(receipt)
    if match.card.withdraws:
        assert match.there.held() == []
    else:
        assert len(match.there.received()) > before


def test_what_never_arrived_can_be_withdrawn(match: Match) -> None:
    with suppress(DeliveryError):  # one that cannot look for it says so
        match.withdraws(Receipt(reference="", delivered_at=system_clock()))
    assert not any("Hudson" in held for held in match.there.held())


def test_news_comes_once(match: Match) -> None:
    if not match.card.reports_back:
        return
    reference = match.hands_over().reference
    _, cursor = match.news(reference, None)
    match.there.says(reference, "We zijn ermee bezig.")
    told, later = match.news(reference, cursor)
    assert [one.state for one in told][-1:] == ["in_progress"]
    assert {one.reference for one in told} == {reference}
    again, _ = match.news(reference, later)
    known = {one.native_id for one in told}
    assert {one.native_id for one in again} <= known
    since_the_start, _ = match.news(reference, None)
    assert known <= {one.native_id for one in since_the_start}


def test_hostile_words_stay_words(match: Match) -> None:
    with suppress(DeliveryError):
        match.hands_over(title=HOSTILE, text=HOSTILE * 20, note=HOSTILE)
    assert len(match.there.held()) <= 1
    assert b"\r\nBcc: kwaad" not in match.there.received().split(b"\r\n\r\n")[0]
