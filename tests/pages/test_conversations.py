"""Conversations: what a group sees of us, what failed, and sending that again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from core.domain import Role
from core.i18n import text_of
from core.report_back import tell
from core.store.tables import outbox
from tests.pages.conftest import Desk, words
from tests.people import CAST, People

SEES = sorted({"dora", "daan", "wim", "hanna", "lea", "ada"})
EVENING = """
| at    | author | text                                         |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36 van Anna |
"""


def conversations(desk: Desk, login: str = "dora", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("conversations", **query)


def chat(screen: AppTest) -> list[dict]:
    """The rows that the browser is given."""
    (element,) = [found for found in screen.main if found.type == "bidi_component"]
    return json.loads(element.proto.json)["rows"]


@pytest.fixture
def told(desk: Desk, people: People) -> Desk:
    desk.around.writes(EVENING)
    desk.around.does(tell, 1, people.dora, "Wij komen kijken.", hold=timedelta(0))
    return desk


@pytest.mark.parametrize("login", SEES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_quiet_group_says_so(desk: Desk, login: str, language: str) -> None:
    screen = conversations(desk, login, language)
    assert [box.value for box in screen.info] == [text_of(language, "conversations.empty")]
    assert not screen.exception and not screen.error


def test_a_researcher_sees_no_conversations(desk: Desk) -> None:
    assert CAST["ron"][1] is Role.RESEARCHER
    screen = conversations(desk, "ron")
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_group_shows_what_was_written_and_what_was_sent(told: Desk, language: str) -> None:
    report, ours = chat(conversations(told, language=language))
    assert report["text"] == "Weer grofvuil op de Bostonsingel 36 van [naam]"
    assert ours["text"].startswith("Wij komen kijken.")
    assert ours["state_word"] == text_of(language, "conversations.state_queued")
    assert ours["due_ms"]
    assert [incident for incident, _ in ours["incidents"]] == [1]


def test_what_failed_is_named_and_can_be_sent_again(told: Desk) -> None:
    fail(told)
    screen = conversations(told, "hanna")
    assert "HNM Hoge Veld" in screen.error[0].value
    assert chat(screen)[1]["may_retry"]


def test_who_only_looks_on_sends_nothing_again(told: Desk) -> None:
    fail(told)
    assert not chat(conversations(told, "lea"))[1]["may_retry"]


def test_texts_for_a_group_from_a_file_are_there_to_be_copied(told: Desk) -> None:
    with told.around.store.unit() as unit:
        group_id = unit.pilots.add_group(
            told.around.pilot.id, source="whatsapp_export", native_id="x", name="HNM Bestand"
        )
    screen = conversations(told, group=str(group_id))
    assert "WhatsApp" in screen.warning[0].value
    assert "WhatsApp" not in words(conversations(told))


def fail(told: Desk) -> None:
    with told.around.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="failed"))
