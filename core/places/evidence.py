"""Weighs what stands around a name: whether a place is meant, and its house number."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from core.places.forms import WORD, Form, Strength
from core.places.words import (
    AFTER,
    ARTICLES,
    CORNERS,
    COUNTED,
    ELSEWHERE,
    ENDINGS,
    INSIDE,
    JOINTS,
    MEET,
    MOVES,
    PARTICLES,
    SPOTS,
    STREET_ENDINGS,
    TOWARDS,
    TWIN,
    WHERE,
)
from core.words import fold

_TAIL: Final = 0.2
_UNIQUE: Final = 0.3
_BASE: Final = {Strength.TINY: 0.6, Strength.SHORT: 0.3, Strength.WORD: 1.2, Strength.FULL: 3.0}
_PER_EDIT: Final = {Strength.SHORT: 1.0, Strength.WORD: 0.8, Strength.FULL: 0.5}
_NUMBER: Final = re.compile(
    r"(?:(?:(?<=str)|(?<=ln)|(?<=gl)|(?<=wg)|(?<=pl))\.|\s*,)?\s*"
    r"(?:(?:nr|nummer|no|huisnummer|huisnr|number|thv|t\.h\.v\.|tegenover|flat)\.?\s*"
    r"(?:nr\.?|nummer|number)?\s*)?#?"
    r"(?P<number>[1-9]\d{0,3})(?!\d)(?![:.,]\d)(?:(?:[a-ln-tv-w]| [a-d])(?![a-zA-Z]))?"
    rf"(?:\s?[-/]\s?\d{{1,4}}(?!\d))?(?!\s*(?:{COUNTED})\b)(?!\s*[%€])",
    re.IGNORECASE,
)
_CLOSE: Final = 7
"""So many words before the second of two streets it may be said that they meet."""
_NO_SCORE: Final = 4
"""House numbers from here on are not taken for a score."""
_TWO: Final = re.compile(r"-\s?(?:en |of |/|\+ ?|& ?)\s?(?:de |het )?(?P<other>[^\W\d_]+)")
_NO_NAMES: Final = SPOTS | ARTICLES | WHERE | TOWARDS
_STOP: Final = re.compile(r"[.!?\n:;(]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text where it stands, folded."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A place named in a text: where, what it may be (best first), and how sure."""

    start: int
    end: int
    names: tuple[str, ...]
    evidence: float
    number: int | None = None
    is_direction: bool = False
    is_guess: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A run of tokens read as forms of the same strength and number of edits."""

    first: int
    last: int
    forms: tuple[Form, ...]
    edits: int

    @property
    def strength(self) -> Strength:
        return self.forms[0].strength

    @property
    def is_sure(self) -> bool:
        """True for a whole official name as it is, so that it cannot be a person's first name."""
        return self.strength >= Strength.WORD and self.edits == 0

    @property
    def plain(self) -> float:
        """What the letters say, before the words around are looked at."""
        form = self.forms[0]
        per_edit = (
            0.3
            if form.strength is Strength.WORD and form.ending in STREET_ENDINGS
            else (_PER_EDIT.get(self.strength, 9.0))
        )
        said = _BASE[self.strength] - self.edits * per_edit
        return said - _TAIL if form.is_tail else said


