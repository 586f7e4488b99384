"""The administrator's routing rules: written, tried, ordered, taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.domain import RoutingRule
from core.i18n import text_of
from core.routing import add_rule
from core.store import Unit
from tests.pages.conftest import Desk, words
from tests.people import People

EVENING = """
    at    | author | text
    20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
"""


def tab(desk: Desk, language: str = "nl") -> AppTest:
    desk.sign_in("ada", language)
    return desk.open("admin", tab="routing")


def press(screen: AppTest, key: str) -> AppTest:
    return next(b for b in screen.button if b.label == text_of("nl", key)).click().run()


def rules(desk: Desk) -> list[RoutingRule]:
    with desk.around.store.read() as connection:
        return Unit(connection, desk.around.clock()).routing.rules(desk.around.pilot.id)


def test_a_rule_is_tried_and_then_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages._admin.routing._PERIOD", timedelta(days=36_500))
    desk.around.writes(EVENING)
    screen = tab(desk)
    key = f"routing.{desk.around.pilot.id}.0.nl"
    screen.text_input(key=f"{key}.name").set_value("Grof <b>vuil</b>")
    screen.selectbox(key=f"{key}.target").set_value("community_officer")
    screen.text_input(key=f"{key}.words").set_value("grofvuil, matras")
    screen = press(screen, "routing.try")
    assert not screen.exception
    assert rules(desk) == []
    assert text_of("nl", "routing.elsewhere", count="1") in words(screen)
    screen = press(screen, "admin.save")
    assert not screen.exception
    (rule,) = rules(desk)
    assert (rule.target, rule.words) == ("community_officer", ("grofvuil", "matras"))


def test_rules_are_moved_and_removed(desk: Desk, people: People) -> None:
    with desk.around.store.unit() as unit:
        for name in ("eerste", "tweede"):
            rule = RoutingRule(name=name, target="handhaving")
            add_rule(desk.around.pilot.id, rule, people.ada, unit)
    screen = tab(desk)
    screen.button(key="routing.2.up").click().run()
    assert [rule.name for rule in rules(desk)] == ["tweede", "eerste"]
    press(tab(desk), "routing.remove")
    assert [rule.name for rule in rules(desk)] == ["eerste"]


def test_a_rule_without_a_name_is_said_to_be_wrong(desk: Desk) -> None:
    screen = press(tab(desk), "admin.save")
    assert not screen.exception
    assert screen.session_state["_notice"][0] == "error"
    assert rules(desk) == []
