"""The list of conversations: filtered as the address says, with who waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from core.domain import TEAM, Group, Incident, Urgency, User
from core.i18n import duration
from core.store import Unit
from core.store.queries import revision
from core.store.thread_queries import (
    LastWord,
    Thread,
    Threads,
    all_threads,
    last_words,
    mark_name,
    places_that_say,
    read_marks,
)
from core.telling import owner_name, place_name
from core.threads import Awaited, awaited
from core.wiring import sources
from pages._frame import ago, language, moment, number, services, t
from pages.room import state
from pages.room.names import people
from pages.talk.group import SHORT
from pages.talk.writing import source_name

MOST_ROWS: Final = 60
RECENT: Final = timedelta(days=14)
"""What is not open any more is listed for so long; under All it always is."""
VIEWS: Final = ("open", "us", "them", "failed", "unread", "all")
FILTERS: Final[dict[str, bool | str | list[str]]] = {
    "show": "open",
    "find": "",
    "in": [],
    "team": "",
    "channel": "",
}
_FIRST: Final = ""
"""The mark of when somebody first came here: what was said before counts as read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """getoonde gesprekken: what fits the filters, of all there are, and what is unread."""

    threads: tuple[Thread, ...]
    every: Threads
    unread: frozenset[str]
    revision: int

    def incident(self, thread: Thread) -> Incident | None:
        return self.every.incidents.get(thread.incident_id or 0)


def alone_groups(found: Sequence[Group]) -> frozenset[int]:
    """The groups in which nobody reads along: a report line, public posts."""
    return frozenset(group.id for group in found if group.is_open_source or _is_line(group))


def _is_line(group: Group) -> bool:
    source = sources().get(group.source)
    kind = source.CARD.founds if source is not None else ""
    return bool(kind) and group.native_id.startswith(f"{kind}:")


def listed(me: User) -> Listed:
    """Every conversation, and those that the filters leave."""
    given = services()
    with given.store.read() as connection:
        newest = revision(connection)
        marks = read_marks(connection, me.id)
    every = _every(given.store.url, newest, wide=looks_wide())
    named = st.query_params.get("thread")
    if named and not any(thread.key == named for thread in every.threads):
        every = _every(given.store.url, newest, wide=True)
    unread = frozenset(t.key for t in every.threads if _is_unread(t, marks, given.clock()))
    chosen = _fitting(every, unread)
    return Listed(threads=tuple(chosen), every=every, unread=unread, revision=newest)


def looks_wide() -> bool:
    """True where older conversations are wanted too: under All, and in a search."""
    return st.session_state["show"] == "all" or bool(str(st.session_state["find"]).strip())


@lru_cache(maxsize=4)
def _read(url: str, newest: int, second: int, wide: bool) -> Threads:
    given = services()
    since = None if wide else given.clock() - RECENT
    with given.store.read() as connection:
        groups = Unit(connection, given.clock()).pilots.groups()
        return all_threads(connection, alone_groups(groups), since)


