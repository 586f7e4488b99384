"""Answers side by side, each with its key: what somebody who settles one after another presses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st


@dataclass(frozen=True, slots=True)
class Answer:
    """antwoordknop: what it says, the letter that presses it, what it does, with what."""

    key: str
    label: str
    icon: str
    letter: str
    act: Callable[..., None]
    args: tuple[Any, ...]


def show_answers(*answers: Answer) -> None:
    """The first is what was proposed."""
    for answer in answers:
        st.button(
            answer.label,
            key=answer.key,
            icon=f":material/{answer.icon}:",
            shortcut=answer.letter,
            type="primary" if answer is answers[0] else "secondary",
            on_click=answer.act,
            args=answer.args,
        )
