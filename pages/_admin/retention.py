"""bewaartermijnen: what is kept, why and how long; a shorter term says first what would go."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.domain import Pilot
from core.errors import BadInput
from core.farewell import LONGEST_KEPT, set_keep_days
from core.i18n import long_day
from core.last_day import erased_from
from core.retention import KINDS, LONGEST_NOTE, Kept, Term, set_term, terms, would_go
from core.store import Unit
from pages._act import carry_out, show_table
from pages._frame import ago, counted, language, moment, number, services, t, told
from pages.components.choice import show_select
from pages.components.words import escaped
from pages.room.names import people

_YEAR: Final = 365
_FIXED: Final = ("inbox", "no_report_original", "links", "windows", "uploads", "sessions", "audit")
"""What has no term of its own here: it follows from what it is for, or from the installation."""


def show_retention() -> None:
    st.caption(t("retention.note"))
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        found = terms(services().settings, unit)
        counts = {name: unit.retention.count(name) for name in KINDS}
        pilots = unit.pilots.all()
    _show_list(found, counts)
    with st.container(border=True):
        _show_one(found, counts)
    for pilot in pilots:
        _show_pilot(pilot)
    _show_fixed()


def _show_list(found: dict[str, Term], counts: dict[str, int]) -> None:
    columns = ("what", "term", "most", "count", "cleaned")
    rows = [
        [
            t(f"retention.{name}"),
            _long(term.kept, term.amount) + ("" if term.is_own else f" ({t('retention.usual')})"),
            _long(term.kept, term.kept.longest),
            number(counts[name]),
            _cleaned(term),
        ]
        for name, term in found.items()
    ]
    show_table([t(f"retention.column_{name}") for name in columns], rows)


def _long(kept: Kept, amount: int) -> str:
    if kept.in_hours:
        return counted("count.hours", amount)
    years, rest = divmod(amount, _YEAR)
    return counted("count.years", years) if years and not rest else counted("count.days", amount)


def _cleaned(term: Term) -> str:
    """When there last was something to take away; housekeeping itself comes by every minute."""
    if term.cleaned_at is None:
        return t("retention.never" if term.looked_at else "retention.not_looked")
    return t("retention.gone", count=number(term.cleaned_count), ago=ago(term.cleaned_at))


def _show_one(found: dict[str, Term], counts: dict[str, int]) -> None:
    names = {name: t(f"retention.{name}") for name in found}
    name = show_select(t("retention.one"), names, param="kept", width=520)
    term, key = found[name], f"retention.{name}"
    st.markdown(escaped(t(f"retention.{name}_why")))
    if term.at is not None:
        who = people().get(term.by, term.by)
        st.caption(t("retention.set_by", who=escaped(who), at=moment(term.at)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(
            t("retention.hours" if term.kept.in_hours else "retention.days"),
            term.kept.shortest,
            term.kept.longest,
            term.amount,
            key=f"{key}.amount",
            width=180,
            help=t("retention.most", most=_long(term.kept, term.kept.longest)),
        )
        st.text_input(
            t("retention.law"),
            term.note,
            key=f"{key}.note",
            max_chars=LONGEST_NOTE,
            placeholder=t("retention.law_hint"),
            width=560,
        )
    _show_preview(term, int(st.session_state.get(f"{key}.amount") or 0), counts[name])
    with st.container(horizontal=True):
        st.button(t("admin.save"), key=f"{key}.save", type="primary", on_click=_save, args=(name,))
        st.button(
            t("retention.as_usual"),
            key=f"{key}.usual",
            disabled=not term.is_own,
            on_click=_reset,
            args=(name,),
        )


def _show_preview(term: Term, amount: int, there: int) -> None:
    """What a shorter term would take away at once; nothing is taken before it is saved."""
    if amount == term.amount:
        return
    if amount > term.amount:
        st.info(t("retention.longer"), icon=":material/info:")
        return
    try:
        with services().store.read() as connection:
            gone = would_go(term.kept.name, amount, Unit(connection, services().clock()))
    except BadInput:
        return
    said = t("retention.would_go", gone=number(gone), there=number(there))
    st.warning(said, icon=":material/delete_sweep:")


def _show_pilot(pilot: Pilot) -> None:
    """How long what residents wrote outlives a pilot: the whole of it."""
    with st.container(border=True):
        st.markdown(f"**{escaped(t('retention.pilot', name=pilot.name))}**")
        from_day = erased_from(pilot)
        day = long_day(language(), from_day) if from_day else ""
        st.caption(t("retention.pilot_note", day=day) if day else t("retention.pilot_open"))
        key = f"admin.keep_days.{pilot.id}"
        with st.form(key, border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.number_input(
                t("admin.keep_days"),
                0,
                LONGEST_KEPT,
                pilot.keep_days,
                key=f"{key}.days",
                width=180,
                help=t("retention.most", most=counted("count.days", LONGEST_KEPT)),
            )
            st.form_submit_button(
                t("admin.save"), on_click=_save_pilot, args=(pilot.id, f"{key}.days")
            )


def _show_fixed() -> None:
    with st.expander(t("retention.fixed"), icon=":material/lock_clock:"):
        settings = services().settings
        given = {
            "minutes": number(settings.inbox_key_minutes),
            "hours": number(settings.resident_link_hours),
            "idle": number(settings.session_idle_minutes / 60),
        }
        rows = [
            [t(f"retention.fixed_{name}"), t(f"retention.fixed_{name}_long", **given)]
            for name in _FIXED
        ]
        show_table([t("retention.column_what"), t("retention.column_term")], rows)


@told
def _save(name: str) -> None:
    amount = int(st.session_state[f"retention.{name}.amount"])
    _set(name, amount)


@told
def _reset(name: str) -> None:
    _set(name, None)
    st.session_state.pop(f"retention.{name}.amount", None)


def _set(name: str, amount: int | None) -> None:
    note = str(st.session_state[f"retention.{name}.note"])
    settings = services().settings
    carry_out(
        lambda me, unit: set_term(name, amount, note, settings, me, unit),
        lambda _: t("admin.done.saved"),
    )


@told
def _save_pilot(pilot_id: int, key: str) -> None:
    days = int(st.session_state[key])
    carry_out(
        lambda me, unit: set_keep_days(pilot_id, days, me, unit), lambda _: t("admin.done.saved")
    )
