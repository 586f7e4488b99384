"""Finds the names of places in a text and weighs what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from core.places.evidence import Mention, Reading, Surroundings, Token
from core.places.forms import WORD, Form, Place, Strength, forms_of, squash
from core.places.index import FormIndex
from core.places.scripts import latin
from core.places.words import ENDINGS, PARTICLES
from core.words import fold

ENOUGH: Final = 1.9
"""Evidence from which a name is taken for the place; chosen on the training corpus."""

_MOST_WORDS: Final = 6
_TOKEN: Final = re.compile(r"[^\W\d_]{4,}(?=\d{1,4}(?!\d))|[^\W_]+")
"""A word; a house number written against it is a word of its own: Limastraat12."""
_GAP: Final = re.compile(r"[ \t]{1,2}|[-'’]|\.? ?|[ ]?-[ ]?")
_SHORTENED: Final = frozenset(
    [*(short for shorts in ENDINGS.values() for short in shorts), *sum(PARTICLES.values(), ())]
)


class MentionFinder:
    """Knows every form of a gazetteer's places and finds them in a text."""

    def __init__(self, places: Sequence[Place]) -> None:
        forms = forms_of(places)
        self._index = FormIndex(forms)
        self._starts = FormIndex(_first_words(places, forms))
        self._prefixes = _prefixes(forms)

    def find(self, text: str) -> list[Mention]:
        """The places a text names, from left to right, without overlap."""
        tokens = [Token(m.start(), m.end(), latin(fold(m[0]))) for m in _TOKEN.finditer(text)]
        readings = self._readings(text, tokens)
        readings.sort(key=lambda reading: (-reading.plain, reading.first - reading.last))
        sure = {reading.last for reading in readings if reading.is_sure}
        surroundings = Surroundings(text, tokens, sure)
        taken: set[int] = set()
        mentions = []
        for reading in readings:
            run = range(reading.first, reading.last + 1)
            if taken.isdisjoint(run):
                evidence = reading.plain + surroundings.evidence(reading)
                if evidence >= ENOUGH:
                    taken.update(run)
                    mentions.append(surroundings.mention(reading, evidence))
        return sorted(mentions, key=lambda mention: mention.start)

    def _readings(self, text: str, tokens: list[Token]) -> list[Reading]:
        found: list[Reading] = []
        for first, token in enumerate(tokens):
            word = token.word
            found.extend(self._read(word, first, first, word))
            is_start = bool(self._starts.lookup(word))
            for last in range(first + 1, min(first + _MOST_WORDS, len(tokens))):
                is_cut = last == first + 1 and len(token.word) > 3 and _is_ending(tokens[last])
                goes_on = is_start or is_cut or word in self._prefixes
                if not goes_on or not _joins(text, tokens[last - 1], tokens[last]):
                    break
                word += tokens[last].word
                found.extend(self._read(word, first, last, tokens[last].word))
        return found

    def _read(self, word: str, first: int, last: int, last_word: str) -> Iterable[Reading]:
        alike: dict[tuple[Strength, bool, int], list[Form]] = {}
        for form, edits in self._index.lookup(word):
            if edits and first < last and _is_other_word(word, last_word, form):
                continue
            alike.setdefault((form.strength, form.is_tail, edits), []).append(form)
        return [Reading(first, last, tuple(forms), edits) for (*_, edits), forms in alike.items()]


def _is_other_word(word: str, last_word: str, form: Form) -> bool:
    """True when words beside each other only look like a name: "Los Angeles staat in brand"."""
    if word[0] != form.text[0]:
        return True
    return last_word not in ENDINGS and abs(len(last_word) - len(form.ending)) < 2


def _is_ending(token: Token) -> bool:
    """An ending that is hardly a word of its own: "weken weg" is no Wenenweg."""
    return token.word in ("straat", "singel", "laan", "plein", "plantsoen")


def _joins(text: str, one: Token, other: Token) -> bool:
    """True when two words may be parts of one name: a full stop only after something shortened."""
    gap = text[one.end : other.start]
    if "." in gap and len(one.word) > 1 and one.word not in _SHORTENED:
        return False
    return _GAP.fullmatch(gap) is not None


def _prefixes(forms: Iterable[Form]) -> frozenset[str]:
    """What a whole name begins with: dictated names fall apart anywhere ("kikker beet laan")."""
    whole = {form.text for form in forms if form.strength is Strength.FULL and not form.is_tail}
    return frozenset(text[:size] for text in whole for size in range(3, len(text)))


def _first_words(places: Sequence[Place], forms: Iterable[Form]) -> list[Form]:
    """What a name of several words may begin with, and the heads of names that get split."""
    written = [name for place in places for name in (place.name, *place.aliases)]
    firsts = {fold(WORD.findall(name)[0]) for name in written if WORD.search(name)}
    firsts |= {fold(word) for name in written for word in WORD.findall(name)[1:]} - set(PARTICLES)
    firsts |= {form.text for form in forms if form.strength in (Strength.SHORT, Strength.WORD)}
    firsts |= {short for first in firsts for short in ENDINGS.get(first, ())}
    return [Form(first, squash(first), Strength.WORD) for first in firsts if first]
