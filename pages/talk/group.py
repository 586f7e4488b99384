"""A whole group as its residents see it: what was kept of what they wrote, and what we said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from core import i18n
from core.deliveries import try_again
from core.domain import User
from core.store.question_queries import open_questions
from core.store.talk_queries import (
    GroupLine,
    OutboxLine,
    ReportLine,
    group_lines,
    reports_of,
    sent_to,
    topics_of,
)
from core.wiring import sources
from pages._act import carry_out
from pages._frame import language, moment, services, t, told
from pages._links import open_incident
from pages.components.choice import show_select
from pages.components.countdown import Due, show_countdown
from pages.components.group_chat import show_group_chat
from pages.components.words import escaped
from pages.room.due import countdown_words
from pages.room.reciprocity import summary_of
from pages.talk.delivery import text_row
from pages.talk.posting import not_posted_pressed, posted_pressed
from pages.talk.writing import source_name

_A_PAGE: Final = 60
_CHAT: Final = "conversations.chat"
_SHOWN: Final = "conversations.shown"
SHORT: Final = 5
"""As much of a pseudonym as tells two residents of a group apart on the screen."""


def show_group(me: User) -> None:
    with services().store.read() as connection:
        lines = {line.group.id: line for line in group_lines(connection)}
    if not lines:
        st.info(t("conversations.no_groups"), icon=":material/forum:")
        return
    line = lines[_choose_group(lines)]
    say_channel(line)
    _show_questions(line)
    _show_chat(line, me)


def _choose_group(lines: dict[int, GroupLine]) -> int:
    names = {str(group_id): line.group.name for group_id, line in lines.items()}
    chosen = show_select(
        t("conversations.group"), names, param="group", on_change=_start_anew, width=420
    )
    failed = [line for line in lines.values() if line.failed_count]
    if failed:
        groups = ", ".join(f"{line.group.name} ({line.failed_count})" for line in failed)
        st.error(t("conversations.failed", groups=escaped(groups)), icon=":material/sms_failed:")
    return int(chosen)


def say_channel(line: GroupLine) -> None:
    """Whether a text reaches the group by itself, or somebody must bring it."""
    source = sources().get(line.group.source)
    name = source_name(line.group.source)
    counts = t("conversations.counts", sent=line.sent_count, waiting=line.waiting_count)
    if source is not None and source.CARD.group_send:
        st.caption(f"{t('conversations.reaches', source=name)} {counts}")
    else:
        st.warning(t("conversations.to_copy", source=name), icon=":material/content_copy:")
        if line.to_copy_count:
            counts = f"{counts} {t('conversations.to_copy_count', count=line.to_copy_count)}"
        st.caption(counts)


def _show_questions(line: GroupLine) -> None:
    """What is open in the group: the question, what was answered, and when it ends."""
    given = services()
    with given.store.read() as connection:
        running = open_questions(connection, line.group.id)
        topics = topics_of(connection, {found.question.incident_id for found in running})
    for found in running:
        question = found.question
        label = incident_label(question.incident_id, topics[question.incident_id])
        with st.container(border=True, gap="xsmall", key=f"conversations-q-{question.id}"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                whom = t("asking.to_one", group="").strip() if question.resident else ""
                st.caption(f":material/hourglass_top: {t('conversations.open_question')} {whom}")
                if st.button(label, key=f"conversations.q.{question.id}", type="tertiary"):
                    open_incident(question.incident_id)
            st.text(question.text)
            show_countdown(
                [
                    Due(
                        text=t("asking.ends", count=question.enough_count),
                        at=question.deadline_at,
                        calm=True,
                    )
                ],
                now=given.clock(),
                words=countdown_words(),
                key=f"conversations.due.{question.id}",
            )
            st.markdown(f"**{escaped(summary_of(found))}**")


def _show_chat(line: GroupLine, me: User) -> None:
    limit = st.session_state.get(_SHOWN, _A_PAGE)
    with services().store.read() as connection:
        reports = reports_of(connection, line.group.id, limit)
        sent = sent_to(connection, line.group.id, limit)
        ids = {id for report in reports for id in report.incident_ids}
        topics = topics_of(
            connection, ids | {text.incident_id for text in sent if text.incident_id}
        )
    if not reports and not sent:
        st.info(t("conversations.empty"), icon=":material/forum:")
        return
    if line.kept_count > len(reports):
        label = t("conversations.earlier", count=line.kept_count - len(reports))
        st.button(label, key="conversations.earlier", on_click=_show_earlier, type="tertiary")
    wanted = show_group_chat(
        _rows(reports, sent, topics, me),
        group=str(line.group.id),
        words=chat_words(),
        on_retry=lambda: retry_pressed(_CHAT),
        on_due=lambda: None,
        on_posted=lambda: posted_pressed(_CHAT),
        on_not_posted=lambda: not_posted_pressed(_CHAT),
        key=_CHAT,
    )
    if wanted is not None:
        open_incident(wanted)


def chat_words() -> dict[str, str]:
    names = ("list erased copy copied selected retry leaves undo below posted not_posted").split()
    return {name: t(f"conversations.{name}") for name in names}


def _rows(
    reports: Sequence[ReportLine],
    sent: Sequence[OutboxLine],
    topics: dict[int, str],
    me: User,
) -> list[dict[str, Any]]:
    labels = {id: incident_label(id, topic) for id, topic in topics.items()}
    ours = []
    for text in sent:
        row = text_row(text, me)
        if text.incident_id in labels:
            row["incidents"] = [(text.incident_id, labels[text.incident_id])]
        ours.append((text.at, row))
    theirs = [(report.sent_at, report_row(report, labels)) for report in reports]
    return [row for _, row in sorted([*theirs, *ours], key=lambda pair: pair[0])]


def report_row(report: ReportLine, labels: dict[int, str]) -> dict[str, Any]:
    """A message as the conversation's part in the browser takes it."""
    return {
        "id": report.id,
        "ours": False,
        "who": t("conversations.resident", mark=report.resident[:SHORT]),
        "day": i18n.day(language(), report.sent_at),
        "at": i18n.clock_time(language(), report.sent_at),
        "at_exact": moment(report.sent_at),
        "text": report.redacted,
        "incidents": [(id, labels[id]) for id in report.incident_ids if id in labels],
    }


def incident_label(incident_id: int, topic: str) -> str:
    return f"HNM-{incident_id} · {services().topics[topic].name(language())}"


def _start_anew() -> None:
    st.session_state[_SHOWN] = _A_PAGE


def _show_earlier() -> None:
    st.session_state[_SHOWN] = st.session_state.get(_SHOWN, _A_PAGE) + _A_PAGE


@told
def retry_pressed(key: str) -> None:
    """Sends again what did not arrive."""
    outbox_id = st.session_state[key]["retry"]
    if isinstance(outbox_id, int):
        carry_out(
            lambda me, unit: try_again(outbox_id, me, unit), lambda _: t("conversations.retried")
        )
