"""Reads for learning: what people said of stored messages, gathered as a model may learn it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from core.domain import NOT_RELEVANT
from core.store.rows import location_of
from core.store.tables import assessments, labels, links, messages, turns
from core.teaching import Pair, Taught, Teaching

_SAID: Final = ("relevance", "topic", "urgency")
_PAIR: Final = "same_incident"
_TALK: Final = timedelta(hours=48)
_AROUND_EACH: Final = 12


def teaching(connection: sa.Connection) -> Teaching:
    """Everything that people said and that still has its words: erased is no example any more."""
    said = _said(connection)
    pairs = _pairs(connection)
    touched = _touched(connection) if pairs else set()
    rows = {row.id: row for row in _stored(connection, said)}
    around = _around(connection, rows.values())
    members = _stored(connection, _members_of(connection, touched))
    return Teaching(
        messages=tuple(
            _taught(row, said.get(row.id)) for row in _in_order([*rows.values(), *around])
        ),
        members=tuple(_taught(row, None, row.incident_id) for row in _in_order(members)),
        pairs=pairs,
    )


def counts(connection: sa.Connection) -> tuple[int, int]:
    """(corrected messages, pairs) that there are to learn from."""
    said = _said(connection)
    with_words = sum(1 for _ in _stored(connection, said))
    return with_words, len(_pairs(connection))


def erased(connection: sa.Connection, keys: Collection[str]) -> set[str]:
    """Those of the keys whose words are here no more."""
    found: set[str] = set()
    wanted = sorted(keys)
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        query = sa.select(messages.c.message_key).where(
            messages.c.message_key.in_(part), messages.c.redacted != ""
        )
        found |= set(connection.execute(query).scalars())
    return set(wanted) - found


def erased_turns(connection: sa.Connection, keys: Collection[str]) -> set[str]:
    """Those of the keys that were erased at a resident's wish."""
    found: set[str] = set()
    wanted = sorted(keys)
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        query = sa.select(turns.c.message_key).where(turns.c.message_key.in_(part), turns.c.erased)
        found |= set(connection.execute(query).scalars())
    return found


def _said(connection: sa.Connection) -> dict[int, dict[str, Any]]:
    """By message what people last said of it; about an earlier revision counts no more."""
    query = (
        sa.select(labels.c.message_id, labels.c.what, labels.c.after)
        .join(messages, messages.c.id == labels.c.message_id)
        .where(labels.c.what.in_(_SAID), labels.c.at >= messages.c.stored_at)
        .where(messages.c.redacted != "")
        .order_by(labels.c.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(query):
        known = found.setdefault(row.message_id, {})
        if row.what != "relevance":
            known["relevance"] = True  # who names a topic or urgency says that it is a report
        known[row.what] = row.after
    return found


def _pairs(connection: sa.Connection) -> tuple[Pair, ...]:
    one, other = messages.alias(), messages.alias()
    query = (
        sa.select(one.c.message_key, other.c.message_key.label("other_key"), labels.c.after)
        .join(one, one.c.id == labels.c.message_id)
        .join(other, other.c.id == labels.c.other_message_id)
        .where(labels.c.what == _PAIR, one.c.redacted != "", other.c.redacted != "")
        .where(labels.c.at >= one.c.stored_at, labels.c.at >= other.c.stored_at)
        .order_by(labels.c.id)
    )
    found = {
        (row.message_key, row.other_key): Pair(
            key=row.message_key, other_key=row.other_key, same=bool(row.after)
        )
        for row in connection.execute(query)
    }
    return tuple(found.values())


def _touched(connection: sa.Connection) -> set[int]:
    query = sa.select(labels.c.incident_id, labels.c.other_incident_id).where(
        labels.c.what == _PAIR
    )
    return {found for row in connection.execute(query) for found in row if found is not None}


def _members_of(connection: sa.Connection, incident_ids: Collection[int]) -> list[int]:
    query = sa.select(links.c.message_id).where(links.c.incident_id.in_(incident_ids))
    return sorted(set(connection.execute(query).scalars()))


def _stored(connection: sa.Connection, ids: Iterable[int]) -> list[Any]:
    """The rows of messages that still have words, each with its surest assessment."""
    wanted: list[int] = sorted(ids)
    found: list[Any] = []
    for at in range(0, len(wanted), 500):
        query = _with_assessment().where(messages.c.id.in_(wanted[at : at + 500]))
        found += connection.execute(query).all()
    return _once(found)


def _around(connection: sa.Connection, rows: Iterable[Any]) -> list[Any]:
    """What stood in the same talk before each message, and of which nobody said anything."""
    known = {row.id for row in rows}
    found: dict[int, Any] = {}
    for row in rows:
        query = (
            _with_assessment()
            .where(messages.c.group_id == row.group_id, messages.c.no_report_at.is_(None))
            .where(messages.c.sent_at < row.sent_at, messages.c.sent_at > row.sent_at - _TALK)
            .order_by(None)
            .order_by(messages.c.sent_at.desc(), assessments.c.confidence.desc())
            .limit(_AROUND_EACH)
        )
        for one in connection.execute(query):
            if one.id not in known:
                found.setdefault(one.id, one)
    return list(found.values())


def _with_assessment() -> sa.Select[Any]:
    columns = ("id", "message_key", "group_id", "resident", "sent_at", "reply_to", "redacted")
    of_assessment = ("topic", "urgent", "retracts", "confidence", "location")
    return (
        sa.select(
            *(messages.c[name] for name in columns),
            *(assessments.c[name] for name in of_assessment),
            links.c.incident_id,
        )
        .select_from(messages)
        .join(assessments, assessments.c.message_id == messages.c.id)
        .join(links, links.c.assessment_id == assessments.c.id, isouter=True)
        .where(messages.c.redacted != "")
        .order_by(messages.c.id, assessments.c.confidence.desc(), assessments.c.id)
    )


def _once(rows: Iterable[Any]) -> list[Any]:
    found: dict[int, Any] = {}
    for row in rows:
        found.setdefault(row.id, row)
    return list(found.values())


def _in_order(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (row.sent_at, row.id))


def _taught(row: Any, said: dict[str, Any] | None, incident_id: int | None = None) -> Taught:
    told = said or {}
    topic = told.get("topic") or row.topic
    if told.get("relevance") is False or topic == NOT_RELEVANT:
        topic = None
    urgent = told["urgency"] == "urgent" if "urgency" in told else bool(row.urgent)
    return Taught(
        key=row.message_key,
        group_id=row.group_id,
        resident=row.resident,
        sent_at=row.sent_at,
        reply_to=row.reply_to,
        text=row.redacted,
        topic=topic,
        urgent=urgent and topic is not None,
        retracts=bool(row.retracts) and topic is not None,
        confidence=row.confidence,
        location=location_of(row.location),
        is_example=said is not None,
        incident_id=incident_id,
    )
