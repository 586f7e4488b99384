"""gesprekken: what was said with groups and residents, who waits for whom, and our texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from core.domain import Role, User
from core.permissions import Action, may
from core.store import Unit
from pages._admin.texts import show_texts
from pages._frame import Card, counted, number, page, part, services, t, told, user
from pages.components.choice import show_choice
from pages.components.thread_list import show_thread_list
from pages.room import state
from pages.talk import listing
from pages.talk.group import show_group
from pages.talk.listing import FILTERS, MOST_ROWS, RECENT, VIEWS, Listed, listed, rows_of, teams_in
from pages.talk.thread import show_thread
from pages.talk.writing import source_name

CARD: Final = Card(
    title_nl="Gesprekken",
    title_en="Conversations",
    icon=":material/forum:",
    order=30,
    roles=frozenset(
        {
            Role.DISPATCHER,
            Role.COMMUNITY_OFFICER,
            Role.ENFORCEMENT_OFFICER,
            Role.PROJECT_LEAD,
            Role.ADMINISTRATOR,
        }
    ),
)
_TALK: Final = "talk"
_LIST: Final = "talk.list"
_PARAM: Final = "thread"


@page(CARD)
def show() -> None:
    me = user()
    if "group" in st.query_params and "part" not in st.query_params:
        st.query_params["part"] = "group"
    names = ["threads", "group", *(["texts"] if may(me, Action.WRITE_TEXTS) else [])]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.subheader(t("conversations.title"), anchor=False, width="content")
        chosen = show_choice(
            t("conversations.title"),
            {name: t(f"conversations.part_{name}") for name in names},
            param="part",
        )
    if chosen == "texts":
        show_texts()
    elif chosen == "group":
        show_group(me)
    else:
        listing.note_first_look(me)
        show_talk()


@part(_TALK)
def show_talk() -> None:
    me = user()
    listing.read_filters()
    found = listed(me)
    if not found.every.threads:
        st.info(t("conversations.no_threads"), icon=":material/forum:")
        if not listing.looks_wide():
            st.button(t("conversations.show_all"), key="talk-all-shown", on_click=_show_all)
        return
    opened = _opened(found)
    if opened in found.unread:
        listing.note_look(me, opened)
        found = replace(found, unread=found.unread - {opened})
    with st.container(key="talk-one" if opened else "talk-all"):
        _show_filters(found)
        left, right = st.columns([1, 1.35], gap="medium")
        with left:
            _show_list(found, opened)
        with right:
            _show_opened(found, opened, me)


def _opened(found: Listed) -> str:
    """The thread that the address names, if it is still there."""
    named = st.query_params.get(_PARAM, "")
    return named if any(thread.key == named for thread in found.every.threads) else ""


def _show_filters(found: Listed) -> None:
    with st.container(
        horizontal=True, gap="small", vertical_alignment="center", key="talk-filters"
    ):
        st.segmented_control(
            t("conversations.which"),
            VIEWS,
            required=True,
            format_func=lambda name: t(f"conversations.show_{name}"),
            key="show",
            label_visibility="collapsed",
        )
        st.text_input(
            t("room.search"),
            key="find",
            placeholder=t("conversations.find_hint"),
            label_visibility="collapsed",
            width=280,
        )
        with st.popover(t("conversations.narrow"), icon=":material/filter_list:"):
            _show_narrowing(found)
    for name, default in FILTERS.items():
        state.to_address(name, default)


def _show_narrowing(found: Listed) -> None:
    with services().store.read() as connection:
        pilots = Unit(connection, services().clock()).pilots
        areas = {str(area.id): area.name for one in pilots.all() for area in pilots.areas(one.id)}
    teams = teams_in(found.every)
    channels = sorted({thread.group.source for thread in found.every.threads})
    st.session_state["in"] = [area for area in st.session_state["in"] if area in areas]
    # Said again each time: the browser draws what is in a popover only when it is opened.
    for name, known in (("team", teams), ("channel", channels)):
        st.session_state[name] = st.session_state[name] if st.session_state[name] in known else ""
    st.multiselect(
        t("conversations.areas"),
        list(areas),
        format_func=areas.__getitem__,
        placeholder=t("conversations.everywhere"),
        key="in",
    )
    st.selectbox(
        t("conversations.team"),
        ["", *teams],
        format_func=lambda name: teams[name] if name else t("conversations.any"),
        key="team",
    )
    st.selectbox(
        t("conversations.channel"),
        ["", *channels],
        format_func=lambda name: source_name(name) if name else t("conversations.any"),
        key="channel",
    )


def _show_list(found: Listed, opened: str) -> None:
    words = {
        name: t(f"conversations.list_{name}")
        for name in ("list", "unread", "urgent", "us", "fresh", "moved")
    }
    if not found.threads:
        st.info(t(f"conversations.none_{st.session_state['show']}"), icon=":material/done_all:")
    show_thread_list(
        rows_of(found),
        selected=opened,
        revision=found.revision,
        filters="|".join(str(st.session_state[name]) for name in FILTERS),
        words=words,
        on_opened=_open_pressed,
        on_news=lambda: None,
        key=_LIST,
    )
    shown = min(len(found.threads), MOST_ROWS)
    line = counted("conversations.count", len(found.threads))
    if shown < len(found.threads):
        line = t("conversations.count_shown", shown=number(shown), line=line)
    if not listing.looks_wide():
        recent = t("conversations.recent", days=counted("count.days", RECENT.days))
        line = f"{line.removesuffix('.')}. {recent}"
    st.caption(line)


@told
def _show_all() -> None:
    st.session_state["show"] = "all"


@told
def _open_pressed() -> None:
    key = st.session_state[_LIST]["opened"]
    if isinstance(key, str) and len(key) < 40:
        _open(key)


@told
def _open(key: str) -> None:
    if key:
        st.query_params[_PARAM] = key
    else:
        st.query_params.pop(_PARAM, None)


def _show_opened(found: Listed, opened: str, me: User) -> None:
    thread = next((one for one in found.every.threads if one.key == opened), None)
    if thread is None:
        gone = st.query_params.get(_PARAM)
        st.info(t("conversations.gone" if gone else "conversations.choose"), icon=":material/chat:")
        return
    st.button(
        t("conversations.back"),
        key="talk-back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=_open,
        args=("",),
    )
    show_thread(thread, found, me)


if __name__ == "__main__":
    show()
