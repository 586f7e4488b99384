"""Rounding: the same question gets the same answer, and subtracting answers gives nothing away."""

from __future__ import annotations

import hashlib
import statistics

import pytest

from core.privacy.disclosure import SMALLEST_COUNT, Rounding


def rounding(key: str = "a key") -> Rounding:
    return Rounding(lambda text: hashlib.sha256(f"{key}{text}".encode()).hexdigest())


@pytest.mark.parametrize("count", [0, 1, 4, 5, 7, 10, 123])
def test_a_count_is_one_of_the_two_nearest_multiples_of_five(count: int) -> None:
    shown = rounding().count("messages", range(count))
    assert shown % SMALLEST_COUNT == 0
    assert abs(shown - count) < SMALLEST_COUNT


def test_a_multiple_of_five_stays_and_nobody_is_nobody() -> None:
    assert rounding().count("messages", range(25)) == 25
    assert rounding().count("messages", []) == 0


def test_the_same_messages_give_the_same_number_in_any_order() -> None:
    answers = {
        rounding().count("messages", order) for order in ([1, 2, 3], [3, 2, 1], [1, 1, 2, 3])
    }
    assert len(answers) == 1


def test_rounding_leans_to_neither_side() -> None:
    shown = [rounding(str(key)).count("messages", range(7)) for key in range(2000)]
    assert set(shown) == {5, 10}
    assert statistics.mean(shown) == pytest.approx(7, abs=0.2)


def test_one_message_more_cannot_be_read_from_two_answers() -> None:
    """Whether a count goes up by five tells about chance, not about the message that was added."""
    grew = [
        rounding(str(key)).count("messages", range(8))
        > rounding(str(key)).count("messages", range(7))
        for key in range(1000)
    ]
    shrank = [
        rounding(str(key)).count("messages", range(8))
        < rounding(str(key)).count("messages", range(7))
        for key in range(1000)
    ]
    assert sum(grew) > 300
    assert sum(shrank) > 150


def test_a_total_does_not_add_up_from_its_parts() -> None:
    parts = [range(7), range(7, 11), range(11, 23)]
    differences = set()
    for key in range(50):
        told = rounding(str(key))
        total = told.count("messages", range(23))
        differences.add(total - sum(told.count("messages", part) for part in parts))
    assert len(differences) > 2


def test_a_sample_is_a_multiple_of_five_and_another_one_for_each_file() -> None:
    one, other = (rounding().sample(f"run {run}", list(range(23))) for run in (1, 2))
    assert len(one) == len(other) == 20
    assert set(one) != set(other)
    assert rounding().sample("run 1", list(range(4))) == []


def test_a_pseudonym_is_another_one_in_each_file() -> None:
    told = rounding()
    assert told.pseudonym("run 1", 7) == told.pseudonym("run 1", 7)
    assert told.pseudonym("run 1", 7) != told.pseudonym("run 2", 7)
