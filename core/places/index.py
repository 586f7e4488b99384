"""Finds the forms that a word may be a misspelling of, however many forms there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Final

from rapidfuzz.distance import OSA

from core.places.forms import Form, Strength
from core.places.sounds import bones, has_no_vowels, sound
from core.places.words import SPOTS, SUFFIXES

_PREFIX: Final = 7
"""Deletions are taken from the first letters only: enough to meet, and few to keep."""
_REMEMBERED: Final = 100_000
_LONGEST_WORD: Final = 60
_FEWEST_BONES: Final = 5
_LONG: Final = 14
"""Letters from which two may be wrong in a name without an ending: Laan van Wateringse Veld."""


class FormIndex:
    """Symmetric deletion (SymSpell): two words within n edits share a word by n deletions each."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._forms: dict[str, list[Form]] = defaultdict(list)
        for form in forms:
            self._forms[form.text].append(form)
        self._texts = list(self._forms)
        self._longest = max((len(text) for text in self._texts), default=0) + 3
        self._by_deletion = self._deletions_of_all()
        self._by_sound = self._keyed(sound)
        self._by_bones = self._keyed(bones)
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
        return tuple((form, 0) for form in self._with_suffix(word)) or self._misspelt(word)

    def _misspelt(self, word: str) -> tuple[tuple[Form, int], ...]:
        found: list[tuple[Form, int]] = []
        for text in self._near(word):
            edits = OSA.distance(word, text)
            found.extend(
                (form, edits) for form in self._forms[text] if _forgives(form, word, edits)
            )
        if not found:
            found = [(form, 1) for form in self._heard(word)]
        return tuple(sorted(found, key=lambda match: match[1]))

    def _heard(self, word: str) -> Iterator[Form]:
        """The names that sound like the word, or have its bones when it has no vowels."""
        if len(word) >= _FEWEST_BONES:
            alike = self._by_sound.get(sound(word), ())
            yield from (form for form in alike if not form.is_tail)
        shape = bones(word)
        if len(shape) >= _FEWEST_BONES:
            for form in self._by_bones.get(shape, ()):
                if has_no_vowels(word[: len(word) - len(form.ending)]) or has_no_vowels(word):
                    yield form

    def _with_suffix(self, word: str) -> Iterator[Form]:
        """What stands before a suffix or a thing: Limastraatta, Praagsingelbrug."""
        for size in range(_PREFIX, len(word)):
            if word[size:] in SUFFIXES or word[size:] in SPOTS:
                whole = self._forms.get(word[:size], ())
                yield from (form for form in whole if _is_whole(form) or _is_word(form))

    def _keyed(self, key: Callable[[str], str]) -> dict[str, list[Form]]:
        """The whole names with an ending, by a key of how they are written."""
        found: dict[str, list[Form]] = defaultdict(list)
        for form in (form for forms in self._forms.values() for form in forms):
            if _is_whole(form) and len(form.head) > 3:
                found[key(form.text)].append(form)
        return dict(found)

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


def _is_whole(form: Form) -> bool:
    """A full name with its ending, nothing of that guessed."""
    return form.strength is Strength.FULL and bool(form.ending)


def _is_word(form: Form) -> bool:
    return form.strength is Strength.WORD and not form.is_guess


def _forgives(form: Form, word: str, edits: int) -> bool:
    """True when the word may well be the form misspelt: the longer and the surer, the more.

    Other streets share an ending, so what counts is the head: Emmastraat is no Limastraat, and
    the ending must still be seen: "bovendien" is no Bovendijk.
    """
    if form.is_guess:
        return False
    if form.strength < Strength.FULL or not form.ending:
        most = 2 if form.strength is Strength.FULL and len(form.text) >= _LONG else 1
        return edits <= most and min(len(form.text), len(word)) >= 7 and _ends_like(word, form)
    if edits == 1 and len(form.ending) > 2 and _starts_with_head(word, form):
        return True  # the head is there in full, so what is wrong stands in the ending
    if edits > 3 or not _ends_like(word, form):
        return False
    if form.is_tail or len(form.head) < 7:
        enough = 7 if form.is_tail else 4
        if edits != 1 or len(form.head) < enough:
            return False
        return word[0] == form.text[0] or (len(form.head) > 4 and form.text[1:] in (word, word[1:]))
    return edits == 1 or (word[0] == form.text[0] and edits <= (len(form.head) + 2) // 5)


def _starts_with_head(word: str, form: Form) -> bool:
    return len(form.head) >= 6 and word.startswith(form.head) and len(word) > len(form.head) + 1


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
