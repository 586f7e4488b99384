"""The page with prevention tips: proposed, changed, approved, taken back; each through core."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

import core.wiring
from core.domain import Receipt
from core.i18n import text_of
from core.store.tables import outbox, tips
from core.tips.sending import rules_of
from tests.pages.conftest import Desk, forget_services, words
from tests.people import CAST

BURGLARY = """
| at    | author | text                                    |
| 19:01 | Anna   | Er is ingebroken op de Bostonsingel 36  |
"""
ADVISERS = ("wim", "hanna", "lea")


@pytest.fixture
def office(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on the test's own clock, after a burglary."""
    around = desk.around
    monkeypatch.setattr(core.wiring, "build", partial(core.wiring.build, clock=around.clock))
    forget_services()
    around.writes(BURGLARY)
    return desk


def page(desk: Desk, login: str = "wim", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("tips", **query)


def rows(desk: Desk, table: sa.Table, *where: Any) -> list[Any]:
    with desk.around.store.read() as connection:
        return list(connection.execute(sa.select(table).where(*where).order_by(table.c.id)))


def sends(screen: AppTest, key: str = "tips.suggested.inbraak_bij_de_buren.text") -> AppTest:
    label = text_of("nl", "tips.approve")
    (button,) = [b for b in screen.button if b.label == label and key in b.proto.form_id]
    return button.click().run()


@pytest.mark.parametrize("login", ADVISERS)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", ["suggested", "library", "calendar", "sent", "rules"])
def test_every_view_opens_with_nothing_in_it(
    desk: Desk, login: str, language: str, view: str
) -> None:
    screen = page(desk, login, language, view=view)
    assert not screen.exception
    assert not screen.error


@pytest.mark.parametrize("login", sorted(set(CAST) - set(ADVISERS)))
def test_it_is_for_who_advises_only(desk: Desk, login: str) -> None:
    screen = page(desk, login)
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_after_a_burglary_its_advice_is_proposed_with_the_reason(
    office: Desk, language: str
) -> None:
    screen = page(office, language=language)
    assert not screen.exception
    title = {"nl": "juist nu opletten", "en": "Burglary nearby"}[language]
    assert title in words(screen)
    assert "Hoge Veld" in words(screen)
    assert rows(office, outbox) == []


def test_nothing_leaves_until_somebody_approves(office: Desk) -> None:
    screen = page(office)
    assert rows(office, tips) == []
    screen = sends(screen)
    assert not screen.exception
    (tip,) = rows(office, tips)
    (text,) = rows(office, outbox, outbox.c.kind == "tip")
    assert (tip.state, tip.advice, tip.by) == ("sent", "inbraak_bij_de_buren", "wim")
    assert text.group_id == office.around.group().id
    assert "inbraak_bij_de_buren" not in [b.key for b in screen.button]


def test_what_was_changed_is_what_goes_out(office: Desk) -> None:
    screen = page(office)
    key = "tips.suggested.inbraak_bij_de_buren.text"
    screen.text_area(key=f"{key}.text").set_value("Sluit vanavond uw poort.")
    screen.checkbox(key=f"{key}.public").check()
    sends(screen)
    (text,) = rows(office, outbox, outbox.c.kind == "tip")
    assert text.text == "Sluit vanavond uw poort.\nBij spoed: bel 112."
    assert rows(office, tips)[0].public_from is not None


def test_set_aside_and_put_back(office: Desk) -> None:
    screen = page(office)
    screen = screen.button(key="tips.suggested.inbraak_bij_de_buren.aside").click().run()
    assert "juist nu opletten" in words(screen)  # among those set aside
    assert not [a for a in screen.text_area if a.key == "inbraak_bij_de_buren"]
    (aside,) = rows(office, tips)
    screen = screen.button(key=f"tips.back.{aside.id}").click().run()
    assert not screen.exception
    assert rows(office, tips)[0].state == "withdrawn"
    assert screen.button(key="tips.suggested.inbraak_bij_de_buren.aside")


def test_a_tip_that_waits_can_be_taken_back(office: Desk) -> None:
    sends(page(office))
    screen = page(office, view="sent")
    screen = screen.button(key="tips.sent.1.back").click().run()
    assert not screen.exception
    assert [row.state for row in rows(office, outbox, outbox.c.kind == "tip")] == ["withdrawn"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_was_counted_around_it_is_told_with_care(office: Desk, language: str) -> None:
    sends(page(office))
    office.around.clock.forward(minutes=1)
    with office.around.store.unit() as unit:
        for row in unit.outbox.claim():
            unit.outbox.delivered(row.id, Receipt(reference="x", delivered_at=unit.now))
    office.around.clock.forward(days=3)
    screen = page(office, language=language, view="sent")
    assert not screen.exception
    assert text_of(language, "tips.too_few") in words(screen)


def test_a_warning_made_public_is_offered_as_a_file(office: Desk) -> None:
    screen = page(office)
    screen.checkbox(key="tips.suggested.inbraak_bij_de_buren.text.warns").check()
    sends(screen)
    screen = page(office, "lea", view="sent")
    screen = screen.button(key="tips.sent.1.publish").click().run()
    assert not screen.exception
    assert rows(office, tips)[0].public_until == office.around.clock() + timedelta(days=14)
    assert len(screen.get("download_button")) == 1
    screen = screen.button(key="tips.sent.1.hide").click().run()
    assert not screen.exception


def test_the_lead_sets_how_many_and_when(desk: Desk) -> None:
    screen = page(desk, "lea", view="rules")
    key = f"tips.rules.{desk.around.pilot.id}"
    screen.number_input(key=f"{key}.per_week").set_value(1)
    (save,) = [b for b in screen.button if b.label == text_of("nl", "admin.save")]
    save.click().run()
    with desk.around.store.unit() as unit:
        assert rules_of(desk.around.pilot.id, unit).per_week == 1


def test_an_officer_is_not_offered_the_rules(desk: Desk) -> None:
    screen = page(desk, "wim", view="rules")
    assert not [box for box in screen.number_input]
