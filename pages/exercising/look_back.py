"""The debriefing: a time line, what to look at again with its messages, what went well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import exercise as steps
from core.domain import User
from core.exercise_scoring import FalseAlarm, Outcome, Scored, debriefing_of
from core.retention import terms
from core.store import Unit
from core.store.exercise_queries import Exercise, ExerciseState
from pages._frame import (
    counted,
    house,
    language,
    later,
    moment,
    notify,
    number,
    session_mark,
    signed_in,
    t,
    told,
)
from pages.components.plot import Sheet, show_plot
from pages.components.words import escaped
from pages.exercising.bar import do
from pages.exercising.kept import name_of
from pages.exercising.on_paper import paper_of
from pages.exercising.time_line import time_line
from pages.exercising.words import Told, course_of, outcome_name, span, title_of, told_of

_ICONS: Final = {
    Outcome.MISSED: ":material/visibility_off:",
    Outcome.WRONG: ":material/close:",
    Outcome.LATE: ":material/timer_off:",
    Outcome.AGAIN: ":material/edit_note:",
    Outcome.GOOD: ":material/check:",
    Outcome.NOT_SHOWN: ":material/cloud_off:",
    Outcome.TOO_SHORT: ":material/hourglass_bottom:",
}


def show_look_back(exercise_id: int, me: User, *, is_inside: bool) -> None:
    """One exercise that is over: for its trainee, and when shared for the lead."""
    with house().store.read() as connection:
        unit = Unit(connection, house().clock())
        found, result = steps.read_result(exercise_id, me, unit)
    _show_ways_out(found, is_inside)
    st.markdown(f"**{escaped(name_of(found))}** · {moment(found.started_at)}")
    if found.user_id != me.id:
        st.caption(t("exercise.of_somebody", name=found.name))
    if not found.state.is_over:
        st.info(t("exercise.ending"), icon=":material/hourglass_top:")
        return
    if result is None or found.state is ExerciseState.BROKEN:
        st.error(t("exercise.broken_long"))
        return
    told_here = told_of(debriefing_of(result))
    _show_sums(told_here)
    _show_owner_buttons(found, told_here, me)
    _show_time_line(told_here)
    _show_again(told_here)
    _show_false_alarms(told_here)
    _show_good(told_here)
    _show_others(told_here)


def _show_ways_out(found: Exercise, is_inside: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        if is_inside:
            st.button(
                t("exercise.bar_leave"),
                key="exercise.leave",
                icon=":material/logout:",
                type="primary",
                on_click=_leave,
                args=(found,),
            )
        elif st.button(t("exercise.to_list"), key="exercise.to_list", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()


@told
def _leave(found: Exercise) -> None:
    do("leave", found)


def _show_sums(told_here: Told) -> None:
    """Counts in a sentence, never a mark."""
    found = told_here.found
    judged, good = found.judged, found.good
    if not judged:
        st.info(t("exercise.nothing_judged"), icon=":material/hourglass_empty:")
    else:
        said = t("exercise.sum", good=number(len(good)), of=number(len(judged)))
        missed = sum(one.was_missed_urgent for one in judged)
        if missed:
            st.error(
                f"{said} {t('exercise.sum_missed', count=missed)}",
                icon=":material/priority_high:",
            )
        else:
            st.info(said, icon=":material/fact_check:")
    if not found.is_whole:
        st.caption(t("exercise.not_whole", at=told_here.at(found.ended_s)))
    if told_here.evening is None:
        st.caption(t("exercise.evening_changed"))


def _show_owner_buttons(found: Exercise, told_here: Told, me: User) -> None:
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            t("exercise.take"),
            later(lambda: paper_of(found, told_here)),
            file_name=f"oefening-{found.started_at:%Y-%m-%d}.pdf",
            mime="application/pdf",
            key="exercise.pdf",
            icon=":material/print:",
        )
        if found.user_id != me.id:
            return
        is_shared = found.shared_at is not None
        st.button(
            t("exercise.unshare" if is_shared else "exercise.share"),
            key="exercise.share",
            icon=":material/group:",
            on_click=_share,
            args=(found.id, not is_shared),
            help=t("exercise.share_help"),
        )
        st.button(
            t("exercise.remove"),
            key="exercise.remove",
            icon=":material/delete:",
            on_click=_remove,
            args=(found.id,),
        )
    st.caption(t("exercise.kept_for", days=number(_kept_days())))


def _kept_days() -> int:
    """How long a debriefing is kept here; an administrator may have shortened it."""
    with house().store.read() as connection:
        found = terms(house().settings, Unit(connection, house().clock()))
    return found["exercises"].length.days


@told
def _share(exercise_id: int, with_lead: bool) -> None:
    with house().store.unit() as unit:
        steps.share(exercise_id, with_lead, signed_in(), unit)
    notify(t("exercise.shared_done" if with_lead else "exercise.unshared_done"), kind="done")


@told
def _remove(exercise_id: int) -> None:
    with house().store.unit() as unit:
        steps.leave(session_mark(), unit)
        steps.remove(exercise_id, signed_in(), unit)
    st.query_params.clear()
    notify(t("exercise.removed_done"), kind="done")


def _show_time_line(told_here: Told) -> None:
    shown = [one for one in told_here.found.scored if one.shown_s is not None]
    if not shown:
        return
    show_plot(
        t("exercise.time_line"),
        time_line(shown, told_here),
        _sheet(shown, told_here),
        key="exercise.time_line",
        note=t("exercise.time_line_note"),
        height=max(160, 70 + 26 * len(shown)),
        takes=False,
    )


def _sheet(shown: Sequence[Scored], told_here: Told) -> Sheet:
    names = ("what", "outcome", "shown", "seen", "decided", "aim")
    return Sheet(
        columns=tuple(t(f"exercise.column_{name}") for name in names),
        rows=tuple(
            (
                title_of(one),
                outcome_name(one.outcome),
                told_here.at(one.shown_s or 0),
                span(one.seen_s) if one.seen_s is not None else None,
                span(one.decided_s) if one.decided_s is not None else None,
                span(one.aim_s),
            )
            for one in shown
        ),
    )


def _show_again(told_here: Told) -> None:
    again = told_here.found.again
    if not again:
        return
    st.markdown(f"**{t('exercise.again')}**")
    for one in again:
        _show_one(one, told_here)


def _show_one(one: Scored, told_here: Told) -> None:
    with st.container(border=True, gap="xsmall", key=f"exercise.one.{one.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{escaped(title_of(one))}**", width="content")
            grave = one.outcome in (Outcome.MISSED, Outcome.WRONG)
            st.badge(
                outcome_name(one.outcome),
                icon=_ICONS[one.outcome],
                color="red" if grave else "orange",
            )
        for sentence in course_of(one):
            st.markdown(f"- {escaped(sentence)}")
        if why := told_here.why(one):
            st.markdown(f"{t('exercise.why')} {escaped(why)}")
        _show_lines((*one.lines, *one.missing), told_here, one)


def _show_lines(ids: Sequence[str], told_here: Told, one: Scored | None = None) -> None:
    """The messages concerned; residents' words as plain text only."""
    with st.expander(counted("count.messages", len(ids))):
        for line_id in ids:
            notes = _notes(line_id, one)
            st.caption(f"{_heading(line_id, told_here)}{notes}")
            st.text(told_here.texts.get(line_id) or t("exercise.words_gone"))


