"""Forms that add something: empty once it was taken, and as typed where it was refused."""

from __future__ import annotations

import streamlit as st


def fields(name: str) -> str:
    """The key that a form's fields begin with: another one after each `taken`."""
    count = st.session_state.get(_count(name), 0)
    return f"{name}.{count}" if count else name


def taken(name: str) -> None:
    """What the form held was taken, in a callback: next it is shown empty."""
    st.session_state[_count(name)] = st.session_state.get(_count(name), 0) + 1


def _count(name: str) -> str:
    return f"afresh.{name}"
