"""onthullingsbeperking: numbers over residents that cannot be taken apart by subtracting.

A small number is not told, and every other is rounded at random to a multiple of five (unbiased
random rounding; Nargundkar & Saveland, 1972). Chance is drawn from a keyed digest of exactly what
is counted (the cell key method; Fraser & Wooton, 2005): the same messages always give the same
number, so asking again shows nothing more, and a total is rounded apart from its parts, so that
they do not add up to what was left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

FEWEST_RESIDENTS: Final = 3
"""A word used by fewer different residents is not shown: it could point at one of them."""

SMALLEST_COUNT: Final = 5
"""Counts of residents or messages are rounded to multiples of this; less is "fewer than" it."""

_DIGITS: Final = 12

Digest = Callable[[str], str]
"""A keyed digest in hexadecimal (see Vault.draw); who has not the key cannot repeat it."""


class Rounding:
    """afronding: rounds counts and picks samples by a keyed digest of what is counted."""

    def __init__(self, digest: Digest) -> None:
        self._digest = digest

    def count(self, kind: str, counted: Iterable[object]) -> int:
        """How many different ones there are, to a multiple of five; 0 is to be read as "fewer"."""
        members = sorted({str(one) for one in counted})
        below, over = divmod(len(members), SMALLEST_COUNT)
        up = self._chance(f"{kind}|{','.join(members)}") < over / SMALLEST_COUNT
        return (below + up) * SMALLEST_COUNT

    def sample(self, kind: str, ids: Sequence[int]) -> list[int]:
        """A multiple of five of them, some left out by chance; their order is by chance too."""
        drawn = sorted(ids, key=lambda one: (self._chance(f"{kind}|{one}"), one))
        return drawn[: len(drawn) - len(drawn) % SMALLEST_COUNT]

    def pseudonym(self, kind: str, number: int) -> str:
        """A name for a message that is another one in each file."""
        return self._digest(f"{kind}|{number}")[:_DIGITS]

    def _chance(self, text: str) -> float:
        return int(self._digest(text)[:_DIGITS], 16) / 16**_DIGITS
