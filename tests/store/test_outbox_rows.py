"""The outbox: once per key, not before its time, tried again with patience, taken back in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.domain import Receipt
from core.store import Store
from tests.threads import together
from tests.timepiece import START, Timepiece

RECEIPT = Receipt(reference="r-1", delivered_at=START)


def put(store: Store, key: str = "feedback:1:2:1", hold_s: float = 0) -> int | None:
    with store.unit() as unit:
        return unit.outbox.put(
            idempotency_key=key,
            due_at=unit.now + timedelta(seconds=hold_s),
            by="dora",
            kind="feedback",
            group_id=1,
            text="Dank u",
        )


def claim(store: Store) -> list[int]:
    with store.unit() as unit:
        return [row.id for row in unit.outbox.claim()]


def row(store: Store, row_id: int) -> Any:
    with store.unit() as unit:
        return unit.outbox.get(row_id)


def test_one_key_leaves_once(store: Store) -> None:
    first = put(store)
    assert put(store) is None
    assert claim(store) == [first]
    assert claim(store) == []


def test_a_text_waits_out_its_hold_time(store: Store, clock: Timepiece) -> None:
    put(store, hold_s=10)
    assert claim(store) == []
    clock.forward(seconds=10)
    assert len(claim(store)) == 1


def test_two_deliverers_never_take_one_row_both(store: Store) -> None:
    rows = [put(store, key=f"k{number}") for number in range(20)]
    taken = together([lambda: claim(store)] * 3)
    assert sorted(row_id for part in taken for row_id in part) == rows


def test_what_is_queued_can_be_taken_back_and_what_is_leaving_cannot(store: Store) -> None:
    first, second = put(store, "a"), put(store, "b")
    with store.unit() as unit:
        assert unit.outbox.withdraw(first)
    assert claim(store) == [second]
    with store.unit() as unit:
        assert not unit.outbox.withdraw(second)


def test_a_deliverer_that_died_is_replaced_after_five_minutes(
    store: Store, clock: Timepiece
) -> None:
    first = put(store)
    claim(store)
    clock.forward(minutes=4)
    assert claim(store) == []
    clock.forward(minutes=2)
    assert claim(store) == [first]


def test_a_passing_failure_waits_twice_as_long_each_time(store: Store, clock: Timepiece) -> None:
    row_id, waits = put(store), []
    for attempts in range(4):
        claim(store)
        with store.unit() as unit:
            unit.outbox.failed(row_id, attempts, "error.delivery", permanent=False)
        waits.append(int((row(store, row_id).due_at - clock.now).total_seconds()))
        clock.now = row(store, row_id).due_at
    assert waits == [30, 60, 120, 240]


@pytest.mark.parametrize(("permanent", "tries"), [(True, 1), (False, 8)])
def test_it_is_given_up_when_trying_cannot_help(
    permanent: bool, tries: int, store: Store, clock: Timepiece
) -> None:
    row_id = put(store)
    for attempts in range(tries):
        assert row(store, row_id).state == "queued"
        claim(store)
        with store.unit() as unit:
            unit.outbox.failed(row_id, attempts, "error.delivery", permanent=permanent)
        clock.now = row(store, row_id).due_at
    assert row(store, row_id).state == "failed"
    assert claim(store) == []


def test_a_given_up_row_can_be_tried_again_and_a_delivered_one_not(store: Store) -> None:
    given_up, delivered = put(store, "a"), put(store, "b")
    claim(store)
    with store.unit() as unit:
        unit.outbox.failed(given_up, 0, "error.delivery", permanent=True)
        unit.outbox.delivered(delivered, RECEIPT)
        unit.outbox.retry(given_up)
        unit.outbox.retry(delivered)
    assert claim(store) == [given_up]
    assert row(store, delivered).reference == "r-1"
