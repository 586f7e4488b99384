"""What clocks rest on: who was told when, what was asked, what was promised, what came back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.domain import Promise, PromiseState, QuestionState, Status
from core.store.hand_over_rows import BEFORE_ACKNOWLEDGED, owner_of
from core.store.outbox_rows import POSTED
from core.store.question_rows import promise_of
from core.store.tables import (
    audit_entries,
    hand_overs,
    incidents,
    outbox,
    promises,
    questions,
)

_FEW: Final = 300
_OPEN: Final = [status.value for status in Status if status.is_open]
_TOLD: Final = ("feedback", "outcome")
_NOT_SENT: Final = ("withdrawn", "failed", "to_copy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to residents: from when to when it kept others waiting, at the latest."""

    asked_at: datetime
    ends_at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unconfirmed:
    """onbevestigd: something urgent went to an account outside, and nobody there said they have it.

    `owner`: the account as an incident's destination names it.
    """

    owner: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """stand: of open incidents when residents were last told, what they were asked, and what
    nobody outside confirmed; of all incidents the promises still to be kept. What was merged
    counts for where it went.
    """

    told_at: Mapping[int, datetime]
    asked: Mapping[int, tuple[Asked, ...]]
    promises: Mapping[int, tuple[Promise, ...]]
    unconfirmed: Mapping[int, tuple[Unconfirmed, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack:
    """teruggegeven: who gave an incident back, when and why."""

    by: str
    at: datetime
    reason: str


def standing(connection: sa.Connection, incident_ids: Collection[int] | None = None) -> Standing:
    """What every clock that runs now rests on; of these incidents only, when they are few."""
    few = incident_ids is not None and len(incident_ids) <= _FEW
    home = _homes_of(connection, incident_ids or ()) if few else _homes(connection)
    only = {*home, *(incident_ids or ())} if few else None
    return Standing(
        told_at=_told(connection, home, only),
        asked=_asked(connection, home, only),
        promises=_promises(connection, home, only),
        unconfirmed=_unconfirmed(connection, home, only),
    )


def handed_back(connection: sa.Connection, incident_ids: Collection[int]) -> dict[int, HandedBack]:
    """The last time that each of these was given back."""
    ids = [str(incident_id) for incident_id in incident_ids]
    query = (
        sa.select(audit_entries)
        .where(audit_entries.c.subject_kind == "incident", audit_entries.c.subject_id.in_(ids))
        .where(audit_entries.c.action == "hand_back")
        .order_by(audit_entries.c.id)
    )
    return {
        int(row.subject_id): HandedBack(by=row.actor, at=row.at, reason=row.reason or "")
        for row in connection.execute(query)
    }


def _homes(connection: sa.Connection) -> dict[int, int]:
    """Where each merged incident stands now, through as many merges as there were."""
    query = sa.select(incidents.c.id, incidents.c.merged_into)
    rows = connection.execute(query.where(incidents.c.merged_into.is_not(None)))
    into = {row.id: row.merged_into for row in rows}
    return {merged: _last(merged, into) for merged in into}


def _homes_of(connection: sa.Connection, incident_ids: Collection[int]) -> dict[int, int]:
    """What was merged into these, through as many merges as there were, and into which."""
    home: dict[int, int] = {}
    into = {incident_id: incident_id for incident_id in incident_ids}
    while into:
        query = sa.select(incidents.c.id, incidents.c.merged_into)
        rows = connection.execute(query.where(incidents.c.merged_into.in_(list(into)))).all()
        into = {row.id: into[row.merged_into] for row in rows if row.id not in home}
        home |= into
    return home


def _last(merged: int, into: Mapping[int, int]) -> int:
    seen: set[int] = set()
    while merged in into and merged not in seen:
        seen.add(merged)
        merged = into[merged]
    return merged


def _matters(only: Collection[int] | None) -> sa.ColumnElement[bool]:
    """True for an incident that is asked for; or that is open, or stands in another."""
    if only is not None:
        return incidents.c.id.in_(list(only))
    return sa.or_(incidents.c.status.in_(_OPEN), incidents.c.merged_into.is_not(None))


def _told(
    connection: sa.Connection, home: Mapping[int, int], only: Collection[int] | None
) -> dict[int, datetime]:
    by_hand = outbox.c.seen_state == POSTED
    at = sa.case((by_hand, outbox.c.delivered_at), else_=outbox.c.at)
    query = (
        sa.select(outbox.c.incident_id, sa.func.max(at).label("at"))
        .join(incidents, incidents.c.id == outbox.c.incident_id)
        .where(_matters(only), outbox.c.kind.in_(_TOLD), outbox.c.state.not_in(_NOT_SENT))
        .group_by(outbox.c.incident_id)
    )
    found: dict[int, datetime] = {}
    for incident_id, at in connection.execute(query):
        stands = home.get(incident_id, incident_id)
        found[stands] = max(at, found.get(stands, at))
    return found


def _asked(
    connection: sa.Connection, home: Mapping[int, int], only: Collection[int] | None
) -> dict[int, tuple[Asked, ...]]:
    query = (
        sa.select(questions)
        .join(incidents, incidents.c.id == questions.c.incident_id)
        .where(_matters(only), questions.c.state != QuestionState.WITHDRAWN.value)
    )
    found: dict[int, tuple[Asked, ...]] = {}
    for row in connection.execute(query):
        one = Asked(
            asked_at=row.asked_at,
            ends_at=row.ended_at or row.deadline_at,
            is_open=row.state == QuestionState.OPEN.value,
        )
        stands = home.get(row.incident_id, row.incident_id)
        found[stands] = (*found.get(stands, ()), one)
    return found


def _promises(
    connection: sa.Connection, home: Mapping[int, int], only: Collection[int] | None
) -> dict[int, tuple[Promise, ...]]:
    query = sa.select(promises).where(promises.c.state == PromiseState.OPEN.value)
    if only is not None:
        query = query.where(promises.c.incident_id.in_(list(only)))
    found: dict[int, tuple[Promise, ...]] = {}
    for row in connection.execute(query.order_by(promises.c.due_at, promises.c.id)):
        stands = home.get(row.incident_id, row.incident_id)
        found[stands] = (*found.get(stands, ()), promise_of(row))
    return found


def _unconfirmed(
    connection: sa.Connection, home: Mapping[int, int], only: Collection[int] | None
) -> dict[int, tuple[Unconfirmed, ...]]:
    table = hand_overs.c
    query = (
        sa.select(table.incident_id, table.account_id, table.at)
        .join(incidents, incidents.c.id == table.incident_id)
        .where(_matters(only), table.was_urgent, table.acknowledged_at.is_(None))
        .where(table.state.in_(BEFORE_ACKNOWLEDGED))
        .order_by(table.id)
    )
    found: dict[int, tuple[Unconfirmed, ...]] = {}
    for incident_id, account_id, at in connection.execute(query):
        stands = home.get(incident_id, incident_id)
        one = Unconfirmed(owner=owner_of(account_id), at=at)
        found[stands] = (*found.get(stands, ()), one)
    return found
