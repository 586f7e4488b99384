"""verzoeken van bewoners: what they want corrected, and who asks by letter what is held of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.residents import Held, as_json
from core.store.resident_queries import Correction, corrections_of, incident_ids_of, redacted_of
from core.subject_request import DONE, REFUSED, Asked, answer_correction, by_letter, read_correction
from core.wiring import sources
from pages._act import carry_out
from pages._admin.groups import source_name
from pages._frame import moment, number, services, t, told
from pages.beat.cards import WIDTH
from pages.components.words import escaped

_READ: Final = "requests.read"
_FOUND: Final = "requests.found"


def show_requests() -> None:
    with services().store.read() as connection:
        waiting = corrections_of(connection, state="open")
    st.markdown(f"**{t('requests.corrections')}**")
    if not waiting:
        st.caption(t("requests.none"))
    for one in waiting:
        _show_correction(one)
    st.markdown(f"**{t('requests.by_letter')}**")
    _show_letter()


def _show_correction(one: Correction) -> None:
    """The message as staff read it; what its writer says of it only when asked, and logged."""
    read: dict[int, Asked] = st.session_state.get(_READ, {})
    with services().store.read() as connection:
        redacted = redacted_of(connection, one.message_key)
        numbers = [f"HNM-{n}" for n in incident_ids_of(connection, one.message_key)]
    with st.container(border=True, gap="small", width=WIDTH, key=f"requests-{one.id}"):
        st.caption(t("requests.asked", at=moment(one.at), incidents=", ".join(numbers) or "–"))
        st.text(redacted or t("requests.erased"))
        if not one.has_words:
            st.caption(t("requests.erased"))
        elif one.id in read:
            st.caption(t("requests.says"))
            st.text(read[one.id].words)
        else:
            st.button(
                t("requests.read"), key=f"requests.read.{one.id}", on_click=_read, args=(one.id,)
            )
        _show_answer(one.id)


def _show_answer(correction_id: int) -> None:
    key = f"requests.answer.{correction_id}"
    with st.form(key, border=False):
        st.text_area(
            t("requests.answer"), key=f"{key}.text", max_chars=500, help=t("requests.answer_help")
        )
        with st.container(horizontal=True):
            for state in (DONE, REFUSED):
                st.form_submit_button(
                    t(f"requests.{state}"), on_click=_answer, args=(correction_id, state, key)
                )


def _show_letter() -> None:
    st.caption(t("requests.letter_note"))
    named = {name: source_name(name) for name in sources()}
    with st.form("requests.letter", border=False, clear_on_submit=True):
        st.selectbox(
            t("requests.source"),
            list(named),
            format_func=named.__getitem__,
            key="requests.letter.source",
            width=420,
        )
        st.text_input(
            t("requests.who"),
            key="requests.letter.who",
            help=t("admin.stop_who_help"),
            width=420,
        )
        st.text_input(
            t("requests.evidence"), key="requests.letter.evidence", max_chars=300, width=420
        )
        st.form_submit_button(t("requests.find"), on_click=_find)
    found: Held | None = st.session_state.get(_FOUND)
    if found is not None:
        _show_found(found)


def _show_found(found: Held) -> None:
    """How much is held, and the file for who asked; the words stand in the file alone."""
    with st.container(border=True, gap="small", width=WIDTH):
        st.markdown(t("requests.found", resident=found.pseudonym))
        st.text(_summary(found))
        if found.messages or found.words:
            st.download_button(
                t("requests.download"),
                json.dumps(as_json(found), ensure_ascii=False, indent=2).encode(),
                f"inzage-{found.pseudonym}.json",
                "application/json",
                key="requests.download",
                icon=":material/download:",
                on_click="ignore",
            )
        st.caption(t("requests.stop_where"))
        st.button(t("requests.close"), key="requests.close", on_click=_close)


def _summary(found: Held) -> str:
    groups: Sequence[str] = [group.name for group in found.groups]
    return t(
        "requests.summary",
        messages=number(len(found.messages)),
        groups=", ".join(groups) or "–",
        judged=number(found.judged_count),
    )


@told
def _read(correction_id: int) -> None:
    read = dict(st.session_state.get(_READ, {}))
    carry_out(
        lambda me, unit: read.__setitem__(
            correction_id, read_correction(correction_id, me, unit, services().vault)
        ),
        lambda _: t("requests.done_read"),
    )
    st.session_state[_READ] = read


@told
def _answer(correction_id: int, state: str, key: str) -> None:
    text = str(st.session_state[f"{key}.text"] or "")
    carry_out(
        lambda me, unit: answer_correction(correction_id, state, text, me, unit),
        lambda _: t("requests.done_answered"),
    )


@told
def _find() -> None:
    given = st.session_state
    source, who = str(given["requests.letter.source"]), str(given["requests.letter.who"])
    evidence = str(given["requests.letter.evidence"])
    given[_FOUND] = carry_out(
        lambda me, unit: by_letter(who, source, evidence, me, unit, services().vault),
        lambda held: t("requests.done_found", resident=escaped(held.pseudonym)),
    )


def _close() -> None:
    st.session_state.pop(_FOUND, None)
