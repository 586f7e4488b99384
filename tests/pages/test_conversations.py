"""Conversations: the list, one of them with what became of our texts, answering, a whole group."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from core.domain import Role
from core.i18n import text_of
from core.report_back import tell
from core.store.tables import messages, outbox, visits
from tests.pages.conftest import Desk, words
from tests.people import CAST, People
from tests.reciprocal import answerable, means_of

SEES = sorted({"dora", "daan", "wim", "hanna", "lea", "ada"})
EVENING = """
| at    | author | text                                         |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36 van Anna |
"""


def conversations(desk: Desk, login: str = "dora", language: str = "nl", **query: str) -> AppTest:
    desk.sign_in(login, language)
    return desk.open("conversations", **query)


def given(screen: AppTest, name: str) -> list[dict[str, Any]]:
    """What the browser's parts are given that have this field."""
    parts = [part for part in screen.main if part.type == "bidi_component" and part.proto.json]
    found = [json.loads(part.proto.json) for part in parts]
    return [one for one in found if name in one]


def listed(screen: AppTest) -> list[dict[str, Any]]:
    (part,) = given(screen, "filters")
    return list(part["rows"])


def chat(screen: AppTest) -> list[dict[str, Any]]:
    """The rows of what was said."""
    (part,) = [one for one in given(screen, "group") if "rows" in one]
    return list(part["rows"])


@pytest.fixture
def told(desk: Desk, people: People) -> Desk:
    around = answerable(desk.around)
    around.writes(EVENING)
    around.does(
        tell,
        1,
        people.dora,
        "Wij komen kijken.",
        hold=timedelta(seconds=30),
        means=means_of(around),
    )
    return desk


def key_of(desk: Desk) -> str:
    return f"g{desk.around.group().id}.1"