class Surroundings:
    """What the words around a name say for or against it."""

    def __init__(self, text: str, tokens: list[Token], sure: Set[int]) -> None:
        self._sure = sure
        self._text = text
        self._tokens = tokens
        self._shouted = text.isupper()
        self._is_elsewhere = any(token.word in ELSEWHERE for token in tokens)

    def mention(self, reading: Reading, evidence: float) -> Mention:
        number = self._number(reading)
        end = self._tokens[reading.last].end
        return Mention(
            start=self._tokens[reading.first].start,
            end=number.end() if number else end,
            names=tuple(dict.fromkeys(form.name for form in reading.forms)),
            evidence=evidence,
            number=int(number["number"]) if number else None,
            is_direction=self._is_direction(reading),
            is_guess=reading.forms[0].is_guess,
        )

    def evidence(self, reading: Reading) -> float:
        if self._is_inside_a_name(reading):
            return -2.0
        if reading.strength is Strength.FULL:
            return 0.0
        said = self._from_before(reading) + self._from_letters(reading)
        if self._is_first_of_two(reading):
            said += 2.0
        if number := self._number(reading):
            said += self._from_number(int(number["number"]), reading)
        elif self._after(reading.last) in AFTER:
            said += 0.65 + self._from_moving(reading)
        if any(form.is_known_elsewhere for form in reading.forms):
            said -= 0.7 if reading.strength is Strength.SHORT else 0.0
        elif reading.strength is Strength.SHORT:
            said += _UNIQUE
        return said - 0.8 if self._is_elsewhere else said

    def _from_number(self, number: int, reading: Reading) -> float:
        """A house number; a small one behind a city may be a score: "Madrid 3 - Barcelona 1"."""
        if reading.strength is not Strength.SHORT or reading.edits:
            return 1.2
        opens = self._opens_sentence(reading.first) and number >= _NO_SCORE
        return (
            2.3 if opens and not self._text[self._tokens[reading.first].start].isupper() else 1.65
        )

    def _is_first_of_two(self, reading: Reading) -> bool:
        """True for the Londen of "Londen- en Moskousingel", and of "Londen-/Moskousingel"."""
        if reading.strength is Strength.FULL or reading.last + 1 >= len(self._tokens):
            return False
        after = self._tokens[reading.last].end
        ending = next((form.typed for form in reading.forms if form.typed), "")
        joined = _TWO.match(self._text, after)
        return bool(joined and ending and fold(joined["other"]).endswith(ending))

    def _from_moving(self, reading: Reading) -> float:
        """Somebody goes into it: "rent Montevideo in"."""
        into = self._after(reading.last) in ("in", "op", "uit", "af", "door")
        return 1.0 if into and self._before(reading.first)[1] in MOVES else 0.0

    def _from_before(self, reading: Reading) -> float:
        article, before = self._before(reading.first)
        is_word = reading.strength is Strength.WORD
        said = (0.3 if is_word else 1.0) if article else 0.0
        if before in WHERE or before in TOWARDS or (before == "in" and article):
            said += 0.7
            said += 0.65 if article and not is_word else 0.0  # no city is "de Havanna"
        if before in SPOTS:
            said += 1.65
        elif before in CORNERS:
            said += 0.7
        if before in ("een", "kein", "a"):
            said -= 1.0
        return said + (1.3 if self._is_second_of_two(reading.first, before) else 0.0)

    def _is_second_of_two(self, first: int, before: str) -> bool:
        """The Lisdodde of "tussen Dotterbloem en Lisdodde", and of "hoek Dotterbloem/Lisdodde"."""
        if first == 0 or (
            before not in JOINTS and self._text[self._tokens[first - 1].end] not in "/&+"
        ):
            return False
        start = max(0, first - _CLOSE)
        return any(
            token.word in MEET
            and not _STOP.search(self._text, token.end, self._tokens[first].start)
            for token in self._tokens[start:first]
        )

    def _from_letters(self, reading: Reading) -> float:
        token = self._tokens[reading.first]
        written = self._text[token.start : self._tokens[reading.last].end]
        if reading.strength is Strength.TINY:
            return 0.8 if not self._shouted and written == reading.forms[0].typed else 0.0
        lesser_known = reading.strength is Strength.WORD and not any(
            form.is_known_elsewhere for form in reading.forms
        )
        usual = 0.5 if lesser_known else 0.0
        if not written[0].isupper() or self._shouted:
            at_an_end = self._opens_sentence(reading.first) or self._closes_sentence(reading.last)
            is_of = self._before(reading.first)[1] in ("van", "von", "from")
            return usual + (0.2 if at_an_end or is_of else 0.0)
        return usual + self._from_capital(reading)

    def _from_capital(self, reading: Reading) -> float:
        if self._number(reading):
            return 0.7
        if self._opens_sentence(reading.first):
            return 1.0 if self._closes_sentence(reading.last) else 0.3
        if self._follows_a_name(reading.first):
            return -0.6
        before = self._tokens[reading.first - 1]
        may_be_a_first_name = (
            self._text[before.start : before.end].istitle() and before.word not in _NO_NAMES
        )
        return 0.3 if may_be_a_first_name and not self._closes_sentence(reading.last) else 0.7

    def _before(self, first: int) -> tuple[str, str]:
        """The article before a name, and the word before that; "" for none."""
        words = [token.word for token in self._tokens[max(0, first - 3) : first]]
        article = words.pop() if words and words[-1] in ARTICLES else ""
        if len(words) > 1 and words[-1] == "van" and words[-2] in SPOTS:
            words.pop()  # "de galerij van Vuurland"
        return article, words[-1] if words else ""

    def _after(self, last: int) -> str:
        return "" if self._closes_sentence(last) else self._tokens[last + 1].word

    def _is_direction(self, reading: Reading) -> bool:
        return self._before(reading.first)[1] in TOWARDS

    def _opens_sentence(self, first: int) -> bool:
        if first == 0:
            return True
        return bool(
            _STOP.search(self._text, self._tokens[first - 1].end, self._tokens[first].start)
        )

    def _closes_sentence(self, last: int) -> bool:
        if last + 1 == len(self._tokens):
            return True
        return bool(_STOP.search(self._text, self._tokens[last].end, self._tokens[last + 1].start))

    def _is_inside_a_name(self, reading: Reading) -> bool:
        """True when more of a street's name stands around it than belongs to this place."""
        form = reading.forms[0]
        if form.text in ENDINGS:
            return self._after(reading.last) in PARTICLES
        if reading.first == 0:
            return False
        before = self._tokens[reading.first - 1]
        if before.word in TWIN:
            return self._text[before.start].isupper()
        if reading.strength < Strength.FULL and not form.is_guess:
            return False
        if form.is_tail and _is_part(before.word, form.name):
            return False
        is_guess = form.is_tail or form.is_guess or reading.edits > 0
        if form.is_guess and before.word in PARTICLES:
            return self._continues_a_name(reading.first - 1)
        if before.word in INSIDE:
            if not is_guess:  # "am Ende der Santiagosingel" is German, "van der" is a name
                return reading.first > 1 and self._tokens[reading.first - 2].word in PARTICLES
            return True
        return is_guess and self._follows_a_name(reading.first)

    def _continues_a_name(self, particle: int) -> bool:
        """True for the "der" of Van der Hoopstraat, not for that of "aus der Limastraat"."""
        return particle > 0 and (
            self._tokens[particle - 1].word in PARTICLES or self._follows_a_name(particle)
        )

    def _follows_a_name(self, first: int) -> bool:
        """True after a capitalised word inside a sentence: Kate Hudson is no street."""
        if first - 1 in self._sure:
            return False
        token = self._tokens[first - 1]
        joined = self._text[token.end : self._tokens[first].start] == " "
        is_name = self._text[token.start].isupper() and not self._opens_sentence(first - 1)
        return joined and is_name and token.word not in _NO_NAMES

    def _number(self, reading: Reading) -> re.Match[str] | None:
        return _NUMBER.match(self._text, self._tokens[reading.last].end)


def _is_part(word: str, name: str) -> bool:
    """True for what may be the rest of a name, shortened or misspelt: E, or Edurad, Verkadelaan."""
    parts = [fold(part) for part in WORD.findall(name)[:-1]]
    if len(word) == 1:
        return word in [part[0] for part in parts]
    return any(word[0] == part[0] and OSA.distance(word, part) <= 2 for part in parts)
