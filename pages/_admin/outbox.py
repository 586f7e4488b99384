"""postvak uit: what left, what waits, what failed; a failed row can try again."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.deliveries import try_again
from core.i18n import catalogue
from core.store.admin_queries import DepartureLine, departures
from core.telling import owner_name
from pages._act import carry_out
from pages._admin.overview import retry_departures
from pages._frame import language, moment, number, services, t, told
from pages.components.choice import show_choice
from pages.room.names import people

_STATES = {
    "all": (),
    "waiting": ("queued", "leaving"),
    "to_copy": ("to_copy",),
    "delivered": ("delivered",),
    "failed": ("failed",),
    "withdrawn": ("withdrawn",),
}
_MOST_BUTTONS = 10


def show_outbox() -> None:
    names = {name: t(f"admin.outbox_{name}") for name in _STATES}
    chosen = show_choice(t("admin.state"), names, param="state")
    with services().store.read() as connection:
        lines = departures(connection, _STATES[chosen])
        failed = departures(connection, ["failed"])
    if failed:
        _show_failed(failed)
    if not lines:
        st.info(t("admin.outbox_empty"), icon=":material/outbox:")
        return
    columns = ("at", "what", "to", "incident", "by", "state", "attempts", "error")
    rows = [_cells(line) for line in lines]
    st.dataframe(
        {t(f"admin.{name}"): [row[place] for row in rows] for place, name in enumerate(columns)},
        hide_index=True,
        placeholder="–",
    )


def _show_failed(failed: Sequence[DepartureLine]) -> None:
    """The failed ones with a button each, and one for all."""
    st.error(t("admin.outbox_failed_count", count=number(len(failed))), icon=":material/outbox:")
    with st.container(horizontal=True):
        st.button(
            t("admin.retry_all"), key="admin.outbox.all", type="primary", on_click=retry_departures
        )
        for line in failed[:_MOST_BUTTONS]:
            st.button(
                f"{t('admin.retry')}: {_to(line)} ({moment(line.at)})",
                key=f"admin.outbox.{line.id}",
                on_click=_retry,
                args=(line.id,),
            )


def _cells(line: DepartureLine) -> list[str]:
    return [
        moment(line.at),
        t(f"admin.kind_{line.kind}"),
        _to(line),
        f"HNM-{line.incident_id}" if line.incident_id else "–",
        people().get(line.by, line.by),
        t(f"conversations.state_{line.state}"),
        number(line.attempts),
        _why(line.error or ""),
    ]


def _why(error: str) -> str:
    """In words, where we have them: a failure of ours, or what a network said of a text."""
    sentences = catalogue(language())
    for key in (error, f"admin.{error}"):
        if key in sentences and "{" not in sentences[key]:
            return t(key)
    return error


def _to(line: DepartureLine) -> str:
    return line.group or owner_name(language(), line.destination or line.account, people())


@told
def _retry(row_id: int) -> None:
    carry_out(
        lambda me, unit: try_again(row_id, me, unit),
        lambda _: t("admin.done.retried", count=1),
    )
