"""How a map looks in each theme, and the names that stand on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import streamlit as st


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The colours of a map in one theme."""

    ground: str
    panel: str
    text: str
    label: str
    edge: str
    pick: str
    area: str


LIGHT: Final = Look(
    ground="#f3f5f7",
    panel="#ffffff",
    text="#14202b",
    label="#44525e",
    edge="#14202b",
    pick="#0b4f8a",
    area="#75818c",
)
DARK: Final = Look(
    ground="#10161c",
    panel="#1a242e",
    text="#e8edf2",
    label="#a9b6c2",
    edge="#e8edf2",
    pick="#8cc4ff",
    area="#5c6b78",
)


def look_now() -> Look:
    """How a map looks in the theme of this screen."""
    return DARK if st.context.theme.type == "dark" else LIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name on the map: a street or a landmark."""

    name: str
    lat: float
    lon: float
