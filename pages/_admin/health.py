"""gezondheid van bronnen: last message, lag, errors, and what each network cannot do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from core.hand_over_words import failure_line
from core.i18n import catalogue
from core.store.health_queries import SourceHealth, source_health
from core.wiring import sources
from pages._act import show_table
from pages._admin.groups import source_name
from pages._admin.network import has_limits, show_limits
from pages._frame import ago, language, number, part, services, t
from pages.components.words import escaped

_WINDOW: Final = timedelta(hours=24)
_QUIET_AFTER: Final = timedelta(hours=24)
_COLUMNS: Final = (
    "source",
    "state",
    "groups",
    "last",
    "lag",
    "stored",
    "waiting",
    "undelivered",
    "refused",
)
_ABILITIES: Final = ("edits", "deletes", "joins", "replies", "group_send", "direct")


def show_source_health() -> None:
    _show_lines()
    _show_abilities()


@part("admin-source-health", every_s=5.0)
def _show_lines() -> None:
    now = services().clock()
    with services().store.read() as connection:
        lines = source_health(connection, now - _WINDOW)
    st.caption(t("health.note", hours=number(_WINDOW.total_seconds() / 3600)))
    if not lines:
        st.info(t("health.none"), icon=":material/hub:")
        return
    _show_trouble(lines)
    show_table([t(f"health.{name}") for name in _COLUMNS], [_row(line) for line in lines])


def _show_trouble(lines: Sequence[SourceHealth]) -> None:
    for line in lines:
        if line.error and line.enabled:
            error = failure_line(language(), line.error)
            st.error(
                t(
                    "health.trouble",
                    name=escaped(_name(line)),
                    error=escaped(error),
                    count=number(line.failure_count),
                    retry=ago(line.retry_at) if line.retry_at else t("health.now"),
                ),
                icon=":material/heart_broken:",
            )


def _row(line: SourceHealth) -> list[str]:
    return [
        _name(line),
        _state(line),
        number(line.group_count),
        ago(line.last_message_at) if line.last_message_at else "–",
        f"{_duration(line.lag)} · {_duration(line.slowest)}",
        number(line.stored_count),
        number(line.waiting_count),
        number(line.undelivered_count),
        _refused(line),
    ]


def _name(line: SourceHealth) -> str:
    return f"{source_name(line.source)}: {line.name}" if line.name else source_name(line.source)


def _state(line: SourceHealth) -> str:
    """In words; what is quiet may be well or broken, a person judges."""
    if not line.enabled:
        return t("health.off")
    if line.error:
        return t("health.fails")
    if not line.group_count:
        return t("health.no_groups")
    latest = line.last_message_at
    is_quiet = latest is None or services().clock() - latest > _QUIET_AFTER
    return t("health.quiet") if is_quiet else t("health.well")


def _duration(lag: timedelta | None) -> str:
    if lag is None:
        return "–"
    seconds = lag.total_seconds()
    if seconds < 100:
        return f"{number(seconds, 1 if seconds < 10 else 0)} s"
    if seconds < 6000:
        return f"{number(seconds / 60)} min"
    return f"{number(seconds / 3600)} u" if language() == "nl" else f"{number(seconds / 3600)} h"


def _refused(line: SourceHealth) -> str:
    told = [
        f"{_reason(what)} {number(count)}"
        for what, count in sorted(line.refused.items())
        if what not in ("kept", "discarded") and count
    ]
    return ", ".join(told) or "–"


def _reason(what: str) -> str:
    key = f"connections.refusal.{what}"
    return t(key) if key in catalogue(language()) else what


def _show_abilities() -> None:
    st.markdown(f"**{t('health.what_it_is')}**")
    cards: dict[str, Any] = {
        name: source.CARD for name, source in sources().items() if source.CARD.is_live
    }
    rows = [
        [source_name(name), *(_mark(getattr(card, able)) for able in _ABILITIES)]
        for name, card in cards.items()
    ]
    show_table([t("admin.source"), *(t(f"admin.can_{able}") for able in _ABILITIES)], rows)
    for name, card in cards.items():
        if has_limits(card):
            st.markdown(f"**{source_name(name)}**")
            show_limits(card)


def _mark(able: bool) -> str:
    return f"✓ {t('admin.yes')}" if able else f"– {t('admin.no')}"
