"""Finds personal names in neighbourhood talk: lists of names weighed with the words around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from core.ports import NameFinder
from core.words import fold
from models.name_line import Kind, Token
from models.name_lists import FILE, NameLists, Use, build_names, make_lists, plain, read_lists
from models.name_sentence import Sentence
from models.name_words import NO_NAMES, PARTICLES

__all__ = ["ListNames", "build_names", "load_names"]

ENOUGH: Final = 1.85
"""Evidence from which a word is taken for a name; chosen on the training corpus."""

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'`-][^\W\d_]+)*")
_INITIALS: Final = re.compile(
    r"(?<!\w)(?:[A-Z]\.[ ]?){1,4}(?:(?:van|de|der|den|ter|ten|la|el|vd|v\.d\.|['’]t)\s){0,3}"
    r"[A-Z][\w’'-]+"
)
_ENDING: Final = re.compile(r"(?<=...)(?:s|c?[iıu]m|c[iı]g[iı]m)$")
"""A Dutch s, and what Turkish hangs on a name to say "my": Ömerim."""
_ABROAD: Final = re.compile(
    r"...(?:ov|ova|ev|eva|ski|ska|wicz|czyk|enko|chuk|escu|oglu|vic|dze|shvili)$"
)
"""How last names of eastern Europe and Turkey end."""
_FIRST: Final = {Use.RARE: 1.6, Use.SELDOM: 1.55, Use.OFTEN: 0.8, Use.ALWAYS: 0.2}
_LAST: Final = {Use.RARE: 1.3, Use.SELDOM: 0.8, Use.OFTEN: 0.5, Use.ALWAYS: -0.2}
_ARABIC_JOINED: Final = "ولبك"
"""And, for, with and like are written as one with the Arabic word behind them."""
_KNOWN: Final = 0.2
_UNKNOWN: Final = 0.9
_ORDINARY: Final = -0.5
_TOWN_AND_NAME: Final = -0.3
"""Berkhout is a village; behind "familie" it is a family."""
_NEVER: Final = -1.5


class ListNames:
    """A NameFinder by evidence: is it on a list, how usual a word is it, what stands around it."""

    def __init__(self, lists: NameLists) -> None:
        self._lists = lists
        self._kind = lru_cache(maxsize=100_000)(self._kind_of)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The names in a text, first and last name in one span, from left to right."""
        tokens = [self._token(match) for match in _WORD.finditer(text)]
        sentence = Sentence(text, tokens)
        sure = frozenset(
            at
            for at, token in enumerate(tokens)
            if token.kind.weight + sentence.evidence(at) >= ENOUGH
        )
        named = [at for at in range(len(tokens)) if at in sure or sentence.beside(at, sure)]
        nicknames = [tokens[at - 1] for at in named if sentence.nickname_before(at)]
        spans = [*_grown(named, sentence), *((word.start, word.end) for word in nicknames)]
        spans.extend(m.span() for m in _INITIALS.finditer(text))
        return _joined(spans)

    def _token(self, match: re.Match[str]) -> Token:
        written = match.group()
        return Token(match.start(), match.end(), written, fold(written), self._kind(written))

    def _kind_of(self, written: str) -> Kind:
        """What a word is by itself: a rare word on the list of first names says most."""
        word, lists = plain(fold(written)), self._lists
        parts = _parts(written)
        if written == "Ben":  # a name; "ben" is a verb, and a part of last names
            return Kind(weight=_FIRST[Use.OFTEN], is_first=True, use=Use.OFTEN)
        if not word.isascii() and word[0] in _ARABIC_JOINED and word[1:] in lists.first:
            word = word[1:]
        if not parts or not NO_NAMES.isdisjoint((word, *parts)) or word in PARTICLES:
            return Kind(weight=_NEVER, use=Use.ALWAYS)
        if word in lists.first or all(part in lists.first for part in parts):
            use = lists.first.get(word, lists.first.get(parts[0], Use.RARE))
            return Kind(weight=_FIRST[use], is_first=True, use=use)
        if word in lists.towns:
            use = Use.ALWAYS if lists.is_usual(word) else Use.RARE
            is_last = word in lists.last
            return Kind(weight=_TOWN_AND_NAME if is_last else _ORDINARY, is_last=is_last, use=use)
        if word in lists.last or parts[0] in lists.last:
            use = lists.last.get(word, lists.last.get(parts[0], Use.RARE))
            return Kind(weight=_LAST[use], is_last=True, use=use)
        if family := self._family(written):
            return family
        return self._elsewhere(word)

    def _family(self, written: str) -> Kind | None:
        """The Vermeulens, Henks bike, my Emrem: a name with an ending that no dictionary has."""
        ending = _ENDING.search(fold(written))
        if not written[0].isupper() or not ending or self._lists.knows(fold(written)):
            return None
        stem = fold(written)[: ending.start()]
        if Use.RARE in (self._lists.first.get(stem), self._lists.last.get(stem)):
            return Kind(weight=_FIRST[Use.RARE], is_first=stem in self._lists.first, is_last=True)
        return None

    def _elsewhere(self, word: str) -> Kind:
        if self._lists.is_usual(word):
            return Kind(weight=_ORDINARY, use=Use.ALWAYS)
        if len(word) < 3:
            return Kind(weight=_ORDINARY)
        if _ABROAD.search(word) and not self._lists.knows(word):
            return Kind(weight=_LAST[Use.RARE], is_last=True)
        return Kind(weight=_KNOWN if self._lists.knows(word) else _UNKNOWN)


def _parts(written: str) -> list[str]:
    """The parts of Kees-Jan, and of Henk's without the s; none of Nike-vest, which is a thing."""
    parts = re.split(r"[’'`-]", written)
    if len(parts) > 1 and len(parts[-1]) < 3:
        parts = parts[:-1]
    if "-" in written and any(part[0].islower() for part in parts[1:]) and written[0].isupper():
        return []
    return [fold(part) for part in parts]


def _grown(named: list[int], sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Each name with the parts of a last name that follow it or stand before it."""
    last = -1
    for at in named:
        if at <= last:
            continue
        first, last = sentence.particles_before(at), at
        while (after := sentence.continues(last)) > last:
            last = after
        yield sentence.tokens[first].start, sentence.tokens[last].end


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that overlap or touch become one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def load_names(folder: Path) -> NameFinder:
    """The name finder of a model folder; without lists built there they are made anew, slower.

    Raises ModelMissing when the packages that bring the lists are not installed.
    """
    return ListNames(read_lists(folder) if (folder / FILE).exists() else make_lists())
