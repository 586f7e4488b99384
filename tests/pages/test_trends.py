"""The trends page: empty and full, in both languages, for each role it is for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core import triage
from core.i18n import text_of
from core.permissions import ALLOWED, Action, may
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk, words
from tests.people import CAST, People

TITLES = {"nl": "Incidenten per onderwerp", "en": "Incidents by topic"}
SEES = ALLOWED[Action.SEE_TRENDS]


@pytest.fixture
def busy(around: Neighbourhood, people: People) -> Neighbourhood:
    around.writes("""
        at    | author | group          | text
        20:00 | Anna   | HNM Hoge Veld  | er wordt nu ingebroken in de Bostonsingel
        20:05 | Bram   | HNM Hoge Veld  | wat een mooi weer
        20:10 | Fatima | HNM Lage Veld  | grofvuil naast de container in de Londensingel
    """)
    around.clock.forward(minutes=5)
    around.does(triage.accept, 1, people.dora)
    return around


@pytest.fixture
def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose clock stands where the neighbourhood's does."""
    monkeypatch.setattr("pages.lead.period.services", lambda: desk.around.services)
    return desk


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", [login for login, (_, role) in CAST.items() if role in SEES])
def test_each_role_sees_what_came_in(
    at_the_desk: Desk, busy: Neighbourhood, people: People, login: str, language: str
) -> None:
    at_the_desk.sign_in(login, language)
    screen = at_the_desk.open("trends", part="when")
    assert not screen.exception
    assert not screen.error
    assert TITLES[language] in words(screen)
    drawn, empty = cards_of(screen, language)
    standing = 2 if may(getattr(people, login), Action.SEE_INCIDENTS) else 0
    assert drawn + empty == 6 + standing
    may_take = may(getattr(people, login), Action.EXPORT)
    assert len(screen.get("download_button")) == (drawn + 2 if may_take else 0)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("part", "plots"), [("course", 4), ("when", 6), ("people", 4)])
def test_each_part_has_its_plots(
    at_the_desk: Desk, busy: Neighbourhood, part: str, plots: int, language: str
) -> None:
    at_the_desk.sign_in("ron", language)
    screen = at_the_desk.open("trends", part=part)
    assert not screen.exception
    assert sum(cards_of(screen, language)) == plots


def test_the_page_is_for_those_who_may_see_trends(at_the_desk: Desk, people: People) -> None:
    assert all(may(user, Action.SEE_TRENDS) is bool(user.roles & SEES) for user in people.all())
    at_the_desk.leave()
    assert "Inloggen" not in TITLES.values()
    assert at_the_desk.open("trends").warning[0].value.startswith("U bent niet")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_store_says_what_will_come(at_the_desk: Desk, language: str) -> None:
    at_the_desk.sign_in("lea", language)
    screen = at_the_desk.open("trends")
    assert not screen.exception
    assert len(screen.info) == 1
    assert not screen.get("plotly_chart")


def test_key_figures_stand_beside_those_of_the_period_before(
    at_the_desk: Desk, busy: Neighbourhood
) -> None:
    at_the_desk.sign_in("lea")
    figures = {metric.label: metric.value for metric in at_the_desk.open("trends").metric}
    assert figures["Incidenten"] == "2"
    assert figures["Waarvan spoed"] == "1"
    assert figures["Vergeten"] == "33%"
    assert figures["Eerste besluit"] == "–"  # of one decision there is no middle


def test_a_period_without_anything_points_to_the_whole_pilot(
    at_the_desk: Desk, busy: Neighbourhood
) -> None:
    busy.clock.forward(days=40)
    at_the_desk.sign_in("lea")
    screen = at_the_desk.open("trends")
    assert "Er zijn wel incidenten" in screen.info[0].value
    screen.button(key="trends.whole").click().run()
    assert sum(cards_of(screen, "nl")) == 6


def test_what_did_not_happen_is_said_and_not_drawn(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("lea")
    screen = at_the_desk.open("trends")
    keys = {plot.proto.id for plot in screen.get("plotly_chart")}
    assert not any("trends.corrections" in key for key in keys)
    assert cards_of(screen, "nl")[1]


def cards_of(screen: AppTest, language: str) -> tuple[int, int]:
    """(how many plots are drawn, how many say that it did not happen)."""
    names = ("topics", "topic_totals", "waits", "funnel", "areas", "hours", "clock", "weekdays")
    names += ("messages", "part", "promises", "corrections", "alerts", "channels")
    titles = {text_of(language, f"trends.{name}_title") for name in names}
    empty = [caption for caption in screen.caption if caption.value.split(": ")[0] in titles]
    return len(screen.get("plotly_chart")), len(empty)


def test_the_table_says_what_the_plot_draws(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("lea")
    tables = [table.value for table in at_the_desk.open("trends").table]
    (stages,) = [table for table in tables if "Stap" in table]
    assert list(stages["Aantal"]) == ["2", "1", "0", "0", "0"]


def test_own_days_in_the_wrong_order_are_put_right(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("lea")
    screen = at_the_desk.open("trends", period="own")
    today = screen.date_input(key="period.last").value
    screen.date_input(key="period.last").set_value(today - timedelta(days=29)).run()
    screen.date_input(key="period.first").set_value(today).run()
    assert not screen.exception
    assert {m.label: m.value for m in screen.metric}["Incidenten"] == "2"


def test_the_card_asks_what_core_asks() -> None:
    from pages.trends import CARD

    assert CARD.roles == ALLOWED[Action.SEE_TRENDS]
