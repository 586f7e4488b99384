"""controle: who did or saw what, in sentences; searched, taken along, and its chain checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from core.administration import note_chain_check
from core.audit import SUBJECTS, SYSTEM, AuditEntry
from core.audit_words import Names, action_words, change_line, sentence
from core.clock import from_local, local
from core.permissions import Action, may
from core.sheet import csv_text, note_export
from core.store import Unit
from core.store.audit_queries import (
    AuditSearch,
    audit_actions,
    audit_count,
    audit_every,
    audit_found,
    broken_entries,
    extent,
)
from pages._act import show_table
from pages._admin.pilots import date_format
from pages._frame import ago, counted, language, moment, notify, number, services, t, told, user
from pages.components.words import escaped
from pages.room.names import people

_FIELDS: Final = ("who", "what", "about", "group", "words", "since", "until")
_PLACE: Final = ("before", "after")
_ON_A_PAGE: Final = 50
_MOST_TAKEN: Final = 100_000
_COLUMNS: Final = ("at", "said", "changed", "reason")
_SET: Final = "set:"
_PEOPLE: Final = ":people"
"""No login: whoever it was, but not what the product did by itself."""


def show_audit() -> None:
    names = _names()
    _ask(names)
    _show_found(_search(), names)
    _show_chain()


def _show_found(search: AuditSearch, names: Names) -> None:
    with services().store.read() as connection:
        count = audit_count(connection, search)
        found = audit_found(connection, search, _ON_A_PAGE, **_place())
    if not found:
        st.info(t("admin.nothing_found"), icon=":material/search_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(counted("count.entries", count))
        _show_link()
        _show_download(search, names)
    heads = [t(f"audit_search.column_{name}") for name in _COLUMNS]
    show_table(heads, [_cells(language(), entry, names) for entry in found])
    _show_pages(search, found)


def _names() -> Names:
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        subjects = {("user", str(row.id)): row.name for row in unit.accounts.all()}
        for pilot in unit.pilots.all():
            subjects[("pilot", str(pilot.id))] = pilot.name
            for area in unit.pilots.areas(pilot.id):
                subjects[("area", str(area.id))] = area.name
        for group in unit.pilots.groups():
            subjects[("group", str(group.id))] = group.name
    return Names(people=people(), subjects=subjects, topics=given.topics)


def _ask(names: Names) -> None:
    """What to look for; empty fields ask nothing, and the address keeps what was asked."""
    now = {name: st.query_params.get(name, "") for name in _FIELDS}
    # What another address asks is another form: its fields begin as that address says.
    key = f"admin.audit.{language()}.{hash(tuple(now.values())):x}"
    with st.form(key, border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            _select("who", _actors(names), now, key, 200)
            _select("what", _actions(), now, key, 270)
            st.text_input(
                t("audit_search.about"),
                now["about"],
                key=f"{key}.about",
                placeholder="HNM-12",
                help=t("audit_search.about_help"),
                max_chars=80,
                width=150,
            )
            groups = {s: name for (kind, s), name in names.subjects.items() if kind == "group"}
            _select("group", {"": t("audit_search.any"), **groups}, now, key, 190)
            st.date_input(
                t("audit_search.days"),
                _days(now),
                key=f"{key}.days",
                width=236,
                format=date_format(),
            )
            st.text_input(
                t("audit_search.words"), now["words"], key=f"{key}.words", max_chars=80, width=160
            )
        with st.container(horizontal=True):
            st.form_submit_button(
                t("audit_search.find"), type="primary", on_click=_find, args=(key,)
            )
            st.form_submit_button(t("audit_search.all"), on_click=_forget)


def _select(
    name: str, options: Mapping[str, str], now: Mapping[str, str], key: str, width: int
) -> None:
    chosen = now[name] if now[name] in options else ""
    st.selectbox(
        t(f"audit_search.{name}"),
        list(options),
        index=list(options).index(chosen),
        format_func=options.__getitem__,
        key=f"{key}.{name}",
        width=width,
    )


def _actors(names: Names) -> dict[str, str]:
    real = {login: name for login, name in names.people.items() if ":" not in login}
    every = {"": t("admin.everybody"), _PEOPLE: t("audit_search.people")}
    return {**every, SYSTEM: t("history.system"), **real}


def _actions() -> dict[str, str]:
    """First what people come to look for, then every single thing that stands in the log."""
    with services().store.read() as connection:
        known = {name: action_words(language(), name) for name in audit_actions(connection)}
    sets = {f"{_SET}{name}": t(f"audit_search.set_{name}") for name in SUBJECTS}
    single = dict(sorted(known.items(), key=lambda pair: pair[1].casefold()))
    return {"": t("audit_search.any"), **sets, **single}


def _days(now: Mapping[str, str]) -> list[Any]:
    return [day for day in (_day(now["since"]), _day(now["until"])) if day is not None]


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _find(key: str) -> None:
    """Writes what was asked into the address, from where it is read."""
    given = st.session_state
    days = given.get(f"{key}.days") or ()
    days = list(days) if isinstance(days, tuple | list) else [days]
    asked = {name: str(given.get(f"{key}.{name}") or "").strip() for name in _FIELDS[:5]}
    asked |= {"since": str(days[0]), "until": str(days[-1])} if days else {}
    _forget()
    for name, value in asked.items():
        if value:
            st.query_params[name] = value


def _forget() -> None:
    for name in (*_FIELDS, *_PLACE):
        st.query_params.pop(name, None)


def _search() -> AuditSearch:
    """What the address asks."""
    asked = {name: st.query_params.get(name, "") for name in _FIELDS}
    kind, subject, resident = _subject(asked["about"])
    is_set = asked["what"].startswith(_SET)
    since, until = _day(asked["since"]), _day(asked["until"])
    return AuditSearch(
        actor="" if asked["who"] == _PEOPLE else asked["who"],
        by_people=asked["who"] == _PEOPLE,
        action="" if is_set else asked["what"],
        actions=SUBJECTS.get(asked["what"].removeprefix(_SET), ()) if is_set else (),
        subject_kind=kind,
        subject_id=subject,
        resident=resident,
        group_id=int(asked["group"]) if asked["group"].isdecimal() else None,
        words=asked["words"],
        since=_midnight(since) if since else None,
        until=_midnight(until) + timedelta(days=1) if until else None,
    )


def _midnight(day: date) -> datetime:
    return from_local(datetime.combine(day, time.min))


def _subject(about: str) -> tuple[str, str, str]:
    """(kind, id, resident) of what was typed: "HNM-12" or "12" an incident, "r…" a resident."""
    written = about.strip()
    number_of = written.upper().removeprefix("HNM-")
    if number_of.isdecimal():
        return "incident", str(int(number_of)), ""
    if written[:1] == "r" and len(written) == 13:
        return "", "", written
    kind, _, subject = written.partition(" ")
    return (kind, subject.strip(), "") if subject else ("", written, "")


def _place() -> dict[str, int]:
    """From where the page begins; nothing for the newest."""
    given = {name: st.query_params.get(name, "") for name in _PLACE}
    return {name: int(value) for name, value in given.items() if value.isdecimal()}


def _cells(code: str, entry: AuditEntry, names: Names) -> list[str]:
    return [
        f"{moment(entry.at)}:{local(entry.at):%S}",
        sentence(code, entry, names),
        change_line(code, entry, names),
        entry.reason or "",
    ]


def _show_pages(search: AuditSearch, found: Sequence[AuditEntry]) -> None:
    newest, oldest = found[0].id, found[-1].id
    with services().store.read() as connection:
        newer = bool(audit_found(connection, search, 1, after=newest))
        older = bool(audit_found(connection, search, 1, before=oldest))
    if not (newer or older):
        return
    with st.container(horizontal=True):
        for name, enabled, place in (
            ("newest", newer, {}),
            ("newer", newer, {"after": newest}),
            ("older", older, {"before": oldest}),
        ):
            st.button(
                t(f"audit_search.{name}"),
                key=f"admin.audit.{name}",
                disabled=not enabled,
                on_click=_turn,
                args=(place,),
            )


def _turn(place: Mapping[str, int]) -> None:
    for name in _PLACE:
        st.query_params.pop(name, None)
    for name, value in place.items():
        st.query_params[name] = str(value)


def _show_link() -> None:
    """The address holds the whole question: a colleague who opens it sees the same."""
    with st.popover(t("audit_search.link"), icon=":material/link:"):
        st.caption(t("audit_search.link_note"))
        asked = {**st.query_params.to_dict(), "tab": "audit"}
        for name in _PLACE:
            asked.pop(name, None)
        st.code(f"{_here()}?{urlencode(asked)}", language=None, wrap_lines=True)


def _here() -> str:
    return str(st.context.url or "").partition("?")[0]


def _show_download(search: AuditSearch, names: Names) -> None:
    me, code = user(), language()
    if not may(me, Action.EXPORT):
        return
    heads = [t(f"audit_search.column_{name}") for name in _COLUMNS]
    given = services()

    def written() -> bytes:
        """Runs when somebody presses the button; that they took it is written down first."""
        with given.store.unit() as unit:
            note_export("audit", me, unit)
        with given.store.read() as connection:
            found = audit_every(connection, search, _MOST_TAKEN)
            rows = [_taken(code, entry, names) for entry in found]
        return csv_text(["id", *heads], rows, code).encode()

    st.download_button(
        t("admin.download"), written, "audit.csv", "text/csv", icon=":material/download:"
    )


def _taken(code: str, entry: AuditEntry, names: Names) -> list[str]:
    at = f"{local(entry.at):%Y-%m-%d %H:%M:%S}"
    said, changed = sentence(code, entry, names), change_line(code, entry, names)
    return [str(entry.id), at, said, changed, entry.reason or ""]


def _show_chain() -> None:
    """Checking reads the whole log, so only when somebody asks for it."""
    with services().store.read() as connection:
        reach = extent(connection)
        last = audit_found(connection, AuditSearch(action="chain_checked"), 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            t("admin.check_chain"), key="admin.audit.check", on_click=_check, icon=":material/link:"
        )
        said = t("audit_search.never_checked")
        if last:
            broken = int(last[0].detail.get("broken", 0))
            came = t("audit_search.was_broken" if broken else "audit_search.was_whole")
            by = people().get(last[0].actor, last[0].actor)
            said = t("audit_search.checked", ago=ago(last[0].at), who=escaped(by), came=came)
        st.caption(f"{t('admin.chain_note')} {said}")
    if reach.first_at is not None:
        with st.expander(t("audit_search.reach"), icon=":material/history:"):
            first, newest = moment(reach.first_at), moment(reach.last_at or reach.first_at)
            entries = counted("count.entries", reach.count)
            st.markdown(t("audit_search.reach_note", entries=entries, first=first, last=newest))
            st.caption(t("audit_search.hash_note"))
            st.code(reach.newest_hash, language=None, wrap_lines=True)


@told
def _check() -> None:
    now = services().clock()
    with services().store.read() as connection:
        broken, reach = broken_entries(connection, now), extent(connection)
    with services().store.unit() as unit:
        note_chain_check(broken, user(), unit)
    if broken:
        ids = ", ".join(number(entry_id) for entry_id in broken[:10])
        notify(t("admin.chain_broken", places=counted("count.breaks", len(broken)), ids=ids))
    else:
        entries = counted("count.entries", reach.count)
        notify(t("admin.chain_whole", entries=entries), kind="done")
