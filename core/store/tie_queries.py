"""Stored messages with all that a tie between two of them is weighed by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from core.domain import Assessment, Group, Location, Member, Message, Urgency
from core.store.member_rows import members_of
from core.store.tables import groups, messages

Whole = tuple[Message, Assessment, Location, Member]
"""A stored message as it was weighed, and as a member of its incident."""


def whole_members(connection: sa.Connection, incident_id: int, latest: int) -> list[Whole]:
    """The latest messages of an incident, oldest first; a message of two topics once."""
    members = members_of(connection, [incident_id], latest)[incident_id]
    return _whole(connection, members)


def whole_messages(connection: sa.Connection, incident_of: Mapping[int, int]) -> list[Whole]:
    """These messages (each with its incident), oldest first."""
    found = members_of(connection, sorted(set(incident_of.values())))
    members = [member for own in found.values() for member in own]
    return _whole(connection, [member for member in members if member.message_id in incident_of])


def _whole(connection: sa.Connection, members: Sequence[Member]) -> list[Whole]:
    firsts = {member.message_id: member for member in reversed(members)}
    query = (
        sa.select(messages, groups.c.name.label("group_name"), groups.c.source, groups.c.pilot_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(messages.c.id.in_(firsts))
        .order_by(messages.c.sent_at, messages.c.id)
    )
    return [_as_weighed(row, firsts[row.id]) for row in connection.execute(query)]


def _as_weighed(row: Any, member: Member) -> Whole:
    group = Group(
        id=row.group_id,
        pilot_id=row.pilot_id,
        source=row.source,
        native_id="",
        name=row.group_name,
        area_id=None,
    )
    message = Message(
        key=row.message_key,
        group=group,
        resident=row.resident,
        sent_at=row.sent_at,
        text=row.redacted,
        redacted=row.redacted,
        reply_to=row.reply_to,
        embedding=member.embedding,
    )
    return message, _assessment(member), member.location, member


def _assessment(member: Member) -> Assessment:
    return Assessment(
        topic=member.topic,
        confidence=member.confidence,
        urgency=Urgency.of(member.urgent),
        urgency_confidence=1.0,
        grounds=(),
        model="",
        retracts=member.retracts,
    )
