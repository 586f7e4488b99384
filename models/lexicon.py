"""What words mean, by kind, from a written list: a small corpus has too few words of its own."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.word_features import normal, tokens

FILE: Final = Path(__file__).with_name("lexicon.toml")
MOST: Final = 3
"""More words of one kind than this say nothing more."""

_LONGEST: Final = 5
_CACHED: Final = 50_000

Kinds = frozenset[int]
_NONE: Final[Kinds] = frozenset()


class Lexicon:
    """woordenlijst: how many words of each kind a text has."""

    def __init__(self, lists: Mapping[str, str]) -> None:
        self.kinds = tuple(lists)
        self._places: dict[str, dict[str, Kinds]] = defaultdict(dict)
        for kind, entries in enumerate(lists.values()):
            for entry in entries.split():
                self._add(entry, kind)
        self._heads = {phrase.rsplit(" ", 1)[0] for phrase in self._places["phrases"]}
        self._cache: dict[str, Kinds] = {}

    def counts(self, words: Sequence[str]) -> NDArray[np.float32]:
        """For each kind how many of its words stand among these (as `tokens` gives), up to MOST."""
        folded = [normal(word) for word in words]
        found = np.zeros(len(self.kinds), dtype=np.float32)
        for word in folded:
            found[[*self._of_word(word)]] += 1
        for at in range(len(folded)):
            for kinds in self._phrases_at(folded, at):
                found[[*kinds]] += 1
        return np.minimum(found, MOST)

    def _add(self, entry: str, kind: int) -> None:
        bare = " ".join(normal(word) for word in tokens(entry.strip("*_").replace("_", " ")))
        if " " in bare:
            place, bare = "phrases", bare + "*" * entry.endswith("*")
        elif entry.startswith("*"):
            place = "holds"
        else:
            place = "begins" if entry.endswith("*") else "exact"
        self._places[place][bare] = self._places[place].get(bare, _NONE) | {kind}

    def _of_word(self, word: str) -> Kinds:
        found = self._cache.get(word)
        if found is None:
            begins, holds = self._places["begins"], self._places["holds"]
            found = (
                self._places["exact"]
                .get(word, _NONE)
                .union(
                    *(begins.get(word[:end], _NONE) for end in range(1, len(word) + 1)),
                    *(kinds for part, kinds in holds.items() if part in word),
                )
            )
            if len(self._cache) < _CACHED:
                self._cache[word] = found
        return found

    def _phrases_at(self, words: Sequence[str], at: int) -> list[Kinds]:
        """The kinds of the phrases that begin at a word."""
        found, head = [], words[at]
        for word in words[at + 1 : at + _LONGEST]:
            if head in self._heads:
                found.append(self._phrase(head, word))
            head = f"{head} {word}"
        return found

    def _phrase(self, head: str, last: str) -> Kinds:
        phrases = self._places["phrases"]
        return phrases.get(f"{head} {last}", _NONE).union(
            *(phrases.get(f"{head} {last[:end]}*", _NONE) for end in range(1, len(last) + 1))
        )


@cache
def lexicon() -> Lexicon:
    """The list that comes with the product."""
    return Lexicon(tomllib.loads(FILE.read_text(encoding="utf-8")))