def _every(url: str, newest: int, *, wide: bool) -> Threads:
    """Read once for each revision; what leaves without an incident shows within some seconds."""
    return _read(url, newest, int(services().clock().timestamp()) // 5, wide)


def _is_unread(thread: Thread, marks: Mapping[str, datetime], now: datetime) -> bool:
    seen = max((at for key in (_FIRST, thread.key) if (at := marks.get(key))), default=now)
    return thread.theirs_at is not None and thread.theirs_at > seen


def note_look(me: User, key: str) -> None:
    """Keeps that somebody looked at a thread now; the first look at all keeps that too."""
    with services().store.unit() as unit:
        unit.accounts.visit(me.id, mark_name(key), timedelta(0))


def note_first_look(me: User) -> None:
    with services().store.read() as connection:
        known = _FIRST in read_marks(connection, me.id)
    if not known:
        note_look(me, _FIRST)


def read_filters() -> None:
    for name, default in FILTERS.items():
        state.from_address(name, default)
    if st.session_state["show"] not in VIEWS:
        st.session_state["show"] = "open"


def _fitting(every: Threads, unread: frozenset[str]) -> list[Thread]:
    view, words = str(st.session_state["show"]), str(st.session_state["find"]).strip()
    saying = _saying(words)
    found = []
    for thread in every.threads:
        incident = every.incidents.get(thread.incident_id or 0)
        if (
            _in_view(view, thread, incident, unread)
            and _where(thread, incident)
            and _says(thread, incident, words.casefold(), saying)
        ):
            found.append(thread)
    return found


def _in_view(view: str, thread: Thread, incident: Incident | None, unread: frozenset[str]) -> bool:
    if view == "all":
        return True
    if view == "unread":
        return thread.key in unread
    who = awaited(thread, incident)
    if view == "us":
        return who in (Awaited.US, Awaited.TO_COPY)
    return who.is_open if view == "open" else who == Awaited(view)


def _where(thread: Thread, incident: Incident | None) -> bool:
    """In one of the chosen areas, of the chosen team, by the chosen channel."""
    areas, team = st.session_state["in"], st.session_state["team"]
    channel = st.session_state["channel"]
    area_id = incident.area_id if incident else thread.group.area_id
    owner = (incident.assignee or incident.destination) if incident else None
    return (
        (not areas or str(area_id) in areas)
        and (not team or owner == team)
        and (not channel or thread.group.source == channel)
    )


def _saying(words: str) -> set[tuple[int, int]]:
    if len(words) < 2:
        return set()
    with services().store.read() as connection:
        return places_that_say(connection, words)


def _says(
    thread: Thread, incident: Incident | None, words: str, saying: set[tuple[int, int]]
) -> bool:
    if not words or (thread.group.id, thread.incident_id) in saying:
        return True
    return words in title_of(thread, incident).casefold() or words in whom_of(thread).casefold()


def rows_of(found: Listed) -> list[dict[str, Any]]:
    """The first of the list as the browser's part takes them."""
    shown = found.threads[:MOST_ROWS]
    given = services()
    with given.store.read() as connection:
        groups = Unit(connection, given.clock()).pilots.groups()
        words = last_words(connection, shown, alone_groups(groups))
    return [_row(thread, found, words.get(thread.key)) for thread in shown]


def _row(thread: Thread, found: Listed, last: LastWord | None) -> dict[str, Any]:
    incident = found.incident(thread)
    who = awaited(thread, incident)
    at = thread.last_at
    return {
        "id": thread.key,
        "title": title_of(thread, incident),
        "whom": whom_of(thread),
        "channel": source_name(thread.group.source),
        "last": last.text if last else "",
        "ours": last.is_ours if last else False,
        "at": ago(at) if at else "",
        "at_exact": moment(at) if at else "",
        "waits": who.value,
        "waits_word": waits_word(thread, who, last),
        "unread": thread.key in found.unread,
        "urgent": incident is not None and incident.urgency is Urgency.URGENT,
    }


def waits_word(thread: Thread, who: Awaited, last: LastWord | None) -> str:
    """On whom it waits, and since when."""
    since = thread.asked_at if who is Awaited.THEM else last.unanswered_at if last else None
    if who is Awaited.FAILED:
        return t("conversations.waits_failed", count=number(thread.failed_count))
    if who is Awaited.TO_COPY:
        return t("conversations.waits_to_copy", count=thread.to_copy_count)
    if since is None or not who.is_open:
        return t(f"conversations.waits_{who.value}_some_time")
    seconds = (services().clock() - since).total_seconds()
    return t(f"conversations.waits_{who.value}", long=duration(language(), max(seconds, 0)))


def title_of(thread: Thread, incident: Incident | None) -> str:
    if incident is None:
        return t("conversations.no_incident")
    topic = services().topics[incident.topic].name(language())
    return f"{incident.number} · {topic}, {place_name(language(), incident.location)}"


def whom_of(thread: Thread) -> str:
    if thread.resident is None:
        return thread.group.name
    return f"{t('conversations.resident', mark=thread.resident[:SHORT])} · {thread.group.name}"


def teams_in(found: Threads) -> dict[str, str]:
    """Who has incidents of conversations: teams, services and partners; not colleagues."""
    owners = {
        owner
        for incident in found.incidents.values()
        if (owner := incident.assignee or incident.destination) and not owner.startswith("user:")
    }
    names = {owner: owner_name(language(), owner, people()) for owner in owners}
    return dict(sorted(names.items(), key=lambda pair: (not pair[0].startswith(TEAM), pair[1])))
