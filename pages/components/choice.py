"""Choices that the address keeps: a link opens the same thing for a colleague.

The address holds the option's own name, never its label, which changes with the language and with
counts; a widget whose labels changed is made anew, because Streamlit knows options by their label.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping

import streamlit as st


def show_choice(label: str, names: Mapping[str, str], *, param: str) -> str:
    """A row of buttons of which one is pressed; `names` are the options with their labels."""
    key = _key(param, names)
    chosen = st.segmented_control(
        label,
        list(names),
        default=_now(param, names),
        required=True,
        format_func=names.__getitem__,
        key=key,
        label_visibility="collapsed",
        on_change=_keep,
        args=(param, key),
    )
    return str(chosen or _now(param, names))


def show_select(
    label: str,
    names: Mapping[str, str],
    *,
    param: str,
    width: int | None = None,
    on_change: Callable[[], None] = lambda: None,
) -> str:
    """A list of which one is chosen."""
    key = _key(param, names)
    chosen = st.selectbox(
        label,
        list(names),
        index=list(names).index(_now(param, names)),
        format_func=names.__getitem__,
        key=key,
        width=width or "stretch",
        on_change=_keep,
        args=(param, key, on_change),
    )
    return str(chosen)


def go_to(param: str, name: str) -> None:
    """Chooses an option from outside the widget, in a callback."""
    st.query_params[param] = name
    for key in [key for key in st.session_state if str(key).startswith(f"{param}.")]:
        del st.session_state[key]  # else the widget would keep what it had


def _now(param: str, names: Mapping[str, str]) -> str:
    named = st.query_params.get(param, "")
    return named if named in names else next(iter(names))


def _key(param: str, names: Mapping[str, str]) -> str:
    return f"{param}.{zlib.crc32('|'.join(names.values()).encode()):08x}"


def _keep(param: str, key: str, on_change: Callable[[], None] = lambda: None) -> None:
    st.query_params[param] = str(st.session_state[key])
    on_change()
