"""Reads for the dashboard's frame and the control room: rows as frozen types, never tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.domain import User
from core.store.accounts import user_of
from core.store.tables import changes, health, inbox, incidents, messages, sessions, users


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """sessie: who is signed in, and when this session last did something."""

    user: User
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """wijziging: something about an incident is new; what a screen is told, without words."""

    revision: int
    incident_id: int
    what: str
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """hartslag: how far behind the pipeline is, and when each process last showed itself."""

    waiting_count: int
    oldest_waiting_at: datetime | None
    last_message_at: datetime | None
    seen_at: dict[str, datetime]


def session_of(connection: sa.Connection, token_hash: str, idle_since: datetime) -> Session | None:
    """The session with this token's hash, if it was used since a moment and its user is active."""
    query = (
        sa.select(users, sessions.c.seen_at)
        .join(sessions, sessions.c.user_id == users.c.id)
        .where(sessions.c.token_hash == token_hash, users.c.active)
        .where(sessions.c.seen_at > idle_since)
    )
    row = connection.execute(query).first()
    return None if row is None else Session(user=user_of(row), seen_at=row.seen_at)


def revision(connection: sa.Connection) -> int:
    """The newest revision; 0 in an empty store."""
    return connection.execute(sa.select(sa.func.max(changes.c.revision))).scalar() or 0


def changes_after(connection: sa.Connection, after: int, limit: int = 500) -> list[Change]:
    """What changed after a revision, oldest first."""
    query = (
        sa.select(changes, incidents.c.urgent)
        .join(incidents, incidents.c.id == changes.c.incident_id, isouter=True)
        .where(changes.c.revision > after)
        .order_by(changes.c.revision)
        .limit(limit)
    )
    return [
        Change(
            revision=row.revision,
            incident_id=row.incident_id,
            what=row.what,
            urgent=bool(row.urgent),
        )
        for row in connection.execute(query)
    ]


def pulse(connection: sa.Connection) -> Pulse:
    waiting = connection.execute(
        sa.select(sa.func.count().label("n"), sa.func.min(inbox.c.received_at).label("oldest"))
    ).one()
    rows: list[Any] = list(connection.execute(sa.select(health.c.role, health.c.at)))
    return Pulse(
        waiting_count=waiting.n,
        oldest_waiting_at=waiting.oldest,
        last_message_at=connection.execute(
            sa.select(messages.c.stored_at).order_by(messages.c.id.desc()).limit(1)
        ).scalar(),
        seen_at={row.role: row.at for row in rows},
    )


def lag(found: Pulse, now: datetime) -> timedelta:
    """How long the oldest message has been waiting to be judged."""
    oldest = found.oldest_waiting_at
    return now - oldest if oldest is not None else timedelta(0)
