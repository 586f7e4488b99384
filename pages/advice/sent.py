"""What was sent, to whom, and what was counted around it; taking back, public, CAP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.cap import CONTENT_TYPE, cap_xml
from core.domain import User
from core.store import Unit
from core.store.tip_queries import Departure, TipLine
from core.tips.effect import REPORT_DAYS, Effect, effect_of
from core.tips.sending import end_public, make_public, take_back
from core.tips.warning import Sender, warning_of
from pages._act import carry_out
from pages._frame import ago, counted, language, moment, number, percent, services, t, told
from pages.advice.around import Surroundings
from pages.beat.cards import WIDTH
from pages.components.words import escaped
from pages.room.names import people

_SHOWN = 30


def show_sent(known: Sequence[TipLine], around: Surroundings) -> None:
    sent = [tip for tip in known if tip.state == "sent"][:_SHOWN]
    if not sent:
        st.info(t("tips.none_sent"), icon=":material/outgoing_mail:")
        return
    st.caption(t("tips.effect_note"))
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        effects = {tip.id: effect_of(tip, unit) for tip in sent}
        names = {group.id: group.name for group in unit.pilots.groups(around.pilot.id)}
    for tip in sent:
        _show_card(tip, effects[tip.id], names, around)


def _show_card(tip: TipLine, effect: Effect, names: dict[int, str], around: Surroundings) -> None:
    topic = services().topics[tip.topic].name(language())
    with st.container(border=True, gap="small", width=WIDTH, key=f"tips-sent-{tip.id}"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f"**{escaped(tip.title)}**", width="content")
            st.badge(topic, color="grey")
            if tip.is_warning:
                st.badge(t("tips.warning"), color="orange", icon=":material/warning:")
            if tip.is_public(around.now):
                st.badge(t("tips.is_public"), color="blue", icon=":material/public:")
        st.caption(escaped(_to_whom(tip, names)))
        with st.expander(t("tips.what_was_said")):
            st.text(tip.text)
        for line in effect_lines(effect, tip):
            st.markdown(line)
        _show_steps(tip, effect, names, around)


def _to_whom(tip: TipLine, names: dict[int, str]) -> str:
    groups = ", ".join(names.get(group_id, "?") for group_id in tip.group_ids)
    who = people().get(tip.by, tip.by)
    return t("tips.sent_line", groups=groups or t("tips.nobody"), who=who, at=moment(tip.at))


def effect_lines(effect: Effect, tip: TipLine) -> list[str]:
    """What was counted, in words that claim no more than was counted."""
    departure = effect.departure
    if effect.counts is None:
        return [t(f"tips.{_not_arrived(departure)}", at=moment(tip.due_at))]
    counts = effect.counts
    groups = counted("count.groups", departure.delivered)
    failed = f" {t('tips.not_reached', count=number(departure.failed))}" if departure.failed else ""
    lines = [
        t("tips.arrived", groups=groups, answers=number(effect.answers)) + failed,
        t("tips.stops", after=number(counts.stops_after), before=number(counts.stops_before))
        + ("" if effect.stops_are_in else f" {t('tips.still_counting')}"),
    ]
    if not effect.days:
        return [*lines, t("tips.reports_too_soon")]
    days = counted("count.days", effect.days)
    before, after = number(counts.reports_before), number(counts.reports_after)
    lines.append(t("tips.reports", days=days, before=before, after=after))
    lines.append(_read_with_care(effect))
    return lines


def _not_arrived(departure: Departure) -> str:
    if departure.waiting:
        return "waits"
    return "failed" if departure.failed else "kept"


def _read_with_care(effect: Effect) -> str:
    share = effect.after_share
    if share is None or not share.is_enough:
        return t("tips.too_few")
    said = t("tips.share", low=percent(share.low), high=percent(share.high))
    is_whole = effect.days >= REPORT_DAYS
    return said if is_whole else f"{said} {t('tips.still_counting')}"


def _show_steps(tip: TipLine, effect: Effect, names: dict[int, str], around: Surroundings) -> None:
    key = f"tips.sent.{tip.id}"
    with st.container(horizontal=True, gap="small"):
        if effect.departure.waiting:
            _button("take_back", f"{key}.back", ":material/undo:", tip.id, take_back)
        if tip.is_public(around.now):
            _button("end_public", f"{key}.hide", ":material/public_off:", tip.id, end_public)
        elif tip.public_from is None or tip.public_from <= around.now:
            _button("publish", f"{key}.publish", ":material/public:", tip.id, make_public)
        if tip.is_warning:
            st.download_button(
                t("tips.cap"),
                cap_of(tip, names, around),
                f"HNM-TIP-{tip.id}.cap.xml",
                CONTENT_TYPE,
                key=f"{key}.cap",
                icon=":material/download:",
                on_click="ignore",
            )
    if tip.public_from is not None and tip.public_from > around.now:
        st.caption(t("tips.public_from", at=moment(tip.public_from)))
    if tip.is_public(around.now):
        st.caption(t("tips.public_since", ago=ago(tip.public_from or tip.at)))


def cap_of(tip: TipLine, names: dict[int, str], around: Surroundings) -> bytes:
    """The warning as a CAP file: for anybody once it is public, else for its groups alone."""
    given = services()
    is_public = tip.is_public(around.now)
    groups = [] if is_public else [names[g] for g in tip.group_ids if g in names]
    area = next((area for area in around.areas if area.id == tip.area_id), None)
    sender = Sender(outside_url=given.settings.outside_url, exercise=given.settings.demo)
    message = warning_of(
        tip,
        sender,
        area,
        around.pilot.name,
        given.topics,
        groups=groups or ([] if is_public else [around.pilot.name]),
        now=around.now,
    )
    return cap_xml(message)


def _button(
    what: str, key: str, icon: str, tip_id: int, step: Callable[[int, User, Unit], Any]
) -> None:
    st.button(t(f"tips.{what}"), key=key, icon=icon, on_click=_act, args=(what, tip_id, step))


@told
def _act(what: str, tip_id: int, step: Callable[[int, User, Unit], Any]) -> None:
    carry_out(lambda me, unit: step(tip_id, me, unit), lambda _: t(f"tips.done_{what}"))
