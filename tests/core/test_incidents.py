"""What an incident's messages say together, as a table: topic, urgency, place, numbers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain import Location, Member, PlaceKind
from core.incidents import summarise
from tests.tables import table
from tests.timepiece import START

PLACES = {
    "-": Location(kind=PlaceKind.UNKNOWN),
    "group": Location(kind=PlaceKind.GROUP_AREA, lat=52.0, lon=4.2, radius_m=800, name="group"),
    "street": Location(kind=PlaceKind.STREET, lat=52.1, lon=4.3, radius_m=120, name="street"),
    "other": Location(kind=PlaceKind.STREET, lat=52.2, lon=4.3, radius_m=120, name="other"),
    "address": Location(kind=PlaceKind.ADDRESS, lat=52.1, lon=4.3, radius_m=60, name="address"),
}

TOPIC = """
    key | who  | topic   | sure | topic of all
    a   | Anna | inbraak | 0.9  | inbraak
    --
    a   | Anna | inbraak | 0.6  | afval
    b   | Bram | afval   | 0.9  | -
    --
    a   | Anna | inbraak | 0.6  | inbraak
    b   | Bram | afval   | 0.9  | -
    c   | Cees | inbraak | 0.6  | -
"""
URGENCY = """
    key | urgent | retracts | all
    a   | yes    | no       | urgent
    --
    a   | no     | no       | not_urgent
    --
    a   | yes    | no       | urgent
    b   | no     | no       | -
    --
    a   | yes    | no       | not_urgent
    b   | no     | yes      | -
    --
    a   | yes    | no       | urgent
    b   | no     | yes      | -
    c   | yes    | no       | -
"""
PLACE = """
    key | place   | all
    a   | -       | -
    --
    a   | group   | group
    b   | -       | -
    --
    a   | group   | street
    b   | street  | -
    --
    a   | street  | street
    b   | other   | -
    --
    a   | street  | address
    b   | address | -
"""
NUMBERS = """
    key | who  | messages | residents
    a   | Anna | 1        | 1
    --
    a   | Anna | 2        | 1
    b   | Anna | -        | -
    --
    a   | Anna | 2        | 2
    b   | Bram | -        | -
    --
    a   | Anna | 1        | 1
    a   | Anna | -        | -
"""
CONFIDENCE = """
    key | who  | topic   | sure | together
    a   | Anna | inbraak | 0.6  | 0.60
    --
    a   | Anna | inbraak | 0.6  | 0.84
    b   | Bram | inbraak | 0.6  | -
    --
    a   | Anna | inbraak | 0.6  | 0.60
    b   | Anna | inbraak | 0.5  | -
    --
    a   | Anna | inbraak | 0.6  | 0.60
    b   | Bram | afval   | 0.3  | -
"""


def parts(text: str) -> list[list[dict[str, str]]]:
    """The tables between the lines of dashes, each under the one heading."""
    heading, *blocks = text.strip().split("\n", 1)
    return [table(f"{heading}\n{block}") for block in blocks[0].split("--\n")]


def members(rows: list[dict[str, str]]) -> list[Member]:
    return [
        Member(
            message_id=number,
            key=row["key"],
            group_id=1,
            resident=row.get("who", f"r{number}"),
            sent_at=START + timedelta(minutes=number),
            topic=row.get("topic", "inbraak"),
            urgent=row.get("urgent") == "yes",
            location=PLACES[row.get("place", "-")],
            embedding=(),
            rare_words=frozenset(),
            confidence=float(row.get("sure", "0.9")),
            retracts=row.get("retracts") == "yes",
        )
        for number, row in enumerate(rows)
    ]


@pytest.mark.parametrize("rows", parts(TOPIC))
def test_the_topic_is_the_one_with_most_confidence_behind_it(rows: list[dict[str, str]]) -> None:
    assert summarise(members(rows)).topic == rows[0]["topic of all"]


@pytest.mark.parametrize("rows", parts(URGENCY))
def test_it_is_urgent_until_somebody_takes_it_back(rows: list[dict[str, str]]) -> None:
    assert summarise(members(rows)).urgency.value == rows[0]["all"]


@pytest.mark.parametrize("rows", parts(PLACE))
def test_the_place_is_the_most_precise_and_of_equals_the_first(rows: list[dict[str, str]]) -> None:
    assert summarise(members(rows)).location == PLACES[rows[0]["all"]]


@pytest.mark.parametrize("rows", parts(NUMBERS))
def test_different_messages_and_different_residents_are_counted(rows: list[dict[str, str]]) -> None:
    summary = summarise(members(rows))
    assert (summary.message_count, summary.resident_count) == (
        int(rows[0]["messages"]),
        int(rows[0]["residents"]),
    )


@pytest.mark.parametrize("rows", parts(CONFIDENCE))
def test_confidence_grows_with_each_different_resident(rows: list[dict[str, str]]) -> None:
    assert f"{summarise(members(rows)).confidence:.2f}" == rows[0]["together"]


def test_it_opened_with_the_first_and_lasts_to_the_last() -> None:
    rows = [{"key": "a"}, {"key": "b"}, {"key": "c"}]
    summary = summarise(members(rows)[::-1])
    assert summary.opened_at == START
    assert summary.last_message_at == START + timedelta(minutes=2)
