"""Questionnaires: made, opened, answered without a name, and read with how sure it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import BadInput, NotAllowed, SurveyClosed
from core.questionnaires import questionnaires
from core.store import Unit
from core.store.tables import outbox, survey_responses, survey_texts
from core.survey_form import QuestionKind, Survey, SurveyQuestion, Wave
from core.survey_invites import invite
from core.survey_results import (
    Line,
    mean_difference,
    mean_of,
    outcomes,
    share_difference,
)
from core.surveys import (
    answer,
    close_wave,
    close_what_is_over,
    known,
    known_wave,
    make,
    open_wave,
    redact_texts,
    token_of,
    wave_behind,
)
from tests.fakes import FakeNames
from tests.neighbourhood import Neighbourhood
from tests.people import People

ASKED = (
    SurveyQuestion(kind=QuestionKind.SCALE, text={"nl": "Ik hoor terug"}),
    SurveyQuestion(
        kind=QuestionKind.CHOICES,
        text={"nl": "Wat"},
        options=({"nl": "a"}, {"nl": "b"}, {"nl": "c"}),
        required=False,
    ),
    SurveyQuestion(kind=QuestionKind.OPEN, text={"nl": "Nog iets?"}, required=False),
)


def opened(around: Neighbourhood, people: People, unit: Unit) -> tuple[Survey, Wave]:
    survey_id = make(around.pilot.id, "Proef", "residents", ASKED, people.lea, unit)
    until = unit.now + timedelta(days=14)
    wave_id = open_wave(survey_id, unit.now, until, people.lea, unit)
    return known(survey_id, unit), known_wave(wave_id, unit)


def test_a_form_is_kept_once_and_without_who_or_when(street: Neighbourhood, people: People) -> None:
    vault = street.services.vault
    with street.store.unit() as unit:
        survey, wave = opened(street, people, unit)
        given = {"0": "4", "1": ["0", "2", "9", "x"], "2": "Groet, Jan Vuurdoorn"}
        assert answer(survey, wave, given, "a", "nl", unit, vault)
        assert not answer(survey, wave, given, "a", "nl", unit, vault)
        assert answer(survey, wave, {"0": ["2"]}, "b", "nl", unit, vault)
        assert unit.surveys.responses(wave.id) == [{"0": 4, "1": [0, 2]}, {"0": 2}]
        assert set(survey_responses.c.keys()) == {
            "id",
            "wave_id",
            "on",
            "answers",
            "once",
            "language",
        }


def test_own_words_are_sealed_until_names_are_out(street: Neighbourhood, people: People) -> None:
    vault = street.services.vault
    with street.store.unit() as unit:
        survey, wave = opened(street, people, unit)
        answer(survey, wave, {"0": "4", "2": "bel me op 0612345678"}, "a", "nl", unit, vault)
        raw = unit.connection.execute(sa.select(survey_texts)).one()
        assert b"0612345678" not in raw.sealed and raw.redacted is None
        assert unit.surveys.texts(wave.id) == {}
        places = street.scenes.gazetteer_of(street.pilot.id, unit)
        assert redact_texts(FakeNames(), places, unit, vault) == 1
        assert redact_texts(FakeNames(), places, unit, vault) == 0
        (text,) = unit.surveys.texts(wave.id)[2]
        assert "0612345678" not in text and text.startswith("bel me op")


@pytest.mark.parametrize(
    "given", [{}, {"0": ""}, {"0": "7"}, {"0": "-1"}, {"0": "x" * 9000}, {"0": None}, {"9": "1"}]
)
def test_a_required_question_that_is_left_out_is_said(
    street: Neighbourhood, people: People, given: dict[str, Any]
) -> None:
    with street.store.unit() as unit:
        survey, wave = opened(street, people, unit)
        with pytest.raises(BadInput):
            answer(survey, wave, given, "a", "nl", unit, street.services.vault)


def test_after_its_last_day_nothing_is_taken_and_no_reminder_leaves(
    street: Neighbourhood, people: People
) -> None:
    vault = street.services.vault
    with street.store.unit() as unit:
        survey, wave = opened(street, people, unit)
        link = f"https://example.org/survey/{token_of(wave.id, vault)}"
        again = timedelta(days=7)
        group_id, at = street.group().id, unit.now + again
        known_ones = [group_id, group_id]
        assert invite(wave.id, known_ones, "Doe mee", link, people.lea, unit, remind_at=at) == 1
        assert invite(wave.id, [group_id], "Doe mee", link, people.lea, unit, remind_at=at) == 0
        rows = unit.connection.execute(sa.select(outbox).order_by(outbox.c.due_at)).all()
        assert [row.due_at - unit.now for row in rows] == [timedelta(0), again]
        assert all("112" in row.text and link in row.text for row in rows)
    street.clock.now += timedelta(days=15)
    with street.store.unit() as unit:
        close_what_is_over(unit)
        states = unit.connection.execute(sa.select(outbox.c.state)).scalars().all()
        assert set(states) == {"withdrawn"}
        with pytest.raises(SurveyClosed):
            answer(survey, known_wave(wave.id, unit), {"0": "1"}, "z", "nl", unit, vault)
        with pytest.raises(SurveyClosed):
            close_wave(wave.id, people.lea, unit)


def test_a_link_leads_to_its_wave_and_no_other(street: Neighbourhood, people: People) -> None:
    vault = street.services.vault
    with street.store.unit() as unit:
        _, wave = opened(street, people, unit)
        found = wave_behind(token_of(wave.id, vault), unit, vault)
        assert found is not None and found[1].id == wave.id
        assert wave_behind(token_of(wave.id + 1, vault), unit, vault) is None
        assert wave_behind("", unit, vault) is None


@pytest.mark.parametrize(
    ("name", "audience", "questions"),
    [
        ("", "residents", ASKED),
        ("a\nb", "residents", ASKED),
        ("Proef", "iedereen", ASKED),
        ("Proef", "residents", ()),
        ("Proef", "residents", ASKED * 20),
        ("Proef", "residents", [SurveyQuestion(kind=QuestionKind.OPEN, text={"nl": " "})]),
        ("Proef", "residents", [SurveyQuestion(kind=QuestionKind.CHOICE, text={"nl": "?"})]),
        ("Proef", "residents", [SurveyQuestion(kind=QuestionKind.OPEN, text={"nl": "x" * 301})]),
    ],
)
def test_a_survey_that_cannot_be_is_refused(
    street: Neighbourhood, people: People, name: str, audience: str, questions: Any
) -> None:
    with street.store.unit() as unit, pytest.raises(BadInput):
        make(street.pilot.id, name, audience, questions, people.lea, unit)


def test_a_dispatcher_makes_none(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit, pytest.raises(NotAllowed):
        make(street.pilot.id, "Proef", "residents", ASKED, people.dora, unit)


def test_the_ready_ones_can_be_made_as_they_are(street: Neighbourhood, people: People) -> None:
    for one in questionnaires().values():
        with street.store.unit() as unit:
            make(street.pilot.id, one.name, one.audience, one.questions, people.lea, unit)
        assert all(question.text["en"] for question in one.questions)


SURVEY = Survey(id=1, pilot_id=1, name="Proef", audience="residents", questions=ASKED)


def test_few_answers_are_not_shown() -> None:
    found = outcomes(SURVEY, [{"0": 4}] * 4, {2: ["a", "b"]})
    assert [(one.lines, one.mean, one.texts) for one in found] == [((), None, ())] * 3


def test_a_wave_is_read_with_how_sure_it_is() -> None:
    forms = [{"0": n % 5, "1": [0, 1]} for n in range(20)]
    scale, several, own = outcomes(SURVEY, forms, {2: list("abcde")})
    assert scale.mean is not None and scale.mean.value == 3.0
    assert scale.mean.low == pytest.approx(3 - 2.086 * scale.mean.spread / 20**0.5, abs=0.03)
    assert [line.count for line in several.lines] == [20, 20, 0]
    assert 0 < several.lines[2].high < 0.2 and several.lines[0].low > 0.8
    assert own.texts == tuple("abcde")


def test_two_waves_differ_clearly_or_not() -> None:
    low, high = mean_of([1, 2, 1, 2, 1, 2, 1]), mean_of([5, 4, 5, 4, 5, 4, 5])
    assert mean_difference(high, low).is_clear
    assert not mean_difference(low, low).is_clear
    few = Line(place=0, count=3, of=10, share=0.3, low=0.108, high=0.603)
    many = Line(place=0, count=9, of=10, share=0.9, low=0.596, high=0.982)
    apart = share_difference(many, few)
    assert apart.value == pytest.approx(0.6)
    assert apart.is_clear
    assert not share_difference(few, few).is_clear
