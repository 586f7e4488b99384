"""Dates, numbers and relative times read as the language has them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core import i18n
from core.errors import BadInput, ChangedMeanwhile, NotSignedIn
from core.i18n import error_text, languages, text_of
from tests.tables import table
from tests.timepiece import START

AGO = table("""
    seconds | nl               | en
    0       | zojuist          | just now
    -2      | zojuist          | just now
    20      | 20 seconden geleden | 20 seconds ago
    60      | 1 minuut geleden | 1 minute ago
    180     | 3 minuten geleden | 3 minutes ago
    7200    | 2 uur geleden    | 2 hours ago
    172800  | 2 dagen geleden  | 2 days ago
""")


@pytest.mark.parametrize("row", AGO, ids=lambda row: row["seconds"])
def test_how_long_ago_is_said_in_words(row: dict[str, str]) -> None:
    at = START - timedelta(seconds=int(row["seconds"]))
    assert i18n.ago("nl", at, START) == row["nl"]
    assert i18n.ago("en", at, START) == row["en"]


def test_moments_stand_on_the_clock_of_the_pilot() -> None:
    assert i18n.moment("nl", START) == "10 apr 2021 20:00"
    assert i18n.clock_time("en", START) == "20:00"
    assert i18n.day("nl", START).startswith("za 10 apr")


def test_numbers_have_the_marks_of_the_language() -> None:
    assert i18n.number("nl", 12345.678, 1) == "12.345,7"
    assert i18n.number("en", 12345.678, 1) == "12,345.7"
    assert i18n.percent("nl", 0.256) == "26%"


def test_dutch_comes_first_and_stands_in_for_a_language_that_is_not_there() -> None:
    assert languages()[0] == "nl"
    assert text_of("xx", "report_back.emergency") == text_of("nl", "report_back.emergency")


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "Tabel (0 rijen)"), ("1", "Tabel (1 rij)"), (1, "Tabel (1 rij)"), (2, "Tabel (2 rijen)")],
)
def test_one_has_a_form_of_its_own(count: int | str, said: str) -> None:
    assert text_of("nl", "plot.table", count=count) == said


def test_a_text_that_is_not_there_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        text_of("nl", "no.such.text")


def test_an_error_is_one_sentence_with_its_moment_in_words() -> None:
    error = ChangedMeanwhile(number="HNM-7", who="dora", at=START)
    assert error_text("nl", error).startswith(
        "HNM-7 is intussen gewijzigd door dora (10 apr 2021 20:00)."
    )
    assert error_text("en", NotSignedIn())


def test_braces_in_a_value_are_just_text() -> None:
    assert "{why}" in error_text("nl", BadInput(field="{why}", why="x"))


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("wrong.taken", "Het veld ‘naam’ klopt niet: die naam is er al."),
        ("abc", "Het veld ‘naam’ klopt niet: abc."),
        ("", "Vul ‘naam’ nog in."),
    ],
)
def test_a_wrong_field_is_named_as_the_form_names_it(why: str, said: str) -> None:
    assert error_text("nl", BadInput(field="name", why=why)) == said
