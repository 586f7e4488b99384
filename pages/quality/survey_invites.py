"""The link of a wave, the groups it goes to, the reminder, and how each text fares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st

from core.clock import from_local, local
from core.domain import Group
from core.store import Unit
from core.survey_form import Invitation, Survey, Wave
from core.survey_invites import LONGEST, invite
from core.surveys import token_of
from core.wiring import sources
from pages._act import carry_out
from pages._frame import moment, number, services, t, told
from pages.components.words import escaped

_REMIND_AFTER: Final = timedelta(days=7)
_REMIND_AT: Final = time(18)
"""When people are at home, and before the quiet hours."""


def show_invites(survey: Survey, wave: Wave, groups: Sequence[Group]) -> None:
    given = services()
    st.markdown(f"**{t('surveys.link')}**")
    if not given.settings.outside_url:
        st.warning(t("surveys.no_address"), icon=":material/link_off:")
        return
    link = f"{given.settings.outside_url}/survey/{token_of(wave.id, given.vault)}"
    st.code(link, language=None)
    if survey.audience != "residents":
        st.caption(t("surveys.staff_link"))
        return
    with given.store.read() as connection:
        known = Unit(connection, given.clock()).surveys.invitations(wave.id)
    _show_known(known, {group.id: group.name for group in groups})
    invited = {one.group_id for one in known}
    able = {g.id: g.name for g in groups if _reaches(g) and g.id not in invited}
    if able:
        _show_form(wave, able, link)


def _reaches(group: Group) -> bool:
    """Whether a group takes part, and can be written to."""
    source = sources().get(group.source)
    return not group.is_open_source and (hasattr(source, "say") or hasattr(source, "send"))


def _show_known(known: Sequence[Invitation], names: Mapping[int, str]) -> None:
    """Who was invited, and what is still to leave."""
    by_line: dict[str, list[str]] = {}
    for one in known:
        by_line.setdefault(_fate(one), []).append(names.get(one.group_id, "–"))
    for line, groups in by_line.items():
        st.caption(escaped(f"{line}: {', '.join(groups)}"))


def _fate(one: Invitation) -> str:
    """How a text fares, in words; the exact moment is part of it."""
    what = t("surveys.reminder" if one.again else "surveys.invitation")
    if one.state == "delivered" and one.delivered_at is not None:
        return t("surveys.fate_delivered", what=what, moment=moment(one.delivered_at))
    if one.state in ("queued", "leaving"):
        return t("surveys.fate_queued", what=what, moment=moment(one.due_at))
    if one.state == "to_copy":
        return t("surveys.fate_to_copy", what=what)
    return t(
        "surveys.fate_withdrawn" if one.state == "withdrawn" else "surveys.fate_failed", what=what
    )


def _show_form(wave: Wave, able: Mapping[int, str], link: str) -> None:
    key = f"surveys.wave.{wave.id}"
    with st.form(key, border=False):
        st.multiselect(
            t("surveys.groups"),
            list(able),
            default=list(able),
            format_func=able.__getitem__,
            key=f"{key}.groups",
        )
        st.text_area(
            t("surveys.text"), t("surveys.usual_text"), key=f"{key}.text", max_chars=LONGEST
        )
        _show_reminder(wave, key)
        st.form_submit_button(
            t("surveys.invite"), type="primary", on_click=_invite, args=(wave.id, key, link)
        )


def _show_reminder(wave: Wave, key: str) -> None:
    """A day for the reminder, while there is one between tomorrow and the last."""
    today = local(services().clock()).date()
    last = local(wave.last_moment).date()
    if last <= today:
        st.caption(t("surveys.no_reminder"))
        return
    usual = min(today + _REMIND_AFTER, last)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.checkbox(t("surveys.remind"), value=True, key=f"{key}.remind")
        st.date_input(
            t("surveys.remind_on"),
            usual,
            min_value=today + timedelta(days=1),
            max_value=last,
            format="DD-MM-YYYY",
            key=f"{key}.remind_on",
            width=170,
        )


@told
def _invite(wave_id: int, key: str, link: str) -> None:
    given = st.session_state
    chosen, text = list(given[f"{key}.groups"]), str(given[f"{key}.text"])
    on = given.get(f"{key}.remind_on") if given.get(f"{key}.remind") else None
    carry_out(
        lambda me, unit: invite(
            wave_id,
            chosen,
            text,
            link,
            me,
            unit,
            remind_at=from_local(datetime.combine(on, _REMIND_AT)) if on else None,
        ),
        lambda count: t("surveys.done.invited", count=number(count)),
    )
