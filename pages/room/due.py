"""What is due about the incident on screen, counted down, and why it came back."""

from __future__ import annotations

import streamlit as st

from core.deadlines import Deadline, Duty, all_deadlines
from core.domain import Incident
from core.i18n import clock_time
from core.store import Unit
from core.store.deadline_queries import handed_back
from core.telling import actor_name, owner_name
from pages._frame import language, services, t
from pages.components.countdown import Due, show_countdown
from pages.components.words import escaped
from pages.room.names import people


def countdown_words() -> dict[str, str]:
    """The words of a countdown in the user's language."""
    words = {name: t(f"time.{name}", count="").strip() for name in ("d", "h", "min", "s")}
    said = {"left": t("asking.left"), "late": t("asking.late"), "paused": t("due.paused")}
    return words | said


def show_due(incident: Incident) -> None:
    """Why it was given back, if it was; then everything that is due, what is first in front."""
    given = services()
    with given.store.read() as connection:
        due = all_deadlines([incident], Unit(connection, given.clock())).get(incident.id, ())
        back = handed_back(connection, [incident.id] if incident.is_handed_back else [])
    for one in back.values():
        who = actor_name(language(), one.by, people())
        sentence = t("room.given_back", who=escaped(who), at=clock_time(language(), one.at))
        st.warning(f"{sentence} “{escaped(one.reason)}”", icon=":material/undo:")
    if due:
        show_countdown(
            [line_of(one) for one in due],
            now=given.clock(),
            words=countdown_words(),
            key=f"room.due.{incident.id}",
        )


def line_of(due: Deadline, before: str = "") -> Due:
    """A term as a line that counts down; `before` stands in front of it."""
    text = due.text if due.duty is Duty.KEEP else t(f"due.{due.duty.value}")
    whose = owner_name(language(), due.owner, people()) if due.owner else ""
    said = " · ".join(part for part in (before, text, whose) if part)
    return Due(text=said, at=due.due_at, stands_until=due.paused_until)