@pytest.mark.parametrize("login", SEES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_conversations_the_page_says_so(desk: Desk, login: str, language: str) -> None:
    screen = conversations(desk, login, language)
    assert [box.value for box in screen.info] == [text_of(language, "conversations.no_threads")]
    assert not screen.exception and not screen.error
    group = conversations(desk, login, language, part="group")
    assert [box.value for box in group.info] == [text_of(language, "conversations.empty")]


def test_a_researcher_sees_no_conversations(desk: Desk) -> None:
    assert CAST["ron"][1] is Role.RESEARCHER
    screen = conversations(desk, "ron")
    assert [box.value for box in screen.error] == [text_of("nl", "error.not_allowed")]


@pytest.mark.parametrize("login", SEES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_list_says_who_waits_for_whom(desk: Desk, login: str, language: str) -> None:
    desk.around.writes(EVENING)
    screen = conversations(desk, login, language)
    assert not screen.exception and not screen.error
    (row,) = listed(screen)
    assert row["id"] == key_of(desk)
    assert row["title"].startswith("HNM-1 · ")
    assert row["whom"] == "HNM Hoge Veld"
    assert row["last"] == "Weer grofvuil op de Bostonsingel 36 van [naam]"
    assert row["waits"] == "us"
    assert row["waits_word"].startswith(text_of(language, "conversations.waits_us_some_time"))


@pytest.mark.parametrize(
    ("show", "count"),
    [("open", 0), ("us", 0), ("them", 0), ("failed", 0), ("unread", 0), ("all", 1)],
)
def test_what_was_answered_is_only_under_all(told: Desk, show: str, count: int) -> None:
    screen = conversations(told, show=show)
    assert not screen.exception
    assert len(listed(screen)) == count
    notes = [box.value for box in screen.info]
    assert (text_of("nl", f"conversations.none_{show}") in notes) is (count == 0)


@pytest.mark.parametrize(
    ("find", "count"),
    [("grofvuil", 1), ("BOSTONSINGEL", 1), ("hnm-1", 1), ("hoge veld", 1), ("kijken", 1),
     ("Anna", 0), ("<script>", 0), ("%", 0)],
)  # fmt: skip
def test_the_list_is_searched(told: Desk, find: str, count: int) -> None:
    assert len(listed(conversations(told, show="all", find=find))) == count


def test_a_link_opens_the_same_for_a_colleague(told: Desk) -> None:
    for login in ("dora", "daan", "lea"):
        screen = conversations(told, login, show="all", thread=key_of(told))
        assert not screen.exception
        report, ours = chat(screen)
        assert report["text"] == "Weer grofvuil op de Bostonsingel 36 van [naam]"
        assert ours["text"].startswith("Wij komen kijken.")


@pytest.mark.parametrize("odd", ["g1.99", "m1", "x" * 500, "../..", "<b>", "g0"])
def test_an_address_of_no_conversation_says_so(told: Desk, odd: str) -> None:
    screen = conversations(told, thread=odd)
    assert not screen.exception
    assert text_of("nl", "conversations.gone") in [box.value for box in screen.info]


def test_what_waits_can_be_taken_back_by_who_sent_it(told: Desk) -> None:
    ours = chat(conversations(told, thread=key_of(told)))[1]
    assert ours["may_undo"] and ours["due_ms"]
    assert not chat(conversations(told, "daan", thread=key_of(told)))[1]["may_undo"]


@pytest.mark.parametrize(
    ("values", "state", "says"),
    [
        ({"state": "delivered"}, "delivered", ""),
        ({"state": "delivered", "seen_state": "delivered"}, "arrived", ""),
        ({"state": "delivered", "seen_state": "read"}, "read", ""),
        ({"state": "queued", "attempts": 2, "error": "error.network_down"}, "again", "storing"),
        ({"state": "failed", "error": "error.window_closed"}, "failed", "24 uur"),
        ({"state": "failed", "error": "ZeroDivisionError"}, "failed", "beheerder"),
        ({"state": "withdrawn"}, "withdrawn", ""),
        ({"state": "to_copy"}, "to_copy", "kopieer"),
        ({"state": "delivered", "seen_state": "posted"}, "posted", ""),
    ],
    ids=lambda value: str(value)[:30],
)
@pytest.mark.parametrize("part", ["threads", "group"])
def test_what_became_of_a_text_is_said_in_words(
    told: Desk, values: dict[str, Any], state: str, says: str, part: str
) -> None:
    with told.around.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(**values))
    ours = chat(conversations(told, part=part, thread=key_of(told)))[1]
    assert ours["state"] == state
    assert ours["state_word"] == text_of("nl", f"conversations.state_{state}")
    assert says in ours["why"]
    assert "error." not in ours["why"]


def test_what_failed_stands_in_the_list_and_can_be_sent_again(told: Desk) -> None:
    fail(told)
    screen = conversations(told, "hanna", thread=key_of(told))
    assert listed(screen)[0]["waits"] == "failed"
    assert chat(screen)[1]["may_retry"]
    assert not chat(conversations(told, "lea", thread=key_of(told)))[1]["may_retry"]


@pytest.mark.parametrize("login", ["dora", "wim", "hanna"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_speaks_answers_from_here(told: Desk, login: str, language: str) -> None:
    screen = conversations(told, login, language, thread=key_of(told))
    assert not screen.exception and not screen.error
    (composer,) = given(screen, "starts")
    assert composer["groups"] == []
    assert not composer["needs_group"]
    assert len(composer["lanes"]) == 1


@pytest.mark.parametrize("login", ["lea", "ada"])
def test_who_only_looks_on_is_offered_no_answer(told: Desk, login: str) -> None:
    assert given(conversations(told, login, thread=key_of(told)), "starts") == []


def test_where_nobody_can_be_reached_it_is_said(told: Desk, people: People) -> None:
    group = told.around.group()
    with told.around.store.unit() as unit:
        unit.consents.record(group.id, given=False, by="ada", text_version="1")
    screen = conversations(told, thread=key_of(told))
    assert given(screen, "starts") == []
    assert text_of("nl", "conversations.no_way") in words(screen)


def test_what_came_after_the_last_look_is_unread_until_it_is_opened(told: Desk) -> None:
    assert not listed(conversations(told, show="all"))[0]["unread"], "nothing is, at first"
    with told.around.store.unit() as unit:  # a screen's clock is the real one
        unit.connection.execute(sa.update(visits).values(at=told.around.clock.at("20:10")))
    told.around.writes("""
        at    | id | author | text
        20:25 | z  | Bram   | grofvuil Bostonsingel 36 ligt er nog
    """)
    assert listed(conversations(told, show="unread"))[0]["unread"]
    conversations(told, thread=key_of(told))
    assert listed(conversations(told, show="unread")) == []
    assert not listed(conversations(told, "daan", show="all"))[0]["unread"]


def test_no_pseudonym_stands_in_an_address_or_in_a_mark(told: Desk) -> None:
    with told.around.store.unit() as unit:
        unit.connection.execute(sa.update(messages).values(direct=True))
        residents = unit.connection.execute(sa.select(messages.c.resident)).scalars().all()
    screen = conversations(told, show="all")
    keys = [row["id"] for row in listed(screen)]
    mine = next(key for key in keys if key.startswith("m"))
    told.around.clock.forward(hours=1)
    conversations(told, thread=mine)
    with told.around.store.read() as connection:
        pages = connection.execute(sa.select(visits.c.page)).scalars().all()
    assert not any(one[:8] in text for one in residents for text in [*keys, *pages])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_group_shows_what_was_written_and_what_was_sent(told: Desk, language: str) -> None:
    report, ours = chat(conversations(told, language=language, part="group"))
    assert report["text"] == "Weer grofvuil op de Bostonsingel 36 van [naam]"
    assert ours["text"].startswith("Wij komen kijken.")
    assert ours["state_word"] == text_of(language, "conversations.state_queued")
    assert ours["due_ms"]
    assert [incident for incident, _ in ours["incidents"]] == [1]


def test_an_old_link_to_a_group_opens_the_group(told: Desk) -> None:
    screen = conversations(told, group=str(told.around.group().id))
    assert len(chat(screen)) == 2


def test_what_failed_is_named_with_its_group(told: Desk) -> None:
    fail(told)
    assert "HNM Hoge Veld" in conversations(told, "hanna", part="group").error[0].value


def test_texts_for_a_group_from_a_file_are_there_to_be_copied(told: Desk) -> None:
    with told.around.store.unit() as unit:
        group_id = unit.pilots.add_group(
            told.around.pilot.id, source="whatsapp_export", native_id="x", name="HNM Bestand"
        )
    screen = conversations(told, group=str(group_id))
    assert "WhatsApp" in screen.warning[0].value
    assert "WhatsApp" not in words(conversations(told, part="group"))


@pytest.mark.parametrize(("login", "may_post"), [("hanna", True), ("lea", False)])
def test_what_is_to_be_posted_waits_for_us_in_the_list(
    told: Desk, login: str, may_post: bool
) -> None:
    with told.around.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="to_copy"))
    screen = conversations(told, login, thread=key_of(told), show="us")
    (line,) = listed(screen)
    assert (line["waits"], line["waits_word"]) == ("to_copy", "1 tekst om te plaatsen")
    ours = chat(screen)[1]
    assert (ours["may_post"], ours["may_take_back"]) == (may_post, False)


def fail(told: Desk) -> None:
    with told.around.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="failed"))
