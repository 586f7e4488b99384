"""What open sources share: who is addressed, texts made plain, parts, pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources._open_posts import (
    NotAPost,
    Pace,
    address_taken_off,
    look_again_every,
    moment_in,
    obeyed,
    readable,
    revision_between,
    tags_of,
    text_in,
)
from core.channel_limits import parts_of
from core.domain import Event, EventKind
from core.errors import BadSetting
from core.ports import Connection

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)


def connection(**settings: str) -> Connection:
    return Connection(id=1, pilot_id=1, source="x", name="Ons account", settings=settings)


def said(text: str, *, to_us: bool = True, direct: bool = False) -> str:
    event = Event(
        kind=EventKind.MESSAGE, native_id="1", author="a", sent_at=NOW, text=text, direct=direct
    )
    return obeyed(event, to_us=to_us).text


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("#MeldHogeVeld", ("meldhogeveld",)),
        ("meldhogeveld, #hnm;#Veld  hnm", ("meldhogeveld", "hnm", "veld")),
        ("#wijkénbuurt", ("wijkénbuurt",)),
    ],
)
def test_tags_are_read_as_people_type_them(typed: str, tags: tuple[str, ...]) -> None:
    assert tags_of(connection(tags=typed)) == tags


@pytest.mark.parametrize(
    "typed", ["", "#", "a", "a/b", "#een #twee #drie #vier #vijf #zes", "x y?z"]
)
def test_what_is_no_tag_is_refused(typed: str) -> None:
    with pytest.raises(BadSetting):
        tags_of(connection(tags=typed))


@pytest.mark.parametrize("typed", ["", "-1", "1.5", "1441", "tien", "٣", "9" * 30])
def test_minutes_are_a_number_of_at_most_a_day(typed: str) -> None:
    with pytest.raises(BadSetting):
        look_again_every(connection(look_again_minutes=typed))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("@melden er is ingebroken", "er is ingebroken"),
        ("@melden, @melden@veld.example: er is ingebroken #meldveld", "er is ingebroken"),
        ("bij de #meldveld speeltuin brand", "bij de #meldveld speeltuin brand"),
        ("@meldenaar brand", "@meldenaar brand"),
        ("brand #meldveldje", "brand #meldveldje"),
        ("#MELDVELD", ""),
    ],
)
def test_the_address_at_either_end_is_no_word_of_the_message(text: str, left: str) -> None:
    assert address_taken_off(text, ("melden@veld.example", "melden"), ("meldveld",)) == left


def test_ten_thousand_spaces_are_taken_in_stride() -> None:
    text = f"brand{' ' * 100_000}nu #meldveld #meldveld"
    assert address_taken_off(text, ("melden",), ("meldveld",)).endswith("  nu")


def test_what_hides_or_turns_words_is_taken_out() -> None:
    turned = "in\u202egebroken\u202c op de Boston\u200bsingel\U000e0041 36\u2066"
    assert readable(turned) == "ingebroken op de Bostonsingel 36"


def test_a_huge_text_is_cut() -> None:
    assert len(readable("a" * 10_000_000)) == 10_000


def test_a_command_to_our_account_is_obeyed_and_a_sentence_stays_one() -> None:
    assert said("stop") == "!hnm stop"
    assert said("Wis!") == "!hnm Wis!"
    assert said("help, er is ingebroken") == "help, er is ingebroken"
    assert said("!hnm stop") == "!hnm stop"
    assert said("stop", to_us=False) == "stop"


def test_each_edit_has_a_higher_revision_however_late_it_comes() -> None:
    steps = [timedelta(0), timedelta(milliseconds=5), timedelta(days=9), timedelta(days=11)]
    steps += [timedelta(days=400), timedelta(days=400, seconds=2)]
    found = [revision_between(NOW, NOW + step) for step in steps]
    assert found == sorted(set(found))
    assert found[0] > 0
    assert revision_between(NOW, NOW + timedelta(days=200_000)) < 2**31


def test_parts_end_with_a_sentence_where_they_can() -> None:
    text = "We kijken ernaar. Een collega komt langs. Bij spoed: bel 112."
    assert parts_of(text, 45) == [
        "We kijken ernaar. Een collega komt langs.",
        "Bij spoed: bel 112.",
    ]


@given(st.text(max_size=400), st.integers(1, 60))
def test_parts_hold_every_word_and_none_is_too_long(text: str, most: int) -> None:
    parts = parts_of(text, most)
    assert all(0 < len(part) <= most for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_network_is_asked_no_faster_than_agreed_or_than_it_wants() -> None:
    pace, one = Pace(), connection(seconds_apart="15")
    assert not pace.is_too_soon(one, NOW)
    pace.asked(one, NOW)
    assert pace.is_too_soon(one, NOW + timedelta(seconds=14))
    assert not pace.is_too_soon(one, NOW + timedelta(seconds=15))
    pace.asked(one, NOW, wait_s=240)
    assert pace.is_too_soon(one, NOW + timedelta(seconds=239))


@pytest.mark.parametrize("given", ["", "gisteren", "0001-01-01T00:00:00+14:00", 7, None, "9" * 99])
def test_a_moment_is_a_moment(given: object) -> None:
    with pytest.raises(NotAPost):
        moment_in({"at": given}, "at")


def test_ids_are_texts_whatever_a_server_makes_of_them() -> None:
    assert text_in({"id": 113}, "id") == text_in({"id": "113"}, "id") == "113"
    for wrong in (None, "", True, 1.5, [], "x" * 501):
        with pytest.raises(NotAPost):
            text_in({"id": wrong}, "id")
