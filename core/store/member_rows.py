"""Reads the members of incidents; what was read once is not decoded again.

A worker weighs each message against the members of the open incidents, the same members message
after message. Decoding them (embedding, location, rare words) costs far more than asking which
they are, so decoded members are kept in memory, for each database by themselves. An edit gives a
message a new assessment, a correction counts up, an erasure takes its links away: an entry never
goes stale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from core.domain import Member
from core.store.rows import embedding_of, location_of
from core.store.tables import assessments, links, messages
from core.words import rare_words

_KEPT: Final = 5_000

_Key = tuple[int, int, int, int, Any]
"""Assessment, message, revision, times corrected, moment judged."""
_kept: WeakKeyDictionary[sa.Engine, dict[_Key, Member]] = WeakKeyDictionary()

_WHICH: Final = (
    sa.select(
        links.c.incident_id,
        assessments.c.id,
        messages.c.id.label("message_id"),
        messages.c.revision,
        assessments.c.corrected_count,
        # As the database keeps it: making a moment of it for each row would be half the cost.
        sa.type_coerce(assessments.c.at, sa.String).label("at"),
    )
    .select_from(links)
    .join(messages, messages.c.id == links.c.message_id)
    .join(assessments, assessments.c.id == links.c.assessment_id)
    .order_by(messages.c.sent_at, messages.c.id, assessments.c.id)
)
_WHOLE: Final = sa.select(messages, assessments).join(
    assessments, assessments.c.message_id == messages.c.id
)
_FEW: Final = 64


def members_of(
    connection: sa.Connection, incident_ids: Sequence[int], latest: int | None = None
) -> dict[int, list[Member]]:
    """The members of each incident, oldest first; only the `latest` so many when that is given."""
    keys: dict[int, list[_Key]] = defaultdict(list)
    for row in _which(connection, incident_ids):
        keys[row[0]].append(row[1:])
    if latest is not None:
        keys = {incident_id: wanted[-latest:] for incident_id, wanted in keys.items()}
    decoded = _decoded(connection, [key for wanted in keys.values() for key in wanted])
    found = {i: [decoded[key] for key in wanted] for i, wanted in keys.items()}
    return defaultdict(list, found)


def _which(connection: sa.Connection, incident_ids: Sequence[int]) -> Sequence[Any]:
    return _of(connection, _WHICH, links.c.incident_id, incident_ids) if incident_ids else ()


def _decoded(connection: sa.Connection, keys: Sequence[_Key]) -> dict[_Key, Member]:
    """Every member asked for; those that were kept the longest make room for new ones."""
    kept = _kept.setdefault(connection.engine, {})
    found = {key: member for key in keys if (member := kept.get(key)) is not None}
    missing = {key[0]: key for key in keys if key not in found}
    if missing:
        new = _read(connection, missing)
        found |= new
        kept |= new
        for oldest in list(islice(kept, max(0, len(kept) - _KEPT))):
            kept.pop(oldest, None)
    return found


def _read(connection: sa.Connection, missing: Mapping[int, _Key]) -> dict[_Key, Member]:
    rows = _of(connection, _WHOLE, assessments.c.id, list(missing))
    return {missing[row[_ASSESSMENT_ID]]: _member(row) for row in rows}


def _of(
    connection: sa.Connection, query: sa.Select[Any], column: sa.Column[int], ids: Sequence[int]
) -> Sequence[Any]:
    """The rows of these ids; asked again and again of a few, sometimes of thousands."""
    if len(ids) > _FEW:
        return connection.execute(query.where(column.in_(ids))).all()
    values = {f"id_{number}": one for number, one in enumerate(ids)}
    return connection.execute(_of_few(query, column, len(ids)), values).all()


@lru_cache(maxsize=4 * _FEW)
def _of_few(query: sa.Select[Any], column: sa.Column[int], count: int) -> sa.Select[Any]:
    """Written out for so many: a list that grows and shrinks is put in anew at every execution."""
    return query.where(column.in_([sa.bindparam(f"id_{number}") for number in range(count)]))


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
