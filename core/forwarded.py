"""doorgestuurd: one text sent on by many is one witness, however many groups it reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

FEWEST_WORDS: Final = 6
"""Two people may well write the same short text; the same six telling words they do not."""
_ALIKE: Final = 0.75
"""Shared words of all words in either: one who sends on may add a warning of their own."""


def repeats(texts: Sequence[frozenset[str]]) -> list[int | None]:
    """For each text (its telling words, oldest first) which earlier one it sends on, if any.

    A text that repeats a copy repeats what that copied, so a whole chain leads to its first.
    """
    found: list[int | None] = []
    same: dict[frozenset[str], int] = {}
    firsts: list[int] = []
    for place, text in enumerate(texts):
        first = None
        if len(text) >= FEWEST_WORDS:
            first = same.get(text)
            if first is None:
                first = next((n for n in firsts if is_copy(text, texts[n])), None)
            same[text] = place if first is None else first
            if first is None:
                firsts.append(place)
        found.append(first)
    return found


def is_copy(text: frozenset[str], other: frozenset[str]) -> bool:
    """True when two texts (their telling words) are so alike that one sends the other on."""
    fewer, more = sorted((len(text), len(other)))
    if fewer < FEWEST_WORDS or fewer < _ALIKE * more:
        return False
    shared = len(text & other)
    return shared >= _ALIKE * (len(text) + len(other) - shared)
