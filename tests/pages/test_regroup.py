"""The page of proposals to group anew: answered one by one, taken back, empty without any."""

from __future__ import annotations

import pytest

from core.domain import Status
from core.i18n import text_of
from tests.pages.conftest import Desk, words
from tests.people import CAST

ALLOWED = ("daan", "dora", "wim")
EVENING = """
| at    | author | text                              |
| 20:01 | Anna   | Grofvuil op de Londensingel       |
| 20:02 | Bram   | brand op de Athenesingel          |
| 20:03 | Hans   | wrak op de Bostonsingel           |
"""


@pytest.fixture
def proposed(desk: Desk) -> Desk:
    """Three incidents, and two proposals to put two of them together."""
    desk.around.writes(EVENING)
    with desk.around.store.unit() as unit:
        rows = [
            {
                "kind": "merge",
                "incident_id": 1,
                "other_id": other,
                "message_ids": [],
                "strength": 0.9,
            }
            for other in (2, 3)
        ]
        unit.regroupings.propose(desk.around.pilot.id, rows)
    return desk


@pytest.mark.parametrize("login", sorted(set(CAST) - set(ALLOWED)))
def test_it_is_for_who_may_correct(desk: Desk, login: str) -> None:
    desk.sign_in(login)
    screen = desk.open("regroup")
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_proposals_it_says_so(desk: Desk, language: str) -> None:
    desk.sign_in("dora", language)
    screen = desk.open("regroup")
    assert not screen.exception
    assert [box.value for box in screen.success] == [text_of(language, "regroup.empty")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_proposal_names_both_sides(proposed: Desk, language: str) -> None:
    proposed.sign_in("dora", language)
    screen = proposed.open("regroup")
    assert not screen.exception
    assert "HNM-1" in words(screen)
    assert text_of(language, "regroup.do_merge") in [button.label for button in screen.button]


def test_accepting_merges_and_undo_parts_again(proposed: Desk) -> None:
    proposed.sign_in("dora")
    screen = proposed.open("regroup")
    screen.button(key="regroup.accept").click().run()
    merged = [i for i in (1, 2, 3) if proposed.around.incident(i).merged_into]
    assert len(merged) == 1
    screen.button(key="regroup.undo").click().run()
    assert not screen.exception
    assert all(proposed.around.incident(i).merged_into is None for i in (1, 2, 3))


def test_leaving_it_so_changes_nothing_and_shows_the_next(proposed: Desk) -> None:
    proposed.sign_in("dora")
    screen = proposed.open("regroup")
    screen.button(key="regroup.reject").click().run()
    screen.button(key="regroup.reject").click().run()
    assert [box.value for box in screen.success if "HNM" not in box.value] == [
        text_of("nl", "regroup.empty")
    ]
    assert all(proposed.around.incident(i).status is Status.NEW for i in (1, 2, 3))


def test_skipping_leaves_it_for_later(proposed: Desk) -> None:
    proposed.sign_in("dora")
    screen = proposed.open("regroup")
    before = words(screen)
    screen.button(key="regroup.skip").click().run()
    assert words(screen) != before
    assert not screen.success
