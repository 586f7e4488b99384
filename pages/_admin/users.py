"""gebruikers: who may sign in, as what, for which areas; stopping and new passwords."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core import staff
from core.accounts import SHORTEST_PASSWORD, NewUser
from core.domain import Role, User
from core.i18n import languages, text_of
from core.store import Unit
from core.store.admin_queries import UserLine, user_lines
from core.telling import owner_name
from core.wiring import destinations
from pages._act import carry_out, show_table
from pages._admin.afresh import fields, taken
from pages._frame import ago, language, number, services, t, told
from pages.components.choice import show_select
from pages.components.words import escaped

_CONTROL_ROOM = "meldkamer"
_COLUMNS = ("name", "login", "roles", "team", "state", "signed_in", "sessions")


def show_users() -> None:
    with services().store.read() as connection:
        lines = {line.login: line for line in user_lines(connection)}
        pilots = Unit(connection, services().clock()).pilots
        areas = {area.id: area.name for p in pilots.all() for area in pilots.areas(p.id)}
    _show_list(lines)
    names = {line.login: f"{line.name} ({line.login})" for line in lines.values()}
    line = lines[show_select(t("admin.one_user"), names, param="user", width=420)]
    with st.container(border=True):
        st.markdown(f"**{escaped(line.name)}**")
        _show_profile(line, areas)
        with st.container(horizontal=True):
            _show_password(line)
            _show_sign_out(line)
            _show_stop(line)
    _show_new(areas)


def _show_list(lines: dict[str, UserLine]) -> None:
    rows = [
        [
            line.name,
            line.login,
            ", ".join(t(f"role.{role}") for role in line.roles),
            owner_name(language(), line.team, {}) if line.team else "–",
            _state(line),
            ago(line.signed_in_at) if line.signed_in_at else t("admin.never"),
            number(line.session_count) if line.session_count else "–",
        ]
        for line in lines.values()
    ]
    show_table(
        [t(f"admin.user_{name}") for name in _COLUMNS],
        rows,
    )


def _state(line: UserLine) -> str:
    if not line.active:
        return t("admin.stopped_user")
    is_locked = line.locked_until is not None and line.locked_until > services().clock()
    return t("admin.locked") if is_locked else t("admin.active")


def _show_profile(line: UserLine, areas: dict[int, str]) -> None:
    key = f"admin.user.{line.login}.{language()}"
    with st.form(key, border=False):
        st.text_input(t("admin.user_name"), line.name, key=f"{key}.name", max_chars=200)
        _show_fields(key, areas, line.roles, line.team or "", line.area_ids)
        st.form_submit_button(t("admin.save"), on_click=_change, args=(line.login, key))


def _show_fields(
    key: str,
    areas: dict[int, str],
    roles: tuple[str, ...] = (),
    team: str = "",
    area_ids: tuple[int, ...] = (),
) -> None:
    teams = list(dict.fromkeys(["", _CONTROL_ROOM, *destinations(), team]))
    st.multiselect(
        t("admin.user_roles"),
        [role.value for role in Role],
        default=list(roles),
        format_func=lambda role: t(f"role.{role}"),
        key=f"{key}.roles",
        placeholder=t("admin.choose"),
    )
    st.selectbox(
        t("admin.user_team"),
        teams,
        index=teams.index(team) if team in teams else 0,
        format_func=lambda name: owner_name(language(), name, {}) if name else "–",
        key=f"{key}.team",
        accept_new_options=True,
        help=t("admin.user_team_help"),
    )
    st.multiselect(
        t("admin.user_areas"),
        list(areas),
        default=[area_id for area_id in area_ids if area_id in areas],
        format_func=areas.__getitem__,
        key=f"{key}.areas",
        placeholder=t("admin.choose"),
    )


def _show_password(line: UserLine) -> None:
    key = f"admin.password.{line.login}"
    with (
        st.popover(t("admin.new_password"), icon=":material/key:"),
        st.form(key, border=False, clear_on_submit=True),
    ):
        st.text_input(t("admin.password"), key=f"{key}.text", type="password", help=_length())
        st.form_submit_button(t("admin.save"), on_click=_set_password, args=(line.login, key))


def _show_sign_out(line: UserLine) -> None:
    """Lost telephone, shared desk: out everywhere at once; the account stays."""
    st.button(
        t("admin.sign_out_everywhere"),
        key=f"admin.sign_out.{line.login}",
        icon=":material/logout:",
        disabled=not line.session_count,
        help=t("admin.sign_out_note", ago=ago(line.seen_at)) if line.seen_at else None,
        on_click=_act,
        args=(line.login, "signed_out", staff.end_sessions),
    )


def _show_stop(line: UserLine) -> None:
    if not line.active:
        st.button(
            t("admin.resume_user"),
            key=f"admin.resume.{line.login}",
            on_click=_act,
            args=(line.login, "resumed", staff.resume_user),
        )
        return
    with st.popover(t("admin.stop_user"), icon=":material/person_off:"):
        st.caption(t("admin.stop_user_note"))
        st.button(
            t("admin.stop_user_sure"),
            key=f"admin.stop.{line.login}",
            on_click=_act,
            args=(line.login, "stopped_user", staff.stop_user),
        )


def _show_new(areas: dict[int, str]) -> None:
    key = fields(_new())
    codes = list(languages())
    with (
        st.expander(t("admin.new_user"), icon=":material/person_add:"),
        st.form(key, border=False),
    ):
        st.text_input(t("admin.user_name"), key=f"{key}.name", max_chars=200)
        st.text_input(t("admin.user_login"), key=f"{key}.login", max_chars=80)
        st.text_input(t("admin.password"), key=f"{key}.password", type="password", help=_length())
        _show_fields(key, areas)
        st.selectbox(
            t("frame.language"),
            codes,
            format_func=lambda code: text_of(code, "language.name"),
            key=f"{key}.language",
        )
        st.form_submit_button(t("admin.add"), on_click=_add, args=(key,))


def _new() -> str:
    return f"admin.user_new.{language()}"


def _length() -> str:
    return t("admin.password_help", count=SHORTEST_PASSWORD)


@told
def _change(login: str, key: str) -> None:
    profile = staff.Profile(
        name=str(st.session_state[f"{key}.name"]),
        roles=_roles(key),
        team=st.session_state[f"{key}.team"] or None,
        area_ids=tuple(st.session_state[f"{key}.areas"]),
    )
    carry_out(
        lambda me, unit: staff.change_user(login, profile, me, unit),
        lambda _: t("admin.done.saved"),
    )


@told
def _set_password(login: str, key: str) -> None:
    password = str(st.session_state[f"{key}.text"])
    carry_out(
        lambda me, unit: staff.set_password(login, password, me, unit),
        lambda _: t("admin.done.password"),
    )


@told
def _act(login: str, done: str, step: Callable[[str, User, Unit], None]) -> None:
    carry_out(lambda me, unit: step(login, me, unit), lambda _: t(f"admin.done.{done}"))


@told
def _add(key: str) -> None:
    given = st.session_state
    new = NewUser(
        login=str(given[f"{key}.login"]),
        name=str(given[f"{key}.name"]),
        password=str(given[f"{key}.password"]),
        roles=_roles(key),
        language=str(given[f"{key}.language"]),
        team=given[f"{key}.team"] or None,
    )
    area_ids = tuple(given[f"{key}.areas"])
    carry_out(
        lambda me, unit: staff.add_user(new, area_ids, me, unit),
        lambda _: t("admin.done.user_added"),
    )
    del given[f"{key}.password"]
    taken(_new())


def _roles(key: str) -> frozenset[Role]:
    return frozenset(Role(role) for role in st.session_state[f"{key}.roles"])
