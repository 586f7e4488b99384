"""The research page: asking, waiting, reading; and what a researcher is not shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.findings import Dot
from core.ports import Clustering
from core.research import compute
from core.store.research_queries import RunState, latest_runs, outcome_json
from pages.components.linked import Chosen, read_chosen
from pages.explore.found import picked
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk, words
from tests.people import CAST
from tests.timepiece import START

ALLOWED_HERE = ("ron", "lea")
VIEWS = ("found", "clusters", "differs", "tree", "beside", "taking")
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
    with_one_cluster(busy)
    for view in VIEWS:
        screen = at_the_desk.open("research", view=view)
        assert not screen.exception, view
        assert not screen.error, view


@pytest.mark.parametrize(("login", "sees"), [("ron", False), ("lea", True)])
def test_texts_are_shown_to_roles_that_see_incidents_only(
    at_the_desk: Desk,
    busy: Neighbourhood,
    login: str,
    sees: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_the_desk.sign_in(login)
    asks(at_the_desk)
    with_one_cluster(busy)
    monkeypatch.setattr(
        "pages.explore.found.chosen_in", lambda key: Chosen(clusters=frozenset({0}))
    )
    screen = at_the_desk.open("research")
    assert not screen.exception
    assert ("grofvuil bij de container" in [text.value for text in screen.text]) is sees


def test_words_and_small_counts_of_a_cluster(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("ron")
    asks(at_the_desk)
    with_one_cluster(busy)
    (table,) = [one.value for one in at_the_desk.open("research", view="clusters").table]
    assert table["Kenmerkende woorden"][0] == "container, grofvuil"
    assert {table["Berichten"][0], table["Bewoners"][0]} <= {"5", "10", "5,0", "10,0"}


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


def test_a_run_is_named_repeated_and_compared(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("ron")
    asks(at_the_desk)
    with_one_cluster(busy)
    screen = at_the_desk.open("research")
    screen.text_input(key="research.name.1").set_value("Grofvuil in april")
    screen.button(key="research.save").click().run()
    assert "Grofvuil in april" in screen.selectbox[-1].options[0]
    screen.button(key="research.repeat").click().run()
    with_one_cluster(busy)
    screen = at_the_desk.open("research", view="beside")
    assert "Zelfde uitkomst als nr. 1" in screen.success[0].value


def test_what_moved_between_two_runs_is_counted(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("lea")
    asks(at_the_desk)
    with_one_cluster(busy)
    asks(at_the_desk)
    with_one_cluster(busy, outside=6)
    screen = at_the_desk.open("research", view="beside")
    assert not screen.exception
    assert "(100%)" in words(screen)
    assert "grofvuil bij de container" in [text.value for text in screen.text]


def test_a_run_can_be_changed_and_deleted(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("ron")
    screen = at_the_desk.open("research")
    screen.slider(key="research.min_cluster_size").set_value(9)
    screen.button(key="research.compute").click().run()
    with_one_cluster(busy)
    screen = at_the_desk.open("research")
    screen.button(key="research.change").click().run()
    assert screen.slider(key="research.min_cluster_size").value == 9
    assert "Uitgaand van nr. 1." in words(screen)
    screen.button(key="research.delete").click().run()
    with busy.store.read() as connection:
        assert latest_runs(connection, busy.pilot.id) == []


def test_of_few_messages_nothing_can_be_taken_out(at_the_desk: Desk, busy: Neighbourhood) -> None:
    at_the_desk.sign_in("ron")
    asks(at_the_desk)
    with_one_cluster(busy)
    screen = at_the_desk.open("research", view="taking")
    assert not screen.get("download_button")
    assert "20 berichten van 10 bewoners" in screen.info[0].value


@pytest.mark.parametrize("error", ["memory", "encoder", "died", "too_long", "gave_up", "Odd"])
def test_a_failure_is_one_sentence(at_the_desk: Desk, busy: Neighbourhood, error: str) -> None:
    at_the_desk.sign_in("ron")
    asks(at_the_desk)
    with busy.store.unit() as unit:
        unit.runs.take("me", timedelta(minutes=1))
        unit.runs.fail(1, "me", error)
    screen = at_the_desk.open("research")
    assert not screen.exception
    assert len(screen.error) == 1
    assert screen.error[0].value.count(".") >= 1


@pytest.mark.parametrize(
    "raw",
    [None, {}, "x", {"clusters": ["a"]}, {"clusters": 3, "first": 4}, {"plane": [1, 2]}],
    ids=str,
)
def test_nonsense_from_a_browser_chooses_all(raw: object) -> None:
    assert read_chosen(raw).is_all


def test_what_is_picked_fits_cluster_days_and_both_boxes() -> None:
    dots = [
        Dot(
            message_id=n,
            cluster=n % 2,
            x=float(n),
            y=0.0,
            computed=None,
            topic="afval",
            sent_at=START,
            place=(52.0, 4.0 + n / 100),
        )
        for n in range(6)
    ]
    days = [START.date() + timedelta(days=n) for n in range(6)]
    whole = {"clusters": [], "first": None, "last": None, "plane": None, "map": None}

    def ids(**raw: object) -> list[int] | None:
        found = picked(dots, days, read_chosen(whole | raw), "pca")
        return None if found is None else [dot.message_id for dot in found]

    assert ids() is None
    assert ids(clusters=[1]) == [1, 3, 5]
    assert ids(first=days[2].isoformat(), last=days[4].isoformat()) == [2, 3, 4]
    assert ids(plane=[0.5, 1, 3.5, -1]) == [1, 2, 3]
    assert ids(map=[4.0, 53, 4.025, 51], clusters=[0]) == [0, 2]


def with_one_cluster(around: Neighbourhood, outside: int = 0) -> None:
    """Computes what waits with a fake that puts all messages but some in one cluster."""

    class OneCluster:
        def find(self, texts, vectors, method, say):
            labels = tuple(-1 if place < outside else 0 for place in range(len(vectors)))
            return Clustering(labels=labels, points=((0.0, 0.0),) * len(labels), explained=1.0)

    with around.store.unit() as unit:
        run = unit.runs.take("me", timedelta(minutes=1))
        assert run is not None
        material = unit.runs.material(run, 100)
        found = compute(material, run.recipe, OneCluster(), lambda name: None, lambda *_: None)
        unit.runs.finish(run.id, "me", outcome_json(found))
