"""gebieden en straten: read from official files, looked at first; and the geocoder's switch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from core.domain import Area, Pilot
from core.errors import HNMError, SourceError
from core.geocoding import set_geocoding
from core.i18n import error_text
from core.official_areas import Boundaries, Boundary, boundaries, municipalities
from core.official_import import areas_plan, held, import_areas, import_streets, streets_plan
from core.official_streets import Streets, streets
from core.store import Unit
from core.wiring import official_opener
from pages._act import carry_out, show_table
from pages._admin.draw import show_draw
from pages._admin.pilots import choose_pilot
from pages._frame import language, number, services, t, told
from pages.components.sketch import show_sketch

_AREA_KINDS: Final = ("district", "neighbourhood", "own")
_KINDS: Final = ["gpkg", "geojson", "json", "csv", "zip"]
_READ: Final = "admin.official"
_MOST_ERRORS: Final = 50
_MOST_DOTS: Final = 3_000

Where = tuple[str, str]


def show_areas() -> None:
    pilot = choose_pilot()
    if pilot is None:
        return
    with services().store.read() as connection:
        rows = Unit(connection, services().clock()).pilots
        areas, places = rows.areas(pilot.id), rows.places(pilot.id)
    _show_now(areas, places)
    with st.expander(t("admin.read_areas"), icon=":material/map:", expanded=not areas):
        _show_read_areas(pilot, areas)
    with st.expander(
        t("drawing.title"), icon=":material/draw:", expanded="area" in st.query_params
    ):
        show_draw(pilot, areas)
    with st.expander(t("admin.read_streets"), icon=":material/signpost:"):
        _show_read_streets(pilot, areas)
    with st.expander(t("admin.geocoder"), icon=":material/travel_explore:"):
        _show_geocoder(pilot)


def _show_now(areas: Sequence[Area], places: Sequence[Any]) -> None:
    kinds = Counter(area.kind for area in areas)
    streets_count = len({place.name for place in places if place.kind == "street"})
    landmarks = sum(place.kind == "landmark" for place in places)
    counts = (*(kinds[kind] for kind in _AREA_KINDS), streets_count, landmarks)
    names = ("districts", "neighbourhoods", "own_areas", "streets", "landmarks")
    show_table([t(f"admin.{name}") for name in names], [[number(count) for count in counts]])
    show_sketch(_rings(areas), t("admin.sketch"))


def _show_read_areas(pilot: Pilot, areas: Sequence[Area]) -> None:
    """File, municipality, wijken; what it would do; and only then the button that does it."""
    st.caption(t("admin.read_areas_note"))
    file = _uploader("areas")
    if file is None:
        return
    towns = _once(("towns", file.file_id), lambda: _opened(file, municipalities))
    if towns is None:
        return
    names = dict(towns)
    chosen = st.selectbox(
        t("admin.municipality"),
        list(names),
        format_func=names.__getitem__,
        index=0 if len(names) == 1 else None,
        placeholder=t("admin.choose"),
        key=f"{_READ}.municipality.{file.file_id}",
        width=420,
    )
    if chosen is None:
        return
    wanted = names[chosen] if names[chosen] != chosen else chosen
    found: Boundaries | None = _once(
        ("areas", file.file_id, chosen),
        lambda: _with_progress(
            lambda tell: _opened(file, lambda opened: boundaries(opened, wanted, tell))
        ),
    )
    if found is not None:
        _show_areas_plan(pilot, found, areas, file.file_id)


def _show_areas_plan(pilot: Pilot, found: Boundaries, areas: Sequence[Area], mark: str) -> None:
    chosen = _only(found.found, mark)
    with services().store.read() as connection:
        plan = areas_plan(pilot.id, chosen, Unit(connection, services().clock()))
    counts = (len(plan.new), len(plan.changed), len(plan.same), found.water_count)
    names = ("new", "changed", "same", "water")
    show_table([t(f"admin.areas_{name}") for name in names], [[number(c) for c in counts]])
    fresh = [ring for one in chosen for ring in one.outlines]
    show_sketch(_rings(areas), t("admin.sketch_areas"), fresh=fresh)
    _show_errors(found.errors)
    st.button(
        t("admin.take_over"),
        type="primary",
        disabled=not (plan.new or plan.changed),
        on_click=_take_areas,
        args=(pilot.id, chosen),
    )


def _only(found: Sequence[Boundary], mark: str) -> list[Boundary]:
    """The boundaries of the wijken that were chosen; all when none was."""
    names = {b.district: b.name for b in found if b.kind == "district"}
    names = {b.district: names.get(b.district, f"WK{b.district}") for b in found}
    wanted = st.multiselect(
        t("admin.districts_only"),
        sorted(names, key=names.__getitem__),
        format_func=names.__getitem__,
        placeholder=t("admin.everything"),
        key=f"{_READ}.districts.{mark}",
        width=640,
    )
    return [b for b in found if not wanted or b.district in wanted]


def _show_read_streets(pilot: Pilot, areas: Sequence[Area]) -> None:
    st.caption(t("admin.read_streets_note"))
    file = _uploader("streets")
    town = st.text_input(
        t("admin.town"), value=pilot.geocode_town or "", key=f"{_READ}.town", width=420
    )
    if file is None or not town.strip():
        return
    if not st.button(t("admin.dry_run"), key=f"{_READ}.try") and not _has(_mark(file, town)):
        return
    found: Streets | None = _once(
        _mark(file, town),
        lambda: _with_progress(
            lambda tell: _opened(file, lambda opened: streets(opened, town, areas, tell))
        ),
    )
    if found is not None:
        _show_streets_plan(pilot, found, areas)


def _mark(file: Any, town: str) -> tuple[str, ...]:
    return "streets", file.file_id, town


def _show_streets_plan(pilot: Pilot, found: Streets, areas: Sequence[Area]) -> None:
    with services().store.read() as connection:
        plan = streets_plan(pilot.id, found, Unit(connection, services().clock()))
    counts = (len(plan.new), len(plan.known), len(plan.parts), found.far_count)
    names = ("new", "known", "parts", "far")
    show_table([t(f"admin.streets_{name}") for name in names], [[number(c) for c in counts]])
    dots = [part.at for part in plan.parts[:_MOST_DOTS]]
    show_sketch(_rings(areas), t("admin.sketch_streets"), dots=dots)
    _show_errors(found.errors)
    st.button(
        t("admin.take_over"),
        type="primary",
        disabled=not plan.parts,
        key=f"{_READ}.take_streets",
        on_click=_take_streets,
        args=(pilot.id, found),
    )


def _show_geocoder(pilot: Pilot) -> None:
    """Off until the installation names one and an administrator switches it on."""
    st.caption(t("admin.geocoder_note"))
    if not services().settings.geocoder_url:
        st.info(t("admin.geocoder_none"), icon=":material/cloud_off:")
        return
    key = f"{_READ}.geocoder.{pilot.id}"
    with st.form(f"{key}.form", border=False):
        st.toggle(t("admin.geocoder_on"), value=pilot.geocode_town is not None, key=f"{key}.on")
        st.text_input(
            t("admin.geocoder_town"), value=pilot.geocode_town or "", key=f"{key}.town", width=420
        )
        st.form_submit_button(t("admin.save"), on_click=_switch, args=(pilot.id, key))


def _uploader(what: str) -> Any:
    return st.file_uploader(
        t("admin.official_file"),
        type=_KINDS,
        key=f"{_READ}.{what}",
        max_upload_size=services().settings.maximum_upload_mb,
    )


def _opened(file: Any, read: Callable[[Any], Any]) -> Any:
    """What `read` makes of an uploaded official file; raises FileUnreadable."""
    most = services().settings.maximum_upload_mb * 10 << 20
    with held(file) as path, official_opener()(path, most) as opened:
        return read(opened)


def _with_progress(work: Callable[[Callable[[int], None]], Any]) -> Any:
    place = st.empty()

    def tell(count: int) -> None:
        place.caption(t("admin.rows", count=number(count)))

    done = work(tell)
    place.empty()
    return done


def _has(mark: tuple[str, ...]) -> bool:
    return mark in st.session_state.get(_READ, {})


def _once(mark: tuple[str, ...], read: Callable[[], Any]) -> Any:
    """Reads a file once in a session; None, with its sentence on screen, when it cannot be used."""
    kept: dict[tuple[str, ...], Any] = st.session_state.setdefault(_READ, {})
    try:
        if mark not in kept:
            for other in [known for known in kept if known[0] == mark[0]]:
                del kept[other]  # one of a kind: they are large
            kept[mark] = read()
        return kept[mark]
    except HNMError as error:
        st.error(error_text(language(), error))
        return None


def _show_errors(errors: Sequence[SourceError]) -> None:
    if errors:
        with st.expander(t("admin.row_errors", count=number(len(errors)))):
            for error in errors[:_MOST_ERRORS]:
                st.text(error_text(language(), error))


def _rings(areas: Sequence[Area]) -> list[Sequence[tuple[float, float]]]:
    return [ring for area in areas for ring in area.outlines]


@told
def _take_areas(pilot_id: int, chosen: Sequence[Boundary]) -> None:
    carry_out(
        lambda me, unit: import_areas(pilot_id, chosen, me, unit),
        lambda plan: t("admin.done.areas", count=number(len(plan.new) + len(plan.changed))),
    )


@told
def _take_streets(pilot_id: int, found: Streets) -> None:
    carry_out(
        lambda me, unit: import_streets(pilot_id, found, me, unit),
        lambda plan: t("admin.done.streets", count=number(len(plan.new) + len(plan.known))),
    )


@told
def _switch(pilot_id: int, key: str) -> None:
    is_on, town = bool(st.session_state[f"{key}.on"]), str(st.session_state[f"{key}.town"])
    available = bool(services().settings.geocoder_url)
    carry_out(
        lambda me, unit: set_geocoding(pilot_id, town if is_on else None, available, me, unit),
        lambda _: t("admin.done.saved"),
    )
