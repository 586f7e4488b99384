"""wissen: what is stored of a group that withdrew, or of a resident who stopped, goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.administration import erase_some, pseudonym_of, stop_resident
from core.domain import Group
from core.store.consent_queries import erasable_count
from pages._act import carry_out
from pages._frame import notify, number, services, t, told, user

_STOPPED: Final = "admin.stopped"


def show_erasing(group_ids: Sequence[int], resident: str | None) -> None:
    """How much is stored, and the button that erases it, a part at a time."""
    with services().store.read() as connection:
        total = erasable_count(connection, group_ids, resident)
    if not total:
        st.caption(t("admin.nothing_stored"))
        return
    st.warning(t("admin.still_stored", count=number(total)), icon=":material/delete_sweep:")
    if st.button(t("admin.erase"), key=f"admin.erase.{resident or group_ids[0]}", type="primary"):
        _erase(group_ids, resident, total)
        notify(t("admin.done.erased", count=number(total)), kind="done")
        st.rerun()


def show_stopping(group: Group) -> None:
    """A resident of this group's source who wants to take part no more."""
    st.caption(t("admin.stop_note"))
    key = f"admin.stop.{group.source}"
    with st.form(key, border=False, clear_on_submit=True):
        st.text_input(t("admin.stop_who"), key=f"{key}.who", help=t("admin.stop_who_help"))
        st.text_input(t("admin.stop_evidence"), key=f"{key}.evidence", max_chars=300)
        st.form_submit_button(t("admin.stop_button"), on_click=_stop, args=(group.source, key))
    resident, group_ids = st.session_state.get(_STOPPED, ("", ()))
    if resident:
        st.markdown(t("admin.stopped_resident", resident=resident))
        show_erasing(group_ids, resident)


def _erase(group_ids: Sequence[int], resident: str | None, total: int) -> None:
    """A transaction for each part: nobody else waits long, and what is gone stays gone."""
    bar, gone = st.progress(0.0, t("admin.erasing")), 0
    while True:
        me = user()
        with services().store.unit() as unit:
            count = erase_some(group_ids, resident, me, unit)
        if not count:
            return
        gone += count
        bar.progress(min(1.0, gone / total), t("admin.erasing"))


@told
def _stop(source: str, key: str) -> None:
    me = user()
    written = str(st.session_state[f"{key}.who"])
    evidence = str(st.session_state[f"{key}.evidence"])
    resident = pseudonym_of(written, source, services().vault, me)
    group_ids = carry_out(
        lambda me, unit: stop_resident(resident, source, evidence, me, unit),
        lambda groups: t("admin.done.stopped", count=len(groups)),
    )
    st.session_state[_STOPPED] = (resident, tuple(group_ids))
