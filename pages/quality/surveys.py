"""vragenlijsten: which there are, in which waves, how many forms each has, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from core import i18n
from core.clock import local, midnight
from core.domain import Group
from core.permissions import Action, may
from core.store import Unit
from core.survey_form import Survey, Wave
from core.surveys import close_wave, open_wave
from pages._act import carry_out
from pages._frame import language, services, t, told, user
from pages.components.choice import show_select
from pages.components.plot import Sheet, show_table
from pages.quality.source import pilot_or_say
from pages.quality.survey_invites import show_invites
from pages.quality.survey_making import audience_name, show_new
from pages.quality.survey_results import show_results

_USUAL_DAYS: Final = 14
_WIDTH: Final = 420


def show_surveys() -> None:
    pilot = pilot_or_say()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        known = unit.surveys.of_pilot(pilot.id)
        groups = [g for g in unit.pilots.groups(pilot.id) if unit.consents.group_consents(g.id)]
    makes = may(user(), Action.SURVEY)
    if known:
        _show_survey(_chosen(known), groups, makes=makes)
    else:
        st.info(t("surveys.none"), icon=":material/quiz:")
    if makes:
        with st.expander(t("surveys.new"), icon=":material/add:", expanded=not known):
            show_new(pilot)


def _chosen(known: Sequence[Survey]) -> Survey:
    names = {str(one.id): f"{one.name} ({audience_name(one.audience)})" for one in known}
    chosen = show_select(t("surveys.one"), names, param="survey", width=_WIDTH)
    return next(one for one in known if str(one.id) == chosen)


def _show_survey(survey: Survey, groups: Sequence[Group], *, makes: bool) -> None:
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).surveys
        waves, counts = rows.waves(survey.id), rows.counts(survey.id)
    if makes:
        _show_next_wave(survey, waves)
    if not waves:
        st.caption(t("surveys.no_waves"))
        return
    names = {str(wave.id): wave_name(wave) for wave in reversed(waves)}
    chosen = show_select(t("surveys.wave"), names, param="wave", width=_WIDTH)
    wave = next(one for one in waves if str(one.id) == chosen)
    if makes:
        _show_running(survey, wave, groups)
    show_results(survey, wave, waves, counts, wave_name)
    _show_waves(waves, counts)


def wave_name(wave: Wave) -> str:
    about = f" · HNM-{wave.incident_id}" if wave.incident_id else ""
    return f"{t('surveys.number', number=wave.number)} · {_span(wave)} · {_state(wave)}{about}"


def _span(wave: Wave) -> str:
    days = [i18n.long_day(language(), local(at)) for at in (wave.opens_at, wave.last_moment)]
    return " – ".join(days)


def _state(wave: Wave) -> str:
    now = services().clock()
    if wave.is_open(now):
        return t("surveys.open")
    is_to_come = wave.closed_at is None and now < wave.opens_at
    return t("surveys.to_come") if is_to_come else t("surveys.closed")


def _show_waves(waves: Sequence[Wave], counts: Mapping[int, int]) -> None:
    """Every wave with how many forms came in; a single one says so above."""
    if len(waves) < 2:
        return
    names = ("wave", "days", "state", "incident", "filled")
    rows = [
        (
            t("surveys.number", number=wave.number),
            _span(wave),
            _state(wave),
            f"HNM-{wave.incident_id}" if wave.incident_id else None,
            counts.get(wave.id, 0),
        )
        for wave in waves
    ]
    st.markdown(f"**{t('surveys.waves')}**")
    heads = tuple(t(f"surveys.column.{name}") for name in names)
    show_table(Sheet(columns=heads, rows=tuple(rows)), key="surveys.waves", opened=True)


def _show_next_wave(survey: Survey, waves: Sequence[Wave]) -> None:
    today = local(services().clock()).date()
    key = f"surveys.{survey.id}.wave"
    with (
        st.expander(t("surveys.next_wave"), icon=":material/event:", expanded=not waves),
        st.form(key, border=False),
    ):
        first, last, about = st.columns(3)
        first.date_input(t("surveys.opens"), today, key=f"{key}.opens", format="DD-MM-YYYY")
        last.date_input(
            t("surveys.closes"),
            today + timedelta(days=_USUAL_DAYS),
            key=f"{key}.closes",
            format="DD-MM-YYYY",
        )
        about.number_input(
            t("surveys.incident"),
            min_value=1,
            value=None,
            step=1,
            key=f"{key}.incident",
            help=t("surveys.incident_help"),
        )
        st.form_submit_button(t("surveys.open_wave"), on_click=_open_wave, args=(survey.id, key))


@told
def _open_wave(survey_id: int, key: str) -> None:
    given = st.session_state
    opens, closes = given[f"{key}.opens"], given[f"{key}.closes"]
    incident_id = given[f"{key}.incident"]
    carry_out(
        lambda me, unit: open_wave(
            survey_id,
            midnight(opens),
            midnight(closes + timedelta(days=1)),
            me,
            unit,
            incident_id=int(incident_id) if incident_id else None,
        ),
        lambda _: t("surveys.done.opened"),
    )


def _show_running(survey: Survey, wave: Wave, groups: Sequence[Group]) -> None:
    """The link, the invitations, and closing it before its day."""
    if not wave.is_open(services().clock()):
        return
    with st.container(border=True):
        show_invites(survey, wave, groups)
        st.button(
            t("surveys.close"),
            key=f"surveys.wave.{wave.id}.close",
            icon=":material/lock:",
            type="tertiary",
            on_click=_close,
            args=(wave.id,),
        )


@told
def _close(wave_id: int) -> None:
    carry_out(lambda me, unit: close_wave(wave_id, me, unit), lambda _: t("surveys.done.closed"))
