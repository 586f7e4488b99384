"""Reading an advice, changing its words, choosing its groups, and approving it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from core.domain import Group, User
from core.store import Unit
from core.tips import LONGEST, Advice, Length
from core.tips.sending import LONGEST_TITLE, PUBLIC_FOR, Draft, send
from core.wiring import sources
from pages._act import carry_out
from pages._frame import counted, language, moment, services, t, told
from pages.advice.around import Surroundings
from pages.components.words import escaped

_RESIDENTS_READ = "nl"
"""Groups are written to in Dutch; the library's English is for staff, and for a later choice."""


def show_composing(
    advice: Advice,
    around: Surroundings,
    chosen: Sequence[Group],
    *,
    key: str,
    mark: str = "",
    area_id: int | None = None,
) -> None:
    """The advice in one of its lengths, ready to be changed and sent."""
    if around.is_over:
        st.caption(t("tips.over"))
        return
    length = st.segmented_control(
        t("tips.length"),
        list(Length),
        default=Length.TEXT,
        required=True,
        format_func=lambda one: t(f"tips.length_{one.value}"),
        key=f"{key}.length",
    )
    form_key = f"{key}.{length}"
    with st.form(form_key, border=False):
        _show_words(advice, Length(length or Length.TEXT), form_key)
        _show_groups(around, chosen, form_key)
        with st.container(horizontal=True, gap="small"):
            st.checkbox(t("tips.make_public"), key=f"{form_key}.public", help=_public_help())
            if advice.warns:
                st.checkbox(
                    t("tips.as_warning"), key=f"{form_key}.warns", help=t("tips.as_warning_help")
                )
        st.caption(t("tips.leaves", at=moment(around.leaves_at)))
        st.form_submit_button(
            t("tips.approve"),
            type="primary",
            icon=":material/send:",
            on_click=_send,
            args=(advice, around.pilot.id, form_key, mark, area_id),
        )


def _show_words(advice: Advice, length: Length, key: str) -> None:
    st.text_input(
        t("tips.heading"),
        advice.title(_RESIDENTS_READ),
        key=f"{key}.title",
        max_chars=LONGEST_TITLE,
        help=t("tips.heading_help"),
    )
    words = advice.words(length, _RESIDENTS_READ)
    st.text_area(t("tips.text"), words, key=f"{key}.text", max_chars=LONGEST - 40, height=180)
    if language() != _RESIDENTS_READ:
        st.caption(t("tips.in_your_language"))
        st.text(advice.words(length, language()))


def _show_groups(around: Surroundings, chosen: Sequence[Group], key: str) -> None:
    names = {group.id: _named(group, around) for group in around.groups}
    st.multiselect(
        t("tips.groups"),
        list(names),
        default=[group.id for group in chosen if not around.is_full(group)],
        format_func=names.__getitem__,
        key=f"{key}.groups",
        placeholder=t("admin.choose"),
    )


def _named(group: Group, around: Surroundings) -> str:
    had = around.had.get(group.id, 0)
    if not had:
        return group.name
    return f"{group.name} ({t('tips.had', had=had, most=around.rules.per_week)})"


def _public_help() -> str:
    return t("tips.make_public_help", days=counted("count.days", PUBLIC_FOR.days))


@told
def _send(advice: Advice, pilot_id: int, key: str, mark: str, area_id: int | None) -> None:
    given: Any = st.session_state
    draft = Draft(
        pilot_id=pilot_id,
        topic=advice.topic,
        advice=advice.id,
        title=str(given[f"{key}.title"]),
        text=str(given[f"{key}.text"]),
        short=advice.words(Length.SHORT),
        mark=mark,
        area_id=area_id,
        is_warning=bool(given.get(f"{key}.warns")),
        is_public=bool(given[f"{key}.public"]),
    )
    groups = list(given[f"{key}.groups"])
    carry_out(
        lambda me, unit: _queue(draft, groups, me, unit),
        lambda _: t("tips.done_sent", title=escaped(draft.title)),
    )


def _queue(draft: Draft, groups: Sequence[int], me: User, unit: Unit) -> int:
    cards = {name: source.CARD for name, source in sources().items()}
    hold = timedelta(seconds=services().settings.undo_seconds)
    return send(draft, groups, cards, me, unit, hold=hold)
