"""The research page: asking, waiting, reading; and what a researcher is not shown."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from connectors.research import work_one_run
from core.store.research_queries import RunState, latest_runs
from models.clusters import DensityClusters
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk, words
from tests.people import CAST

ALLOWED_HERE = ("ron", "lea")
BUTTON = {"nl": "Bereken", "en": "Compute"}


@pytest.fixture
def busy(around: Neighbourhood) -> Neighbourhood:
    people = ("Anna", "Bram", "Fatima", "Joost", "Piet", "Sara")
    rows = "\n".join(f"20:0{n} | {who} | grofvuil bij de container" for n, who in enumerate(people))
    around.writes(f"at | author | text\n{rows}")
    return around


@pytest.fixture
def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose clock stands where the neighbourhood's does."""
    monkeypatch.setattr("pages.lead.period.services", lambda: desk.around.services)
    monkeypatch.setattr("pages.explore.ask.services", lambda: desk.around.services)
    return desk


def asks(desk: Desk) -> AppTest:
    screen = desk.open("research")
    return screen.button(key="research.compute").click().run()


def work(around: Neighbourhood) -> None:
    assert work_one_run(around.services, DensityClusters, "me") == 1


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", ALLOWED_HERE)
def test_an_empty_store_offers_the_form(at_the_desk: Desk, login: str, language: str) -> None:
    at_the_desk.sign_in(login, language)
    screen = at_the_desk.open("research")
    assert not screen.exception
    assert BUTTON[language] in words(screen)
    assert len(screen.info) == 1


@pytest.mark.parametrize("login", [login for login in CAST if login not in ALLOWED_HERE])
def test_other_roles_are_refused(at_the_desk: Desk, login: str) -> None:
    at_the_desk.sign_in(login)
    screen = at_the_desk.open("research")
    assert screen.error[0].value == "Dit mag niet met uw rol."
    assert not screen.button


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", ALLOWED_HERE)
def test_what_is_asked_for_waits_and_is_shown_when_computed(
    at_the_desk: Desk, busy: Neighbourhood, login: str, language: str
) -> None:
    at_the_desk.sign_in(login, language)
    screen = asks(at_the_desk)
    assert not screen.exception
    assert screen.button(key="research.cancel")
    work(busy)
    screen = at_the_desk.open("research")
    assert not screen.exception
    assert not screen.error
    assert screen.metric[0].value == "6"
    assert len(screen.get("plotly_chart")) == 1


@pytest.mark.parametrize(("login", "sees"), [("ron", False), ("lea", True)])
def test_texts_are_shown_to_roles_that_see_incidents_only(
    at_the_desk: Desk, busy: Neighbourhood, login: str, sees: bool
) -> None:
    at_the_desk.sign_in(login)
    asks(at_the_desk)
    with_one_cluster(busy)
    screen = at_the_desk.open("research")
    assert not screen.exception
    assert ("grofvuil bij de container" in [text.value for text in screen.text]) is sees


def test_words_and_small_counts_of_a_cluster(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("ron")
    asks(at_the_desk)
    with_one_cluster(busy, outside=2)
    (table,) = [one.value for one in at_the_desk.open("research").table]
    assert table["Kenmerkende woorden"][0] == "container, grofvuil"
    assert table["Berichten"][0] == "minder dan 5"


def test_a_run_can_be_stopped(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("ron")
    screen = asks(at_the_desk)
    screen.button(key="research.cancel").click().run()
    with busy.store.read() as connection:
        assert latest_runs(connection, busy.pilot.id)[0].state is RunState.CANCELLED
    assert "gestopt" in at_the_desk.open("research").info[0].value


def test_days_in_the_wrong_order_are_said_and_not_computed(
    at_the_desk: Desk, busy: Neighbourhood
) -> None:
    at_the_desk.sign_in("ron")
    screen = at_the_desk.open("research")
    last = screen.date_input(key="research.last").value
    screen.date_input(key="research.first").set_value(last)
    screen.date_input(key="research.last").set_value(last.replace(day=1))
    screen.button(key="research.compute").click().run()
    with busy.store.read() as connection:
        assert latest_runs(connection, busy.pilot.id) == []


def with_one_cluster(around: Neighbourhood, outside: int = 0) -> None:
    """Computes what waits with a fake that puts all messages but some in one cluster."""
    from core.ports import Clustering

    class OneCluster:
        def find(self, vectors, *, min_cluster_size, min_samples, fine):
            labels = tuple(-1 if place < outside else 0 for place in range(len(vectors)))
            return Clustering(labels=labels, points=((0.0, 0.0),) * len(labels), explained=1.0)

    assert work_one_run(around.services, OneCluster, "me") == 1
