"""What is done with a run: named, done once more, changed, deleted, taken out of the house."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.domain import Role
from core.permissions import Action, may, require
from core.research import delete, describe, repeat
from core.research_file import (
    FEWEST_MESSAGES,
    FEWEST_WRITERS,
    clusters_as_csv,
    may_leave,
    note_taken,
    points_as_csv,
    run_as_json,
)
from core.store.research_queries import Run, run_with_id
from pages._frame import language, services, t, told, user
from pages.components.choice import go_to
from pages.explore.ask import start_from
from pages.explore.read import Opened, rounding


def show_steps(run: Run) -> None:
    """Buttons for what can be done with a run that has ended."""
    with st.container(horizontal=True, gap="small", key="research-steps"):
        with st.popover(t("research.note"), icon=":material/edit_note:"):
            _show_naming(run)
        st.button(
            t("research.repeat"),
            icon=":material/replay:",
            key="research.repeat",
            help=t("research.repeat_help"),
            on_click=once_more,
            args=(run.id,),
        )
        st.button(
            t("research.change"),
            icon=":material/tune:",
            key="research.change",
            help=t("research.change_help"),
            on_click=start_from,
            args=(run,),
        )
        if run.by == user().login or Role.PROJECT_LEAD in user().roles:
            with st.popover(t("research.delete"), icon=":material/delete:"):
                st.write(t("research.delete_sure", number=run.id))
                st.button(
                    t("research.delete_yes"),
                    key="research.delete",
                    on_click=remove,
                    args=(run.id,),
                )


def show_taking(given: Opened) -> None:
    """The files of a run, for who may take them out."""
    if not may(user(), Action.EXPORT):
        st.info(t("research.may_not_take"), icon=":material/lock:")
        return
    st.caption(t("research.taking_note"))
    placed = [given.spots[dot.message_id] for dot in given.found.dots]
    if not may_leave(placed):
        few = t("error.too_few_to_leave", messages=FEWEST_MESSAGES, residents=FEWEST_WRITERS)
        st.info(few, icon=":material/lock:")
        return
    with st.container(horizontal=True, gap="small"):
        for kind in ("run", "clusters", "points"):
            st.download_button(
                t(f"research.take_{kind}"),
                partial(_file, kind, given),
                file_name=_file_name(kind, given.run),
                mime="application/json" if kind == "run" else "text/csv",
                key=f"research.take_{kind}",
                icon=":material/download:",
                on_click=_taken,
                args=(given.run, kind),
            )
    if given.outcome.versions:
        made = ", ".join(f"{name} {version}" for name, version in given.outcome.versions)
        st.caption(t("research.made_with", versions=made, digest=given.outcome.digest))


def _file(kind: str, given: Opened) -> bytes:
    require(user(), Action.EXPORT)
    if kind == "clusters":
        return clusters_as_csv(given.found, language()).encode()
    run, found, spots = given.run, given.found, given.spots
    if kind == "points":
        return points_as_csv(run, found, spots, rounding(), language()).encode()
    encoder = services().settings.encoder
    return run_as_json(run, given.outcome, found, spots, rounding(), encoder).encode()


def _file_name(kind: str, run: Run) -> str:
    ending = "json" if kind == "run" else "csv"
    return f"hnm-{run.id}-{kind}.{ending}"


def _show_naming(run: Run) -> None:
    with st.form(f"research.naming.{run.id}", border=False):
        st.text_input(t("research.name"), run.name, max_chars=80, key=f"research.name.{run.id}")
        st.text_area(t("research.note"), run.note, max_chars=1000, key=f"research.note.{run.id}")
        st.form_submit_button(
            t("research.save"), key="research.save", on_click=save, args=(run.id,)
        )


@told
def save(run_id: int) -> None:
    name, note = (st.session_state[f"research.{part}.{run_id}"] for part in ("name", "note"))
    with services().store.unit() as unit:
        describe(run_with_id(unit.connection, run_id), name, note, user(), unit)


@told
def once_more(run_id: int) -> None:
    with services().store.unit() as unit:
        new_id = repeat(run_with_id(unit.connection, run_id), user(), unit)
    go_to("run", str(new_id))


@told
def remove(run_id: int) -> None:
    with services().store.unit() as unit:
        delete(run_with_id(unit.connection, run_id), user(), unit)


@told
def _taken(run: Run, kind: str) -> None:
    with services().store.unit() as unit:
        note_taken(run, kind, user(), unit)
