"""Reads of the audit log: searching it, and checking that its chain holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.audit import LOOKS, SYSTEM, AuditEntry
from core.store.audit_rows import AuditRows
from core.store.tables import audit_entries, messages

MOST_ENTRIES: Final = 200
_IN_ONE_FETCH: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """zoekvraag: which entries of the audit log; an empty field asks nothing.

    `resident` and `group_id` also find what was done with their messages, and every look at the
    originals of those.
    """

    actor: str = ""
    by_people: bool = False
    action: str = ""
    actions: tuple[str, ...] = ()
    subject_kind: str = ""
    subject_id: str = ""
    resident: str = ""
    group_id: int | None = None
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """omvang: how many entries the log holds, from when until when, and the newest hash."""

    count: int
    first_at: datetime | None
    last_at: datetime | None
    newest_hash: str


def audit_actions(connection: sa.Connection) -> list[str]:
    """Every kind of action that stands in the log."""
    query = sa.select(audit_entries.c.action).distinct().order_by(audit_entries.c.action)
    return list(connection.execute(query).scalars())


def audit_found(
    connection: sa.Connection,
    search: AuditSearch,
    limit: int = MOST_ENTRIES,
    *,
    before: int | None = None,
    after: int | None = None,
) -> list[AuditEntry]:
    """The entries that fit, the newest first: below the id `before`, or just above `after`."""
    number = audit_entries.c.id
    query = _fitting(search).limit(limit)
    if after is not None:
        newer = connection.execute(query.where(number > after).order_by(number)).all()
        return [_entry(row) for row in reversed(newer)]
    if before is not None:
        query = query.where(number < before)
    return [_entry(row) for row in connection.execute(query.order_by(number.desc()))]


def audit_every(connection: sa.Connection, search: AuditSearch, most: int) -> Iterator[AuditEntry]:
    """Every entry that fits, the newest first, fetched piece by piece."""
    query = _fitting(search).order_by(audit_entries.c.id.desc()).limit(most)
    rows = connection.execution_options(yield_per=_IN_ONE_FETCH).execute(query)
    return (_entry(row) for row in rows)


def audit_count(connection: sa.Connection, search: AuditSearch) -> int:
    """How many entries fit."""
    within = _fitting(search, sa.select(audit_entries.c.id)).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(within)).scalar_one()


def extent(connection: sa.Connection) -> Extent:
    """How far the log reaches."""
    at = audit_entries.c.at
    row = connection.execute(
        sa.select(
            sa.func.count().label("n"), sa.func.min(at).label("a"), sa.func.max(at).label("z")
        )
    ).one()
    newest = sa.select(audit_entries.c.hash).order_by(audit_entries.c.id.desc()).limit(1)
    return Extent(
        count=row.n,
        first_at=row.a,
        last_at=row.z,
        newest_hash=connection.execute(newest).scalar() or "",
    )


def broken_entries(connection: sa.Connection, now: datetime) -> list[int]:
    """Ids of entries of the audit log whose chain does not hold; reads the whole log."""
    return list(AuditRows(connection, now).broken())


def _fitting(search: AuditSearch, query: sa.Select[Any] | None = None) -> sa.Select[Any]:
    found: sa.Select[Any] = sa.select(audit_entries) if query is None else query
    for name in ("actor", "action", "subject_kind", "subject_id"):
        if wanted := getattr(search, name):
            found = found.where(audit_entries.c[name] == wanted)
    if search.by_people:
        found = found.where(audit_entries.c.actor.not_in(("", SYSTEM)))
    if search.actions:
        found = found.where(audit_entries.c.action.in_(search.actions))
    if search.resident:
        found = found.where(_about_resident(search.resident))
    if search.group_id is not None:
        found = found.where(_about_group(search.group_id))
    if search.words:
        found = found.where(audit_entries.c.reason.icontains(search.words, autoescape=True))
    if search.since is not None:
        found = found.where(audit_entries.c.at >= search.since)
    return found if search.until is None else found.where(audit_entries.c.at < search.until)


def _about_resident(resident: str) -> sa.ColumnElement[bool]:
    entries = audit_entries.c
    return sa.or_(
        sa.and_(entries.subject_kind == "resident", entries.subject_id == resident),
        entries.actor == resident,
        _about_messages(messages.c.resident == resident),
    )


def _about_group(group_id: int) -> sa.ColumnElement[bool]:
    entries = audit_entries.c
    return sa.or_(
        sa.and_(entries.subject_kind == "group", entries.subject_id == str(group_id)),
        _about_messages(messages.c.group_id == group_id),
    )


def _about_messages(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """What was done with messages, and who looked at what was written in them."""
    entries = audit_entries.c
    keys = sa.select(messages.c.message_key).where(which)
    ids = sa.select(sa.cast(messages.c.id, sa.String)).where(which)
    seen = sa.cast(entries.detail["message"].as_string(), sa.String)
    return sa.or_(
        sa.and_(entries.subject_kind == "message", entries.subject_id.in_(keys)),
        sa.and_(entries.action.in_(LOOKS), seen.in_(ids)),
    )


def _entry(row: Any) -> AuditEntry:
    return AuditEntry(**{name: row._mapping[name] for name in AuditEntry.__slots__})