def _heading(line_id: str, told_here: Told) -> str:
    lines = told_here.evening.lines if told_here.evening else ()
    line = next((line for line in lines if line.id == line_id), None)
    return f"{moment(line.at)} · {escaped(line.group)}" if line else t("exercise.a_message")


def _notes(line_id: str, one: Scored | None) -> str:
    """What the product did with it: not let through, or in doubt with another incident."""
    if one is None:
        return ""
    if line_id in one.missing:
        return f" · {t('exercise.not_let_through')}"
    other = one.runner_up.get(line_id)
    return f" · {t('exercise.runner_up', other=f'HNM-{other}')}" if other else ""


def _show_false_alarms(told_here: Told) -> None:
    found = told_here.found.false_alarms
    if not found:
        return
    st.markdown(f"**{t('exercise.false_alarms')}**")
    st.caption(t("exercise.false_alarms_about"))
    for one in found:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{_topic(one)}** · {told_here.at(one.shown_s)} · {_became(one)}")
            _show_lines(one.lines, told_here)


def _topic(one: FalseAlarm) -> str:
    return escaped(house().topics[one.topic].name(language()))


def _became(one: FalseAlarm) -> str:
    if not one.decided:
        return t("exercise.alarm_open")
    return t("exercise.alarm_accepted" if one.accepted else "exercise.alarm_rejected")


def _show_good(told_here: Told) -> None:
    good = told_here.found.good
    if not good:
        return
    st.markdown(f"**{t('exercise.good')}**")
    for one in good:
        _show_short(one, " ".join(course_of(one)))


def _show_others(told_here: Told) -> None:
    """What is not held against anybody: never shown, or too shortly before the end."""
    others = [one for one in told_here.found.scored if not one.is_judged]
    if not others:
        return
    st.markdown(f"**{t('exercise.not_judged')}**")
    for one in others:
        _show_short(one, outcome_name(one.outcome))
        if one.missing:
            _show_lines(one.missing, told_here, one)


def _show_short(one: Scored, said: str) -> None:
    st.markdown(f"{_ICONS[one.outcome]} **{escaped(title_of(one))}** – {escaped(said)}")
