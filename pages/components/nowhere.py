"""Where there is nothing to see for somebody: why, and the way on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from pages.components.words import escaped


def show_nowhere(title: str, why: str, on: str, pages: Sequence[Any], icon: str) -> None:
    """A heading, a sentence, and links to the pages that are for this person (`on` leads them in).

    `pages` are Streamlit's own, as `st.navigation` got them.
    """
    with st.container(key="frame-nowhere", width=640):
        st.header(f"{icon} {escaped(title)}", anchor=False)
        st.markdown(escaped(why))
        if pages:
            st.caption(escaped(on))
            for page in pages:
                st.page_link(page)
