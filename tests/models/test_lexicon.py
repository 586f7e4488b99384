"""The word list counts whole words, beginnings, parts and phrases, each for its kind."""

from __future__ import annotations

import pytest

from core.topics import topics
from models.lexicon import MOST, Lexicon, lexicon
from models.word_features import tokens
from tests.tables import table

LIST = Lexicon(
    {
        "afval": "matras* *zakken vuil dumpt_weer",
        "wrak": "wrak zonder_wiel* müll*",
    }
)
TEXTS = table("""
    text                                 | afval | wrak
    -                                    | 0     | 0
    er ligt een Matras                   | 1     | 0
    vuilniszakken en matrassen           | 2     | 0
    vuilnis                              | 0     | 0
    hij dumpt weer vuil                  | 2     | 0
    dumpt hij weer                       | 0     | 0
    een WRAK zonder wielen               | 0     | 2
    wrakhout                             | 0     | 0
    Müllberg                             | 0     | 1
    vuil vuil vuil vuil vuil vuil        | 3     | 0
""")


@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["text"])
def test_words_count_for_their_kind(row: dict[str, str]) -> None:
    counts = dict(zip(LIST.kinds, LIST.counts(tokens(row["text"])), strict=True))
    assert counts == {"afval": float(row["afval"]), "wrak": float(row["wrak"])}


def test_the_list_that_comes_with_the_product_knows_every_topic() -> None:
    assert set(topics()) <= set(lexicon().kinds)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Wilde Müllablagerung, Sperrmüll am Zaun", "afval"),
        ("Fahrrad ohne Sattel, völlig verrostet", "wrak"),
        ("çöp torbaları konteynerin yanında", "afval"),
        ("на двора има пожар", "noodgeval"),
        ("loos alarm, was mijn broer", "all_clear"),
    ],
)
def test_it_reads_the_languages_of_the_neighbourhood(text: str, kind: str) -> None:
    counts = dict(zip(lexicon().kinds, lexicon().counts(tokens(text)), strict=True))
    assert counts[kind] > 0


@pytest.mark.parametrize("text", ["", "😱", "a" * 20_000, "\u202e\x00", "a " * 20_000])
def test_any_text_can_be_counted(text: str) -> None:
    assert (lexicon().counts(tokens(text)) <= MOST).all()
