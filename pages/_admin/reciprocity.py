"""vragen en terugkoppeling: what a pilot lets the product say and ask by itself, and its words."""

from __future__ import annotations

from datetime import time
from typing import Any

import streamlit as st

from core.domain import Asking, Pilot
from core.reciprocity import (
    LONGEST_OPEN_MIN,
    MOST_A_DAY,
    MOST_ENOUGH,
    RECEIPTS,
    TEXTS,
    Rules,
    own_words,
    rules_of,
    set_rules,
)
from core.store import Unit
from pages._act import carry_out
from pages._admin.pilots import choose_pilot
from pages._frame import language, services, t, told
from pages.components.words import escaped


def show_reciprocity() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    given = services()
    with given.store.read() as connection:
        rules = rules_of(pilot.id, Unit(connection, given.clock()))
    st.caption(t("admin.reciprocity_note"))
    key = f"admin.reciprocity.{pilot.id}"
    with st.form(key, border=False, width=900):
        _show_by_itself(rules, key)
        _show_asks(pilot, rules, key)
        _show_limits(rules, key)
        _show_texts(rules, key)
        st.form_submit_button(t("admin.save"), type="primary", on_click=_save, args=(pilot, key))


def _show_by_itself(rules: Rules, key: str) -> None:
    st.markdown(f"**{t('admin.by_itself')}**")
    st.multiselect(
        t("admin.receipts"),
        RECEIPTS,
        default=list(rules.receipts),
        format_func=lambda step: t(f"admin.receipt_{step}"),
        placeholder=t("admin.receipts_none"),
        key=f"{key}.receipts",
        help=t("admin.receipts_help"),
    )
    st.toggle(t("admin.thanks"), value=rules.thanks, key=f"{key}.thanks")
    st.toggle(
        t("admin.takes_place"),
        value=rules.takes_place,
        key=f"{key}.takes_place",
        help=t("admin.takes_place_help"),
    )


def _show_asks(pilot: Pilot, rules: Rules, key: str) -> None:
    """For each topic the questions that the assistant may ask without a person."""
    topics = services().topics
    st.markdown(f"**{t('admin.assistant')}**")
    st.caption(t("admin.assistant_note"))
    followed = [name for name in pilot.topics if name in topics]
    columns = st.columns(2, gap="medium")
    for place, topic in enumerate(followed):
        columns[place % 2].multiselect(
            escaped(topics[topic].name(language())),
            topics[topic].asks,
            default=[kind for kind in rules.asks.get(topic, ()) if kind in topics[topic].asks],
            format_func=lambda kind: t(f"asking.kind_{kind}"),
            placeholder=t("admin.asks_none"),
            key=f"{key}.asks.{topic}",
        )
    st.toggle(
        t("admin.urgent_police"),
        value=rules.urgent_police,
        key=f"{key}.urgent_police",
        help=t("admin.urgent_police_help"),
    )


def _show_limits(rules: Rules, key: str) -> None:
    st.markdown(f"**{t('admin.limits')}**")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        for name in ("quiet_from", "quiet_until"):
            st.time_input(
                t(f"admin.{name}"),
                value=time.fromisoformat(getattr(rules, name)),
                key=f"{key}.{name}",
                width=130,
            )
        for name, most in (
            ("a_day", MOST_A_DAY),
            ("enough", MOST_ENOUGH),
            ("open_min", LONGEST_OPEN_MIN),
        ):
            st.number_input(
                t(f"admin.{name}"),
                min_value=1,
                max_value=most,
                value=getattr(rules, name),
                key=f"{key}.{name}",
                width=175,
            )
    st.caption(t("admin.limits_note"))


def _show_texts(rules: Rules, key: str) -> None:
    with st.expander(t("admin.texts")):
        st.caption(t("admin.texts_note"))
        for name in TEXTS:
            st.text_area(
                t(f"admin.text_{name}"),
                value=rules.texts.get(name, ""),
                placeholder=own_words(name),
                max_chars=500,
                height=80,
                key=f"{key}.text.{name}",
            )


@told
def _save(pilot: Pilot, key: str) -> None:
    rules = _typed(pilot, key)
    carry_out(
        lambda me, unit: set_rules(pilot.id, rules, me, unit), lambda _: t("admin.done.saved")
    )


def _typed(pilot: Pilot, key: str) -> Rules:
    """The rules as they stand in the form. Raises BadInput."""
    typed: dict[str, Any] = {
        name: st.session_state[f"{key}.{name}"]
        for name in ("thanks", "takes_place", "urgent_police", "a_day", "enough", "open_min")
    }
    asks = {
        topic: tuple(kind for kind in Asking if kind.value in chosen)
        for topic in pilot.topics
        if (chosen := st.session_state.get(f"{key}.asks.{topic}"))
    }
    return Rules(
        receipts=tuple(st.session_state[f"{key}.receipts"]),
        asks={topic: tuple(kind.value for kind in kinds) for topic, kinds in asks.items()},
        quiet_from=f"{st.session_state[f'{key}.quiet_from']:%H:%M}",
        quiet_until=f"{st.session_state[f'{key}.quiet_until']:%H:%M}",
        texts={name: st.session_state[f"{key}.text.{name}"].strip() for name in TEXTS},
        **typed,
    )
