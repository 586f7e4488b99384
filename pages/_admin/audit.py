"""controle: who did or saw what; searching the log, taking it along, and checking its chain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import streamlit as st

from core.administration import note_chain_check
from core.audit import SYSTEM, AuditEntry
from core.clock import from_local, local
from core.i18n import catalogue
from core.sheet import csv_text, note_export
from core.store.audit_queries import (
    MOST_ENTRIES,
    AuditSearch,
    audit_actions,
    audit_found,
    broken_entries,
)
from core.telling import actor_name
from pages._admin.pilots import date_format
from pages._frame import counted, language, moment, notify, number, services, t, told, user
from pages.room.names import people

_COLUMNS = ("at", "who", "what", "subject", "reason", "detail")


def show_audit() -> None:
    _show_chain()
    search = _ask()
    with services().store.read() as connection:
        found = audit_found(connection, search)
    if not found:
        st.info(t("admin.nothing_found"), icon=":material/search_off:")
        return
    rows = [_cells(entry) for entry in found]
    heads = [t(f"admin.{name}") for name in _COLUMNS]
    st.dataframe(
        {head: [row[place] for row in rows] for place, head in enumerate(heads)},
        hide_index=True,
        placeholder="",
    )
    if len(found) == MOST_ENTRIES:
        st.caption(t("admin.latest_only", count=number(MOST_ENTRIES)))
    _show_download(heads, rows)


def _ask() -> AuditSearch:
    """What to look for; empty fields ask nothing."""
    with services().store.read() as connection:
        actions = ["", *audit_actions(connection)]
    actors = {"": t("admin.everybody"), SYSTEM: t("history.system"), **people()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        actor = st.selectbox(
            t("admin.who"),
            list(actors),
            format_func=actors.__getitem__,
            key=f"admin.audit.who.{language()}",
            width=220,
        )
        action = st.selectbox(
            t("admin.what"),
            actions,
            format_func=lambda name: _said(name) if name else t("admin.everything"),
            key=f"admin.audit.what.{language()}",
            width=260,
        )
        about = st.text_input(
            t("admin.about"), key="admin.audit.about", placeholder="HNM-12", width=180
        )
        days = st.date_input(
            t("admin.days"), [], key="admin.audit.days", width=240, format=date_format()
        )
    kind, subject = _subject(about)
    since, until = _period(days if isinstance(days, tuple) else (days,))
    return AuditSearch(
        actor=actor or "",
        action=action or "",
        subject_kind=kind,
        subject_id=subject,
        since=since,
        until=until,
    )


def _subject(about: str) -> tuple[str, str]:
    """What somebody typed: "HNM-12" is incident 12, "group 3" that group, "7" whatever has id 7."""
    written = about.strip()
    if written.upper().startswith("HNM-"):
        return "incident", written[4:]
    kind, _, subject = written.partition(" ")
    return (kind, subject.strip()) if subject else ("", written)


def _period(days: Sequence[object]) -> tuple[datetime | None, datetime | None]:
    """Whole days on the pilot's clock; one day alone is that day."""
    if not days:
        return None, None
    first, last = days[0], days[-1]
    starts = from_local(datetime.combine(first, time.min))  # type: ignore[arg-type]  # a date
    ends = from_local(datetime.combine(last, time.min))  # type: ignore[arg-type]  # a date
    return starts, ends + timedelta(days=1)


def _cells(entry: AuditEntry) -> list[str]:
    return [
        f"{moment(entry.at)}:{local(entry.at):%S}",
        actor_name(language(), entry.actor, people()) or "–",
        _said(entry.action),
        _about(entry),
        entry.reason or "",
        json.dumps(entry.detail, ensure_ascii=False) if entry.detail else "",
    ]


def _about(entry: AuditEntry) -> str:
    if entry.subject_kind == "incident":
        return f"HNM-{entry.subject_id}"
    key = f"what.{entry.subject_kind}"
    kind = t(key) if key in catalogue(language()) else entry.subject_kind
    return f"{kind} {entry.subject_id}"


def _said(action: str) -> str:
    """The action in words where there are any that stand without a number."""
    key = f"audit.{action}"
    return t(key) if key in catalogue(language()) else action.replace("_", " ")


def _show_chain() -> None:
    """Checking reads the whole log, so only when somebody asks for it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("admin.check_chain"), key="admin.audit.check", on_click=_check)
        st.caption(t("admin.chain_note"))


def _show_download(heads: list[str], rows: list[list[str]]) -> None:
    st.download_button(
        t("admin.download"),
        csv_text(heads, rows, language()),
        file_name="audit.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click=_note_download,
    )


@told
def _check() -> None:
    now = services().clock()
    with services().store.read() as connection:
        broken = broken_entries(connection, now)
    with services().store.unit() as unit:
        note_chain_check(broken, user(), unit)
    if broken:
        ids = ", ".join(str(entry_id) for entry_id in broken[:10])
        notify(t("admin.chain_broken", places=counted("count.breaks", len(broken)), ids=ids))
    else:
        notify(t("admin.chain_whole"), kind="done")


@told
def _note_download() -> None:
    with services().store.unit() as unit:
        note_export("audit", user(), unit)
