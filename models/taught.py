"""What people said of residents' messages, as examples of hands of their own."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from core.clock import local
from core.teaching import Taught
from models.corpus_reader import Example, Label

HANDS: Final = ("1", "2", "3")
"""Corrections are dealt to three hands by conversation; each is left out once, to be judged."""

TOLD: Final = "told.json"
_APART: Final = timedelta(hours=6)
_TAG: Final = re.compile(r"\[[a-z\-]{2,20}\]")
"""Where redaction took something out: no word that anybody wrote."""


def examples_of(messages: Sequence[Taught]) -> list[Example]:
    """Each message as an example, a conversation a hand; given in any order."""
    found: list[Example] = []
    for talk in conversations(messages):
        hand = hand_of(talk)
        name = f"{hand}-{talk[0].group_id}"
        found += [_example(message, name, f"{name}-{talk[0].key}") for message in talk]
    return found


def conversations(messages: Sequence[Taught]) -> list[list[Taught]]:
    """The messages by group, parted where nobody wrote for hours."""
    ordered = sorted(messages, key=lambda one: (one.group_id, one.sent_at, one.key))
    if not ordered:
        return []
    talks = [[ordered[0]]]
    for before, message in pairwise(ordered):
        goes_on = message.group_id == before.group_id and message.sent_at - before.sent_at < _APART
        if goes_on:
            talks[-1].append(message)
        else:
            talks.append([message])
    return talks


def hand_of(talk: Sequence[Taught]) -> str:
    """The hand of a conversation: the same one in every training, whatever is added elsewhere."""
    first = hashlib.sha256(talk[0].key.encode()).digest()
    return HANDS[first[0] % len(HANDS)]


def told_before(folder: Path) -> dict[str, list[Any]]:
    """What a model said of corrections before it had read them, by key; empty when none."""
    try:
        found: dict[str, list[Any]] = json.loads((folder / TOLD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def keep_told(folder: Path, rows: Mapping[str, Any]) -> None:
    draft = folder / f"{TOLD}.draft"
    draft.write_text(json.dumps(dict(rows)), encoding="utf-8")
    draft.replace(folder / TOLD)


def _example(message: Taught, name: str, conversation: str) -> Example:
    return Example(
        id=message.key,
        file=name,
        conversation=conversation,
        group=name,
        author=message.resident,
        sent_at=wall(message.sent_at),
        reply_to=message.reply_to,
        text=words_of(message),
        spans=(),
        label=Label(
            topics=(message.topic,) if message.topic else (),
            urgent=message.urgent,
            incident=message.key if message.topic else None,
            hard="retraction" if message.retracts else None,
        ),
        origin="taught" if message.is_example else "context",
    )


def words_of(message: Taught) -> str:
    return " ".join(_TAG.sub(" ", message.text).split())


def wall(moment: datetime) -> datetime:
    return local(moment).replace(tzinfo=None)
