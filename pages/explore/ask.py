"""The form with which a researcher lets something be computed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from core.clock import local
from core.domain import Group, Pilot
from core.errors import BadInput
from core.research import ask_for
from core.store.research_queries import Recipe
from pages._frame import language, services, t, told, user
from pages.components.choice import go_to
from pages.components.words import escaped
from pages.lead.period import last_day

_GRAINS: Final = ("fine", "broad")
_LOOK_BACK: Final = timedelta(days=29)


def show_form(pilot: Pilot, groups: Sequence[Group]) -> None:
    last = last_day(pilot)
    latest = max(last, local(services().clock()).date())
    with st.form("research.form", border=True):
        st.markdown(f"**{t('research.new')}**")
        for column, (name, value) in zip(
            st.columns(2, gap="small"), (("first", last - _LOOK_BACK), ("last", last)), strict=True
        ):
            column.date_input(
                t(f"period.{name}"),
                value=value,
                max_value=latest,
                format="DD-MM-YYYY",
                key=f"research.{name}",
            )
        _choose_scope(pilot, groups)
        _choose_sizes()
        st.form_submit_button(
            t("research.compute"),
            type="primary",
            icon=":material/play_arrow:",
            key="research.compute",
            on_click=compute,
            args=(pilot.id,),
        )


def _choose_scope(pilot: Pilot, groups: Sequence[Group]) -> None:
    topics = {id: topic.name(language()) for id, topic in services().topics.items()}
    names = {group.id: escaped(group.name) for group in groups}
    st.multiselect(
        t("research.topics"),
        [topic for topic in topics if topic in pilot.topics],
        format_func=topics.__getitem__,
        key="research.topics",
        placeholder=t("research.all_topics"),
    )
    st.multiselect(
        t("research.groups"),
        list(names),
        format_func=names.__getitem__,
        key="research.groups",
        placeholder=t("research.all_groups"),
    )


def _choose_sizes() -> None:
    st.segmented_control(
        t("research.grain"),
        list(_GRAINS),
        default="fine",
        required=True,
        format_func=lambda name: t(f"research.grain_{name}"),
        key="research.grain",
        help=t("research.grain_help"),
    )
    st.slider(
        t("research.min_cluster_size"),
        2,
        50,
        5,
        key="research.min_cluster_size",
        help=t("research.min_cluster_size_help"),
    )
    st.slider(
        t("research.min_samples"),
        1,
        25,
        3,
        key="research.min_samples",
        help=t("research.min_samples_help"),
    )


@told
def compute(pilot_id: int) -> None:
    """Queues the run that the form describes, and goes to it."""
    given = st.session_state
    first, last = given["research.first"], given["research.last"]
    if first is None or last is None or first > last:
        raise BadInput(field=t("period.period"), why=t("research.backwards"))
    recipe = Recipe(
        first=first,
        last=last,
        topics=tuple(given["research.topics"]),
        group_ids=tuple(given["research.groups"]),
        min_cluster_size=given["research.min_cluster_size"],
        min_samples=given["research.min_samples"],
        fine=given["research.grain"] == "fine",
    )
    with services().store.unit() as unit:
        run_id = ask_for(recipe, pilot_id, user(), unit)
    go_to("run", str(run_id))
