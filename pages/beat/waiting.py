"""Who waits for an answer in somebody's areas: residents for us, or we for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import streamlit as st

from core.domain import Incident
from core.store import Unit
from core.store.thread_queries import Thread, incidents_about, last_words, threads_in
from core.threads import Awaited, awaited_when
from pages._frame import FOLDER, ago, counted, moment, services, t
from pages.beat.cards import WIDTH, show_heading
from pages.components.words import escaped
from pages.talk.listing import RECENT, alone_groups

_A_PAGE: Final = 15
_ORDER: Final = (Awaited.FAILED, Awaited.TO_COPY, Awaited.US, Awaited.THEM)
_ICONS: Final = {
    Awaited.FAILED: ":material/error:",
    Awaited.TO_COPY: ":material/content_copy:",
    Awaited.US: ":material/reply:",
    Awaited.THEM: ":material/hourglass_top:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """wachtende: a conversation about an incident here, on whom it waits, and since when."""

    thread: Thread
    on: Awaited
    since: datetime


def waiting_in(area_ids: Collection[int]) -> list[Waiting]:
    """What did not arrive first, then who waits for us, then whom we wait for; longest in front.

    Of what has ended only the last days, as on the page of conversations.
    """
    given = services()
    with given.store.read() as connection:
        found = threads_in(connection, area_ids, _alone(connection), given.clock() - RECENT)
    lines = [
        Waiting(thread=thread, on=on, since=_since(thread, on) or opened_at)
        for thread, status, opened_at in found
        if (on := awaited_when(thread, status)).is_open
    ]
    return sorted(lines, key=lambda one: (_ORDER.index(one.on), one.since))


def _since(thread: Thread, on: Awaited) -> datetime | None:
    """From when somebody waits: the question, our text that lies here, or their last word."""
    if on is Awaited.TO_COPY:
        return thread.ours_at
    return thread.asked_at if on is Awaited.THEM else thread.theirs_at


def about(found: Sequence[Waiting]) -> list[tuple[Waiting, Incident]]:
    """Each of these with its incident."""
    with services().store.read() as connection:
        known = incidents_about(connection, [one.thread for one in found])
    return [(one, known[one.thread.incident_id or 0]) for one in found]


def _alone(connection: Any) -> frozenset[int]:
    return alone_groups(Unit(connection, services().clock()).pilots.groups())


def show_waiting(found: Sequence[Waiting]) -> None:
    if not found:
        st.info(t("area.nobody_waits"), icon=":material/check_circle:")
        return
    st.caption(t("area.waiting_note", us=counted("count.threads", _of_us(found))))
    shown = found[:_A_PAGE]
    with services().store.read() as connection:
        words = last_words(connection, [one.thread for one in shown], _alone(connection))
    for one, incident in about(shown):
        last = words.get(one.thread.key)
        _show_one(one, incident, "" if last is None or last.is_ours else last.text)
    if len(found) > len(shown):
        st.caption(t("area.waiting_more", count=len(found) - len(shown)))


def _of_us(found: Sequence[Waiting]) -> int:
    return sum(one.on is not Awaited.THEM for one in found)


def _show_one(one: Waiting, incident: Incident, words: str) -> None:
    key = f"area-waiting-{one.thread.key}"
    with st.container(border=True, gap="small", width=WIDTH, key=key):
        show_heading(incident)
        line = t(f"area.waits_{one.on.value}", group=one.thread.group.name, ago=ago(one.since))
        st.caption(f"{_ICONS[one.on]} {escaped(line)}", help=moment(one.since))
        if words:
            st.text(words)
        label = t("area.answer") if one.on is not Awaited.THEM else t("area.read_thread")
        if st.button(label, key=f"{key}.open", icon=":material/forum:"):
            st.switch_page(FOLDER / "conversations.py", query_params={"thread": one.thread.key})
