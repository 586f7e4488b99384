"""What channels carry: counted as they count, in posts where they split, nothing cut silently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.channel_limits import Limits, bare_limits, parts_of, utf16_length
from core.emergency import NAMES, RULES, with_emergency_rule, without_emergency_rule
from core.ports import SourceCard
from core.report_back import LONGEST
from core.wiring import sources

THREAD = Limits(source="x", kind="reply", ways=(0,), longest=60, threads=True)


@pytest.mark.parametrize("name", sorted(sources()))
def test_no_network_cuts_what_staff_may_write(name: str) -> None:
    """Whatever is as long as a text may be fits whole, emoji included, or becomes a thread."""
    card = sources()[name].CARD
    longest = with_emergency_rule("🚓" * LONGEST)
    limits = bare_limits(name, "group", card)
    assert card.threads or limits.too_much(longest) == 0
    assert "".join("".join(limits.posts(longest)).split()) == "".join(longest.split())


def test_a_network_is_counted_as_it_counts() -> None:
    telegram = bare_limits("telegram", "group", SourceCard(name_nl="", name_en="", counts="utf16"))
    assert telegram.length("a🚓") == 3
    assert THREAD.length("a🚓") == 2


def test_who_is_answered_in_public_takes_room() -> None:
    card = SourceCard(name_nl="", name_en="", threads=True, names_whom=True, longest_text=500)
    assert bare_limits("m", "group", card).room == 500
    assert bare_limits("m", "reply", card).room < 500


def test_what_does_not_fit_on_one_line_is_too_much() -> None:
    window = Limits(source="w", kind="direct", ways=(0,), longest=10, is_closed=True, approved="a")
    assert window.posts("een\ntwee  drie") == ["een twee drie"]
    assert window.too_much("een\ntwee  drie") == 3
    assert not window.is_shut


@given(st.text(max_size=300))
def test_of_a_thread_nothing_is_lost(text: str) -> None:
    posts = THREAD.posts(text)
    assert "".join("".join(posts).split()) == "".join(text.split())
    assert all(len(post) <= 60 for post in posts)


@given(st.text(max_size=40))
def test_utf16_is_counted_whatever_the_text(text: str) -> None:
    assert utf16_length(text) == len(text) + sum(ord(letter) > 0xFFFF for letter in text)
    assert parts_of(text, 5, utf16_length) == [] or text.strip()


@pytest.mark.parametrize("language", sorted(RULES))
def test_the_rule_is_there_once_in_every_language(language: str) -> None:
    said = with_emergency_rule("Dank.", language)
    assert said == f"Dank.\n{RULES[language]}"
    assert with_emergency_rule(said) == said
    assert without_emergency_rule(said) == "Dank."
    assert set(NAMES) == set(RULES)


def test_an_unknown_language_gets_the_dutch_rule() -> None:
    assert with_emergency_rule("x", "tlh").endswith(RULES["nl"])
