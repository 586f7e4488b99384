"""The demo opens with a past in which people decided, and leaves what is new to its visitor."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.demo import seed_demo
from core.demo_past import live_through
from core.domain import Status
from core.settings import Settings
from core.wiring import Services, build
from tests.benchmarks.fill import fill
from tests.timepiece import Timepiece


def demo(folder: Path, clock: Timepiece) -> Services:
    services = build(Settings(folder=folder), clock)
    seed_demo(services)
    fill(services, 90, open_share=1.0)
    return services


def statuses(services: Services) -> dict[int, Status]:
    with services.store.unit() as unit:
        return {number: unit.incidents.get(number).status for number in range(1, 31)}


def test_what_came_before_the_demo_is_decided_on_once(tmp_path: Path, clock: Timepiece) -> None:
    services = demo(tmp_path, clock)
    assert live_through(services) + live_through(services) == 30
    assert live_through(services) == 0
    assert set(statuses(services).values()) == {
        Status.CLOSED,
        Status.REJECTED,
        Status.IN_PROGRESS,
    }


def test_what_neighbours_were_told_has_arrived(tmp_path: Path, clock: Timepiece) -> None:
    services = demo(tmp_path, clock)
    while live_through(services):
        pass
    with services.store.unit() as unit:
        told = [row for row in unit.outbox.claim() if row.kind == "feedback"]
    assert told == []


def test_the_log_of_the_past_holds(tmp_path: Path, clock: Timepiece) -> None:
    services = demo(tmp_path, clock)
    live_through(services)
    with services.store.unit() as unit:
        assert list(unit.audit.broken()) == []


def test_what_comes_after_the_set_up_is_left_alone(tmp_path: Path, clock: Timepiece) -> None:
    services = build(Settings(folder=tmp_path), clock)
    seed_demo(services)
    clock.forward(days=90)
    fill(services, 30, open_share=1.0)
    assert live_through(services) == 0


def test_outside_the_demo_nothing_is_decided(tmp_path: Path, clock: Timepiece) -> None:
    services = demo(tmp_path, clock)
    own = replace(services, settings=Settings(folder=tmp_path, demo=False))
    assert live_through(own) == 0
