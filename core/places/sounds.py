"""How a word sounds, and its bones: what stays the same when it is written by ear or in haste."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SOUNDS: Final = tuple(
    (re.compile(written), sound)
    for written, sound in (
        (r"sch", "sg"),
        (r"ch", "g"),
        (r"ph", "f"),
        (r"th|dt", "t"),
        (r"qu", "kw"),
        (r"x", "ks"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"v", "f"),
        (r"z", "s"),
        (r"ij|ei|ey|y", "i"),
        (r"ou|auw|ouw", "au"),
        (r"oe|w(?=[^aeiou]|$)", "u"),
        (r"ae", "a"),
        (r"ie", "i"),
        (r"d(?=\b|st|s)", "t"),
        (r"(.)\1+", r"\1"),
    )
)
"""Dutch letters that sound alike, in the order in which they are read."""
_VOWELS: Final = re.compile(r"[aeiouy]")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """A folded word as it sounds: "reikjavikweg" and "reykjavikweg" are one."""
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return word


def bones(word: str) -> str:
    """A folded word without vowels but for its first letter: "bstnsngl"."""
    return word[:1] + _VOWELS.sub("", word[1:])


def has_no_vowels(word: str) -> bool:
    """True for a word of which only the first letter may be a vowel."""
    return _VOWELS.search(word, 1) is None
