"""Who waits for an answer in somebody's areas: residents for us, or we for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import streamlit as st

from core.domain import Incident
from core.store import Unit
from core.store.thread_queries import Thread, all_threads, last_words
from core.threads import Awaited, awaited
from pages._frame import FOLDER, ago, counted, moment, services, t
from pages.beat.cards import WIDTH, show_heading
from pages.components.words import escaped
from pages.talk.listing import alone_groups

_A_PAGE: Final = 15
_ORDER: Final = (Awaited.FAILED, Awaited.US, Awaited.THEM)
_ICONS: Final = {
    Awaited.FAILED: ":material/error:",
    Awaited.US: ":material/reply:",
    Awaited.THEM: ":material/hourglass_top:",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """wachtende: a conversation about an incident here, and on whom it waits."""

    thread: Thread
    incident: Incident
    on: Awaited

    @property
    def since(self) -> datetime:
        """From when somebody waits: the question, or their last word."""
        asked, wrote = self.thread.asked_at, self.thread.theirs_at
        return (asked if self.on is Awaited.THEM else wrote) or self.incident.opened_at


def waiting_in(area_ids: Collection[int]) -> list[Waiting]:
    """What did not arrive first, then who waits for us, then whom we wait for; longest in front."""
    with services().store.read() as connection:
        found = all_threads(connection, _alone(connection))
    lines = [
        Waiting(thread=thread, incident=about, on=awaited(thread, about))
        for thread in found.threads
        if (about := found.incidents.get(thread.incident_id or 0)) is not None
        and about.area_id in area_ids
    ]
    open_ones = [line for line in lines if line.on.is_open]
    return sorted(open_ones, key=lambda one: (_ORDER.index(one.on), one.since))


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
    for one in shown:
        last = words.get(one.thread.key)
        _show_one(one, "" if last is None or last.is_ours else last.text)
    if len(found) > len(shown):
        st.caption(t("area.waiting_more", count=len(found) - len(shown)))


def _of_us(found: Sequence[Waiting]) -> int:
    return sum(one.on is not Awaited.THEM for one in found)


def _show_one(one: Waiting, words: str) -> None:
    key = f"area-waiting-{one.thread.key}"
    with st.container(border=True, gap="small", width=WIDTH, key=key):
        show_heading(one.incident)
        line = t(f"area.waits_{one.on.value}", group=one.thread.group.name, ago=ago(one.since))
        st.caption(f"{_ICONS[one.on]} {escaped(line)}", help=moment(one.since))
        if words:
            st.text(words)
        label = t("area.answer") if one.on is not Awaited.THEM else t("area.read_thread")
        if st.button(label, key=f"{key}.open", icon=":material/forum:"):
            st.switch_page(FOLDER / "conversations.py", query_params={"thread": one.thread.key})
