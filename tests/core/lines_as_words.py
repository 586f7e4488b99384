"""Lines of one person in one minute, written as words; an empty word is a deleted line."""

from __future__ import annotations

from datetime import UTC, datetime

from core.domain import Event, EventKind
from core.lines import Shown
from core.store.import_rows import StoredLine

AT = datetime(2021, 4, 10, 18, 15, tzinfo=UTC)


def stored(words: list[str]) -> list[StoredLine]:
    return [
        StoredLine(line_key=f"{n}", words_key=word, revision=0, deleted=not word)
        for n, word in enumerate(words)
    ]


def shown(words: list[str]) -> list[Shown]:
    return [
        Shown(
            order=n,
            words_key=word,
            event=Event(
                kind=EventKind.MESSAGE if word else EventKind.DELETE,
                native_id=f"p#{word}.{n}",
                author="a",
                sent_at=AT,
            ),
        )
        for n, word in enumerate(words)
    ]
