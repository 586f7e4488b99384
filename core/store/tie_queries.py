"""The messages of one incident with all that a tie between two of them is weighed by."""

from __future__ import annotations

import sqlalchemy as sa

from core.domain import Assessment, Group, Location, Member, Message, Urgency
from core.store.member_rows import members_of
from core.store.tables import assessments, groups, links, messages

Whole = tuple[Message, Assessment, Location, Member]
"""A stored message as it was weighed, and as a member of its incident."""


def whole_members(connection: sa.Connection, incident_id: int, latest: int) -> list[Whole]:
    """The latest messages of an incident, oldest first; a message of two topics once."""
    members = members_of(connection, [incident_id], latest)[incident_id]
    firsts = {member.message_id: member for member in reversed(members)}
    query = (
        sa.select(messages, groups.c.name.label("group_name"), groups.c.source, groups.c.pilot_id)
        .join(groups, groups.c.id == messages.c.group_id)
        .where(messages.c.id.in_(firsts))
        .order_by(messages.c.sent_at, messages.c.id)
    )
    models = dict(connection.execute(_MODELS, {"incident_id": incident_id}).tuples())
    found = []
    for row in connection.execute(query):
        member = firsts[row.id]
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
        judged = _assessment(member, models.get(row.id, ""))
        found.append((message, judged, member.location, member))
    return found


_MODELS = (
    sa.select(assessments.c.message_id, assessments.c.model)
    .join(links, links.c.assessment_id == assessments.c.id)
    .where(links.c.incident_id == sa.bindparam("incident_id"))
)


def _assessment(member: Member, model: str) -> Assessment:
    return Assessment(
        topic=member.topic,
        confidence=member.confidence,
        urgency=Urgency.of(member.urgent),
        urgency_confidence=1.0,
        grounds=(),
        model=model,
        retracts=member.retracts,
    )
