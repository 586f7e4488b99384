"""The questionnaires on the evaluation page: made, opened, closed, and read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from core.i18n import counted, text_of
from core.surveys import answer, known, known_wave, make, open_wave
from tests.core.test_surveys import ASKED
from tests.pages.conftest import Desk, words
from tests.people import People


def part(desk: Desk, login: str = "lea", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("evaluation", part="surveys", **query)


def press(screen: AppTest, key: str, language: str = "nl") -> AppTest:
    return next(b for b in screen.button if b.label == text_of(language, key)).click().run()


@pytest.fixture
def answered(desk: Desk, people: People) -> Desk:
    """Two waves, six forms each."""
    services = desk.around.services
    from core.wiring import services as real

    now = real().clock()
    with real().store.unit(now) as unit:
        survey_id = make(desk.around.pilot.id, "Proef <b>", "residents", ASKED, people.lea, unit)
        for scale in (1, 3):
            until = now + timedelta(days=3)
            wave_id = open_wave(survey_id, now, until, people.lea, unit)
            survey, wave = known(survey_id, unit), known_wave(wave_id, unit)
            for n in range(6):
                given = {"0": str(scale + n % 2), "1": ["0"]}
                answer(survey, wave, given, f"f{n}", "nl", unit, services.vault)
    return desk


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_ready_one_is_made_and_opened(desk: Desk, language: str) -> None:
    screen = press(part(desk, language=language), "surveys.make", language)
    assert not screen.exception
    screen = press(part(desk, language=language), "surveys.open_wave", language)
    assert not screen.exception
    screen = part(desk, language=language)
    assert any("/survey/" in code.value for code in screen.code)
    press(screen, "surveys.close", language)
    assert not any("/survey/" in code.value for code in part(desk, language=language).code)


@pytest.mark.parametrize("login", ["lea", "ron", "ada"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_waves_are_read_and_compared(answered: Desk, login: str, language: str) -> None:
    screen = part(answered, login, language, **{"with": "1"})
    assert not screen.exception
    said = words(screen)
    assert text_of(language, "surveys.results", forms=counted(language, "count.forms", 6)) in said
    assert text_of(language, "surveys.too_few") in said
    makes = text_of(language, "surveys.make") in said
    assert makes is (login != "ron")
