"""Relevant messages, their assessments, and the turns that remain of every message."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Assessment, Judgement, Location, Message, Status, Turn
from core.store.rows import (
    Rows,
    embedding_bytes,
    grounds_json,
    location_json,
    one_of,
    upsert,
)
from core.store.tables import (
    answers,
    assessments,
    inbox,
    incidents,
    labels,
    links,
    messages,
    open_posts,
    pictures,
    plate_marks,
    turns,
)

_MOST_TURNS: Final = 30
_OPEN: Final = [status.value for status in Status if status.is_open]
_WITH_TOPIC: Final = (
    sa.select(
        turns.c.message_key,
        # As the database keeps both: most turns are known already, so why make them anew?
        sa.type_coerce(turns.c.sent_at, sa.String),
        turns.c.resident,
        sa.cast(turns.c.topics, sa.Text),
        turns.c.urgent,
        turns.c.incident_id,
        incidents.c.topic,
    )
    .join(
        incidents,
        sa.and_(incidents.c.id == turns.c.incident_id, one_of(incidents.c.status, _OPEN)),
        isouter=True,
    )
    .where(turns.c.topics.is_not(None))
)
_RECENT: Final = (
    _WITH_TOPIC.where(turns.c.group_id == sa.bindparam("group_id"))
    .where(turns.c.sent_at <= sa.bindparam("until"), turns.c.sent_at > sa.bindparam("since"))
    .order_by(turns.c.sent_at.desc(), turns.c.id.desc())
    .limit(_MOST_TURNS)
)
_ANSWERED: Final = _WITH_TOPIC.where(turns.c.message_key == sa.bindparam("message_key"))
_KNOWN: Final = sa.select(turns).where(turns.c.message_key == sa.bindparam("message_key"))
_KNOWN_OF: Final = sa.select(turns).where(
    turns.c.message_key.in_(sa.bindparam("message_keys", expanding=True))
)


class MessageRows(Rows):
    """berichten."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__(connection, now)
        self._foreseen: dict[str, Any | None] = {}

    def foresee(self, message_keys: Collection[str]) -> None:
        """Reads at once what `turn` is about to be asked of each of these, before any change."""
        rows = self.connection.execute(_KNOWN_OF, {"message_keys": list(message_keys)})
        self._foreseen = dict.fromkeys(message_keys) | {row.message_key: row for row in rows}

    def turn(self, message_key: str) -> Any | None:
        """The turn row of a message seen before, or None."""
        if message_key in self._foreseen:
            return self._foreseen.pop(message_key)
        return self.connection.execute(_KNOWN, {"message_key": message_key}).first()

    def writer(self, message_key: str) -> str | None:
        """Whose message it is: as long as it is kept, or as its turn remembers; None if nobody's.

        A turn forgets whose it was within days, a message is kept for months.
        """
        kept = sa.select(messages.c.resident).where(messages.c.message_key == message_key)
        found: str | None = self.connection.execute(kept).scalar()
        turn = self.turn(message_key) if found is None else None
        return found if turn is None else turn.resident

    def recent_turns(self, group_id: int, before: datetime, window: timedelta) -> list[Turn]:
        """The group's latest turns in the window before a moment, oldest first."""
        period = {"group_id": group_id, "since": before - window, "until": before}
        rows = self.connection.execute(_RECENT, period).all()
        return [_turn(*row) for row in reversed(rows)]

    def answered_turn(self, message_key: str | None) -> Turn | None:
        if message_key is None:
            return None
        row = self.connection.execute(_ANSWERED, {"message_key": message_key}).first()
        return None if row is None else _turn(*row)

    def remember_turn(
        self, message: Message, judgement: Judgement, incident_id: int | None
    ) -> None:
        """Keeps what was judged of a message, off-topic too: numbers, not words."""
        upsert(
            self.connection,
            turns,
            {"message_key": message.key},
            group_id=message.group.id,
            revision=message.revision,
            sent_at=message.sent_at,
            resident=message.resident,
            topics={topic: round(p, 4) for topic, p in judgement.topics.items()},
            urgent=judgement.urgent,
            incident_id=incident_id,
            erased=False,
        )

    def forget_turns(self, before: datetime) -> int:
        """Empties the judged distributions and pseudonyms of old turns; the keyed id stays."""
        result = self.connection.execute(
            sa.update(turns)
            .where(turns.c.sent_at < before, turns.c.topics.is_not(None))
            .values(topics=None, urgent=None, resident=None)
        )
        return result.rowcount

    def save(self, message: Message, sealed_original: bytes) -> int:
        """Stores a relevant message, in place of an earlier revision of it; gives its id."""
        message_id: int = upsert(
            self.connection,
            messages,
            {"message_key": message.key},
            group_id=message.group.id,
            revision=message.revision,
            resident=message.resident,
            sent_at=message.sent_at,
            stored_at=self.now,
            reply_to=message.reply_to,
            redacted=message.redacted,
            sealed_original=sealed_original,
            embedding=embedding_bytes(message.embedding),
            told=message.told or None,
            sealed_from=message.sealed_from,
            direct=message.direct,
        )
        return message_id

    def save_assessment(self, message_id: int, assessment: Assessment, location: Location) -> int:
        return self.insert(
            assessments,
            message_id=message_id,
            topic=assessment.topic,
            confidence=assessment.confidence,
            urgent=assessment.urgency == "urgent",
            urgency_confidence=assessment.urgency_confidence,
            doubtful=assessment.doubtful,
            retracts=assessment.retracts,
            grounds=grounds_json(assessment.grounds),
            location=location_json(location),
            model=assessment.model,
            at=self.now,
        )

    def sealed_original(self, message_id: int) -> bytes | None:
        query = sa.select(messages.c.sealed_original).where(messages.c.id == message_id)
        return self.connection.execute(query).scalar()

    def sent_at(self, message_id: int) -> datetime | None:
        query = sa.select(messages.c.sent_at).where(messages.c.id == message_id)
        return self.connection.execute(query).scalar()

    def incidents_of(self, message_key: str) -> list[int]:
        """The incidents a message belongs to."""
        query = (
            sa.select(links.c.incident_id)
            .join(messages, messages.c.id == links.c.message_id)
            .where(messages.c.message_key == message_key)
            .distinct()
        )
        return list(self.connection.execute(query).scalars())

    def unlink(self, message_key: str) -> None:
        """Takes a message's assessments and links away, before it is judged anew."""
        ids = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        self.connection.execute(sa.delete(links).where(links.c.message_id.in_(ids)))
        self.connection.execute(sa.delete(assessments).where(assessments.c.message_id.in_(ids)))

    def doubt(self, message_key: str) -> bool:
        """Puts a stored message on the list of doubts; False when nothing of it is stored."""
        ids = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        result = self.connection.execute(
            sa.update(assessments).where(assessments.c.message_id.in_(ids)).values(doubtful=True)
        )
        return result.rowcount > 0

    def is_erased(self, message_key: str) -> bool:
        row = self.turn(message_key)
        return row is not None and row.erased

    def forget_words(self, message_key: str) -> None:
        """Empties what is stored of a message's words; its row and links stay."""
        self.connection.execute(
            sa.update(messages)
            .where(messages.c.message_key == message_key)
            .values(redacted="", sealed_original=None, embedding=None, sealed_from=None)
        )
        self._forget_plates(message_key)
        self._forget_picture(message_key)

    def erase(self, message_key: str, group_id: int) -> bool:
        """Removes every trace of a message's words; a keyed id stays so that it cannot come back.

        True when there was something of it here.
        """
        known = self.turn(message_key)
        self.unlink(message_key)
        self._remove(message_key)
        waiting = self.connection.execute(
            sa.delete(inbox).where(inbox.c.message_key == message_key, inbox.c.kind != "delete")
        )
        upsert(
            self.connection,
            turns,
            {"message_key": message_key},
            group_id=group_id,
            revision=known.revision if known else 0,
            sent_at=known.sent_at if known else self.now,
            resident=None,
            topics=None,
            urgent=None,
            incident_id=None,
            erased=True,
        )
        return (known is not None and not known.erased) or waiting.rowcount > 0

    def _remove(self, message_key: str) -> None:
        ids = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        for name in ("message_id", "other_message_id"):
            self.connection.execute(
                sa.update(labels).where(labels.c[name].in_(ids)).values({name: None})
            )
        self._forget_plates(message_key)
        self.connection.execute(sa.delete(answers).where(answers.c.message_id.in_(ids)))
        self._forget_picture(message_key)
        for table in (open_posts, messages):
            self.connection.execute(sa.delete(table).where(table.c.message_key == message_key))

    def _forget_plates(self, message_key: str) -> None:
        ids = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        self.connection.execute(sa.delete(plate_marks).where(plate_marks.c.message_id.in_(ids)))

    def _forget_picture(self, message_key: str) -> None:
        ids = sa.select(messages.c.id).where(messages.c.message_key == message_key)
        self.connection.execute(sa.delete(pictures).where(pictures.c.message_id.in_(ids)))


@lru_cache(maxsize=4096)
def _turn(
    key: str,
    sent_at: str | datetime,
    resident: str | None,
    topics: str,
    urgent: float | None,
    incident_id: int | None,
    open_topic: str | None,
) -> Turn:
    """A row as a turn; the conversation of a message is nearly that of the one before."""
    moment = sent_at if isinstance(sent_at, datetime) else datetime.fromisoformat(sent_at)
    return Turn(
        key=key,
        sent_at=moment.replace(tzinfo=UTC),
        resident=resident or "",
        topics=json.loads(topics),
        urgent=urgent or 0.0,
        incident_id=incident_id,
        open_topic=open_topic,
    )
