"""Reads of hand-overs outside: of one incident, and what waits too long or was given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.hand_over_rows import BEFORE_ACKNOWLEDGED, is_unacknowledged, owner_of
from core.store.tables import destination_accounts, hand_overs, incidents, outbox, outside_news


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsLine:
    """bericht terug: what a destination said, and who here dealt with it."""

    id: int
    state: str
    text: str
    said_at: datetime
    at: datetime
    settled_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverLine:
    """overdracht: how one hand-over stands, with the account's name and its news, newest last."""

    id: int
    incident_id: int
    account_id: int
    name: str
    destination: str
    state: str
    reference: str | None
    at: datetime
    asked_back_at: datetime | None
    is_unacknowledged: bool
    news: tuple[NewsLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """onbestelbaar: what was given up on its way to an account, and why."""

    id: int
    kind: str
    incident_id: int | None
    at: datetime
    error: str | None


def hand_over_lines(connection: sa.Connection, incident_id: int) -> list[HandOverLine]:
    """The hand-overs of an incident and of those merged into it, the oldest first."""
    merged = sa.select(incidents.c.id).where(incidents.c.merged_into == incident_id)
    mine = sa.or_(hand_overs.c.incident_id == incident_id, hand_overs.c.incident_id.in_(merged))
    rows = _rows(connection, mine)
    told = _news(connection, [row.id for row in rows])
    return [_line(row, tuple(told.get(row.id, ()))) for row in rows]


def unacknowledged(connection: sa.Connection, before: datetime) -> list[HandOverLine]:
    """Urgent ones, handed over before a moment, that no person there has confirmed."""
    late = (
        hand_overs.c.was_urgent,
        hand_overs.c.acknowledged_at.is_(None),
        hand_overs.c.state.in_(BEFORE_ACKNOWLEDGED),
        hand_overs.c.at <= before,
    )
    return [_line(row) for row in _rows(connection, sa.and_(*late))]


def open_withdrawals(connection: sa.Connection) -> list[HandOverLine]:
    """What was asked back and is not confirmed, the oldest first."""
    return [_line(row) for row in _rows(connection, hand_overs.c.state == "asked_back")]


def dead_letters(connection: sa.Connection, account_id: int, limit: int = 100) -> list[DeadLetter]:
    """What was given up on its way to an account, the newest first."""
    names = ("id", "kind", "incident_id", "at", "error")
    query = (
        sa.select(*(outbox.c[name] for name in names))
        .where(outbox.c.account_id == account_id, outbox.c.state == "failed")
        .order_by(outbox.c.id.desc())
        .limit(limit)
    )
    return [DeadLetter(**row._mapping) for row in connection.execute(query)]


def account_names(connection: sa.Connection) -> dict[str, str]:
    """What each account is called, by how an incident's destination names it."""
    table = destination_accounts
    rows = connection.execute(sa.select(table.c.id, table.c.name))
    return {owner_of(row.id): row.name for row in rows}


def accounts_for(connection: sa.Connection, pilot_id: int, topic: str) -> dict[str, str]:
    """The accounts of a pilot that are on and take a topic, by how a destination names them."""
    table = destination_accounts
    query = sa.select(table).where(table.c.pilot_id == pilot_id, table.c.enabled)
    return {
        owner_of(row.id): row.name
        for row in connection.execute(query.order_by(table.c.name))
        if not row.topics or topic in row.topics
    }


def _rows(connection: sa.Connection, which: Any) -> Sequence[Any]:
    table = destination_accounts
    query = (
        sa.select(hand_overs, table.c.name, table.c.destination)
        .join(table, table.c.id == hand_overs.c.account_id)
        .where(which)
        .order_by(hand_overs.c.id)
    )
    return connection.execute(query).all()


def _line(row: Any, news: tuple[NewsLine, ...] = ()) -> HandOverLine:
    names = ("id", "incident_id", "account_id", "name", "destination", "state", "reference", "at")
    values = {name: row._mapping[name] for name in (*names, "asked_back_at")}
    return HandOverLine(is_unacknowledged=is_unacknowledged(row), news=news, **values)


def _news(connection: sa.Connection, hand_over_ids: Sequence[int]) -> dict[int, list[NewsLine]]:
    query = sa.select(outside_news).where(outside_news.c.hand_over_id.in_(hand_over_ids))
    told: dict[int, list[NewsLine]] = {}
    for row in connection.execute(query.order_by(outside_news.c.id)):
        names = ("id", "state", "text", "said_at", "at", "settled_by")
        line = NewsLine(**{name: row._mapping[name] for name in names})
        told.setdefault(row.hand_over_id, []).append(line)
    return told
