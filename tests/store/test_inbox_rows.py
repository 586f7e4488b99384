"""The inbox: a crash loses nothing and repeats nothing."""

from __future__ import annotations

from dataclasses import replace

from core.store import Store
from core.store.inbox_rows import Sealed
from tests.threads import together
from tests.timepiece import START, Timepiece

ONE = Sealed(
    group_id=1,
    message_key="a",
    revision=0,
    kind="message",
    sent_at=START,
    key_id="k1",
    sealed=b"x",
)
SEVERAL = [replace(ONE, message_key=key) for key in "abcdefghij"]


def put(store: Store, *events: Sealed) -> int:
    with store.unit() as unit:
        return unit.inbox.put(events)


def claim(store: Store, limit: int = 100) -> list[str]:
    with store.unit() as unit:
        return [sealed.message_key for sealed in unit.inbox.claim(limit)]


def test_the_same_event_twice_is_one_event(store: Store) -> None:
    assert put(store, ONE) == 1
    assert put(store, ONE, ONE) == 0
    assert put(store, ONE, replace(ONE, message_key="b")) == 1


def test_an_edit_and_a_deletion_are_events_of_their_own(store: Store) -> None:
    edit, deletion = replace(ONE, kind="edit", revision=1), replace(ONE, kind="delete")
    assert put(store, ONE, edit, deletion) == 3


def test_the_count_of_new_events_is_right_with_others_writing(store: Store) -> None:
    parts = [SEVERAL[:5], SEVERAL[3:8], SEVERAL[5:]]
    counts = together([lambda part=part: put(store, *part) for part in parts])
    assert sum(counts) == 10


def test_the_oldest_are_taken_first_and_by_one_worker_only(store: Store) -> None:
    put(store, *SEVERAL)
    assert claim(store, 3) == ["a", "b", "c"]
    taken = together([lambda: claim(store, 3)] * 3)
    assert sorted(key for part in taken for key in part) == list("defghij")


def test_a_claim_that_is_not_done_in_five_minutes_is_taken_again(
    store: Store, clock: Timepiece
) -> None:
    put(store, ONE)
    claim(store)
    clock.forward(minutes=4)
    assert claim(store) == []
    clock.forward(minutes=2)
    assert claim(store) == ["a"]


def test_only_the_first_of_two_workers_is_done_with_it(store: Store) -> None:
    put(store, ONE)
    with store.unit() as unit:
        waiting_id = unit.inbox.claim(1)[0].id
    answers = together([lambda: done(store, waiting_id)] * 4)
    assert sorted(answers) == [False, False, False, True]


def test_five_failures_give_an_event_up_and_it_stays_to_be_seen(store: Store) -> None:
    put(store, ONE)
    for _ in range(5):
        assert claim(store) == ["a"]
        with store.unit() as unit:
            unit.inbox.failed(1, "RuntimeError")
    assert claim(store) == []
    with store.unit() as unit:
        assert unit.inbox.dead() == [(1, 1, "RuntimeError")]
        unit.inbox.retry_dead()
    assert claim(store) == ["a"]


def test_the_keys_still_needed_are_those_of_waiting_events(store: Store) -> None:
    put(store, ONE, replace(ONE, message_key="b", key_id="k2"))
    with store.unit() as unit:
        assert unit.inbox.key_ids() == {"k1", "k2"}
        unit.inbox.done(1)
        assert unit.inbox.key_ids() == {"k2"}


def done(store: Store, waiting_id: int) -> bool:
    with store.unit() as unit:
        return unit.inbox.done(waiting_id)
