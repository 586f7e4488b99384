"""What a team sees on a phone: what it may look at, and buttons to say what it found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.domain import User
from core.scenes import Scenes
from core.store import Unit
from core.store.share_queries import TeamReport, team_reports_of
from core.telling import place_name, status_name
from core.watch_teams import LONGEST, Outcome, Shared, report, seen_by
from core.wiring import names
from pages._act import carry_out
from pages._frame import ago, language, moment, services, t, told
from pages.beat.cards import WIDTH
from pages.components.words import escaped
from pages.room.names import people

ICONS: Final = {
    Outcome.NOTHING: ":material/visibility:",
    Outcome.STILL: ":material/pending:",
    Outcome.CLEARED: ":material/cleaning_services:",
    Outcome.OTHER: ":material/edit_note:",
}
_ONE_TAP: Final = (Outcome.NOTHING, Outcome.STILL, Outcome.CLEARED)


def show_team(me: User) -> None:
    if not me.team:
        st.info(t("watch.no_team"), icon=":material/group_off:")
        return
    given = services()
    with given.store.read() as connection:
        found = seen_by(me, Unit(connection, given.clock()))
        reports = team_reports_of(connection, [one.share_id for one in found])
    st.caption(t("watch.rules", team=escaped(me.team)))
    st.warning(t("watch.emergency"), icon=":material/call:")
    if not found:
        st.info(t("watch.nothing_shared"), icon=":material/check_circle:")
    for one in found:
        _show_card(one, reports[one.share_id])


def _show_card(one: Shared, reports: Sequence[TeamReport]) -> None:
    topic = services().topics[one.topic].name(language())
    where = escaped(place_name(language(), one.place))
    with st.container(border=True, gap="small", width=WIDTH, key=f"watch-{one.share_id}"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f"**{topic}** · {where}", width="content")
            st.badge(status_name(language(), one.status), color="grey")
        st.caption(f"{one.number} · {moment(one.since)} ({ago(one.since)})")
        if one.note:
            st.caption(t("watch.note"))
            st.text(one.note)
        show_reports(reports)
        if one.status.is_open:
            _show_buttons(one)


def show_reports(reports: Sequence[TeamReport]) -> None:
    """What was found before, by whom and when."""
    for line in reports:
        who = people().get(line.by, line.by)
        said = f"{t(f'watch.outcome_{line.outcome}')} · {escaped(who)} · {moment(line.at)}"
        st.caption(f"{ICONS[Outcome(line.outcome)]} {said}")
        if line.redacted:
            st.text(line.redacted)


def _show_buttons(one: Shared) -> None:
    """One tap for the usual, words when there is more to say."""
    for outcome in _ONE_TAP:
        st.button(
            t(f"watch.outcome_{outcome.value}"),
            key=f"watch.{one.share_id}.{outcome.value}",
            icon=ICONS[outcome],
            width="stretch",
            on_click=_say,
            args=(one.share_id, outcome, ""),
        )
    key = f"watch.{one.share_id}.words"
    with (
        st.expander(t("watch.with_words"), icon=ICONS[Outcome.OTHER]),
        st.form(f"{key}.form", border=False, clear_on_submit=True),
    ):
        st.text_area(t("watch.words"), key=key, max_chars=LONGEST, help=t("watch.words_help"))
        st.form_submit_button(
            t("watch.send"), type="primary", on_click=_say_more, args=(one.share_id, key)
        )


def _say_more(share_id: int, key: str) -> None:
    _say(share_id, Outcome.OTHER, str(st.session_state.get(key) or ""))


@told
def _say(share_id: int, outcome: Outcome, words: str) -> None:
    carry_out(
        lambda me, unit: _report(share_id, outcome, words, me, unit),
        lambda _: t("watch.done_reported"),
    )


def _report(share_id: int, outcome: Outcome, words: str, me: User, unit: Unit) -> int:
    """The words are redacted before they are kept, as residents' words are."""
    row = unit.shares.get(share_id)
    pilot_id = unit.incidents.get(row.incident_id).pilot_id if row else 0
    places = Scenes().gazetteer_of(pilot_id, unit)
    return report(share_id, outcome, words, me, unit, names(services()), places)
