"""An officer's page: my work, what changed in my areas, what repeats; each step through core."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

import core.wiring
from core import triage
from core.domain import Status
from core.i18n import text_of
from core.repeats import repeats
from core.report_back import tell
from core.store.talk_queries import sent_to
from core.store.thread_queries import Thread
from core.threads import Awaited
from core.tips import library
from pages.beat.briefing import Briefing, briefing_of
from pages.beat.waiting import Waiting
from pages.components.words import escaped
from tests.pages.conftest import Desk, forget_services, words
from tests.people import CAST, People

EVENING = """
| at    | author | text                                 |
| 19:01 | Anna   | Weer grofvuil op de Bostonsingel 36  |
| 19:05 | Bram   | Harde muziek op de Bostonsingel      |
| 19:10 | Carla  | Harde muziek op het Ko van Dijkplein |
"""


@pytest.fixture
def beat(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on the test's own clock, with an evening handed over to both kinds of officers."""
    around = desk.around
    monkeypatch.setattr(core.wiring, "build", partial(core.wiring.build, clock=around.clock))
    forget_services()
    around.writes(EVENING)
    return desk


def area(desk: Desk, login: str = "wim", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("area", **query)


def has_areas(desk: Desk, login: str) -> None:
    with desk.around.store.unit() as unit:
        row = unit.accounts.row(login)
        assert row is not None
        unit.accounts.change(row.id, area_ids=[area.id for area in desk.around.areas])


@pytest.mark.parametrize("login", ["wim", "hanna"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_day_says_that_there_is_no_work(desk: Desk, login: str, language: str) -> None:
    screen = area(desk, login, language)
    assert [box.value for box in screen.info] == [text_of(language, "area.no_work")]
    assert not screen.exception and not screen.error


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("view", ["changes", "waiting", "repeats", "tips"])
def test_who_has_no_areas_is_asked_to_choose(desk: Desk, view: str, language: str) -> None:
    screen = area(desk, "wim", language, list=view)
    assert [box.value for box in screen.info] == [text_of(language, "area.choose_first")]


@pytest.mark.parametrize("login", sorted(set(CAST) - {"wim", "hanna"}))
def test_it_is_for_officers_only(desk: Desk, login: str) -> None:
    screen = area(desk, login)
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


def test_work_is_taken_on_by_whoever_presses(beat: Desk, people: People) -> None:
    beat.around.does(triage.hand_over, 1, people.dora, "handhaving")
    screen = area(beat, "hanna")
    assert "Bostonsingel 36" in words(screen)
    screen.button(key="area.work.1.2.take").click().run()
    assert beat.incident().status is Status.IN_PROGRESS
    assert beat.incident().assignee == "user:hanna"
    assert screen.button(key="area.work.1.3.open")


def test_work_goes_back_with_a_reason_only(beat: Desk, people: People) -> None:
    beat.around.does(triage.hand_over, 1, people.dora, "handhaving")
    screen = area(beat, "hanna")
    screen = submit(screen, "hand_back", "  ")
    assert beat.incident().status is Status.HANDED_OVER
    submit(screen, "hand_back", "ligt in Rijswijk")
    assert beat.incident().status is Status.ACCEPTED


def test_finishing_tells_the_neighbourhood(beat: Desk, people: People) -> None:
    beat.around.does(triage.hand_over, 1, people.dora, "handhaving")
    beat.around.does(triage.take_on, 1, people.hanna)
    submit(area(beat, "hanna"), "finish", "Opgehaald, dank u.")
    assert beat.incident().status is Status.CLOSED
    with beat.around.store.read() as connection:
        (text,) = sent_to(connection, beat.around.group().id, 10)
    assert text.text.startswith("Opgehaald")


def test_a_step_on_what_a_colleague_changed_meanwhile_is_refused_by_name(
    beat: Desk, people: People
) -> None:
    beat.around.does(triage.hand_over, 1, people.dora, "handhaving")
    screen = area(beat, "hanna")
    beat.around.does(tell, 1, people.dora, "Gezien.", hold=timedelta(0))
    screen = screen.button(key="area.work.1.2.take").click().run()
    assert beat.incident().status is Status.HANDED_OVER
    assert "Dora Meldkamer" in screen.session_state["_notice"][1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_news_marks_what_is_new_since_the_visit(beat: Desk, language: str) -> None:
    has_areas(beat, "wim")
    screen = area(beat, "wim", language, list="changes")
    said = words(screen)
    assert "Bostonsingel" in said and "Ko van Dijkplein" in said
    assert text_of(language, "area.is_new") in said
    assert text_of(language, "area.first_visit") in said


def test_a_day_later_the_same_is_no_news(beat: Desk) -> None:
    has_areas(beat, "wim")
    area(beat, "wim", list="changes")
    beat.around.clock.forward(hours=10)
    screen = area(beat, "wim", list="changes")
    assert "Bostonsingel" not in words(screen)
    assert "Bostonsingel" in words(area(beat, "wim", list="changes", since="day"))


def test_a_street_with_two_incidents_repeats(beat: Desk) -> None:
    has_areas(beat, "wim")
    said = words(area(beat, "wim", list="repeats"))
    assert "Bostonsingel" in said
    assert "Ko van Dijkplein" not in said


def test_my_areas_are_kept(beat: Desk) -> None:
    screen = area(beat, "wim")
    chosen = [beat.around.areas[1].id, beat.around.areas[2].id]
    screen.multiselect(key="area.mine").set_value(chosen)
    save(screen)
    with beat.around.store.unit() as unit:
        row = unit.accounts.row("wim")
    assert row is not None
    assert row.area_ids == chosen


def submit(screen: AppTest, what: str, text: str) -> AppTest:
    """Fills the form of the first card and presses its button."""
    (field,) = [area for area in screen.text_area if f".{what}.text" in str(area.key)]
    field.set_value(text)
    label = text_of("nl", f"area.{what}_button")
    (button,) = [b for b in screen.button if b.label == label and b.form_id]
    return button.click().run()


def save(screen: AppTest) -> AppTest:
    (button,) = [b for b in screen.button if b.label == text_of("nl", "area.save")]
    return button.click().run()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_briefing_is_a_paper_to_take(
    desk: Desk, people: People, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    desk.around.writes(
        """
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
        20:05 | Piet   | Weer grofvuil op de Osloweg 2
        """
    )
    for part in ("briefing", "waiting"):
        monkeypatch.setattr(f"pages.beat.{part}.services", lambda: desk.around.services)
    monkeypatch.setattr("pages.beat.briefing.language", lambda: language)
    monkeypatch.setattr("pages.beat.briefing.t", partial(text_of, language))
    monkeypatch.setattr("pages.beat.briefing.number", str)
    monkeypatch.setattr("pages.beat.briefing.people", dict)
    incidents = [desk.incident(1), desk.incident(2)]
    areas = desk.around.areas
    since = desk.around.clock()
    mine = {area.id for area in areas}
    group = desk.around.group()
    thread = Thread(key="x", group=group, incident_id=1, theirs_at=since)
    raw = briefing_of(
        Briefing(
            me=people.wim,
            areas=areas,
            mine=mine,
            since=since,
            work=incidents * 20,
            changed=incidents * 40,
            repeats=repeats(incidents),
            waiting=[Waiting(thread=thread, on=Awaited.US, since=since)] * 30,
            tips=[],
        )
    )
    assert raw.startswith(b"%PDF-") and len(raw) > 5000
    assert raw.count(b"/Type /Page\n") == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_heard_nothing_waits_and_the_way_to_answer_is_there(
    beat: Desk, people: People, language: str
) -> None:
    has_areas(beat, "wim")
    screen = area(beat, "wim", language, list="waiting")
    assert not screen.exception
    waits = [b for b in screen.button if b.label == text_of(language, "area.answer")]
    assert waits and "Ko van Dijkplein" in words(screen)
    beat.around.does(triage.reject, 2, people.dora, "niets te doen")
    screen = area(beat, "wim", language, list="waiting")
    fewer = [b for b in screen.button if b.label == text_of(language, "area.answer")]
    assert len(fewer) == len(waits) - 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_tips_of_this_week_stand_there_with_the_way_to_send_them(
    beat: Desk, language: str
) -> None:
    has_areas(beat, "wim")
    screen = area(beat, "wim", language, list="tips")
    assert not screen.exception
    known = {escaped(advice.title(language)) for advice in library().values()}
    shown = {one.value.strip("*") for one in screen.markdown if one.value.startswith("**")}
    assert shown and shown <= known
    assert [b for b in screen.button if b.label == text_of(language, "area.all_tips")]
