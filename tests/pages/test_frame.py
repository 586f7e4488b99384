"""The frame: who may see which page, in which language, and what a failure looks like."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.domain import Role
from core.errors import NotFound
from core.i18n import text_of
from pages._bar import cards
from pages._frame import Card, trail
from tests.pages.conftest import Desk, words
from tests.people import CAST

PAGE = """
from core.domain import Role
from pages._frame import Card, page{names}

CARD = Card(title_nl="Proef", title_en="Try", icon=":material/help:", order=1,
            roles=frozenset({{Role.DISPATCHER}}))


@page(CARD)
def show():
{body}


if __name__ == "__main__":
    show()
"""


def page_that(body: str, names: str = "") -> AppTest:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return AppTest.from_string(PAGE.format(body=lines, names=names), default_timeout=30)


def test_without_a_session_a_page_shows_nothing_but_the_way_in(desk: Desk) -> None:
    screen = desk.open_frame()
    assert [w.value for w in screen.warning] == [text_of("nl", "error.not_signed_in")]
    assert not screen.button


def test_a_page_alone_asks_for_a_session_too(desk: Desk) -> None:
    screen = desk.open("control_room")
    assert text_of("nl", "error.not_signed_in") in words(screen)
    assert not screen.button


@pytest.mark.parametrize("login", CAST)
def test_every_role_opens_the_dashboard_without_a_failure(desk: Desk, login: str) -> None:
    desk.sign_in(login)
    screen = desk.open_frame()
    assert not screen.exception
    assert [error.value for error in screen.error] == []


def test_a_page_of_another_role_is_refused_on_the_server(desk: Desk) -> None:
    desk.sign_in("ron")
    screen = desk.open("control_room")
    assert [error.value for error in screen.error] == ["Dit mag niet met uw rol."]
    assert not screen.button


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("nl", "Dit mag niet met uw rol."), ("en", "Your role may not do this.")],
)
def test_the_user_s_language_is_spoken(desk: Desk, language: str, sentence: str) -> None:
    desk.sign_in("ron", language)
    assert sentence in words(desk.open("control_room"))


def test_a_known_failure_is_one_sentence(desk: Desk) -> None:
    desk.sign_in("dora")
    body = 'from core.errors import NotFound\nraise NotFound(what="incident", id=7)'
    screen = page_that(body).run()
    assert [error.value for error in screen.error] == [
        text_of("nl", NotFound.code, what="incident", id=7)
    ]


def test_an_unknown_failure_gets_a_number_that_the_log_has_without_any_words(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.sign_in("dora")
    with caplog.at_level(logging.ERROR, "pages"):
        screen = page_that('raise RuntimeError("Anna woont op 36")').run()
    (error,) = screen.error
    reference = error.value.rstrip(".").rpartition(" ")[2]
    assert reference in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Anna" not in caplog.text + error.value


def test_a_failing_callback_becomes_a_notice_and_the_page_stays(desk: Desk) -> None:
    desk.sign_in("dora")
    screen = page_that(
        "import streamlit as st\n"
        "from core.errors import ReasonMissing\n"
        "from pages._frame import take_notice\n"
        "@told\n"
        "def act():\n"
        "    raise ReasonMissing(step='x')\n"
        "st.button('doe', on_click=act)\n"
        "notice = take_notice()\n"
        "st.caption(notice[1] if notice else '-')",
        ", told",
    ).run()
    screen.button[0].click().run()
    assert [caption.value for caption in screen.caption] == [text_of("nl", "error.reason_missing")]
    assert not screen.exception


def test_a_session_that_ends_ends_the_page_at_its_next_run(desk: Desk) -> None:
    desk.sign_in("dora")
    screen = desk.open("control_room")
    assert not screen.warning
    with desk.around.store.unit() as unit:
        row = unit.accounts.row("dora")
        assert row is not None
        unit.accounts.end_sessions_of(row.id)
    screen.run()
    assert text_of("nl", "error.not_signed_in") in words(screen)


def test_a_new_file_is_a_page_and_a_broken_one_closes_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "little_pages"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "second.py").write_text(
        PAGE.format(body="    pass", names="").replace("order=1", "order=2")
    )
    (folder / "first.py").write_text(PAGE.format(body="    pass", names=""))
    (folder / "broken.py").write_text("CARD = 1 / 0")
    (folder / "_own.py").write_text("raise AssertionError('not a page')")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert list(cards(folder)) == ["first", "second"]
    assert "broken" in caplog.text


def test_the_cards_of_the_product_have_both_titles_and_known_roles() -> None:
    assert "control_room" in cards()
    for name, card in cards().items():
        assert isinstance(card, Card), name
        assert card.title_nl and card.title_en and card.roles <= set(Role), name


def test_a_trail_names_places_and_no_values() -> None:
    try:
        int("Anna")
    except ValueError as error:
        said = trail(error)
    assert said.startswith("ValueError at test_frame.py:")
    assert "Anna" not in said


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(
    ("address", "title"), [("admin", "frame.not_yours"), ("no_page", "frame.no_page")]
)
def test_where_there_is_nothing_to_see_the_way_on_is_shown(
    desk: Desk, language: str, address: str, title: str
) -> None:
    desk.sign_in("dora", language)
    screen = desk.open_frame()
    screen._page_hash = next(  # switch_page knows files only
        found
        for found, one in screen._registered_pages.items()
        if one.get("url_pathname") == address
    )
    screen.run()
    assert not screen.exception
    assert screen.header[0].value.endswith(text_of(language, title))
    assert cards()["control_room"].title(language) in [link.label for link in screen.page_link]
    assert cards()["admin"].title(language) not in [link.label for link in screen.page_link]


LATER = """
import threading
import streamlit as st
from pages._frame import later, services, t, user

asked, said = later(lambda: (t("sign_in.button"), services().store.url)), []
thread = threading.Thread(target=lambda: said.extend(asked()))
thread.start()
thread.join()
for one in said:
    st.text(one)
"""


def test_what_is_made_later_speaks_the_language_of_the_screen_that_asked(desk: Desk) -> None:
    """A download is made in a thread that has no session."""
    desk.sign_in("dora", "en")
    screen = page_that(LATER.strip()).run()
    assert not screen.exception
    said = [text.value for text in screen.text]
    assert said == [text_of("en", "sign_in.button"), desk.around.store.url]


@pytest.mark.parametrize("address", ["http://127.0.0.1/", "http://127.0.0.1/control_room"])
def test_the_page_where_somebody_arrives_is_found_by_either_address(
    desk: Desk, address: str
) -> None:
    desk.sign_in("dora")
    screen = desk.open_frame(address)
    assert not screen.exception
    named = {one.get("url_pathname") for one in screen._registered_pages.values()}
    assert ("control_room" in named) == address.endswith("control_room")
