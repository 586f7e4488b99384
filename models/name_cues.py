"""Turns of neighbourhood talk that tell a name from the word that is written the same."""

from __future__ import annotations

import re
from typing import Final

from core.places.words import COUNTED
from models.name_line import Line
from models.name_lists import Use
from models.name_words import (
    ARTICLES,
    ASKED,
    FINITE,
    GREETS,
    OWN,
    PETS,
    PLAIN,
    SPEAKS,
    STILL,
    VISITED,
)

_HOME: Final = re.compile(
    r"\s(?:van|op|from)\s(?P<nr>nr|nummer|no|huisnr)?\.?\s?\d{1,3}[a-z]?\b"
    rf"(?!\s?(?:[%€]|(?:{COUNTED})\b)|[:.,]\d)"
    r"|\s(?:van|op|from)\s(?:nr|nummer|no|huisnr)\.?\s?\d"
    r"|\svan\s(?:hiernaast|hierboven|beneden|boven|de\soverkant|\d\s?hoog)\b",
    re.IGNORECASE,
)
_SIGNED: Final = re.compile(r",?\s\(?(?:nr\.?\s?)?\d{1,3}[a-z]?\)?\s*$")


def from_cues(line: Line, at: int) -> float:
    """What the turns around a word add for a name; 0 when there are none."""
    cues = (
        *(_lives, _is_signed, _is_spoken_to, _is_verb_too, _is_own, _is_last_name_alone),
        *(_speaks, _is_visited, _is_asked_after),
    )
    return max(cue(line, at) for cue in cues) - _is_amount(line, at)


def _lives(line: Line, at: int) -> float:
    """Somebody of a house: "Max van nr 15", "bel chris op 12", or signed "wim 12a"."""
    token = line.tokens[at]
    is_lower = not token.text[0].isupper()
    if not token.kind.is_first or line.neighbour(at, -1) in ARTICLES:
        return 0.0
    if is_lower and (token.kind.use > Use.SELDOM or token.word in PLAIN):
        return 0.0
    home = _HOME.match(line.text, token.end)
    if home and (not is_lower or home["nr"] or token.kind.use is Use.RARE):
        return 1.1
    is_apart = line.opens(at) or "," in line.gap(at, -1)
    return 0.6 if is_apart and at > 0 and _SIGNED.match(line.text, token.end) else 0.0


def _is_signed(line: Line, at: int) -> float:
    """A first name that is the last sentence of a text: "zet mij maar op salade. Roos"."""
    kind = line.tokens[at].kind
    is_last = 0 < at == len(line.tokens) - 1 and line.opens(at)
    is_name = kind.is_first and kind.use <= Use.OFTEN and line.tokens[at].text.istitle()
    return 1.0 if is_last and is_name and not line.text[line.tokens[at].end :].strip() else 0.0


def _is_spoken_to(line: Line, at: int) -> float:
    """A first name without its capital, turned to: "demi hoe laat …", "sorry chris maar …"."""
    token = line.tokens[at]
    if not token.kind.is_first or token.kind.use is not Use.SELDOM or token.word in PLAIN:
        return 0.0
    if token.text[0].isupper() or line.neighbour(at, 1) not in ASKED:
        return 0.0
    if line.opens(at):
        return 0.9
    return 0.6 if line.opens(at - 1) and line.neighbour(at, -1) in GREETS else 0.0


def _is_verb_too(line: Line, at: int) -> float:
    """Wil before another verb, a comma or a call is a woman: "Wil wil niet", "Wil, heb jij"."""
    token = line.tokens[at]
    if token.word != "wil" or not token.text[0].isupper() or not line.opens(at):
        return 0.0
    is_called = line.gap(at, 1).startswith((",", "!"))
    return 1.3 if is_called or line.neighbour(at, 1) in FINITE else 0.0


def _is_own(line: Line, at: int) -> float:
    """A pet: "poes Roti", "ons Pluisje"; inside a sentence no Dutch noun has a capital."""
    token, before = line.tokens[at], line.neighbour(at, -1)
    if before in PETS and _is_small_name(line, at):
        return 0.8
    if not token.text.istitle() or line.opens(at):
        return 0.0
    if before in PETS and token.kind.use is not Use.ALWAYS:
        return 0.5
    return 1.6 if before in OWN and token.word.endswith("je") else 0.0


def _is_last_name_alone(line: Line, at: int) -> float:
    """A last name that is no word, in small letters, of whom something is said: "postma is …"."""
    token = line.tokens[at]
    is_name = token.kind.is_last and token.kind.use is Use.RARE and len(token.word) > 4
    if not is_name or token.kind.weight < 1 or not token.text.islower() or not line.opens(at):
        return 0.0
    return 1.1 if line.neighbour(at, 1) in FINITE else 0.0


def _speaks(line: Line, at: int) -> float:
    """Who says, calls or asks is a person: "roos zegt van niet", "ton belt zo"."""
    kind = line.tokens[at].kind
    if not kind.is_first or kind.use is Use.ALWAYS or not line.opens(at):
        return 0.0
    if line.neighbour(at, 1) not in SPEAKS:
        return 0.0
    return 1.6 if kind.use is Use.OFTEN or line.tokens[at].word in PLAIN else 0.9


def _is_visited(line: Line, at: int) -> float:
    """At, to or according to somebody: "bij riet op de koffie", "vraag maar aan ans"."""
    if not _is_small_name(line, at):
        return 0.0
    return 0.7 if line.neighbour(at, -1) in VISITED else 0.0


def _is_asked_after(line: Line, at: int) -> float:
    """Whether somebody is there: "is mark al thuis?"."""
    if not _is_small_name(line, at) or not line.opens(at - 1):
        return 0.0
    is_asked = line.neighbour(at, -1) in FINITE and line.neighbour(at, 1) in STILL
    return 1.1 if is_asked else 0.0


def _is_small_name(line: Line, at: int) -> bool:
    """A first name in small letters that is now and then a word too."""
    token = line.tokens[at]
    is_name = token.kind.is_first and token.kind.use is Use.SELDOM
    return is_name and token.text.islower() and token.word not in PLAIN and len(token.word) > 2


def _is_amount(line: Line, at: int) -> float:
    """Against: "Max 10 euro per gezin"."""
    is_max = line.tokens[at].word == "max"
    return 1.0 if is_max and re.match(r"\s\d", line.text[line.tokens[at].end :][:2]) else 0.0
