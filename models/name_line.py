"""A text as its words, with what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.name_lists import Use
from models.name_words import NAMED, SHORTENED

_STOP: Final = re.compile(r"[.!?\n:;()\"“”]|\s[-–]\s|[\U0001F000-\U0001FAFF☀-➿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What the lists say of a word; `weight` is how much that says of its being a name."""

    weight: float
    is_first: bool = False
    is_last: bool = False
    use: Use = Use.RARE


@dataclass(frozen=True, slots=True)
class Token:
    """A word where it stands, as written and folded."""

    start: int
    end: int
    text: str
    word: str
    kind: Kind


class Line:
    """The words of a text, to be asked what stands beside one of them."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.text = text

    def neighbour(self, at: int, step: int) -> str:
        """The folded word beside a word; "" over the end of a sentence, but for "mevr. X"."""
        other = at + step
        if not 0 <= other < len(self.tokens):
            return ""
        word, gap = self.tokens[other].word, self.gap(at, step)
        follows = (gap.strip() == "." and word in SHORTENED) or (
            gap.strip() == ":" and word in NAMED
        )
        return word if (step < 0 and follows) or not _STOP.search(gap) else ""

    def gap(self, at: int, step: int) -> str:
        """What stands between a word and the one before (-1) or after (1) it."""
        left, right = (at - 1, at) if step < 0 else (at, at + 1)
        start = self.tokens[left].end if left >= 0 else 0
        end = self.tokens[right].start if right < len(self.tokens) else len(self.text)
        return self.text[start:end]

    def opens(self, at: int) -> bool:
        return at == 0 or _STOP.search(self.gap(at, -1)) is not None

    def closes(self, at: int) -> bool:
        return at + 1 == len(self.tokens) or _STOP.search(self.gap(at, 1)) is not None
