"""The tour: for every role, in both languages, to pages that the role may open."""

from __future__ import annotations

import pytest

from core.domain import Role
from core.i18n import languages, text_of
from core.tours import tour_of
from pages._bar import cards
from tests.pages.conftest import Desk, words
from tests.people import CAST


@pytest.mark.parametrize("role", Role)
def test_a_tour_leads_to_pages_that_its_role_may_open(role: Role) -> None:
    stops = tour_of(role)
    assert 2 <= len(stops) <= 8
    for stop in stops:
        assert role in cards()[stop.page].roles
        assert all(len(part) > 3 for code in languages() for part in stop.said(code))
        assert set(stop.text) == set(languages())


@pytest.mark.parametrize("login", CAST)
@pytest.mark.parametrize("language", languages())
def test_everybody_has_help(desk: Desk, login: str, language: str) -> None:
    desk.sign_in(login, language)
    screen = desk.open("help")
    assert not screen.exception
    assert not screen.error
    said = words(screen)
    assert text_of(language, "help.always") in said
    assert tour_of(CAST[login][1])[0].said(language)[0] in said
