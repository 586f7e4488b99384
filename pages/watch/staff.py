"""What staff share with which team, what the teams found, and how sharing ends."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain import Incident, Urgency, User
from core.permissions import Action, may
from core.store import Unit
from core.store.share_queries import ShareLine, shares_of, team_reports_of
from core.telling import place_name
from core.watch_teams import LONGEST, share, unshare
from pages._act import carry_out
from pages._frame import ago, language, moment, services, t, told
from pages._links import open_incident
from pages.beat.cards import WIDTH
from pages.components.words import escaped
from pages.room.names import people
from pages.watch.team import show_reports


def show_shared(me: User) -> None:
    """Everything that is shared now, the latest first."""
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        lines = shares_of(connection)
        incidents = {line.incident_id: unit.incidents.get(line.incident_id) for line in lines}
    st.caption(t("watch.staff_note"))
    if not lines:
        st.info(t("watch.none_shared"), icon=":material/group:")
        return
    for line in lines:
        with st.container(border=True, gap="small", width=WIDTH, key=f"watch-share-{line.id}"):
            incident = incidents[line.incident_id]
            _show_heading(incident)
            show_lines([line], may(me, Action.SHARE))
            label, icon = t("area.open"), ":material/open_in_new:"
            if st.button(label, key=f"watch.open.{line.id}", type="tertiary", icon=icon):
                open_incident(incident.id)


def _show_heading(incident: Incident) -> None:
    topic = services().topics[incident.topic].name(language())
    where = escaped(place_name(language(), incident.location))
    st.markdown(f"**{incident.number}** · {topic} · {where}")


def show_sharing(incident: Incident, me: User) -> None:
    """Beside an incident: with whom it is shared, what was found, and sharing it."""
    given = services()
    with given.store.read() as connection:
        lines = shares_of(connection, incident.id)
        teams = Unit(connection, given.clock()).shares.teams()
    show_lines(lines, may(me, Action.SHARE))
    shared = {line.team for line in lines if line.ended_at is None}
    free = [team for team in teams if team not in shared]
    if incident.urgency is Urgency.URGENT:
        st.caption(t("watch.urgent_hidden"))
    elif may(me, Action.SHARE) and incident.status.is_open:
        _show_form(incident, free)


def show_lines(lines: Sequence[ShareLine], may_end: bool) -> None:
    """With which team, since when, what staff wrote to it, and what it found."""
    with services().store.read() as connection:
        reports = team_reports_of(connection, [line.id for line in lines])
    for line in lines:
        who = escaped(people().get(line.by, line.by))
        said = t("watch.shared_with", team=escaped(line.team), who=who, ago=ago(line.at))
        st.markdown(said)
        if line.ended_at is not None:
            st.caption(t("watch.ended", at=moment(line.ended_at)))
        if line.note:
            st.text(line.note)
        show_reports(reports[line.id])
        if line.ended_at is None and may_end:
            st.button(
                t("watch.unshare"),
                key=f"watch.unshare.{line.id}",
                icon=":material/person_remove:",
                on_click=_unshare,
                args=(line.id,),
            )


def _show_form(incident: Incident, teams: Sequence[str]) -> None:
    if not teams:
        st.caption(t("watch.no_more_teams"))
        return
    key = f"watch.share.{incident.id}"
    with st.form(key, border=False, clear_on_submit=True):
        st.selectbox(t("watch.team"), teams, key=f"{key}.team", width=420)
        st.text_area(
            t("watch.share_note"), key=f"{key}.note", max_chars=LONGEST, help=t("watch.note_help")
        )
        st.caption(t("watch.what_they_see"))
        st.form_submit_button(t("watch.share"), on_click=_share, args=(incident.id, key))


@told
def _share(incident_id: int, key: str) -> None:
    team = str(st.session_state[f"{key}.team"])
    note = str(st.session_state[f"{key}.note"] or "")
    carry_out(
        lambda me, unit: share(incident_id, team, note, me, unit),
        lambda _: t("watch.done_shared", team=team),
    )


@told
def _unshare(share_id: int) -> None:
    carry_out(lambda me, unit: unshare(share_id, me, unit), lambda _: t("watch.done_unshared"))
