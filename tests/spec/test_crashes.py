"""A crash loses nothing and repeats nothing; what cannot be judged is given up visibly."""

from __future__ import annotations

import logging

import pytest

from connectors.process import process_waiting
from core.domain import Reading
from tests.fakes import POISON
from tests.neighbourhood import Neighbourhood
from tests.threads import together

BURGLARY = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
"""
ONE_INCIDENT = """
    id | messages | residents
    1  | 1        | 1
"""


class Killed(BaseException):
    """Stands for a process that is gone: nothing after it runs, no error is caught."""


def test_a_worker_killed_before_the_end_is_replaced(
    street: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    street.receive(BURGLARY)
    with monkeypatch.context() as patch:
        patch.setattr(street.tools.clusterer, "link", killed)
        with pytest.raises(Killed):
            street.work()
    assert street.stored() == []
    assert street.work() == 0, "still claimed by the dead worker"
    street.clock.forward(minutes=6)
    assert street.work() == 1
    street.must_show(ONE_INCIDENT)
    street.must_count("""
        what | count
        kept | 1
    """)


def test_a_worker_killed_after_the_end_leaves_nothing_to_repeat(street: Neighbourhood) -> None:
    street.writes(BURGLARY)
    street.clock.forward(minutes=6)
    assert street.work() == 0
    street.must_show(ONE_INCIDENT)


def test_a_worker_that_was_only_slow_does_not_judge_twice(street: Neighbourhood) -> None:
    """It claims, falls asleep for ten minutes, and wakes up when another has done its work."""
    street.receive(BURGLARY)
    read = street.judge.read

    def sleepy(texts: list[str]) -> list[Reading]:
        street.judge.read = read  # type: ignore[method-assign]
        street.clock.forward(minutes=10)
        street.work()
        return read(texts)

    street.judge.read = sleepy  # type: ignore[assignment, method-assign]
    street.work()
    street.must_show(ONE_INCIDENT)
    street.must_count("""
        what | count
        kept | 1
    """)


def test_several_workers_at_once_judge_everything_once(street: Neighbourhood) -> None:
    rows = "\n".join(
        f"{number} | 20:{number:02} | Anna{number} | Er is ingebroken op de Bostonsingel"
        for number in range(20)
    )
    street.receive(f"id | at | author | text\n{rows}")
    answers = together([lambda: process_waiting(street.services, street.tools, street.scenes)] * 3)
    street.work()
    assert all(isinstance(answer, int) for answer in answers), answers
    assert len(street.stored()) == 20
    street.must_count("""
        what | count
        kept | 20
    """)


def test_a_message_that_cannot_be_judged_holds_nobody_up(street: Neighbourhood) -> None:
    street.writes(f"""
        at    | text
        20:01 | Er is ingebroken op de Bostonsingel
        20:02 | {POISON}
        20:03 | Grofvuil op de Londensingel
    """)
    assert len(street.stored()) == 2


def test_it_is_tried_five_times_and_then_given_up_where_it_can_be_seen(
    street: Neighbourhood, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        street.writes(f"""
            at    | text
            20:02 | {POISON} geheim
        """)
    with street.store.unit() as unit:
        assert unit.inbox.dead() == [(1, street.group().id, "RuntimeError")]
    assert len([r for r in caplog.records if r.name.startswith("connectors")]) == 5
    assert "geheim" not in caplog.text


def test_a_payload_whose_key_is_gone_is_dropped_and_counted(street: Neighbourhood) -> None:
    street.receive(BURGLARY)
    for key in (street.services.settings.key_folder / "inbox").glob("*.key"):
        key.unlink()
    street.writes("""
        id | at    | text
        b  | 20:03 | Grofvuil op de Londensingel
    """)
    street.must_count("""
        what       | count
        kept       | 1
        unreadable | 1
    """)


def killed(*_: object) -> None:
    raise Killed
