"""What residents were promised and must still hear, with what is late in front."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from core.store.question_queries import open_promises
from pages._frame import counted, services, t
from pages._links import open_incident
from pages.beat.cards import WIDTH
from pages.components.countdown import Due, show_countdown
from pages.room.due import countdown_words

_MOST: int = 8


def show_promises(area_ids: Collection[int]) -> None:
    """The promises that run in these areas; nothing when there are none."""
    given = services()
    with given.store.read() as connection:
        running = open_promises(connection, area_ids)
    if not running:
        return
    overdue = sum(promise.is_overdue(given.clock()) for promise, _ in running)
    if overdue:
        st.error(
            t("area.promises_overdue", promises=counted("count.promises", overdue)),
            icon=":material/alarm:",
            width=WIDTH,
        )
    with st.container(border=True, gap="xsmall", width=WIDTH, key="area-promises"):
        st.markdown(f"**{t('area.promises')}**")
        show_countdown(
            [Due(text=f"{i.number} · {p.text}", at=p.due_at) for p, i in running[:_MOST]],
            now=given.clock(),
            words=countdown_words(),
            key="area.promises",
        )
        with st.container(horizontal=True, gap="small"):
            for _, incident in {pair[1].id: pair for pair in running[:_MOST]}.values():
                if st.button(
                    incident.number,
                    key=f"area.promise.{incident.id}",
                    type="tertiary",
                    icon=":material/open_in_new:",
                ):
                    open_incident(incident.id)
        if len(running) > _MOST:
            st.caption(t("area.more", count=len(running) - _MOST))
