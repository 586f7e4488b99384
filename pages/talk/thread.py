"""One conversation: all that was said both ways, what became of our texts, and an answer."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.domain import Area, Incident, User
from core.permissions import may
from core.status import Step, fits
from core.store import Unit
from core.store.talk_queries import OutboxLine, ReportLine
from core.store.thread_queries import Thread, lines_of
from core.threads import Awaited, awaited
from core.triage import PERMISSION
from core.undo import last_step, undo
from pages._act import carry_out
from pages._frame import ago, moment, services, t, told
from pages._links import open_incident
from pages.components.group_chat import show_group_chat
from pages.components.words import escaped
from pages.talk.delivery import text_row
from pages.talk.group import chat_words, report_row, retry_pressed
from pages.talk.listing import Listed, alone_groups, title_of, whom_of
from pages.talk.posting import not_posted_pressed, posted_pressed
from pages.talk.reply import show_reply
from pages.talk.writing import source_name

_CHAT: Final = "talk.chat"


def show_thread(thread: Thread, found: Listed, me: User) -> None:
    incident = found.incident(thread)
    _show_heading(thread, incident)
    given = services()
    with given.store.read() as connection:
        groups = Unit(connection, given.clock()).pilots.groups()
        theirs, ours = lines_of(connection, thread, alone_groups(groups))
    undoable = _undoable(incident, me)
    show_group_chat(
        _rows(theirs, ours, me, undoable),
        group=thread.key,
        words=chat_words(),
        on_retry=lambda: retry_pressed(_CHAT),
        on_undo=lambda: _undo(incident),
        on_due=lambda: None,
        on_posted=lambda: posted_pressed(_CHAT),
        on_not_posted=lambda: not_posted_pressed(_CHAT),
        key=_CHAT,
        is_short=incident is not None,
    )
    if incident is not None and may(me, PERMISSION[Step.TELL]):
        show_reply(thread, incident)


def _show_heading(thread: Thread, incident: Incident | None) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        whom = f"{escaped(whom_of(thread))} · {escaped(source_name(thread.group.source))}"
        st.markdown(f"**{escaped(title_of(thread, incident))}**  \n{whom}", width="content")
        if incident is not None and st.button(
            t("conversations.to_incident"),
            key=f"talk.incident.{thread.key}",
            type="tertiary",
            icon=":material/open_in_new:",
        ):
            open_incident(incident.id)
    who = awaited(thread, incident)
    if who is Awaited.THEM and thread.asked_at is not None:
        line = t("conversations.question_open", ago=ago(thread.asked_at))
        st.caption(line, help=moment(thread.asked_at))


def _rows(
    theirs: list[ReportLine], ours: list[OutboxLine], me: User, undoable: set[int]
) -> list[dict[str, Any]]:
    said = [(line.sent_at, report_row(line, {})) for line in theirs]
    said += [(line.at, text_row(line, me, may_undo=line.id in undoable)) for line in ours]
    return [row for _, row in sorted(said, key=lambda pair: pair[0])]


def _undoable(incident: Incident | None, me: User) -> set[int]:
    """The texts that go when who looks takes their own last step back."""
    if incident is None or not may(me, PERMISSION[Step.UNDO]) or not fits(Step.UNDO, incident):
        return set()
    given = services()
    with given.store.read() as connection:
        history = Unit(connection, given.clock()).audit.of("incident", incident.id)
    step = last_step(history, me.login)
    return set(step.detail.get("outbox", ())) if step is not None else set()


@told
def _undo(incident: Incident | None) -> None:
    if incident is None:
        return
    carry_out(
        lambda me, unit: undo(incident.id, incident.version, me, unit, _areas(incident, unit)),
        lambda _: t("conversations.undone"),
    )


def _areas(incident: Incident, unit: Unit) -> list[Area]:
    return unit.pilots.areas(incident.pilot_id)
