"""Words of a message as evidence: normal form, and the ones that tell incidents apart."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST_RARE: Final = 3
_ENDINGS: Final = ("tjes", "jes", "tje", "en", "je", "s", "e")
_SHORTEST_STEM: Final = 3

# Words that neighbours' messages share whatever they are about; telling nothing apart.
_EVERYDAY: Final = frozenset(
    """
    aan alle alleen als bij ben bent buiten buurt daar dan dat deze die dit door doe doen een
    eens eigenlijk elkaar even geen gewoon graag had heb hebben heeft hem het hier hij hoe hun
    iedereen iemand iets ikke ja jij kan keer komt kunnen let maar meer men met mij mijn moet naar
    net niet niks nog nou ons onze ook op over pas politie sinds staan staat steeds straat terug
    toch toen tot uit van vandaag vanavond vannacht gisteren veel voor waar wat weer weet weg
    wel werd wie wij wil word wordt zal zag zich zien ziet zijn zit zo zou zijn zelf ff idd gwn
    nu echt mensen allemaal goed iemand naam telefoon kenteken the and for this that with are
    was you not but have has from there here just they them
    """.split()
)


def fold(text: str) -> str:
    """Lower case without accents: Bogotástraat and bogotastraat are one word."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, folded, in any script."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=4096)
def rare_words(text: str) -> frozenset[str]:
    """The words of a text that may tell one event from another: a colour, a car, a street."""
    return frozenset(word for word in words(text) if len(word) >= _SHORTEST_RARE) - _EVERYDAY


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """A word without its Dutch endings: fietsen, fietsje and fiets are one word."""
    for ending in _ENDINGS:
        bare = word.removesuffix(ending)
        if bare != word and len(bare) >= _SHORTEST_STEM:
            # fietsen, fiets: one ending may uncover another
            return stem(bare[:-1] if bare[-1] == bare[-2] else bare)
    return word
