"""The fetch role: what is new, sealed, oldest first; trouble stays with its own source."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.fetch import fetch_all
from core.domain import Event, EventKind, Group
from core.errors import SourceError
from core.ports import Fetched
from core.store.tables import groups, inbox
from tests.neighbourhood import Neighbourhood


class Feed:
    """A source whose cursor is how many events it gave to a group."""

    def __init__(self, events: dict[str, list[Event | SourceError]]) -> None:
        self.events = events
        self.trouble: dict[str, Exception] = {}

    def fetch(self, group: Group, cursor: str | None, now: datetime) -> Fetched:
        if group.name in self.trouble:
            raise self.trouble[group.name]
        given, events = int(cursor or 0), self.events.get(group.name, [])
        return Fetched(events=tuple(events[given:]), cursor=str(len(events)))


def event(street: Neighbourhood, name: str, at: str) -> Event:
    return Event(
        kind=EventKind.MESSAGE,
        native_id=name,
        author="Anna",
        sent_at=street.clock.at(at),
        text=f"ingebroken op de Bostonsingel {name}",
    )


def waiting(street: Neighbourhood) -> list[str]:
    """The waiting events by their time of writing, in the order in which they will be judged."""
    with street.store.read() as connection:
        rows = connection.execute(sa.select(inbox.c.sent_at).order_by(inbox.c.id)).scalars()
        return [f"{row:%H:%M}" for row in rows]


def progress(street: Neighbourhood, name: str) -> Any:
    with street.store.read() as connection:
        return connection.execute(sa.select(groups).where(groups.c.name == name)).one()


@pytest.fixture
def feed(street: Neighbourhood) -> Feed:
    return Feed(
        {
            "HNM Hoge Veld": [event(street, "a", "20:01"), event(street, "c", "20:05")],
            "HNM Lage Veld": [event(street, "b", "20:03")],
        }
    )


def test_what_was_written_first_is_judged_first_whatever_its_group(
    street: Neighbourhood, feed: Feed
) -> None:
    assert fetch_all(street.services, {"demo": feed}) == 3
    assert waiting(street) == ["18:01", "18:03", "18:05"]


def test_the_next_time_only_what_is_new_comes(street: Neighbourhood, feed: Feed) -> None:
    fetch_all(street.services, {"demo": feed})
    feed.events["HNM Lage Veld"].append(event(street, "d", "20:06"))
    assert fetch_all(street.services, {"demo": feed}) == 1
    assert fetch_all(street.services, {"demo": feed}) == 0


def test_a_source_that_gives_everything_again_adds_nothing(
    street: Neighbourhood, feed: Feed
) -> None:
    fetch_all(street.services, {"demo": feed})
    with street.store.unit() as unit:
        for group in street.groups.values():
            unit.pilots.fetched(group.id, None, None, None)
    assert fetch_all(street.services, {"demo": feed}) == 0
    assert len(waiting(street)) == 3


@pytest.mark.parametrize("trouble", [SourceError(line=1, why="x"), OSError(), ValueError()])
def test_a_source_in_trouble_does_not_stop_the_others(
    trouble: Exception, street: Neighbourhood, feed: Feed
) -> None:
    feed.trouble["HNM Hoge Veld"] = trouble
    assert fetch_all(street.services, {"demo": feed}) == 1
    assert progress(street, "HNM Hoge Veld").last_error == type(trouble).__name__
    feed.trouble.clear()
    assert fetch_all(street.services, {"demo": feed}) == 2
    assert progress(street, "HNM Hoge Veld").last_error is None


def test_a_bad_row_is_counted_and_the_good_ones_kept(street: Neighbourhood, feed: Feed) -> None:
    feed.events["HNM Lage Veld"].append(SourceError(line=2, why="x"))
    assert fetch_all(street.services, {"demo": feed}) == 3
    street.must_count("""
        group         | what    | count
        HNM Lage Veld | bad_row | 1
    """)


def test_when_there_is_nothing_new_nothing_is_written(
    street: Neighbourhood, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_all(street.services, {"demo": feed})
    monkeypatch.setattr(street.store, "unit", None)
    assert fetch_all(street.services, {"demo": feed}) == 0


def test_how_recent_a_group_is_can_be_seen(street: Neighbourhood, feed: Feed) -> None:
    fetch_all(street.services, {"demo": feed})
    assert f"{progress(street, 'HNM Hoge Veld').last_event_at:%H:%M}" == "18:05"


def test_files_and_unknown_sources_are_not_asked(street: Neighbourhood) -> None:
    assert fetch_all(street.services, {"demo": object()}) == 0
    assert fetch_all(street.services, {}) == 0
