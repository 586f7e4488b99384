"""Reads the members of incidents; what was read once is not decoded again.

A worker weighs each message against the members of the open incidents, the same members message
after message. Decoding them (embedding, location, rare words) costs far more than asking which
they are, so decoded members are kept in memory, for each database by themselves. An edit gives a
message a new assessment, a correction counts up, an erasure takes its links away: an entry never
goes stale.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from core.domain import Member
from core.store.rows import embedding_of, location_of
from core.store.tables import assessments, links, messages
from core.words import rare_words

_KEPT: Final = 5_000

_Key = tuple[int, int, int, int, Any]
_kept: WeakKeyDictionary[sa.Engine, OrderedDict[_Key, Member]] = WeakKeyDictionary()

_WHICH: Final = (
    sa.select(
        links.c.incident_id,
        assessments.c.id,
        assessments.c.corrected_count,
        messages.c.id.label("message_id"),
        messages.c.revision,
        # As the database keeps it: making a moment of it for each row would be half the cost.
        sa.type_coerce(assessments.c.at, sa.String).label("at"),
    )
    .select_from(links)
    .join(messages, messages.c.id == links.c.message_id)
    .join(assessments, assessments.c.id == links.c.assessment_id)
    .where(links.c.incident_id.in_(sa.bindparam("incident_ids", expanding=True)))
    .order_by(messages.c.sent_at, messages.c.id, assessments.c.id)
)
_WHOLE: Final = (
    sa.select(messages, assessments)
    .join(assessments, assessments.c.message_id == messages.c.id)
    .where(assessments.c.id.in_(sa.bindparam("assessment_ids", expanding=True)))
)


def members_of(
    connection: sa.Connection, incident_ids: Sequence[int], latest: int | None = None
) -> dict[int, list[Member]]:
    """The members of each incident, oldest first; only the `latest` so many when that is given."""
    if not incident_ids:
        return defaultdict(list)
    keys: dict[int, list[_Key]] = defaultdict(list)
    for row in connection.execute(_WHICH, {"incident_ids": list(incident_ids)}):
        key = (row.id, row.message_id, row.revision, row.corrected_count, row.at)
        keys[row.incident_id].append(key)
    if latest is not None:
        keys = defaultdict(list, {i: wanted[-latest:] for i, wanted in keys.items()})
    decoded = _decoded(connection, [key for wanted in keys.values() for key in wanted])
    found = {i: [decoded[key] for key in wanted] for i, wanted in keys.items()}
    return defaultdict(list, found)


def _decoded(connection: sa.Connection, keys: Sequence[_Key]) -> dict[_Key, Member]:
    kept = _kept.setdefault(connection.engine, OrderedDict())
    missing = {key[0]: key for key in keys if key not in kept}
    found = {key: kept[key] for key in keys if key in kept}
    if missing:
        for row in connection.execute(_WHOLE, {"assessment_ids": list(missing)}):
            found[missing[row[_ASSESSMENT_ID]]] = _member(row)
    for key, member in found.items():
        kept[key] = member
        kept.move_to_end(key)
    while len(kept) > _KEPT:
        kept.popitem(last=False)
    return found


_ASSESSMENT_ID: Final = len(messages.c)
"""Where the assessment's own id stands in a row of _WHOLE: after all columns of the message."""


def _member(row: Any) -> Member:
    return Member(
        message_id=row.message_id,
        key=row.message_key,
        group_id=row.group_id,
        resident=row.resident,
        sent_at=row.sent_at,
        topic=row.topic,
        urgent=row.urgent,
        location=location_of(row.location),
        embedding=embedding_of(row.embedding),
        rare_words=rare_words(row.redacted),
        confidence=row.confidence,
        retracts=row.retracts,
    )
