"""The research role: a computation in a process of its own that can be stopped and may die."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import numpy as np
import pytest

from connectors.research import LONGEST, Researcher
from connectors.run_child import Tools
from core.errors import BadSetting
from core.ports import Clustering, Encoder, Method, Say
from core.research import ask_for, cancel
from core.store.research_queries import STORED, Recipe, Run, RunState, latest_runs, outcome_of
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import START

DAY = START.date()
MOST_STEPS = 400
"""Each listens half a second: far more than a slow machine needs to start a process."""


class Quick:
    """A fake: all in one cluster."""

    def find(self, texts: list[str], vectors: np.ndarray, method: Method, say: Say) -> Clustering:
        say("clusters", 0.5)
        count = len(vectors)
        return Clustering(labels=(0,) * count, points=((0.0, 0.0),) * count, explained=1.0)


class Endless:
    def find(self, texts: list[str], vectors: np.ndarray, method: Method, say: Say) -> Clustering:
        say("clusters", 0.25)
        signal.pause()
        raise AssertionError


class Broken:
    def find(self, texts: list[str], vectors: np.ndarray, method: Method, say: Say) -> Clustering:
        raise ZeroDivisionError("fiets gestolen")


class Hungry:
    def find(self, texts: list[str], vectors: np.ndarray, method: Method, say: Say) -> Clustering:
        raise MemoryError


class Killed:
    """As the kernel does when there is no memory left."""

    def find(self, texts: list[str], vectors: np.ndarray, method: Method, say: Say) -> Clustering:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


def no_encoder(name: str) -> Encoder:
    raise BadSetting(name="encoder", why=name)


@pytest.fixture
def busy_street(street: Neighbourhood) -> Neighbourhood:
    street.writes("""
        at    | author | group         | text
        20:05 | Bram   | HNM Hoge Veld | grofvuil bij de container
        20:10 | Fatima | HNM Lage Veld | grofvuil naast de container
    """)
    return street


def asked(street: Neighbourhood, people: People, encoder: str = STORED) -> int:
    with street.store.unit() as unit:
        recipe = Recipe(first=DAY, last=DAY, encoder=encoder)
        return ask_for(recipe, street.pilot.id, people.ron, unit)


def newest(street: Neighbourhood) -> Run:
    with street.store.read() as connection:
        return latest_runs(connection, street.pilot.id)[0]


@contextmanager
def at_work(street: Neighbourhood, clusters: type, holder: str = "one") -> Iterator[Researcher]:
    researcher = Researcher(street.services, Tools(clusters=clusters, encoder=no_encoder), holder)
    try:
        yield researcher
    finally:
        researcher.close()


def until(street: Neighbourhood, researcher: Researcher, state: RunState, step: str = "") -> Run:
    for _ in range(MOST_STEPS):
        researcher.step()
        run = newest(street)
        if run.state is state and (not step or run.step == step):
            return run
    raise AssertionError(f"still {run.state} {run.step}")


def test_a_run_is_computed_in_another_process_and_written(
    busy_street: Neighbourhood, people: People
) -> None:
    run_id = asked(busy_street, people)
    with at_work(busy_street, Quick) as researcher:
        assert until(busy_street, researcher, RunState.DONE).progress == 1.0
        assert researcher.step() == 0
    with busy_street.store.read() as connection:
        found = outcome_of(connection, run_id)
    assert found is not None
    assert found.clusters == (0, 0)


def test_the_step_it_is_in_is_noted_and_it_stops_in_the_middle_of_it(
    busy_street: Neighbourhood, people: People
) -> None:
    run_id = asked(busy_street, people)
    asked(busy_street, people)
    with at_work(busy_street, Endless) as researcher:
        for _ in range(MOST_STEPS):
            researcher.step()
            with busy_street.store.read() as connection:
                run = latest_runs(connection, busy_street.pilot.id)[-1]
            if run.step == "clusters":
                break
        assert 0.5 < run.progress < 0.75
        with busy_street.store.unit() as unit:
            cancel(run_id, people.ron, unit)
        # The next one is begun at once: the first no longer computes.
        assert until(busy_street, researcher, RunState.RUNNING).id != run_id


@pytest.mark.parametrize(
    ("clusters", "error"),
    [(Broken, "ZeroDivisionError"), (Hungry, "memory"), (Killed, "memory")],
)
def test_a_failure_is_said_without_words_and_holds_nobody_up(
    busy_street: Neighbourhood, people: People, clusters: type, error: str
) -> None:
    asked(busy_street, people)
    with at_work(busy_street, clusters) as researcher:
        assert until(busy_street, researcher, RunState.FAILED).error == error
        assert researcher.step() == 0


def test_an_encoder_that_is_not_here_is_said(busy_street: Neighbourhood, people: People) -> None:
    asked(busy_street, people, encoder="elsewhere")
    with at_work(busy_street, Quick) as researcher:
        assert until(busy_street, researcher, RunState.FAILED).error == "encoder"


def test_a_run_without_an_end_is_ended(busy_street: Neighbourhood, people: People) -> None:
    asked(busy_street, people)
    with at_work(busy_street, Endless) as researcher:
        until(busy_street, researcher, RunState.RUNNING, "clusters")
        busy_street.clock.forward(minutes=LONGEST / timedelta(minutes=1) + 1)
        assert until(busy_street, researcher, RunState.FAILED).error == "too_long"


def test_a_worker_that_goes_leaves_the_run_to_the_next(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    with at_work(busy_street, Endless) as researcher:
        until(busy_street, researcher, RunState.RUNNING, "clusters")
    assert newest(busy_street).state is RunState.QUEUED
    with at_work(busy_street, Quick, "two") as researcher:
        until(busy_street, researcher, RunState.DONE)


def test_a_run_that_went_to_another_worker_is_put_down(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    with at_work(busy_street, Endless) as slow:
        until(busy_street, slow, RunState.RUNNING, "clusters")
        busy_street.clock.forward(minutes=2)
        with at_work(busy_street, Quick, "two") as quick:
            until(busy_street, quick, RunState.DONE)
        assert slow.step() == 1
        assert slow.step() == 0
