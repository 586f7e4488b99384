"""Personal links of residents, of which only hashes are kept, and what they say is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows
from core.store.tables import consents, corrections, messages, resident_links, turns


class ResidentRows(Rows):
    """bewoners: by their pseudonym alone."""

    def add_link(self, token_hash: str, source: str, resident: str, expires_at: datetime) -> None:
        self.connection.execute(
            sa.insert(resident_links).values(
                token_hash=token_hash,
                source=source,
                resident=resident,
                made_at=self.now,
                expires_at=expires_at,
            )
        )

    def link(self, token_hash: str) -> Any | None:
        """The link with this hash, while it lasts."""
        query = sa.select(resident_links).where(
            resident_links.c.token_hash == token_hash, resident_links.c.expires_at > self.now
        )
        return self.connection.execute(query).first()

    def forget_links(self) -> None:
        self.connection.execute(
            sa.delete(resident_links).where(resident_links.c.expires_at <= self.now)
        )

    def end_links(self, source: str, resident: str) -> None:
        self.connection.execute(
            sa.delete(resident_links).where(
                resident_links.c.source == source, resident_links.c.resident == resident
            )
        )

    def group_ids(self, resident: str) -> list[int]:
        """The groups in which anything is known of a resident."""
        tables = (messages, turns, consents)
        known = sa.union(
            *(sa.select(one.c.group_id).where(one.c.resident == resident) for one in tables)
        )
        return sorted(self.connection.execute(known).scalars())

    def own_message(self, resident: str, message_id: int) -> Any | None:
        """A stored message, if this resident wrote it."""
        query = sa.select(messages.c.group_id, messages.c.message_key).where(
            messages.c.id == message_id, messages.c.resident == resident
        )
        return self.connection.execute(query).first()

    def ask_correction(
        self, source: str, resident: str, group_id: int, message_key: str, sealed_words: bytes
    ) -> int:
        return self.insert(
            corrections,
            source=source,
            resident=resident,
            group_id=group_id,
            message_key=message_key,
            sealed_words=sealed_words,
            state="open",
            at=self.now,
        )

    def correction(self, correction_id: int) -> Any | None:
        query = sa.select(corrections).where(corrections.c.id == correction_id)
        return self.connection.execute(query).first()

    def open_count(self, resident: str) -> int:
        query = sa.select(sa.func.count()).where(
            corrections.c.resident == resident, corrections.c.state == "open"
        )
        return int(self.connection.execute(query).scalar_one())

    def answer_correction(self, correction_id: int, state: str, answer: str, by: str) -> None:
        """What was asked is not needed any more once it is answered."""
        self.connection.execute(
            sa.update(corrections)
            .where(corrections.c.id == correction_id)
            .values(
                state=state,
                answer=answer,
                answered_by=by,
                answered_at=self.now,
                sealed_words=None,
            )
        )

    def forget_words(self, message_key: str) -> None:
        """What somebody said is wrong with a message goes with the message."""
        self.connection.execute(
            sa.update(corrections)
            .where(corrections.c.message_key == message_key)
            .values(sealed_words=None)
        )
