"""What the linear model sees of a text: pieces of words, words and pairs, weighed by rarity."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise, zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.words import fold

LONGEST_TEXT: Final = 1500
"""Characters of a text that are read; a message has 60, a pasted article thousands."""

PIECE_LENGTHS: Final = (2, 3, 4, 5)
LONGEST_WORD: Final = 60
LEAST_MESSAGES: Final = 2
"""In how many training messages a feature stands before it counts."""

EMERGENCY_NUMBERS: Final = frozenset({"112", "911"})
"""The only numbers that say the same in every message."""

LEAST_RESIDENTS: Final = 3
"""How many different residents wrote what the corpus does not have, before a model may hold it."""

_LINK: Final = re.compile(r"https?://\S+|www\.\S+")
_DIGIT: Final = re.compile(r"\d")
_STRETCHED: Final = re.compile(r"(.)\1{2,}")
_TOKEN: Final = re.compile(r"\w+|[^\w\s]")

Ids = NDArray[np.int32]
Weights = NDArray[np.float32]
_NOTHING: Final[Ids] = np.zeros(0, dtype=np.int32)
_CACHED_WORDS: Final = 50_000


def tokens(text: str) -> list[str]:
    """The words and signs of a text as typed; links stand as one word."""
    return _TOKEN.findall(_LINK.sub(" url ", text[:LONGEST_TEXT]))


@lru_cache(maxsize=50_000)
def normal(word: str) -> str:
    """A word folded, its digits as 0, stretched letters short: HELLLUP and helllluuup meet."""
    if word in EMERGENCY_NUMBERS:
        return word
    return _STRETCHED.sub(r"\1\1", _DIGIT.sub("0", fold(word[:LONGEST_WORD])))


def pieces(word: str) -> list[str]:
    """The letter groups of a word, its edges marked with a space."""
    padded = f" {word} "
    if len(padded) <= PIECE_LENGTHS[-1]:
        return [padded, *_groups(padded, [n for n in PIECE_LENGTHS if n < len(padded)])]
    return _groups(padded, PIECE_LENGTHS)


def _groups(padded: str, lengths: Iterable[int]) -> list[str]:
    return [padded[i : i + n] for n in lengths for i in range(len(padded) - n + 1)]


def phrases(words: Sequence[str]) -> list[str]:
    """The words and each pair of neighbours."""
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


@dataclass(slots=True)
class WordFeatures:
    """Turns a text into feature ids and weights: two halves, pieces and phrases, of length 1."""

    piece_ids: dict[str, int]
    phrase_ids: dict[str, int]
    rarity: Weights
    _cache: dict[str, Ids] = field(default_factory=dict)

    @classmethod
    def learn(cls, texts: Sequence[str], residents: Sequence[str | None] = ()) -> WordFeatures:
        """The vocabulary of a training corpus.

        `residents`: for each text who wrote it, None in the corpus. What only residents wrote is
        known when enough of them did: a model holds no word of one resident.
        """
        piece_counts: Counter[str] = Counter()
        phrase_counts: Counter[str] = Counter()
        users: dict[str, set[str | None]] = defaultdict(set)
        for text, resident in zip_longest(texts, residents):
            words = [normal(word) for word in tokens(text)]
            found = {piece for word in set(words) for piece in pieces(word)}
            told = set(phrases(words))
            piece_counts.update(found)
            phrase_counts.update(told)
            for feature in found | told:
                users[feature].add(resident)
        private = {feature for feature, who in users.items() if not _may_be_known(who)}
        known_pieces = [piece for piece in _frequent(piece_counts) if piece not in private]
        known_phrases = [phrase for phrase in _frequent(phrase_counts) if phrase not in private]
        seen = [piece_counts[p] for p in known_pieces] + [phrase_counts[p] for p in known_phrases]
        rarity = np.log((1 + len(texts)) / (1 + np.array(seen))) + 1
        return cls(
            piece_ids={piece: i for i, piece in enumerate(known_pieces)},
            phrase_ids={phrase: len(known_pieces) + i for i, phrase in enumerate(known_phrases)},
            rarity=rarity.astype(np.float32),
        )

    @property
    def size(self) -> int:
        return len(self.rarity)

    def of(self, words: Sequence[str]) -> tuple[Ids, Weights]:
        """The feature ids of a text's tokens and their weights."""
        halves = [
            self._weigh([self.of_word(word) for word in words]),
            self._weigh([self._known_phrases([normal(word) for word in words])]),
        ]
        return (
            np.concatenate([ids for ids, _ in halves]),
            np.concatenate([weights for _, weights in halves]),
        )

    def of_word(self, word: str) -> Ids:
        """The pieces of one word that are known."""
        found = self._cache.get(word)
        if found is None:
            known = (self.piece_ids.get(piece) for piece in pieces(normal(word)))
            found = np.array([i for i in known if i is not None], dtype=np.int32)
            if len(self._cache) < _CACHED_WORDS:
                self._cache[word] = found
        return found

    def whole_word(self, word: str) -> int | None:
        """The id of a word that stands in the vocabulary as a word."""
        return self.phrase_ids.get(normal(word))

    def _known_phrases(self, words: Sequence[str]) -> Ids:
        known = (self.phrase_ids.get(phrase) for phrase in phrases(words))
        return np.array([i for i in known if i is not None], dtype=np.int32)

    def _weigh(self, groups: list[Ids]) -> tuple[Ids, Weights]:
        ids = np.sort(np.concatenate([_NOTHING, *groups]))
        if not len(ids):
            return _NOTHING, np.zeros(0, dtype=np.float32)
        first = np.flatnonzero(np.concatenate(([True], ids[1:] != ids[:-1])))
        counts = np.diff(np.append(first, len(ids)))
        weights = (1 + np.log(counts)) * self.rarity[ids[first]]
        return ids[first], (weights / np.sqrt(weights @ weights)).astype(np.float32)


def _may_be_known(users: Collection[str | None]) -> bool:
    return None in users or len(users) >= LEAST_RESIDENTS


def _frequent(counts: Counter[str]) -> list[str]:
    return sorted(feature for feature, n in counts.items() if n >= LEAST_MESSAGES)
