"""Acting from a page: one step of core in one transaction, and a sentence about what it did."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import streamlit as st

from core.domain import User
from core.errors import ChangedMeanwhile
from core.store import Unit
from pages._frame import notify, services, user
from pages.components.words import escaped
from pages.room.names import people

R = TypeVar("R")


def carry_out(step: Callable[[User, Unit], R], done: Callable[[R], str]) -> R:
    """Takes the step as who is signed in; `done` makes the sentence that the screen shows next."""
    me = user()
    try:
        with services().store.unit() as unit:
            result = step(me, unit)
    except ChangedMeanwhile as error:
        raise with_name(error) from None
    notify(done(result), kind="done")
    return result


def with_name(error: ChangedMeanwhile) -> ChangedMeanwhile:
    """The error with the colleague's name in place of a login."""
    login = str(error.params.get("who") or "")
    return ChangedMeanwhile(**{**error.params, "who": people().get(login, login)})


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A small table that stands on the page as it is; its cells are words, not Markdown."""
    cells: Mapping[str, list[str]] = {
        column: [escaped(row[place]) for row in rows] for place, column in enumerate(columns)
    }
    st.table(cells, border="horizontal", hide_index=True)
