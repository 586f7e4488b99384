"""gevolgen: what other thresholds would change, on labelled messages and on the pilot's own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import streamlit as st

from core.assess import Thresholds
from core.clock import local, midnight
from core.domain import Pilot
from core.evaluation_text import estimate_text
from core.quality_file import Judged
from core.store.evaluation_queries import recent_chances, standings, urgency_of_members
from core.trade_off import LOOK_BACK, Outlook, WhatIf, followed, outlook, what_if
from pages._act import show_table
from pages._frame import language, number, percent, services, t
from pages.components.words import escaped


def show_effects(
    pilot: Pilot,
    judged: Judged,
    now: Thresholds,
    chosen: Thresholds,
    share: float | None,
    read: int,
) -> None:
    """Now beside then: on labelled messages, and on this pilot's own."""
    was, then = outlook(judged, now, share), outlook(judged, chosen, share)
    rows = [
        [t("figures.urgent_recall"), *_both(was.urgency.recall, then.urgency.recall)],
        [t("figures.urgent_precision"), *_both(was.urgency.precision, then.urgency.precision)],
        *(
            [t(f"thresholds.{name}"), _one(getattr(was, name)), _one(getattr(then, name))]
            for name in ("missed", "false", "reports", "lost", "noise", "doubtful")
        ),
        *_weekly(was, then, read),
    ]
    heads = [t(f"thresholds.column_{name}") for name in ("what", "now", "then")]
    st.markdown(f"**{escaped(t('thresholds.measured'))}**")
    st.caption(_volume(share, read))
    show_table(heads, rows)
    _show_own(pilot, now, chosen, heads)


def _weekly(was: Outlook, then: Outlook, read: int) -> list[list[str]]:
    """The same at the pilot's own volume; nothing where nothing was read."""
    thousands = read / LOOK_BACK.days * 7 / 1000
    return [
        [
            t(f"thresholds.{name}_week"),
            _one(getattr(was, name) * thousands),
            _one(getattr(then, name) * thousands),
        ]
        for name in ("missed", "false")
        if read
    ]


def _volume(share: float | None, read: int) -> str:
    if share is None:
        return t("thresholds.no_volume")
    days = LOOK_BACK.days
    return t("thresholds.volume", read=number(read), days=days, share=percent(share))


def _show_own(pilot: Pilot, now: Thresholds, chosen: Thresholds, heads: list[str]) -> None:
    st.markdown(f"**{escaped(t('thresholds.own', days=LOOK_BACK.days))}**")
    first, last = look_back_days(pilot)
    span = (pilot.id, midnight(first), midnight(last + timedelta(days=1)))
    with services().store.read() as connection:
        members = urgency_of_members(connection, *span)
        marked = standings(connection, *span)
        chances = recent_chances(connection, pilot.id)
    found = what_if(members, marked, chosen.urgent)
    hours = services().settings.turn_hours
    kept_now, doubt_now = followed(chances, now)
    kept_then, doubt_then = followed(chances, chosen)
    rows = [
        [t("thresholds.own_urgent"), number(found.now_urgent), number(found.then_urgent)],
        [t("thresholds.own_gained"), "", number(len(found.gained))],
        [t("thresholds.own_lost"), "", number(len(found.lost))],
        [t("thresholds.own_kept", hours=hours), number(kept_now), number(kept_then)],
        [t("thresholds.own_doubt"), number(doubt_now), number(doubt_then)],
    ]
    show_table(heads, rows)
    st.caption(_own_note(found, len(chances)))


def _own_note(found: WhatIf, chances: int) -> str:
    return t(
        "thresholds.own_note",
        overruled=number(found.overruled_count),
        hours=services().settings.turn_hours,
        chances=number(chances),
    )


def look_back_days(pilot: Pilot) -> tuple[date, date]:
    """The last days of the pilot that a stated volume rests on."""
    last = _last_day(pilot)
    return last - LOOK_BACK + timedelta(days=1), last


def _last_day(pilot: Pilot) -> date:
    today = local(services().clock()).date()
    return today if pilot.ends_on is None else min(today, pilot.ends_on)


def _both(was: Any, then: Any) -> list[str]:
    return [estimate_text(language(), was), estimate_text(language(), then)]


def _one(value: float) -> str:
    return number(value, 1)
