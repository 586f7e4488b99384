"""Finds the forms that a word may be a misspelling of, however many forms there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from rapidfuzz.distance import OSA

from core.places.forms import Form, Strength

_PREFIX: Final = 7
"""Deletions are taken from the first letters only: enough to meet, and few to keep."""
_REMEMBERED: Final = 100_000
_LONGEST_WORD: Final = 60


class FormIndex:
    """Symmetric deletion (SymSpell): two words within n edits share a word by n deletions each."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._forms: dict[str, list[Form]] = defaultdict(list)
        for form in forms:
            self._forms[form.text].append(form)
        self._texts = list(self._forms)
        self._longest = max((len(text) for text in self._texts), default=0) + 3
        self._by_deletion = self._deletions_of_all()
        self._known: dict[str, tuple[tuple[Form, int], ...]] = {}

    def lookup(self, word: str) -> tuple[tuple[Form, int], ...]:
        """The forms a word may be, each with its number of edits; the fewest edits first."""
        if len(word) > min(self._longest, _LONGEST_WORD):
            return ()
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[word] = self._search(word)
        return known

    def _search(self, word: str) -> tuple[tuple[Form, int], ...]:
        if word in self._forms:
            return tuple((form, 0) for form in self._forms[word])
        found: list[tuple[Form, int]] = []
        for text in self._near(word):
            edits = OSA.distance(word, text)
            found.extend(
                (form, edits) for form in self._forms[text] if _forgives(form, word, edits)
            )
        return tuple(sorted(found, key=lambda match: match[1]))

    def _near(self, word: str) -> set[str]:
        if len(word) < 5:
            return set()
        numbers = {number for cut in _deletions(word) for number in self._by_deletion.get(cut, ())}
        return {self._texts[number] for number in numbers}

    def _deletions_of_all(self) -> dict[str, list[int]]:
        cuts: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            if len(text) >= 5:
                for cut in _deletions(text):
                    cuts[cut].append(number)
        return dict(cuts)


def _forgives(form: Form, word: str, edits: int) -> bool:
    """True when the word may well be the form misspelt: the longer and the surer, the more.

    Other streets share an ending, so what counts is the head: Emmastraat is no Limastraat, and
    the ending must still be seen: "bovendien" is no Bovendijk.
    """
    if form.strength < Strength.FULL or not form.ending:
        return edits == 1 and min(len(form.text), len(word)) >= 7 and _ends_like(word, form)
    if edits > 3 or not _ends_like(word, form):
        return False
    if form.is_tail or len(form.head) < 7:
        enough = 7 if form.is_tail else 4
        return edits == 1 and len(form.head) >= enough and word[0] == form.text[0]
    return edits == 1 or (word[0] == form.text[0] and edits <= (len(form.head) + 2) // 5)


def _ends_like(word: str, form: Form) -> bool:
    """True when the ending is still there; in a long one a letter may differ."""
    ending = form.ending
    if len(ending) <= 3:
        return word.endswith(ending)
    sizes = range(len(ending) - 1, len(ending) + 2)
    return any(OSA.distance(word[-size:], ending) <= 1 for size in sizes)


def _deletions(word: str) -> Iterator[str]:
    """The start of a word with up to two letters left out; one of a short word."""
    start = word[:_PREFIX]
    yield start
    for count in (1, 2) if len(word) >= 8 else (1,):
        for kept in combinations(start, len(start) - count):
            yield "".join(kept)
