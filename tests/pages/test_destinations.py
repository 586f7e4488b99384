"""The administrator's tab of destinations, and a hand-over outside in the control room."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

import core.wiring
from core import triage
from core.clock import system_clock
from core.domain import Status
from core.errors import DeliveryError
from core.i18n import text_of
from core.store.tables import destination_accounts, outbox
from pages.components.words import escaped
from tests.core.test_handing_over import MESSAGES, fail, make_urgent
from tests.pages.conftest import Desk, words
from tests.partner import Partner
from tests.people import People


def tab(desk: Desk, name: str = "destinations", language: str = "nl") -> AppTest:
    desk.sign_in("ada", language)
    return desk.open("admin", tab=name)


def room(desk: Desk, language: str = "nl", login: str = "dora") -> AppTest:
    desk.sign_in(login, language)
    return desk.open("control_room", incident="1")


def press(screen: AppTest, key: str) -> AppTest:
    (button,) = [b for b in screen.button if b.label == text_of("nl", key)]
    return button.click().run()


def says(screen: AppTest) -> str:
    kinds = ("info", "success")
    more = [element.value for kind in kinds for element in getattr(screen, kind)]
    return "\n".join([words(screen), *more, *[code.value for code in screen.code]])


def account(desk: Desk) -> Any:
    query = sa.select(destination_accounts).order_by(destination_accounts.c.id.desc())
    with desk.around.store.read() as connection:
        return connection.execute(query).first()


@pytest.fixture
def partner(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Partner]:
    """A partner that is on, in place of the destinations of the folder; HNM-1, urgent."""
    desk.around.writes(MESSAGES)
    desk.around.clock.now = system_clock()  # as the page's own clock
    with desk.around.store.unit() as unit:
        people = People.read(unit)
    partner = Partner(desk.around, keeps_nl="Wist niets.", keeps_en="Erases nothing.")
    make_urgent(partner, people)
    outside = {"partner": partner}
    monkeypatch.setattr(core.wiring, "outside_destinations", lambda: outside)
    for name in ("destination", "destinations"):
        monkeypatch.setattr(f"pages._admin.{name}.outside_destinations", lambda: outside)
    yield partner


@pytest.fixture
def gone_out(partner: Partner) -> Partner:
    with partner.around.store.unit() as unit:
        dora = People.read(unit).dora
    partner.around.does(triage.hand_over, 1, dora, partner.owner, reason="Graag snel.")
    partner.exchanges()
    return partner


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_any_it_says_what_works_anyway(desk: Desk, language: str) -> None:
    screen = tab(desk, language=language)
    assert not screen.exception
    assert text_of(language, "destinations.none") in says(screen)


def test_a_webhook_is_added_and_its_secret_never_shown(desk: Desk) -> None:
    screen = tab(desk)
    screen.selectbox(key="destinations.new.kind").select("webhook").run()
    key = "destinations.new.webhook"
    screen.text_input(key=f"{key}.name").set_value("Meldkamer <b>")
    screen.text_input(key=f"{key}.address").set_value("https://partner.example/hnm")
    screen.text_input(key=f"{key}.secret").set_value("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    screen = press(screen, "admin.add")
    assert not screen.exception
    made = account(desk)
    assert (made.name, made.enabled) == ("Meldkamer <b>", False)
    screen = tab(desk)
    assert "whsec_" not in str(screen)
    screen = press(screen, "connections.switch_on")
    assert account(desk).enabled


@pytest.mark.parametrize("missing", ["name", "address", "secret"])
def test_half_an_account_is_refused(missing: str, desk: Desk) -> None:
    screen = tab(desk)
    screen.selectbox(key="destinations.new.kind").select("webhook").run()
    key = "destinations.new.webhook"
    for name in {"name", "address", "secret"} - {missing}:
        screen.text_input(key=f"{key}.{name}").set_value("https://partner.example")
    press(screen, "admin.add")
    assert account(desk) is None


def test_what_goes_there_is_chosen(partner: Partner, desk: Desk) -> None:
    screen = tab(desk)
    key = f"destinations.{partner.account_id}"
    topic = desk.incident().topic
    screen.multiselect(key=f"{key}.work_lists").select("handhaving")
    screen.multiselect(key=f"{key}.topics").select(topic)
    screen.text_input(key=f"{key}.category.{topic}").set_value("politie/inbraak")
    screen.checkbox(key=f"{key}.closes").check()
    (save,) = [b for b in screen.button if b.label == text_of("nl", "connections.save")][1:]
    screen = save.click().run()
    assert not screen.exception
    made = account(desk)
    assert (made.work_lists, made.topics, made.closes) == (["handhaving"], [topic], True)
    assert made.categories == {topic: "politie/inbraak"}


def test_a_dry_run_shows_what_would_go(partner: Partner, desk: Desk) -> None:
    screen = press(tab(desk), "destinations.try")
    assert not screen.exception
    assert text_of("nl", "destinations.tried") in says(screen)
    assert "Bostonsingel" in says(screen)
    assert partner.told == []
    partner.answer = lambda: fail(DeliveryError(permanent=True))
    screen = press(tab(desk), "destinations.try")
    assert text_of("nl", "error.delivery") in says(screen)


def test_what_was_given_up_is_sent_again(partner: Partner, desk: Desk) -> None:
    with partner.around.store.unit() as unit:
        dora = People.read(unit).dora
    partner.around.does(triage.hand_over, 1, dora, partner.owner)
    partner.answer = lambda: fail(DeliveryError(permanent=True, why="plaats ontbreekt"))
    partner.exchanges()
    screen = tab(desk)
    assert not screen.exception
    partner.answer = lambda: None
    press(screen, "admin.retry_all")
    partner.exchanges()
    assert partner.state() == "sent"


def test_everything_since_a_day_is_sent_again_under_its_id(gone_out: Partner, desk: Desk) -> None:
    screen = press(tab(desk), "destinations.replay")
    assert not screen.exception
    gone_out.exchanges()
    assert [one.id for one in gone_out.given] == [1, 1]
    assert {one.reference for one in gone_out.given} == {""}


@pytest.mark.parametrize("name", ["destinations", "overview"])
def test_urgent_that_nobody_confirmed_stands_out(name: str, gone_out: Partner, desk: Desk) -> None:
    with desk.around.store.unit() as unit:
        unit.hand_overs.change(1, at=unit.now - timedelta(minutes=6))
    assert "HNM-1 (Signalen)" in says(tab(desk, name))


def test_the_outbox_names_the_partner(gone_out: Partner, desk: Desk) -> None:
    screen = tab(desk, "outbox")
    assert not screen.exception
    assert "Signalen" in screen.dataframe[0].value.to_string()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_room_says_how_it_stands(gone_out: Partner, desk: Desk, language: str) -> None:
    screen = room(desk, language)
    assert not screen.exception
    state = text_of(language, "outside.state_sent")
    assert escaped(f"Signalen SIG-1: {state}") in says(screen)


def test_somebody_confirms_that_they_have_it(gone_out: Partner, desk: Desk) -> None:
    screen = room(desk)
    screen.text_input(key="room.outside.who.1").set_value("Jan van het RSC")
    screen = press(screen, "outside.confirm")
    assert not screen.exception
    assert gone_out.state() == "acknowledged"


def test_done_there_is_closed_by_a_person_who_tells(gone_out: Partner, desk: Desk) -> None:
    gone_out.says("done", "Er is surveillance geweest <b>.")
    gone_out.exchanges()
    screen = room(desk)
    assert "surveillance geweest" in str(screen.text_area(key="room.outside.end.1").value)
    screen = press(screen, "outside.end_sure")
    assert not screen.exception
    assert desk.incident().status is Status.CLOSED
    with desk.around.store.read() as connection:
        texts = [row.text for row in connection.execute(outbox.select()) if row.group_id]
    assert any("surveillance geweest" in text for text in texts)


def test_a_question_there_opens_the_form_that_asks(gone_out: Partner, desk: Desk) -> None:
    gone_out.says("question", "Welk huisnummer?")
    gone_out.exchanges()
    screen = press(room(desk), "outside.ask_group")
    assert not screen.exception
    assert screen.session_state["room.form"] == "ask"
    assert screen.session_state["room.quoted"] == "Welk huisnummer?"


def test_what_they_give_back_is_taken_back(gone_out: Partner, desk: Desk) -> None:
    gone_out.says("rejected", "Niet ons gebied.")
    gone_out.exchanges()
    screen = press(room(desk), "outside.take_back")
    assert not screen.exception
    assert desk.incident().status is Status.ACCEPTED
    assert desk.incident().destination is None


def test_it_is_withdrawn_and_that_is_confirmed(gone_out: Partner, desk: Desk) -> None:
    screen = press(room(desk), "outside.withdraw_sure")
    assert not screen.exception
    assert gone_out.state() == "asked_back"
    gone_out.exchanges()
    assert "Wist niets." in says(room(desk))
    press(room(desk), "outside.confirm_withdrawn")
    assert gone_out.state() == "withdrawn"


def test_a_work_list_confirms_what_is_urgent(partner: Partner, desk: Desk) -> None:
    with partner.around.store.unit() as unit:
        dora = People.read(unit).dora
    partner.around.does(triage.hand_over, 1, dora, "police_team")
    screen = room(desk)
    assert text_of("nl", "outside.unconfirmed_list") in says(screen)
    screen.text_input(key="room.list.who.1").set_value("Wim")
    screen = press(screen, "outside.confirm")
    assert text_of("nl", "outside.unconfirmed_list") not in says(room(desk))


def test_who_only_looks_on_has_no_buttons(gone_out: Partner, desk: Desk) -> None:
    screen = room(desk, login="lea")
    assert not screen.exception
    labels = [button.label for button in screen.button]
    for name in ("confirm", "withdraw_sure"):
        assert text_of("nl", f"outside.{name}") not in labels
