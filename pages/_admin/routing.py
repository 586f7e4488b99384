"""toewijzing: rules that say who should get an incident, tried on the last weeks first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time, timedelta
from typing import Any, Final

import streamlit as st

from core.domain import TEAM, Area, Incident, Pilot, RoutingRule, Triage, Urgency
from core.i18n import weekdays
from core.routing import add_rule, change_rule, move_rule, remove_rule
from core.routing_trial import Trial, trial_of, with_draft
from core.store import Unit
from core.store.room_queries import colleagues
from core.store.routing_queries import happened_since
from core.telling import owner_name, place_name
from core.wiring import destinations
from pages._act import carry_out, show_table
from pages._admin.pilots import choose_pilot
from pages._frame import language, number, percent, services, t, told
from pages.components.words import escaped

_PERIOD: Final = timedelta(days=30)
_MOST_SHOWN: Final = 15
_NEW: Final = RoutingRule(name="", target="")
_TRIED: Final = "admin.routing.tried"


def show_routing() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        rules, areas = unit.routing.rules(pilot.id), unit.pilots.areas(pilot.id)
        teams = sorted({one.team for one in colleagues(connection) if one.team})
    st.caption(t("routing.note"))
    if not rules:
        st.info(t("routing.none"), icon=":material/alt_route:")
    for place, rule in enumerate(rules):
        _show_rule(pilot, rule, place, len(rules), areas, teams)
    with st.expander(t("routing.new"), icon=":material/add:", expanded=not rules):
        _show_form(pilot, _NEW, areas, teams)
    _show_tried(pilot, rules, areas)


def _show_rule(
    pilot: Pilot,
    rule: RoutingRule,
    place: int,
    count: int,
    areas: Sequence[Area],
    teams: Sequence[str],
) -> None:
    with st.container(border=True, key=f"routing-rule-{rule.id}"):
        line, up, down = st.columns([10, 1, 1], vertical_alignment="center")
        off = "" if rule.enabled else f" · {t('routing.is_off')}"
        line.markdown(
            f"**{place + 1}. {escaped(rule.name)}** → {escaped(_target(rule.target))}{off}"
        )
        line.caption(escaped(_said(rule, areas)))
        key = f"routing.{rule.id}"
        up.button(
            "↑",
            key=f"{key}.up",
            help=t("routing.earlier"),
            disabled=place == 0,
            on_click=_move,
            args=(rule.id, -1),
        )
        down.button(
            "↓",
            key=f"{key}.down",
            help=t("routing.later"),
            disabled=place == count - 1,
            on_click=_move,
            args=(rule.id, 1),
        )
        with st.expander(t("routing.change")):
            _show_form(pilot, rule, areas, teams)


def _said(rule: RoutingRule, areas: Sequence[Area]) -> str:
    """What a rule asks, in one line."""
    names = {area.id: area.name for area in areas}
    topics = services().topics
    parts = [
        ", ".join(topics[one].name(language()) for one in rule.topics if one in topics),
        ", ".join(names[one] for one in rule.area_ids if one in names),
        t(f"urgency.{rule.urgency.value}") if rule.urgency else "",
        ", ".join(weekdays(language())[day] for day in rule.weekdays),
        _hours(rule),
        t("routing.with_words", words=", ".join(rule.words)) if rule.words else "",
    ]
    return " · ".join(part for part in parts if part) or t("routing.always")


def _hours(rule: RoutingRule) -> str:
    if rule.from_time is None and rule.until_time is None:
        return ""
    start, end = rule.from_time or time.min, rule.until_time or time.min
    return f"{start:%H:%M}-{end:%H:%M}"


def _target(target: str) -> str:
    return owner_name(language(), target, {})


def _show_form(
    pilot: Pilot, rule: RoutingRule, areas: Sequence[Area], teams: Sequence[str]
) -> None:
    key = f"routing.{pilot.id}.{rule.id}.{language()}"
    lists = [name for name, one in destinations().items() if one.CARD.is_work_list]
    targets = [*lists, *(f"{TEAM}{team}" for team in teams)]
    if rule.target and rule.target not in targets:
        targets.append(rule.target)
    with st.form(key, border=False):
        left, right = st.columns(2)
        left.text_input(t("routing.name"), rule.name, key=f"{key}.name", max_chars=80)
        right.selectbox(
            t("routing.target"),
            targets,
            index=targets.index(rule.target) if rule.target else 0,
            format_func=_target,
            key=f"{key}.target",
        )
        _show_conditions(rule, areas, left, right, pilot, key)
        st.toggle(t("routing.enabled"), rule.enabled, key=f"{key}.enabled")
        with st.container(horizontal=True):
            given = (pilot.id, rule, key)
            st.form_submit_button(t("routing.try"), on_click=_try, args=given)
            st.form_submit_button(t("admin.save"), type="primary", on_click=_save, args=given)
            if rule.id:
                st.form_submit_button(t("routing.remove"), on_click=_remove, args=(rule.id,))


def _show_conditions(
    rule: RoutingRule, areas: Sequence[Area], left: Any, right: Any, pilot: Pilot, key: str
) -> None:
    topics, names = services().topics, {area.id: area.name for area in areas}
    left.multiselect(
        t("routing.topics"),
        [one for one in pilot.topics if one in topics],
        default=[one for one in rule.topics if one in pilot.topics],
        format_func=lambda one: topics[one].name(language()),
        key=f"{key}.topics",
        placeholder=t("routing.any"),
    )
    right.multiselect(
        t("routing.areas"),
        list(names),
        default=[one for one in rule.area_ids if one in names],
        format_func=names.__getitem__,
        key=f"{key}.areas",
        placeholder=t("routing.any"),
    )
    left.selectbox(
        t("routing.urgency"),
        ["", *(one.value for one in Urgency)],
        index=["", *(one.value for one in Urgency)].index(rule.urgency or ""),
        format_func=lambda one: t(f"urgency.{one}") if one else t("routing.any"),
        key=f"{key}.urgency",
    )
    right.multiselect(
        t("routing.weekdays"),
        list(range(7)),
        default=list(rule.weekdays),
        format_func=weekdays(language()).__getitem__,
        key=f"{key}.weekdays",
        placeholder=t("routing.any"),
    )
    left.time_input(t("routing.from"), rule.from_time, key=f"{key}.from")
    right.time_input(t("routing.until"), rule.until_time, key=f"{key}.until")
    st.text_input(
        t("routing.words"),
        ", ".join(rule.words),
        key=f"{key}.words",
        max_chars=400,
        help=t("routing.words_help"),
    )


def _typed(rule: RoutingRule, key: str) -> RoutingRule:
    """The rule as the form has it."""
    given: Mapping[str, Any] = st.session_state  # type: ignore[assignment]  # it is one
    chosen = str(given[f"{key}.urgency"])
    return replace(
        rule,
        name=str(given[f"{key}.name"]),
        target=str(given[f"{key}.target"] or ""),
        topics=tuple(given[f"{key}.topics"]),
        area_ids=tuple(given[f"{key}.areas"]),
        urgency=Urgency(chosen) if chosen else None,
        weekdays=tuple(sorted(given[f"{key}.weekdays"])),
        from_time=given[f"{key}.from"],
        until_time=given[f"{key}.until"],
        words=tuple(word.strip() for word in str(given[f"{key}.words"]).split(",") if word.strip()),
        enabled=bool(given[f"{key}.enabled"]),
    )


@told
def _save(pilot_id: int, rule: RoutingRule, key: str) -> None:
    typed = _typed(rule, key)
    st.session_state.pop(_TRIED, None)
    if rule.id:
        carry_out(lambda me, unit: change_rule(typed, me, unit), lambda _: t("admin.done.saved"))
    else:
        carry_out(
            lambda me, unit: add_rule(pilot_id, typed, me, unit), lambda _: t("routing.done.added")
        )


@told
def _try(pilot_id: int, rule: RoutingRule, key: str) -> None:
    st.session_state[_TRIED] = (pilot_id, _typed(rule, key))


@told
def _remove(rule_id: int) -> None:
    carry_out(lambda me, unit: remove_rule(rule_id, me, unit), lambda _: t("routing.done.removed"))


@told
def _move(rule_id: int, by: int) -> None:
    carry_out(lambda me, unit: move_rule(rule_id, by, me, unit), lambda _: t("admin.done.saved"))


def _show_tried(pilot: Pilot, rules: Sequence[RoutingRule], areas: Sequence[Area]) -> None:
    """What a rule as typed would have done in the last month; nothing is kept of it."""
    tried = st.session_state.get(_TRIED)
    if tried is None or tried[0] != pilot.id:
        return
    draft: RoutingRule = tried[1]
    since = services().clock() - _PERIOD
    with services().store.read() as connection:
        happened = happened_since(connection, pilot.id, since)
    found = trial_of(happened, with_draft(rules, draft), rules, areas, services().topics)
    with st.container(border=True, key="routing-trial"):
        st.markdown(f"**{t('routing.tried', name=escaped(draft.name))}**")
        _show_trial(found, draft)


def _show_trial(found: Trial, draft: RoutingRule) -> None:
    days = number(_PERIOD.days)
    if not found.incident_count:
        st.caption(t("routing.nothing_happened", days=days))
        return
    caught = found.caught.get(draft.id, 0)
    share = percent(caught / found.incident_count)
    count = number(found.incident_count)
    st.caption(t("routing.caught", caught=number(caught), share=share, count=count, days=days))
    if found.sent_count:
        st.caption(
            t(
                "routing.agreed",
                sent=number(found.sent_count),
                before=percent(found.agreed_before / found.sent_count),
                after=percent(found.agreed_after / found.sent_count),
            )
        )
    if not found.elsewhere:
        st.caption(t("routing.nothing_changes"))
        return
    st.caption(t("routing.elsewhere", count=number(len(found.elsewhere))))
    rows = [
        [
            line.incident.number,
            _named(line.incident),
            _proposal(line.before),
            _proposal(line.after),
            _target(line.sent_to) if line.sent_to else "–",
        ]
        for line in found.elsewhere[:_MOST_SHOWN]
    ]
    show_table([t(f"routing.column.{name}") for name in _COLUMNS], rows)


_COLUMNS: Final = ("number", "what", "before", "after", "sent_to")


def _named(incident: Incident) -> str:
    topic = services().topics[incident.topic].name(language())
    return f"{topic}, {place_name(language(), incident.location)}"


def _proposal(proposed: Triage) -> str:
    return _target(f"{TEAM}{proposed.team}" if proposed.team else proposed.destination)
