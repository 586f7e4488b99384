"""vragenlijsten: made, opened in waves, sent out by link or to groups, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.clock import local, midnight
from core.domain import Group, Pilot
from core.i18n import DEFAULT
from core.permissions import Action, may
from core.questionnaires import questionnaires
from core.store import Unit
from core.survey_form import QuestionKind, Survey, SurveyQuestion, Wave
from core.survey_results import Outcome, mean_difference, outcomes, share_difference
from core.surveys import (
    AUDIENCES,
    MOST_QUESTIONS,
    close_wave,
    invite,
    make,
    open_wave,
    token_of,
)
from core.wiring import sources
from pages._act import carry_out
from pages._frame import language, number, percent, services, t, told, user
from pages.components.choice import show_select
from pages.components.plot import Sheet, palette, show_plot
from pages.components.words import escaped
from pages.quality.source import pilot_or_say

_COLUMNS: Final = ("kind", "nl", "en", "options_nl", "options_en", "required")
_USUAL_DAYS: Final = 14
_REMIND_AFTER: Final = timedelta(days=7)


def show_surveys() -> None:
    pilot = pilot_or_say()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        known = unit.surveys.of_pilot(pilot.id)
        groups = [g for g in unit.pilots.groups(pilot.id) if unit.consents.group_consents(g.id)]
    makes = may(user(), Action.SURVEY)
    if not known:
        st.info(t("surveys.none"), icon=":material/quiz:")
    else:
        names = {
            str(survey.id): f"{survey.name} ({_audience(survey.audience)})" for survey in known
        }
        chosen = show_select(t("surveys.one"), names, param="survey", width=420)
        survey = next(one for one in known if str(one.id) == chosen)
        _show_survey(survey, groups, makes=makes)
    if makes:
        with st.expander(t("surveys.new"), icon=":material/add:", expanded=not known):
            _show_new(pilot)


def _audience(audience: str) -> str:
    return t(f"surveys.audience_{audience}")


def _show_survey(survey: Survey, groups: Sequence[Group], *, makes: bool) -> None:
    with services().store.read() as connection:
        waves = Unit(connection, services().clock()).surveys.waves(survey.id)
    if makes:
        _show_next_wave(survey, waves)
    if not waves:
        st.caption(t("surveys.no_waves"))
        return
    names = {str(wave.id): _wave_name(wave) for wave in reversed(waves)}
    chosen = show_select(t("surveys.wave"), names, param="wave", width=420)
    wave = next(one for one in waves if str(one.id) == chosen)
    if wave.is_open(services().clock()) and makes:
        _show_invite(survey, wave, groups)
    _show_results(survey, wave, [one for one in waves if one.number < wave.number])


def _wave_name(wave: Wave) -> str:
    span = f"{local(wave.opens_at):%d-%m-%Y} – {local(wave.closes_at):%d-%m-%Y}"
    state = t("surveys.open") if wave.is_open(services().clock()) else t("surveys.closed")
    about = f" · HNM-{wave.incident_id}" if wave.incident_id else ""
    return f"{t('surveys.number', number=wave.number)} · {span} · {state}{about}"


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
            t("surveys.incident"), min_value=1, value=None, step=1, key=f"{key}.incident"
        )
        st.form_submit_button(t("surveys.open_wave"), on_click=_open_wave, args=(survey.id, key))


@told
def _open_wave(survey_id: int, key: str) -> None:
    given = st.session_state
    opens, closes = midnight(given[f"{key}.opens"]), midnight(given[f"{key}.closes"])
    incident_id = given[f"{key}.incident"]
    carry_out(
        lambda me, unit: open_wave(
            survey_id,
            opens,
            closes + timedelta(days=1),
            me,
            unit,
            incident_id=int(incident_id) if incident_id else None,
        ),
        lambda _: t("surveys.done.opened"),
    )


def _show_invite(survey: Survey, wave: Wave, groups: Sequence[Group]) -> None:
    """The link, and inviting groups in their own channel."""
    given = services()
    link = f"{given.settings.outside_url}/survey/{token_of(wave.id, given.vault)}"
    key = f"surveys.wave.{wave.id}"
    with st.container(border=True):
        st.markdown(f"**{t('surveys.link')}**")
        st.code(link, language=None)
        st.button(t("surveys.close"), key=f"{key}.close", on_click=_close, args=(wave.id,))
        able = {g.id: g.name for g in groups if _reaches(g)}
        if survey.audience != "residents" or not able:
            return
        with st.form(key, border=False):
            st.multiselect(
                t("surveys.groups"),
                list(able),
                default=list(able),
                format_func=able.__getitem__,
                key=f"{key}.groups",
            )
            st.text_area(
                t("surveys.text"), t("surveys.usual_text"), key=f"{key}.text", max_chars=1000
            )
            st.checkbox(t("surveys.remind"), value=True, key=f"{key}.remind")
            st.form_submit_button(
                t("surveys.invite"), type="primary", on_click=_invite, args=(wave.id, key, link)
            )


def _reaches(group: Group) -> bool:
    source = sources().get(group.source)
    return hasattr(source, "say") or hasattr(source, "send")


@told
def _invite(wave_id: int, key: str, link: str) -> None:
    given = st.session_state
    chosen, text = list(given[f"{key}.groups"]), str(given[f"{key}.text"])
    after = _REMIND_AFTER if given[f"{key}.remind"] else None
    carry_out(
        lambda me, unit: invite(wave_id, chosen, text, link, me, unit, reminder_after=after),
        lambda count: t("surveys.done.invited", count=number(count)),
    )


@told
def _close(wave_id: int) -> None:
    carry_out(lambda me, unit: close_wave(wave_id, me, unit), lambda _: t("surveys.done.closed"))


def _show_results(survey: Survey, wave: Wave, earlier: Sequence[Wave]) -> None:
    found = _outcomes(survey, wave)
    with services().store.read() as connection:
        count = len(Unit(connection, services().clock()).surveys.responses(wave.id))
    st.markdown(f"**{t('surveys.results', count=number(count))}**")
    st.caption(t("surveys.how_sure"))
    before: list[Outcome] = []
    if earlier:
        names = {"0": t("surveys.with_none")} | {
            str(one.id): _wave_name(one) for one in reversed(earlier)
        }
        chosen = show_select(t("surveys.compare"), names, param="with", width=420)
        other = next((one for one in earlier if str(one.id) == chosen), None)
        before = _outcomes(survey, other) if other else []
    for place, outcome in enumerate(found):
        _show_outcome(wave, outcome, before[place] if before else None)


def _outcomes(survey: Survey, wave: Wave) -> list[Outcome]:
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).surveys
        return outcomes(survey, rows.responses(wave.id), rows.texts(wave.id))


def _show_outcome(wave: Wave, outcome: Outcome, before: Outcome | None) -> None:
    title = f"{outcome.place + 1}. {outcome.question.said(language())}"
    if not outcome.is_enough:
        st.markdown(escaped(title))
        st.caption(t("surveys.too_few"))
        return
    if outcome.question.kind is QuestionKind.OPEN:
        st.markdown(escaped(title))
        for text in outcome.texts:
            st.text(text)
        return
    show_plot(
        title,
        _figure(outcome, before),
        _sheet(outcome, before),
        key=f"survey-{wave.id}-{outcome.place}",
        note=_mean_said(outcome, before) if outcome.mean else "",
    )


def _mean_said(outcome: Outcome, before: Outcome | None) -> str:
    assert outcome.mean is not None
    found = outcome.mean
    said = t(
        "surveys.mean",
        mean=number(found.value, 2),
        low=number(found.low, 2),
        high=number(found.high, 2),
        count=number(found.of),
    )
    if before is None or before.mean is None:
        return said
    apart = mean_difference(found, before.mean)
    key = "surveys.clear" if apart.is_clear else "surveys.unclear"
    low, high = _signed(apart.low), _signed(apart.high)
    return f"{said} {t(key, value=_signed(apart.value), low=low, high=high)}"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value, 2)}"


def _figure(outcome: Outcome, before: Outcome | None) -> go.Figure:
    colours = palette()
    names = [outcome.question.option(line.place, language()) for line in outcome.lines]
    figure = go.Figure()
    if before is not None and before.lines:
        figure.add_bar(
            y=names,
            x=[100 * line.share for line in before.lines],
            orientation="h",
            name=t("surveys.before"),
            marker_color=colours.faint,
        )
    figure.add_bar(
        y=names,
        x=[100 * line.share for line in outcome.lines],
        orientation="h",
        name=t("surveys.now"),
        marker_color=colours.first,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * (line.high - line.share) for line in outcome.lines],
            "arrayminus": [100 * (line.share - line.low) for line in outcome.lines],
        },
    )
    figure.update_yaxes(autorange="reversed")
    figure.update_xaxes(range=[0, 100], ticksuffix=" %")
    return figure


def _sheet(outcome: Outcome, before: Outcome | None) -> Sheet:
    columns = [t(f"surveys.column.{name}") for name in ("option", "count", "share", "from", "to")]
    rows: list[tuple[Any, ...]] = []
    compared = bool(before and before.lines)
    if compared:
        columns += [t("surveys.column.before"), t("surveys.column.difference")]
    for line in outcome.lines:
        row: list[Any] = [
            outcome.question.option(line.place, language()),
            line.count,
            round(100 * line.share, 1),
            round(100 * line.low, 1),
            round(100 * line.high, 1),
        ]
        if compared and before is not None:
            apart = share_difference(line, before.lines[line.place])
            row += [
                round(100 * before.lines[line.place].share, 1),
                f"{percent(apart.value)} ({percent(apart.low)} – {percent(apart.high)})",
            ]
        rows.append(tuple(row))
    return Sheet(columns=tuple(columns), rows=tuple(rows))


def _show_new(pilot: Pilot) -> None:
    """A survey from a ready one or from nothing; its questions are a table to write in."""
    ready = questionnaires()
    names = {"": t("surveys.from_nothing"), **{name: one.name for name, one in ready.items()}}
    start = st.selectbox(
        t("surveys.start_from"),
        list(names),
        index=1,
        format_func=names.__getitem__,
        key=f"surveys.start.{language()}",
        width=420,
    )
    begun = ready.get(start or "")
    key = f"surveys.new.{pilot.id}.{start}.{language()}"
    left, right = st.columns(2)
    left.text_input(
        t("surveys.name"), begun.name if begun else "", key=f"{key}.name", max_chars=120
    )
    right.selectbox(
        t("surveys.audience"),
        list(AUDIENCES),
        index=AUDIENCES.index(begun.audience) if begun else 0,
        format_func=_audience,
        key=f"{key}.audience",
    )
    st.caption(t("surveys.questions_note", most=number(MOST_QUESTIONS)))
    written = st.data_editor(
        pd.DataFrame([_row(one) for one in begun.questions] if begun else [], columns=_COLUMNS),
        num_rows="dynamic",
        hide_index=True,
        column_config=_column_config(),
        key=f"{key}.questions",
    )
    st.button(
        t("surveys.make"),
        type="primary",
        key=f"{key}.make",
        on_click=_make,
        args=(pilot.id, key, written.to_dict("records")),
    )


def _column_config() -> dict[str, Any]:
    kinds = [kind.value for kind in QuestionKind]
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(t(f"surveys.question.{name}"))
        for name in ("nl", "en", "options_nl", "options_en")
    }
    config["kind"] = st.column_config.SelectboxColumn(
        t("surveys.question.kind"),
        options=kinds,
        format_func=lambda kind: t(f"surveys.kind_{kind}"),
        required=True,
        width=170,
    )
    config["required"] = st.column_config.CheckboxColumn(
        t("surveys.question.required"), default=True
    )
    return config


def _row(question: SurveyQuestion) -> dict[str, Any]:
    return {
        "kind": question.kind.value,
        "nl": question.text.get("nl", ""),
        "en": question.text.get("en", ""),
        "options_nl": "; ".join(option.get("nl", "") for option in question.options),
        "options_en": "; ".join(option.get("en", "") for option in question.options),
        "required": question.required,
    }


@told
def _make(pilot_id: int, key: str, rows: Sequence[Mapping[str, Any]]) -> None:
    given = st.session_state
    name, audience = str(given[f"{key}.name"]), str(given[f"{key}.audience"])
    questions = [_question_of(row) for row in rows]
    carry_out(
        lambda me, unit: make(pilot_id, name, audience, questions, me, unit),
        lambda _: t("surveys.done.made"),
    )


def _question_of(row: Mapping[str, Any]) -> SurveyQuestion:
    """A row as it was typed; an empty cell is no text."""
    said = {name: _cell(row, name) for name in _COLUMNS[1:5]}
    kind = QuestionKind(_cell(row, "kind") or QuestionKind.OPEN)
    dutch, english = _parts(said["options_nl"]), _parts(said["options_en"])
    options = tuple(
        {DEFAULT: option, **({"en": english[n]} if n < len(english) else {})}
        for n, option in enumerate(dutch)
    )
    return SurveyQuestion(
        kind=kind,
        text={DEFAULT: said["nl"], **({"en": said["en"]} if said["en"] else {})},
        options=options if kind in (QuestionKind.CHOICE, QuestionKind.CHOICES) else (),
        required=row.get("required") is not False,
    )


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
