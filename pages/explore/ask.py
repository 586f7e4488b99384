"""The form with which a researcher lets something be computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from core.clock import local
from core.domain import Group, Pilot
from core.errors import BadInput
from core.ports import Method
from core.research import LIMITS, MOST_MESSAGES, ask_for, encoders, plain
from core.store.research_queries import STORED, Recipe, Run
from pages._frame import language, number, part, services, t, told, user
from pages.components.choice import go_to
from pages.components.words import escaped
from pages.explore.names import encoder_name
from pages.lead.period import last_day

_LOOK_BACK: Final = timedelta(days=29)
_ASKED: Final = "research.asked"
_FROM: Final = "research.from"
_FIELDS: Final = tuple(Method.__dataclass_fields__)
_USUAL_MOST: Final = {"min_cluster_size": 50, "min_samples": 25}
"""Where a slider ends: a longer one cannot be set exactly."""


def show_form(pilot: Pilot, groups: Sequence[Group]) -> None:
    part("research.form")(_show_form)(pilot, groups)


def _show_form(pilot: Pilot, groups: Sequence[Group]) -> None:
    if st.session_state.pop(_ASKED, False):
        st.rerun()
    _prepare(pilot)
    with st.container(border=True, key="research-form"):
        st.markdown(f"**{t('research.new')}**")
        if st.session_state.get(_FROM):
            st.caption(t("research.from", number=st.session_state[_FROM]))
        _choose_days(pilot)
        _choose_scope(pilot, groups)
        _choose_method()
        _choose_plane()
        st.button(
            t("research.compute"),
            type="primary",
            icon=":material/play_arrow:",
            key="research.compute",
            on_click=compute,
            args=(pilot.id,),
        )
        st.caption(t("research.limit", most=number(MOST_MESSAGES)))


def _prepare(pilot: Pilot) -> None:
    """Every choice at its usual value until somebody makes it; a widget out of sight forgets."""
    last = last_day(pilot)
    usual = Recipe(first=last - _LOOK_BACK, last=last)
    for name, value in _values(usual).items():
        st.session_state.setdefault(f"research.{name}", value)


def _values(recipe: Recipe) -> dict[str, Any]:
    method = {name: getattr(recipe.method, name) for name in _FIELDS}
    return {
        **method,
        "first": recipe.first,
        "last": recipe.last,
        "topics": list(recipe.topics),
        "groups": list(recipe.group_ids),
        "encoder": recipe.encoder,
        "fine": "fine" if recipe.method.fine else "broad",
        "plane": recipe.method.plane == "umap",
    }


def start_from(run: Run) -> None:
    """Fills in the form as a run was asked for."""
    for name, value in _values(run.recipe).items():
        st.session_state[f"research.{name}"] = value
    if run.recipe.encoder not in encoders(services().settings):
        st.session_state["research.encoder"] = STORED
    st.session_state[_FROM] = run.id


def _choose_days(pilot: Pilot) -> None:
    latest = max(last_day(pilot), local(services().clock()).date())
    for column, name in zip(st.columns(2, gap="small"), ("first", "last"), strict=True):
        column.date_input(
            t(f"period.{name}"), max_value=latest, format="DD-MM-YYYY", key=f"research.{name}"
        )


def _choose_scope(pilot: Pilot, groups: Sequence[Group]) -> None:
    topics = {id: topic.name(language()) for id, topic in services().topics.items()}
    names = {group.id: escaped(group.name) for group in groups}
    for name, known in (
        ("topics", {topic: topics[topic] for topic in topics if topic in pilot.topics}),
        ("groups", names),
    ):
        key = f"research.{name}"
        st.session_state[key] = [one for one in st.session_state[key] if one in known]
        st.multiselect(
            t(key),
            list(known),
            format_func=known.__getitem__,
            key=key,
            placeholder=t(f"research.all_{name}"),
        )


def _choose_method() -> None:
    found = {name: encoder_name(name) for name in encoders(services().settings)}
    st.selectbox(
        t("research.encoder"),
        list(found),
        format_func=found.__getitem__,
        key="research.encoder",
        help=t("research.encoder_help", count=len(found)),
    )
    kind = _one_of("kind", ("density", "stream"))
    _slider("min_cluster_size")
    if kind == "stream":
        _slider("caution", 0.5)
        return
    _one_of("fine", ("fine", "broad"), "grain")
    _slider("min_samples")
    with st.expander(t("research.more")):
        _one_of("space", ("pca", "umap"))
        _slider("directions")
        _slider("join_below", 0.05)


def _choose_plane() -> None:
    umap = st.toggle(
        t("research.plane_umap_too"), key="research.plane", help=t("research.plane_help")
    )
    given = st.session_state
    if not umap and (given["research.kind"] == "stream" or given["research.space"] == "pca"):
        return
    with st.expander(t("research.umap"), expanded=True):
        _slider("neighbours")
        if umap:
            _slider("min_distance", 0.01)
        _slider("seed")


def _one_of(name: str, options: Sequence[str], words: str = "") -> str:
    names = {option: t(f"research.{words or name}_{option}") for option in options}
    chosen = st.segmented_control(
        t(f"research.choice_{name}"),
        list(names),
        required=True,
        format_func=names.__getitem__,
        key=f"research.{name}",
        help=t(f"research.{name}_help"),
    )
    return str(chosen)


def _slider(name: str, step: float = 1) -> None:
    """A bounded number; what lies beyond a slider's end is typed."""
    least, most = LIMITS[name]
    ask = st.number_input if name == "seed" else st.slider
    key = f"research.{name}"
    most = max(_USUAL_MOST.get(name, most), st.session_state[key])
    ask(
        t(f"research.choice_{name}"),
        least,
        most,
        step=step,
        key=key,
        help=t(f"research.{name}_help"),
    )


@told
def compute(pilot_id: int) -> None:
    """Queues the run that the form describes, and goes to it."""
    given = st.session_state
    first, last = given["research.first"], given["research.last"]
    if first is None or last is None or first > last:
        raise BadInput(field=t("period.period"), why=t("research.backwards"))
    chosen = {name: given[f"research.{name}"] for name in _FIELDS}
    chosen |= {"fine": chosen["fine"] == "fine", "plane": "umap" if chosen["plane"] else "pca"}
    recipe = Recipe(
        first=first,
        last=last,
        topics=tuple(given["research.topics"]),
        group_ids=tuple(given["research.groups"]),
        encoder=given["research.encoder"],
        method=plain(Method(**chosen)),
    )
    with services().store.unit() as unit:
        run_id = ask_for(recipe, pilot_id, user(), unit, given.get(_FROM))
    given.pop(_FROM, None)
    given[_ASKED] = True
    go_to("run", str(run_id))
