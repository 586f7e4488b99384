"""Every way in which a place's name is written, and how much each says by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import product
from typing import Final, Literal

from core.places.words import ATTRACTIONS, ENDINGS, ORDINARY, PARTICLES, STREET_ENDINGS, WORLD
from core.words import fold

WORD: Final = re.compile(r"[^\W_]+")
_SURNAME: Final = 7
"""A last name stands alone for its street from this length: Nijhoff, not Hall."""
_LONG_HEAD: Final = 9
_KNOWN_HEAD: Final = 5
_OTHERS: Final = ("straat", "laan", "singel", "weg", "plein", "plantsoen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """plaats in het register: a street (or a numbered part of one), a landmark or an area."""

    name: str
    kind: Literal["street", "landmark", "area"]
    lat: float
    lon: float
    radius_m: float
    aliases: tuple[str, ...] = ()
    number_from: int | None = None
    number_to: int | None = None
    area: str | None = None

    def has_number(self, number: int) -> bool:
        return (self.number_from or 0) <= number <= (self.number_to or number)


class Strength(IntEnum):
    """How much a form says by itself that a place is meant."""

    TINY = 0  # a few capitals: AH
    SHORT = 1  # the ending left out: Boston, Menno ter Braak
    WORD = 2  # a full name that is also something else: Hudson, Middenweg
    FULL = 3  # a full name that is nothing else: Bostonsingel, Laan van Wateringse Veld


@dataclass(frozen=True, slots=True)
class Form:
    """schrijfwijze: letters and digits only, of the place called `name`."""

    text: str
    name: str
    strength: Strength
    ending: str = ""
    typed: str = ""
    is_tail: bool = False
    is_known_elsewhere: bool = False
    is_guess: bool = False
    """The head with another ending: Bostonstraat for the Bostonsingel."""

    @property
    def head(self) -> str:
        return self.text[: len(self.text) - len(self.ending)]


def squash(text: str) -> str:
    """Only letters and digits, folded: "Los Angeles-straat" and "losangelesstraat" are one."""
    return "".join(WORD.findall(fold(text)))


def forms_of(places: Sequence[Place]) -> list[Form]:
    """The forms of all places, each once, the strongest reading of a form for a name."""
    best: dict[tuple[str, str], Form] = {}
    for place in places:
        for form in _forms(place):
            key = (form.text, form.name)
            if key not in best or best[key].strength < form.strength:
                best[key] = form
    return list(best.values())


def _forms(place: Place) -> Iterator[Form]:
    written = _street_forms if place.kind == "street" else _plain_forms
    yield from written(place.name, place.name)
    for alias in place.aliases:
        yield from _plain_forms(alias, place.name)


def _plain_forms(written: str, name: str) -> Iterator[Form]:
    """A landmark, area or alias: as it is."""
    text = squash(written)
    if len(text) <= 3:
        yield Form(text, name, Strength.TINY, typed=written)
    elif text.isalpha() and len(text) < 7 and not written.isupper() and written == fold(written):
        yield Form(text, name, Strength.SHORT)
    else:
        yield Form(text, name, Strength.FULL)
        for shorter in _particles_shortened(WORD.findall(fold(written))):
            yield Form("".join(shorter), name, Strength.FULL)


def _street_forms(written: str, name: str) -> Iterator[Form]:
    words = [word for word in WORD.findall(fold(written)) if len(word) > 1] or [squash(written)]
    head, ending = _split(words[-1])
    strength = Strength.WORD if _says_little(words, ending) else Strength.FULL
    known = strength is Strength.WORD and squash(written) in WORLD | ORDINARY
    yield Form(squash(written), name, strength, ending=ending, is_known_elsewhere=known)
    yield from _spellings(words, head, ending, name, strength)
    yield from _other_endings(words, head, ending, name)
    for short in ENDINGS.get(words[0], ()) if len(words) > 1 else ():
        for rest in _particles_shortened(words):
            yield Form("".join((short, *rest[1:])), name, Strength.FULL)
    for start in range(1, len(words)):
        if ending in STREET_ENDINGS and len(head) > 2:
            for form in _spellings(words[start:], head, ending, name, Strength.FULL):
                yield replace(form, is_tail=True)
    if ending in STREET_ENDINGS:
        yield from _without_ending(words, head, ending, name)


def _other_endings(words: list[str], head: str, ending: str, name: str) -> Iterator[Form]:
    """The head with an ending that is not its own: neighbours know the name, not the kind."""
    if ending in STREET_ENDINGS and len(head) >= _KNOWN_HEAD and head not in ORDINARY:
        for other in _OTHERS:
            if other != ending:
                text = "".join(words[:-1]) + head + other
                yield Form(text, name, Strength.WORD, ending=other, is_guess=True)


def _says_little(words: list[str], ending: str) -> bool:
    """True for Hudson and Gotland, not for Laan van Wateringse Veld or Bostonsingel."""
    if len(words) > 1:
        return not (ending in STREET_ENDINGS or words[0] in STREET_ENDINGS)
    return ending not in STREET_ENDINGS or words[0] in ORDINARY


def _split(word: str) -> tuple[str, str]:
    """The last word as head and ending: ("boston", "singel"); no ending gives ""."""
    for ending in sorted(ENDINGS, key=len, reverse=True):
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending), ending
    return word, ""


def _spellings(
    words: list[str], head: str, ending: str, name: str, strength: Strength
) -> Iterator[Form]:
    """The words with their ending and particles written in full or shortened."""
    endings = [ending, *ENDINGS.get(ending, ())] if ending else [""]
    if ending and len(head) >= _LONG_HEAD:
        endings.append(ending[0])  # "Paul Steenbergenl 3"
    for before, last in product(_particles_shortened(words[:-1]), endings):
        yield Form("".join(before) + head + last, name, strength, ending=last)


def _particles_shortened(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Each particle written out, shortened or (inside a name) left out: van or v, ter or t."""
    return product(
        *(
            (word, *PARTICLES.get(word, ()), *([""] if at > 0 and word in PARTICLES else []))
            for at, word in enumerate(words)
        )
    )


def _without_ending(words: list[str], head: str, ending: str, name: str) -> Iterator[Form]:
    whole = [*words[:-1], head]
    if len(whole) == 1 and head in ORDINARY | ATTRACTIONS:
        return
    for before in _particles_shortened(words[:-1]):
        short = _short("".join(before) + head, name, spoken=len(words) > 1)
        yield replace(short, typed=ending)
    if len(whole) > 1 and len(head) >= _SURNAME and head not in ORDINARY:
        yield replace(_short(head, name, spoken=False), typed=ending)
    if len(whole) > 2 and whole[-2] == "ter":  # "van" would make a street of every Van Dijk
        yield replace(_short("ter" + head, name, spoken=False), typed=ending)


def _short(text: str, name: str, *, spoken: bool) -> Form:
    """A form without its ending; several words (Menno ter Braak) say more than one."""
    strength = Strength.WORD if spoken and text not in WORLD else Strength.SHORT
    return Form(text, name, strength, is_known_elsewhere=text in WORLD or len(text) < 5)
