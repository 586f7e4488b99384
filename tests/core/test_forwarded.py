"""One text sent on by many is one witness; short texts that are alike are several."""

from __future__ import annotations

import pytest

from core.forwarded import repeats
from core.words import rare_words

CHAIN = "LET OP witte bus met Roemeens kenteken steelt honden in Den Haag, delen aub"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ((CHAIN, CHAIN), [None, 0]),
        ((CHAIN, f"Doorgestuurd: {CHAIN}!!", CHAIN.upper()), [None, 0, 0]),
        ((CHAIN, "witte bus steelt honden"), [None, None]),
        (("brand op de Bostonsingel", "brand op de Bostonsingel"), [None, None]),
        (
            (CHAIN, "LET OP blauwe auto zonder licht rijdt rondjes bij de school"),
            [None, None],
        ),
        (("", "🙈", ""), [None, None, None]),
        ((), []),
    ],
)
def test_copies_lead_to_the_first(texts: tuple[str, ...], expected: list[int | None]) -> None:
    assert repeats([rare_words(text) for text in texts]) == expected


def test_a_chain_that_changes_on_its_way_leads_to_its_first() -> None:
    words = [f"woord{n}" for n in range(20)]
    texts = [frozenset(words[n : n + 12]) for n in range(4)]
    assert repeats(texts) == [None, 0, None, 2]


def test_five_thousand_different_long_texts_are_gone_through() -> None:
    texts = [frozenset(f"w{n}x{i}" for i in range(8)) for n in range(1000)]
    assert repeats(texts) == [None] * 1000
