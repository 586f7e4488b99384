"""The evaluation page: every part, empty and full, in both languages, for each role."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core import triage
from core.i18n import text_of
from core.permissions import ALLOWED, Action, may
from core.store.audit_queries import AuditSearch, audit_found
from core.topics import topics
from pages.evaluation import CARD, PARTS
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk, words
from tests.people import CAST, People
from tests.quality import write_quality

WHO = ("lea", "ron", "ada")
SAID = "grofvuil naast de container in de Londensingel"


@pytest.fixture
def busy(around: Neighbourhood, people: People) -> Neighbourhood:
    """A measured model, two incidents decided on, one of them corrected."""
    write_quality(around.services.settings.models)
    around.writes(f"""
        at    | author | group          | text
        20:00 | Anna   | HNM Hoge Veld  | er wordt nu ingebroken in de Bostonsingel
        20:05 | Bram   | HNM Hoge Veld  | wat een mooi weer
        20:10 | Fatima | HNM Lage Veld  | {SAID}
    """)
    around.does(triage.set_topic, 2, people.dora, "wrak", topics())
    around.does(triage.accept, 1, people.dora)
    around.does(triage.accept, 2, people.dora)
    return around


@pytest.fixture
def at_the_desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose clock stands where the neighbourhood's does."""
    monkeypatch.setattr("pages.lead.period.services", lambda: desk.around.services)
    return desk


def evaluation(desk: Desk, part: str, login: str = "lea", language: str = "nl") -> AppTest:
    desk.sign_in(login, language)
    return desk.open("evaluation", part=part)


def test_the_card_asks_what_core_asks() -> None:
    assert CARD.roles == ALLOWED[Action.EVALUATE]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("login", WHO)
def test_each_part_shows_a_neighbourhood(
    at_the_desk: Desk, busy: Neighbourhood, part: str, login: str, language: str
) -> None:
    screen = evaluation(at_the_desk, part, login, language)
    assert not screen.exception
    assert not screen.error
    assert text_of(language, "evaluation.title") in words(screen)


@pytest.mark.parametrize("login", sorted(set(CAST) - set(WHO)))
def test_it_is_not_for_who_works_with_incidents(
    at_the_desk: Desk, busy: Neighbourhood, login: str
) -> None:
    screen = evaluation(at_the_desk, "model", login)
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_store_says_what_will_come(at_the_desk: Desk, part: str, language: str) -> None:
    screen = evaluation(at_the_desk, part, language=language)
    assert not screen.exception
    assert not screen.error
    assert len([*screen.info, *screen.warning]) == 1


@pytest.mark.parametrize("text", ["{", "[]", '{"model": 7}', '{"model": "x", "judged": [{}]}'])
@pytest.mark.parametrize("part", ["model", "drift", "publish"])
def test_a_bad_file_is_a_sentence(
    at_the_desk: Desk, busy: Neighbourhood, part: str, text: str
) -> None:
    path = busy.services.settings.models / "quality.json"
    path.write_text(text, encoding="utf-8")
    screen = evaluation(at_the_desk, part)
    assert not screen.exception
    assert not screen.error
    (said,) = screen.warning
    assert "make models" in said.value or "Eerste vier weken hier" in said.value


def test_practice_needs_no_measured_model(at_the_desk: Desk, busy: Neighbourhood) -> None:
    (busy.services.settings.models / "quality.json").unlink()
    screen = evaluation(at_the_desk, "practice")
    assert not screen.warning
    assert len(screen.get("plotly_chart")) == 1


def test_the_model_shows_figures_with_intervals(at_the_desk: Desk, busy: Neighbourhood) -> None:
    screen = evaluation(at_the_desk, "model")
    figures = {metric.label: metric.value for metric in screen.metric}
    assert figures["Spoed gevonden"] == "50%"
    assert len(screen.get("plotly_chart")) == 5
    assert "er is *iets*" in [text.value for text in screen.text]


@pytest.mark.parametrize("split", ["topic", "area", "group", "language", "hard"])
def test_each_split_shows(at_the_desk: Desk, busy: Neighbourhood, split: str) -> None:
    at_the_desk.sign_in("lea")
    screen = at_the_desk.open("evaluation", part="model", split=split)
    assert not screen.exception
    assert not screen.error


def test_few_decisions_make_no_percentage(at_the_desk: Desk, busy: Neighbourhood) -> None:
    screen = evaluation(at_the_desk, "practice")
    assert {metric.value for metric in screen.metric} == {"–"}
    assert "2 van 2, te weinig" in [metric.delta for metric in screen.metric]


def test_what_was_corrected_is_read_by_who_may_see_incidents(
    at_the_desk: Desk, busy: Neighbourhood, people: People
) -> None:
    for login in WHO:
        screen = evaluation(at_the_desk, "practice", login)
        seen = any(SAID in text.value for text in screen.text)
        assert seen is may(getattr(people, login), Action.SEE_INCIDENTS)
    assert not may(people.ron, Action.SEE_INCIDENTS)


@pytest.mark.parametrize("split", ["group", "topic"])
@pytest.mark.parametrize("against", ["model", "start"])
@pytest.mark.parametrize("measure", ["relevant", "doubtful", "confidence", "corrected"])
def test_drift_is_shown_each_way(
    at_the_desk: Desk, busy: Neighbourhood, split: str, against: str, measure: str
) -> None:
    at_the_desk.sign_in("ron", "en")
    query = {"drift_split": split, "drift_against": against, "drift_measure": measure}
    screen = at_the_desk.open("evaluation", part="drift", **query)
    assert not screen.exception
    assert not screen.error
    assert "Too few messages" in str(screen.table[-1].value)


def test_the_register_can_be_taken(at_the_desk: Desk, busy: Neighbourhood) -> None:
    screen = evaluation(at_the_desk, "publish")
    assert len(screen.get("download_button")) == 4
    screen.text_input(key="publish.organisation").set_value("Gemeente *Den* Haag").run()
    assert not screen.exception
    assert "Organisatie," not in screen.warning[0].value


def test_names_from_the_file_are_shown_as_they_are(at_the_desk: Desk, busy: Neighbourhood) -> None:
    from tests.quality import rows_of

    rows = [{**row, "group": "**vet** <b>x</b>"} for row in rows_of(times=6)]
    write_quality(busy.services.settings.models, rows)
    at_the_desk.sign_in("lea")
    screen = at_the_desk.open("evaluation", part="model", split="group")
    assert not screen.exception
    assert "\\*\\*vet\\*\\*" in str(screen.table[0].value)


def test_looking_leaves_nothing_behind(at_the_desk: Desk, busy: Neighbourhood) -> None:
    def count() -> int:
        with busy.store.read() as connection:
            return len(audit_found(connection, AuditSearch()))

    before = count()
    for part in PARTS:
        evaluation(at_the_desk, part)
    assert count() == before
