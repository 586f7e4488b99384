"""Lists of names and of usual words, taken from the packages that bring them.

deduce (LGPL-3) has the first and last names and the towns of the Netherlands, pyspellchecker (MIT)
how usual words are in several languages. Both are read where they are installed, never copied.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from babel import Locale

from core.errors import ModelMissing
from core.words import fold
from models import name_more

FILE: Final = "names.npz"

_LANGUAGES: Final = {"nl": 1, "en": 100, "de": 100, "fr": 100, "es": 100}
"""How many times more often a word is counted in a language's list than in the Dutch one."""
_RARE: Final = 60
"""The dictionaries give proper nouns and rare words a count of 50."""

Array = npt.NDArray[np.uint32]


class Use(IntEnum):
    """gebruik: how usual a word is in the languages of the neighbourhood."""

    RARE = 0
    SELDOM = 1
    OFTEN = 2
    ALWAYS = 3


@dataclass(frozen=True, slots=True)
class NameLists:
    """namenlijsten: folded first and last names with their use as words; hashes of all words."""

    first: Mapping[str, Use]
    last: Mapping[str, Use]
    towns: frozenset[str]
    known: Array
    usual: Array

    def knows(self, word: str) -> bool:
        return _holds(self.known, word)

    def is_usual(self, word: str) -> bool:
        return _holds(self.usual, word)


def build_names(folder: Path) -> None:
    """Makes the lists once and keeps them in the model folder, so that a worker starts at once."""
    lists = make_lists()
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        folder / FILE,
        known=lists.known,
        usual=lists.usual,
        names=np.frombuffer(_as_json(lists), dtype=np.uint8),
    )


def read_lists(folder: Path) -> NameLists:
    """The lists that `build_names` kept."""
    with np.load(folder / FILE, allow_pickle=False) as kept:
        first, last, towns = json.loads(kept["names"].tobytes())
        return NameLists(
            {word: Use(use) for word, use in first.items()},
            {word: Use(use) for word, use in last.items()},
            frozenset(towns),
            kept["known"],
            kept["usual"],
        )


def make_lists() -> NameLists:
    """The lists from the installed packages; raises ModelMissing when one is not there."""
    source = _package("deduce") / "data" / "lookup" / "src"
    counts = _counts(_package("spellchecker") / "resources")
    for word in _lines(source / "whitelist" / "lst_stop_word" / "items.txt"):
        counts[word] = 1_000_000
    first = _lines(source / "names" / "lst_first_name" / "items.txt")
    last = _lines(source / "names" / "lst_surname" / "items.txt")
    return NameLists(
        {word: _use(counts.get(word, 0)) for word in first} | _more(),
        {word: _use(counts.get(word, 0)) for word in last},
        frozenset(_lines(source / "locations" / "lst_placename" / "lst_residence" / "items.txt"))
        | _abroad(),
        _hashes(counts),
        _hashes(word for word, count in counts.items() if count > _RARE),
    )


def plain(word: str) -> str:
    """A folded word without the strokes that folding leaves: michał is michal."""
    return word.replace("ł", "l").replace("ø", "o")


def _more() -> dict[str, Use]:
    """The first names that the Dutch list lacks, each told apart from words by hand."""
    written = " ".join(
        (name_more.LATIN, name_more.HARDLY_WORDS, name_more.ARABIC, name_more.CYRILLIC)
    )
    return {form: Use.RARE for word in fold(written).split() for form in (word, plain(word))}


def _abroad() -> set[str]:
    """Lands and languages as they are called in the languages of the neighbourhood."""
    locales = [Locale(language) for language in (*_LANGUAGES, "pl", "tr")]
    called = (
        name
        for locale in locales
        for names in (locale.territories, locale.languages)
        for name in names.values()
    )
    return {fold(name) for name in called if " " not in name}


def _as_json(lists: NameLists) -> bytes:
    return json.dumps([lists.first, lists.last, sorted(lists.towns)]).encode()


def _use(count: int) -> Use:
    if count <= _RARE:
        return Use.RARE
    if count <= 2000:
        return Use.SELDOM
    return Use.OFTEN if count <= 20_000 else Use.ALWAYS


def _counts(folder: Path) -> dict[str, int]:
    """How usual words are: the largest count of any language, on the Dutch scale."""
    counts: dict[str, int] = {}
    for language, share in _LANGUAGES.items():
        with gzip.open(folder / f"{language}.json.gz", "rt", encoding="utf-8") as lines:
            for word, count in json.load(lines).items():
                folded = word if word.isascii() else fold(word)
                counts[folded] = max(counts.get(folded, 1), count // share)
    return counts


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModelMissing(what=name)
    return Path(next(iter(spec.submodule_search_locations)))


def _lines(path: Path) -> set[str]:
    return {fold(line.strip()) for line in path.read_text(encoding="utf-8").splitlines()} - {""}


def _hashes(words: Iterable[str]) -> Array:
    """Words as sorted 32-bit hashes: a tenth of their memory, one in ten thousand taken wrongly."""
    return np.unique(np.fromiter((zlib.crc32(word.encode()) for word in words), dtype=np.uint32))


def _holds(hashes: Array, word: str) -> bool:
    value = np.uint32(zlib.crc32(word.encode()))
    at = int(np.searchsorted(hashes, value))
    return at < len(hashes) and bool(hashes[at] == value)
