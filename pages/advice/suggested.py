"""What is timely now and why; a person changes it, sends it or sets it aside."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.store.tip_queries import TipLine
from core.tips import Length, Occasion, library
from core.tips.sending import propose_again, set_aside
from core.tips.suggesting import Suggestion, groups_for
from pages._act import carry_out
from pages._frame import ago, language, number, services, t, told
from pages.advice.around import Surroundings
from pages.advice.composing import show_composing
from pages.beat.cards import WIDTH
from pages.components.words import escaped

ICONS = {
    Occasion.NEAR_REPEAT: ":material/warning:",
    Occasion.RISE: ":material/trending_up:",
    Occasion.INCIDENT: ":material/report:",
    Occasion.SEASON: ":material/calendar_month:",
}
_LAST_SET_ASIDE = 3


def show_suggested(
    found: Sequence[Suggestion], known: Sequence[TipLine], around: Surroundings
) -> None:
    st.caption(
        t(
            "tips.how",
            most=number(around.rules.per_week),
            quiet_from=around.rules.quiet_from,
            quiet_until=around.rules.quiet_until,
        )
    )
    if around.is_over:
        st.info(t("tips.over"), icon=":material/event_busy:")
        return
    if not found:
        st.info(t("tips.nothing_timely"), icon=":material/check_circle:")
    for one in found:
        _show_card(one, around)
    _show_set_aside(known)


def _show_card(one: Suggestion, around: Surroundings) -> None:
    advice, key = one.advice, f"tips.suggested.{one.advice.id}"
    topic = services().topics[advice.topic].name(language())
    with st.container(border=True, gap="small", width=WIDTH, key=f"tips-{advice.id}"):
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.markdown(f"**{escaped(advice.title(language()))}**", width="content")
            st.badge(topic, color="grey")
        st.caption(f"{ICONS[one.occasion]} {escaped(why(one, around))}")
        st.text(advice.words(Length.SHORT, language()))
        st.caption(basis(advice.origin.value, advice.reason(language())))
        with st.expander(t("tips.read_and_send"), icon=":material/edit:"):
            groups = groups_for(one, around.groups, around.areas)
            show_composing(advice, around, groups, key=key, mark=one.mark, area_id=one.area_id)
        st.button(
            t("tips.set_aside"),
            key=f"{key}.aside",
            type="tertiary",
            icon=":material/visibility_off:",
            on_click=_set_aside,
            args=(around.pilot.id, advice.id, advice.topic, one.mark),
        )


def why(one: Suggestion, around: Surroundings) -> str:
    """Why it is proposed now, in a sentence."""
    where = around.area_name(one.area_id) or t("tips.whole_pilot")
    topic = services().topics[one.advice.topic].name(language()).lower()
    return t(f"tips.why_{one.occasion.value}", where=where, topic=topic, count=number(one.count))


def basis(origin: str, reason: str) -> str:
    """Whose general advice it follows, and the reason for it."""
    return escaped(t("tips.basis", origin=t(f"tips.origin_{origin}"), reason=reason))


def _show_set_aside(known: Sequence[TipLine]) -> None:
    """The last ones set aside, so that a slip can be taken back."""
    aside = [tip for tip in known if tip.state == "dismissed" and tip.advice in library()]
    for tip in aside[:_LAST_SET_ASIDE]:
        title = library()[tip.advice].title(language())
        with st.container(horizontal=True, vertical_alignment="center", width=WIDTH):
            st.caption(t("tips.was_set_aside", title=escaped(title), ago=ago(tip.at)))
            st.button(
                t("tips.put_back"),
                key=f"tips.back.{tip.id}",
                type="tertiary",
                on_click=_put_back,
                args=(tip.id,),
            )


@told
def _set_aside(pilot_id: int, advice: str, topic: str, mark: str) -> None:
    carry_out(
        lambda me, unit: set_aside(pilot_id, advice, topic, mark, me, unit),
        lambda _: t("tips.done_set_aside"),
    )


@told
def _put_back(tip_id: int) -> None:
    carry_out(lambda me, unit: propose_again(tip_id, me, unit), lambda _: t("tips.done_put_back"))
