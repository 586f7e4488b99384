"""One account of a destination: settings, what goes there, a dry run, what was given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import streamlit as st

from core import destination_accounts
from core.answer_link import address_of
from core.clock import local, midnight
from core.deliveries import try_again
from core.domain import Incident, Pilot, User
from core.errors import HNMError
from core.hand_over_steps import SENT
from core.hand_over_words import failure_line
from core.handing_over import account_of, prepared
from core.i18n import DEFAULT, error_text
from core.ports import DestinationCard
from core.store import Unit
from core.store.hand_over_queries import DeadLetter
from core.store.room_queries import queue
from core.telling import owner_name
from core.wiring import destinations, outside_destinations
from pages._act import carry_out, show_table
from pages._frame import language, moment, services, t, told
from pages.components.words import escaped

_MOST_BUTTONS: Final = 10
_CODE_HEIGHT: Final = 260
_TRIED: Final = "destinations.tried"
_OFFERED: Final = "destinations.offered"
_OPEN: Final = "destinations.open"
"""Which account somebody is at work with: it stays open when the page is drawn anew."""


def show_destination(row: Any, pilot: Pilot, dead: Sequence[DeadLetter]) -> None:
    module = outside_destinations().get(row.destination)
    if module is None:
        return
    card, key = module.CARD, f"destinations.{row.id}"
    is_open = bool(dead) or st.session_state.get(_OPEN) == row.id
    with st.expander(escaped(row.name), icon=":material/outbound:", expanded=is_open):
        _show_limits(card)
        with st.container(horizontal=True):
            st.button(
                t("connections.switch_off") if row.enabled else t("connections.switch_on"),
                key=f"{key}.switch",
                on_click=_switch,
                args=(row.id, not row.enabled),
            )
            st.button(t("destinations.try"), key=f"{key}.try", on_click=_try, args=(row.id,))
            if hasattr(module, "categories"):
                offer = t("destinations.offer")
                st.button(offer, key=f"{key}.offer", on_click=_offer, args=(row.id,))
        _show_tried(row.id)
        if hasattr(module, "hear"):
            st.caption(t("destinations.answers"))
            st.code(f"{services().settings.outside_url}/answers/{row.id}", language=None)
        settings, routes, gone = st.tabs(
            [t(f"destinations.tab_{name}") for name in ("settings", "routes", "dead")]
        )
        with settings, st.form(f"{key}.settings", border=False):
            show_settings(card, key, dict(row.settings))
            st.form_submit_button(
                t("connections.save"), on_click=_change, args=(row.id, row.destination, key)
            )
        with routes:
            _show_routes(row, pilot, card, key)
        with gone:
            _show_dead(row, dead, key)


def _show_limits(card: DestinationCard) -> None:
    """What is sent there, what it keeps after a withdrawal, and how far it was tried."""
    fields = ", ".join(t(f"destinations.field.{name}") for name in card.fields)
    st.caption(t("destinations.sends", fields=fields))
    keeps = card.keeps_nl if language() == DEFAULT else card.keeps_en
    if keeps:
        st.caption(f":material/delete: {keeps}")
    if card.tested != "server":
        st.caption(f":material/science: {t(f'connections.tested.{card.tested}')}")


def show_settings(card: DestinationCard, key: str, given: Mapping[str, str]) -> None:
    """The fields of an account; a secret is typed and never shown."""
    for name in card.settings:
        label = t(f"destination.setting.{name}")
        st.text_input(
            t("destinations.optional", name=label) if name in card.optional else label,
            value=given.get(name, ""),
            key=f"{key}.{name}",
            max_chars=500,
        )
    if card.asks_secret:
        st.text_input(
            t("destinations.secret"),
            type="password",
            key=f"{key}.secret",
            max_chars=500,
            help=t("connections.secret_help"),
        )


def typed(card: DestinationCard, key: str) -> tuple[dict[str, str], str]:
    """(settings, secret) as typed."""
    given = st.session_state
    settings = {name: str(given[f"{key}.{name}"]) for name in card.settings}
    return settings, str(given.get(f"{key}.secret", ""))


def _show_routes(row: Any, pilot: Pilot, card: DestinationCard, key: str) -> None:
    """Which work lists and topics go along, and under which of its categories."""
    topics = services().topics
    names = {topic: topics[topic].name(language()) for topic in pilot.topics if topic in topics}
    lists = [name for name, one in destinations().items() if one.CARD.is_work_list]
    with st.form(f"{key}.routes", border=False):
        st.multiselect(
            t("destinations.work_lists"),
            lists,
            default=[name for name in row.work_lists if name in lists],
            format_func=lambda name: owner_name(language(), name, {}),
            key=f"{key}.work_lists",
            placeholder=t("destinations.no_lists"),
            help=t("destinations.work_lists_help"),
        )
        st.multiselect(
            t("destinations.topics"),
            list(names),
            default=[topic for topic in row.topics if topic in names],
            format_func=names.__getitem__,
            key=f"{key}.topics",
            placeholder=t("destinations.all_topics"),
        )
        st.checkbox(
            t("destinations.closes"),
            value=row.closes,
            key=f"{key}.closes",
            help=t("destinations.closes_help"),
        )
        if card.categories:
            st.markdown(f"**{t('destinations.categories')}**")
            for topic, name in names.items():
                _show_category(row, topic, name, key)
        st.form_submit_button(
            t("connections.save"), on_click=_route, args=(row.id, list(names), key)
        )


def _show_category(row: Any, topic: str, name: str, key: str) -> None:
    """A choice of what the destination offers, once it was asked; else a free field."""
    offered: dict[str, str] = st.session_state.get(_OFFERED, {}).get(row.id, {})
    now = row.categories.get(topic, "")
    if not offered:
        st.text_input(name, value=now, key=f"{key}.category.{topic}", max_chars=200)
        return
    codes = ["", *({now: ""} if now and now not in offered else {}), *offered]
    st.selectbox(
        name,
        codes,
        index=codes.index(now),
        format_func=lambda code: offered.get(code, code) or "–",
        key=f"{key}.category.{topic}",
    )


def _show_dead(row: Any, dead: Sequence[DeadLetter], key: str) -> None:
    """What was given up, with a button each and one for all; and sending again since a day."""
    if dead:
        columns = ("at", "what", "incident", "error")
        show_table([t(f"admin.{name}") for name in columns], [_dead_cells(one) for one in dead])
        with st.container(horizontal=True):
            st.button(
                t("admin.retry_all"),
                key=f"{key}.all",
                type="primary",
                on_click=_retry,
                args=([one.id for one in dead],),
            )
            for one in dead[:_MOST_BUTTONS]:
                label = f"{t('admin.retry')}: {t(f'admin.kind_{one.kind}')} ({moment(one.at)})"
                st.button(label, key=f"{key}.again.{one.id}", on_click=_retry, args=([one.id],))
    else:
        st.caption(t("destinations.no_dead"))
    with st.form(f"{key}.replay", border=False):
        st.date_input(
            t("destinations.since"),
            value=local(services().clock()).date() - timedelta(days=1),
            key=f"{key}.since",
            help=t("destinations.since_help"),
        )
        st.form_submit_button(t("destinations.replay"), on_click=_replay, args=(row.id, key))


def _dead_cells(one: DeadLetter) -> list[str]:
    number = f"HNM-{one.incident_id}" if one.incident_id else "–"
    why = failure_line(language(), one.error or "")
    return [moment(one.at), t(f"admin.kind_{one.kind}"), number, why]


def _show_tried(account_id: int) -> None:
    tried = st.session_state.get(_TRIED)
    if not tried or tried[0] != account_id:
        return
    _, is_right, said = tried
    if is_right:
        st.success(t("destinations.tried"), icon=":material/check:")
        st.code(said, language=None, wrap_lines=True, height=_CODE_HEIGHT)
    else:
        st.error(said, icon=":material/error:")


@told
def _try(account_id: int) -> None:
    """What would be sent of the newest incident; the destination makes nothing."""
    st.session_state[_OPEN] = account_id
    given = services()
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        row: Any = unit.hand_overs.account(account_id)
        newest = [one for one in queue(connection) if one.pilot_id == row.pilot_id][:1]
    if not newest:
        st.session_state[_TRIED] = (account_id, False, t("destinations.nothing_to_try"))
        return
    try:
        said = _dry_run(row, newest[0])
    except HNMError as error:
        st.session_state[_TRIED] = (account_id, False, error_text(language(), error))
    else:
        st.session_state[_TRIED] = (account_id, True, said)


def _dry_run(row: Any, incident: Incident) -> str:
    given, module = services(), outside_destinations()[row.destination]
    url = address_of(0, given.settings.outside_url, given.vault)
    like_new = _Unsent()
    tried = prepared(SENT, like_new, row, incident, module.CARD, given.topics, url)
    return str(module.dry_run(account_of(row, given.vault), tried, given.clock()))


class _Unsent:
    """A hand-over that was never made, for a dry run."""

    id, note, reference, revision = 0, "", None, 0


@told
def _offer(account_id: int) -> None:
    """Asks the destination which categories it has now."""
    st.session_state[_OPEN] = account_id
    given = services()
    with given.store.read() as connection:
        row: Any = Unit(connection, given.clock()).hand_overs.account(account_id)
    module = outside_destinations()[row.destination]
    found = dict(module.categories(account_of(row, given.vault), given.clock()))
    st.session_state[_OFFERED] = {**st.session_state.get(_OFFERED, {}), account_id: found}


@told
def _change(account_id: int, destination: str, key: str) -> None:
    st.session_state[_OPEN] = account_id
    card: DestinationCard = outside_destinations()[destination].CARD
    settings, secret = typed(card, key)
    vault = services().vault
    carry_out(
        lambda me, unit: destination_accounts.change(
            account_id, card, settings, secret, me, unit, vault
        ),
        lambda _: t("connections.done.changed"),
    )


@told
def _switch(account_id: int, enabled: bool) -> None:
    st.session_state[_OPEN] = account_id
    carry_out(
        lambda me, unit: destination_accounts.switch(account_id, enabled, me, unit),
        lambda _: t("destinations.done.on" if enabled else "destinations.done.off"),
    )


@told
def _route(account_id: int, topics: Sequence[str], key: str) -> None:
    st.session_state[_OPEN] = account_id
    given = st.session_state
    categories = {topic: str(given.get(f"{key}.category.{topic}") or "") for topic in topics}
    work_lists, only = list(given[f"{key}.work_lists"]), list(given[f"{key}.topics"])
    closes = bool(given[f"{key}.closes"])
    carry_out(
        lambda me, unit: destination_accounts.route(
            account_id,
            work_lists=work_lists,
            topics=only,
            categories=categories,
            closes=closes,
            user=me,
            unit=unit,
        ),
        lambda _: t("connections.done.changed"),
    )


@told
def _retry(row_ids: Sequence[int]) -> None:
    def step(me: User, unit: Unit) -> int:
        for row_id in row_ids:
            try_again(row_id, me, unit)
        return len(row_ids)

    carry_out(step, lambda count: t("admin.done.retried", count=count))


@told
def _replay(account_id: int, key: str) -> None:
    st.session_state[_OPEN] = account_id
    since = midnight(st.session_state[f"{key}.since"])
    carry_out(
        lambda me, unit: destination_accounts.replay(account_id, since, me, unit),
        lambda count: t("admin.done.retried", count=count),
    )
