"""gebied tekenen: by hand on a map or typed, looked at before it is kept; who belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st

from core.domain import Area, Group, Pilot, Role, User
from core.drawn_areas import (
    KINDS,
    BadCorner,
    Corners,
    Drawn,
    Finding,
    change_area,
    draw_area,
    findings,
    last_change,
    link_area,
    parent_of,
    read_corners,
    size_m2,
    take_back,
    written,
)
from core.i18n import error_text
from core.store import Unit
from core.telling import listed
from pages._act import carry_out
from pages._frame import language, notify, number, percent, services, t, told, user
from pages.components.area_drawing import drawn_in, show_area_drawing
from pages.components.choice import go_to, show_select
from pages.components.words import escaped

_KEY: Final = "admin.draw"
_TYPED: Final = f"{_KEY}.typed"
_ROUND: Final = f"{_KEY}.round"
_NEW: Final = "new"
_WORDS: Final = ("back", "close", "anew", "hint", "map", "none", "open", "closed")
_FIELD_ROLES: Final = frozenset({Role.COMMUNITY_OFFICER, Role.ENFORCEMENT_OFFICER})


def show_draw(pilot: Pilot, areas: Sequence[Area]) -> None:
    names = {_NEW: t("drawing.new"), **{str(area.id): area.name for area in areas}}
    chosen = show_select(t("drawing.which"), names, param="area", width=420)
    area = next((one for one in areas if str(one.id) == chosen), None)
    drawn = _show_form(pilot, area, areas)
    _show_findings(drawn, area, areas)
    _show_buttons(pilot, area, drawn, areas)
    if area is not None:
        _show_links(pilot, area)


def _show_form(pilot: Pilot, area: Area | None, areas: Sequence[Area]) -> Drawn:
    """The outline with its name and kind as they stand on the screen."""
    mark, key = _mark(pilot, area), f"{_KEY}.{pilot.id}.{area.id if area else _NEW}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input(
            t("drawing.name"),
            area.name if area else "",
            key=f"{key}.name.{_round()}",
            max_chars=180,
            width=420,
        )
        kind = st.selectbox(
            t("drawing.kind"),
            KINDS,
            index=KINDS.index(area.kind if area else "own"),
            format_func=lambda one: t(f"drawing.kind_{one}"),
            key=f"{key}.kind.{language()}",
            help=t("drawing.kind_help"),
            width=240,
        )
    given = _given(mark, area)
    show_area_drawing(
        given,
        mark=mark,
        areas=[one for one in areas if area is None or one.id != area.id],
        words={word: t(f"drawing.{word}") for word in _WORDS}
        | {word: t(f"map.{word}") for word in ("zoom_in", "zoom_out")},
        on_drawn=_heard,
        key=f"{_KEY}.map",
    )
    if area is not None and area.further:
        st.caption(t("drawing.further", count=number(len(area.further))))
    corners = drawn_in(f"{_KEY}.map", mark)
    corners = given if corners is None else corners
    _show_typed(mark, corners)
    return Drawn(name=name, kind=kind, corners=corners)


def _heard() -> None:
    """What was drawn is read when the page is drawn anew."""


def _round() -> int:
    return int(st.session_state.get(_ROUND, 0))


def _mark(pilot: Pilot, area: Area | None) -> str:
    return f"{pilot.id}:{area.id if area else _NEW}:{_round()}"


def _given(mark: str, area: Area | None) -> Corners:
    """What the map begins with: what was typed, else the outline as it is kept."""
    typed: tuple[str, Corners] = st.session_state.get(_TYPED, ("", ()))
    if typed[0] == mark:
        return typed[1]
    return area.outline if area else ()


def _show_typed(mark: str, corners: Corners) -> None:
    """The way without a mouse: a line a corner, or GeoJSON from elsewhere."""
    with st.expander(t("drawing.typed"), icon=":material/keyboard:"):
        key = f"{_KEY}.text.{mark}.{hash(corners):x}"
        st.text_area(
            t("drawing.corners"),
            written(corners),
            key=key,
            height=160,
            help=t("drawing.typed_help"),
        )
        st.button(t("drawing.put"), key=f"{_KEY}.put", on_click=_put, args=(key, mark))


def _put(key: str, mark: str) -> None:
    """Puts what was typed on the map: a round of its own, so that the map begins with it."""
    try:
        corners = read_corners(str(st.session_state.get(key) or ""))
    except BadCorner as error:
        notify(error_text(language(), error))
        return
    st.session_state[_ROUND] = _round() + 1
    pilot, area, _ = mark.split(":")
    st.session_state[_TYPED] = (f"{pilot}:{area}:{_round()}", corners)


def _show_findings(drawn: Drawn, area: Area | None, areas: Sequence[Area]) -> None:
    if not drawn.corners:
        return
    found = findings(drawn, areas, area.id if area else None)
    for one in found:
        icon = ":material/block:" if one.stops else ":material/warning:"
        (st.error if one.stops else st.warning)(_said(one), icon=icon)
    if any(one.stops for one in found):
        return
    parent = parent_of(drawn, areas, area.id if area else None)
    size = t("drawing.size", hectares=number(size_m2(drawn.corners) / 10_000, 1))
    lies = t("drawing.lies_in", name=escaped(parent.name)) if parent else ""
    fine = "" if found else t("drawing.fine")
    st.caption(" ".join(part for part in (size, lies, fine) if part))


def _said(one: Finding) -> str:
    params: dict[str, Any] = {
        "names": escaped(listed(language(), one.names)),
        "share": percent(one.share),
        "hectares": number(one.metres / 10_000, 1),
        "km": number(one.metres / 1_000, 1),
    }
    return t(f"drawn.{one.code}", **params)


def _show_buttons(pilot: Pilot, area: Area | None, drawn: Drawn, areas: Sequence[Area]) -> None:
    found = findings(drawn, areas, area.id if area else None)
    odd = bool(found) and not any(one.stops for one in found)
    with st.container(horizontal=True):
        st.button(
            t("drawing.save_anyway" if odd else "admin.save"),
            key=f"{_KEY}.save",
            type="primary",
            disabled=any(one.stops for one in found),
            on_click=_save,
            args=(pilot.id, area.id if area else None, drawn),
        )
        if area is not None and _may_take_back(area):
            st.button(
                t("drawing.take_back"),
                key=f"{_KEY}.undo",
                icon=":material/undo:",
                on_click=_take_back,
                args=(area.id,),
            )
    st.caption(t("drawing.save_note"))


def _may_take_back(area: Area) -> bool:
    with services().store.read() as connection:
        entries = Unit(connection, services().clock()).audit.of("area", area.id)
    return last_change(entries, user().login) is not None


def _show_links(pilot: Pilot, area: Area) -> None:
    """Which groups live here, and which officers look after it."""
    with services().store.read() as connection:
        unit = Unit(connection, services().clock())
        groups, users = unit.pilots.groups(pilot.id), unit.accounts.users()
    officers = {u.login: u for u in users if u.roles & _FIELD_ROLES or area.id in u.area_ids}
    st.markdown(f"**{escaped(t('drawing.belongs', name=area.name))}**")
    key = f"{_KEY}.links.{area.id}"
    with st.form(key, border=False, width=900):
        _show_groups({group.id: group for group in groups}, area, key)
        _show_officers(officers, area, key)
        st.form_submit_button(t("admin.save"), on_click=_link, args=(area.id, key))


def _show_groups(groups: Mapping[int, Group], area: Area, key: str) -> None:
    st.multiselect(
        t("drawing.groups"),
        list(groups),
        default=[group.id for group in groups.values() if group.area_id == area.id],
        format_func=lambda group_id: groups[group_id].name,
        key=f"{key}.groups",
        placeholder=t("admin.choose"),
        help=t("drawing.groups_help"),
    )


def _show_officers(officers: Mapping[str, User], area: Area, key: str) -> None:
    st.multiselect(
        t("drawing.officers"),
        list(officers),
        default=[one.login for one in officers.values() if area.id in one.area_ids],
        format_func=lambda login: officers[login].name,
        key=f"{key}.officers",
        placeholder=t("admin.choose"),
    )


@told
def _save(pilot_id: int, area_id: int | None, drawn: Drawn) -> None:
    if area_id is None:
        made = carry_out(
            lambda me, unit: draw_area(pilot_id, drawn, me, unit),
            lambda _: t("drawing.done", name=escaped(drawn.name)),
        )
        go_to("area", str(made))
    else:
        carry_out(
            lambda me, unit: change_area(area_id, drawn, me, unit),
            lambda _: t("admin.done.saved"),
        )
    st.session_state[_ROUND] = _round() + 1


@told
def _take_back(area_id: int) -> None:
    carry_out(lambda me, unit: take_back(area_id, me, unit), lambda _: t("drawing.taken_back"))
    st.session_state[_ROUND] = _round() + 1


@told
def _link(area_id: int, key: str) -> None:
    groups, officers = st.session_state[f"{key}.groups"], st.session_state[f"{key}.officers"]
    carry_out(
        lambda me, unit: link_area(area_id, groups, officers, me, unit),
        lambda _: t("admin.done.saved"),
    )
