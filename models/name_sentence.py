"""What stands around a word that may be somebody's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.places.words import STREET_ENDINGS
from models.name_lists import Use
from models.name_words import (
    ABOUT,
    ADDRESSED,
    ARTICLES,
    DOES,
    GERMAN,
    GREETS,
    IN_PERSON,
    INTRODUCED,
    NAMED,
    NO_NAMES,
    PARTICLES,
    PLAIN,
    SHORTENED,
    TITLES,
)

_MOST_PARTICLES: Final = 3
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


class Sentence:
    """A text as its words, to be asked what speaks for a name at one of them."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self._text = text
        self._shouted = text.isupper()
        self._is_german = len({token.word for token in tokens} & GERMAN) > 1
        usual = sum(token.kind.use is Use.ALWAYS for token in tokens)
        self._is_known_speech = 2 * usual >= len(tokens) - 1

    def evidence(self, at: int) -> float:
        """How much the case of a word and its neighbours say for (or against) a name."""
        first = self.particles_before(at)
        before, after = self._neighbour(first, -1), self._neighbour(at, 1)
        said = self._from_case(at) + self._from_before(at, before)
        if first < at and before not in TITLES:
            said += 1.2  # "De Wit", "Van Loon" inside a sentence
        if after in TITLES:
            said += 1.0  # "Emine abla"
        if after in DOES or self._gap(at, 1).startswith((",", "!", "?")):
            said += 0.3
        if self._gap(first, -1).startswith(","):
            said += 0.4
        if self._gap(at, -1).endswith("@"):
            said += 0.5
        return said

    def _from_before(self, at: int, before: str) -> float:
        token = self.tokens[at]
        if before in TITLES:
            return 2.2 if self._follows_title(token) else 0.9
        if before == "sint":
            return -2.0  # Sint Maarten is a feast
        two = f"{self._neighbour(at - 1, -1)} {before}"
        if not INTRODUCED.isdisjoint((before, two)) and self._gap(at, -1).strip() in ("", ":"):
            return 1.6
        if two in IN_PERSON:
            return 1.0
        if before in NAMED and not (self._is_german and before == "im"):
            return 1.2
        if before in GREETS and self._is_greeted(at):
            return 1.3
        if before in ADDRESSED:
            return 0.7
        if before in ABOUT:
            return 0.4
        if before in ARTICLES:
            return self._from_article(token, before)
        return 0.0

    def _is_greeted(self, at: int) -> bool:
        """All of a sentence is a greeting and a first name: "hoi mark!", "bedankt joy"."""
        kind = self.tokens[at].kind
        is_whole = self._opens(at - 1) and (self._closes(at) or self._gap(at, 1).startswith(","))
        return is_whole and kind.is_first and kind.use <= Use.SELDOM

    def beside(self, at: int, named: frozenset[int]) -> bool:
        """A first name joined to one that is sure: the joy of "Henk en joy"."""
        kind = self.tokens[at].kind
        if not kind.is_first or kind.use > Use.SELDOM:
            return False
        return any(
            at + 2 * step in named and self._neighbour(at, step) in ("en", "and", "ve", "i", "und")
            for step in (-1, 1)
        )

    def _follows_title(self, token: Token) -> bool:
        """A capital, or a name that is hardly a word: "FAMILIE BERKHOUT", "mevr jansen"."""
        if token.text[0].isupper() and not self._shouted:
            return True
        return token.kind.use <= Use.SELDOM and (token.kind.is_first or token.kind.is_last)

    def _from_article(self, token: Token, article: str) -> float:
        """Against a name, unless it is "de Wit": no Dutch noun has a capital."""
        if article in PARTICLES and token.kind.is_last and token.kind.use >= Use.OFTEN:
            return 0.6 if token.text[0].isupper() and not self._is_german else -1.2
        is_name = token.kind.is_first or token.kind.is_last
        if article == "die" and token.kind.is_first and token.kind.use is Use.RARE:
            return 0.0 if token.text.islower() else -0.5
        return -0.5 if is_name and token.kind.use is Use.RARE else -1.2

    def _from_case(self, at: int) -> float:
        token = self.tokens[at]
        if _lacks_capitals(token.text):
            return 0.3 if token.kind.is_first else -0.8
        is_short = len(token.text) < 4 and token.kind.is_first
        if self._shouted or (token.text.isupper() and not is_short):
            return max(0.0, self._from_lower_case(token))
        if not token.text[0].isupper():
            return self._from_lower_case(token)
        if self._is_german:
            return 0.3 if token.kind.is_first else 0.0 if token.kind.is_last else -0.6
        if self._opens(at):
            return 0.6 if self._closes(at) else 0.35
        said = 0.95 if self._closes(at) else 0.8
        is_verb_or_noun = token.kind.is_first and token.kind.use >= Use.OFTEN
        return said + 0.75 if is_verb_or_noun and self._is_known_speech else said

    def _from_lower_case(self, token: Token) -> float:
        """A rare first name needs no capital in Dutch talk: "dirk zegt hij wil m niet"."""
        if not token.kind.is_first or token.kind.use is not Use.RARE or token.word in PLAIN:
            return -0.8
        if not self._is_known_speech:
            return -0.8
        return 0.3 if len(token.word) > 3 else -0.4

    def _neighbour(self, at: int, step: int) -> str:
        """The folded word beside a word; "" over the end of a sentence, but for "mevr. X"."""
        other = at + step
        if not 0 <= other < len(self.tokens):
            return ""
        word, gap = self.tokens[other].word, self._gap(at, step)
        follows = (gap.strip() == "." and word in SHORTENED) or (
            gap.strip() == ":" and word in NAMED
        )
        return word if (step < 0 and follows) or not _STOP.search(gap) else ""

    def _gap(self, at: int, step: int) -> str:
        """What stands between a word and the one before (-1) or after (1) it."""
        left, right = (at - 1, at) if step < 0 else (at, at + 1)
        start = self.tokens[left].end if left >= 0 else 0
        end = self.tokens[right].start if right < len(self.tokens) else len(self._text)
        return self._text[start:end]

    def _opens(self, at: int) -> bool:
        return at == 0 or _STOP.search(self._gap(at, -1)) is not None

    def _closes(self, at: int) -> bool:
        return at + 1 == len(self.tokens) or _STOP.search(self._gap(at, 1)) is not None

    def particles_before(self, at: int) -> int:
        """Where a last name begins: the El of "El Idrissi", the van of "mevrouw van der Zalm"."""
        if self._shouted or not self.tokens[at].text[0].isupper():
            return at
        first = at
        stop = max(0, at - _MOST_PARTICLES)
        while first > stop and self._is_particle(first - 1) and self._gap(first, -1) == " ":
            first -= 1
        if first < at and self._neighbour(first, -1) in TITLES:
            return first
        while first < at and (not self.tokens[first].text[0].isupper() or self._opens(first)):
            first += 1
        return first

    def continues(self, at: int) -> int:
        """The last token of one more part of the name that ends at `at`; `at` when none follows."""
        last, stop = at + 1, min(len(self.tokens), at + 1 + _MOST_PARTICLES)
        while last < stop and self._is_particle(last) and self._is_beside(last):
            last += 1
        if self._shouted or last >= len(self.tokens) or not self._is_beside(last):
            return at
        token = self.tokens[last]
        if len(token.text) == 1:
            return last if token.text.isupper() and self._gap(last, 1)[:1] == "." else at
        is_part = token.text[0].isupper() and token.word not in NO_NAMES
        return last if is_part and not token.word.endswith(STREET_ENDINGS) else at

    def _is_particle(self, at: int) -> bool:
        return self.tokens[at].word in PARTICLES

    def _is_beside(self, at: int) -> bool:
        return self._gap(at, -1) in (" ", "-")


def _lacks_capitals(text: str) -> bool:
    """Arabic and other scripts without capitals."""
    return text.lower() == text.upper()
