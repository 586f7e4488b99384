"""The early-warning page: empty and full, both languages, each role, and what its buttons do."""

from __future__ import annotations

from datetime import timedelta

import pytest

import core.wiring
from connectors.watch import Watcher
from core.permissions import ALLOWED, Action, may
from core.store.alert_queries import AlertState, NearRepeats, watch_of
from models.surveillance import PooledBaselines
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk, forget_services, words
from tests.past import happen, place, quiet_weeks
from tests.people import CAST, People
from tests.timepiece import START

VIEWS = ("open", "counts", "repeats", "events", "history", "settings")
ALERTED = [login for login, (_, role) in CAST.items() if role in ALLOWED[Action.SEE_ALERTS]]


@pytest.fixture
def risen(around: Neighbourhood) -> Neighbourhood:
    """Eight quiet weeks, a rise of waste, a burglary, and one look at it all."""
    with around.store.unit() as unit:
        quiet_weeks(unit, around.group(), around.areas, START - timedelta(hours=20), 56, 8.0)
        buurt = next(area for area in around.areas if area.kind == "neighbourhood")
        for back in range(9):
            at = START - timedelta(minutes=20 * back + 1)
            happen(unit, around.group(), "afval", at, buurt, text="berg **vuil** <b>hier</b>")
        at = START - timedelta(hours=2)
        happen(unit, around.group(), "inbraak", at, buurt, location=place(buurt))
    Watcher(around.services, PooledBaselines).step()
    return around


@pytest.fixture
def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose clock stands where the neighbourhood's does."""
    build = core.wiring.build
    monkeypatch.setattr(core.wiring, "build", lambda chosen: build(chosen, desk.around.clock))
    forget_services()
    return desk


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_pilot_says_so(at_the_desk: Desk, view: str, language: str) -> None:
    at_the_desk.sign_in("lea", language)
    screen = at_the_desk.open("warnings", view=view)
    assert not screen.exception
    assert not screen.error
    assert screen.info


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_full_one_shows_everything(
    at_the_desk: Desk, risen: Neighbourhood, view: str, language: str
) -> None:
    at_the_desk.sign_in("lea", language)
    screen = at_the_desk.open("warnings", view=view)
    assert not screen.exception
    assert not screen.error


@pytest.mark.parametrize("login", CAST)
def test_each_role_sees_what_is_for_it(
    at_the_desk: Desk, risen: Neighbourhood, people: People, login: str
) -> None:
    at_the_desk.sign_in(login)
    screen = at_the_desk.open("warnings")
    user = getattr(people, login)
    if login not in ALERTED:
        assert screen.error
        return
    buttons = [button.label for button in screen.button]
    assert ("Oppakken" in buttons) == may(user, Action.JUDGE_ALERTS)
    assert ("Incident maken" in buttons) == (
        may(user, Action.JUDGE_ALERTS) and may(user, Action.CORRECT)
    )
    assert any(label.startswith("HNM-") for label in buttons) == may(user, Action.SEE_INCIDENTS)


def test_an_alert_says_what_where_and_how_unusual(at_the_desk: Desk, risen: Neighbourhood) -> None:
    at_the_desk.sign_in("dora")
    said = words(at_the_desk.open("warnings"))
    assert "Afval" in said
    assert "9 incidenten; gewoonlijk" in said
    assert "Bewoners krijgen er nooit vanzelf bericht van" in said


def test_what_residents_wrote_is_shown_as_it_is(at_the_desk: Desk, risen: Neighbourhood) -> None:
    at_the_desk.sign_in("dora")
    screen = at_the_desk.open("warnings")
    assert "berg **vuil** <b>hier</b>" in [text.value for text in screen.text]


def test_taking_up_is_one_press_and_undoing_another(
    at_the_desk: Desk, risen: Neighbourhood
) -> None:
    at_the_desk.sign_in("dora")
    screen = at_the_desk.open("warnings")
    screen.button(key="alert.1.acknowledge").click().run()
    assert state_of(risen) is AlertState.ACKNOWLEDGED
    screen.button(key="alert.1.undo").click().run()
    assert state_of(risen) is AlertState.OPEN


def test_the_administrator_sets_the_rate(at_the_desk: Desk, risen: Neighbourhood) -> None:
    at_the_desk.sign_in("ada")
    screen = at_the_desk.open("warnings", view="settings")
    screen.number_input(key="warnings.settings.rate").set_value(0.5)
    screen.button[-1].click().run()
    with risen.store.read() as connection:
        settings = watch_of(connection, risen.pilot.id).settings
    assert settings.false_alarms_per_week == 0.5
    assert settings.near_repeats is NearRepeats.ALWAYS


def test_others_may_only_look_at_it(at_the_desk: Desk, risen: Neighbourhood) -> None:
    at_the_desk.sign_in("lea")
    screen = at_the_desk.open("warnings", view="settings")
    assert screen.number_input(key="warnings.settings.rate").disabled


def test_open_alerts_stand_on_other_pages_too(
    at_the_desk: Desk, risen: Neighbourhood, people: People
) -> None:
    at_the_desk.sign_in("lea")
    assert "Open signaleringen:" in words(at_the_desk.open("trends"))


def state_of(around: Neighbourhood) -> AlertState:
    with around.store.unit() as unit:
        return unit.alerts.get(1).state
