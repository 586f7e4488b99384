"""The watch role: what it finds, when it looks, and that looking again makes nothing double."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connectors.watch import EVERY, Watcher
from core.domain import Area
from core.privacy.erase import erase_message
from core.store.alert_queries import (
    Alert,
    AlertKind,
    AlertState,
    NearRepeats,
    WatchSettings,
    all_alerts,
    watch_of,
)
from core.warning import judging
from core.warning.setting import NewEvent, announce, set_watch
from models.surveillance import PooledBaselines
from tests.neighbourhood import Neighbourhood
from tests.past import happen, place, quiet_weeks
from tests.people import People
from tests.timepiece import START


@pytest.fixture
def watcher(sqlite_street: Neighbourhood) -> Watcher:
    return Watcher(sqlite_street.services, PooledBaselines)


def buurt(street: Neighbourhood, number: int = 0) -> Area:
    return [area for area in street.areas if area.kind == "neighbourhood"][number]


def past(street: Neighbourhood, days: int = 56, a_day: float = 8.0) -> None:
    with street.store.unit() as unit:
        quiet_weeks(unit, street.group(), street.areas, START - timedelta(hours=20), days, a_day)


def rise(street: Neighbourhood, count: int = 9, at: datetime | None = None) -> list[int]:
    """Waste in one neighbourhood, every twenty minutes until now."""
    end = at or START
    with street.store.unit() as unit:
        return [
            happen(
                unit,
                street.group(),
                "afval",
                end - timedelta(minutes=20 * back + 1),
                buurt(street),
                residents=(f"a{back}", f"b{back}"),
            )
            for back in range(count)
        ]


def alerts(street: Neighbourhood, kind: AlertKind = AlertKind.RISE) -> list[Alert]:
    with street.store.read() as connection:
        found = all_alerts(connection, street.pilot.id, START - timedelta(days=365))
    return [alert for alert in found if alert.kind is kind]


def test_a_rise_is_told_with_what_was_seen_expected_and_where(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    past(sqlite_street)
    ids = rise(sqlite_street)
    assert watcher.step() == 1
    (alert,) = alerts(sqlite_street)
    assert (alert.topic, alert.area_id) == ("afval", buurt(sqlite_street).id)
    assert alert.state is AlertState.OPEN
    assert set(alert.incident_ids) <= set(ids)
    assert alert.findings["seen"] >= alert.findings["bound"] > alert.findings["expected"]
    assert alert.findings["probability"] < 0.001


def test_a_usual_day_raises_nothing(sqlite_street: Neighbourhood, watcher: Watcher) -> None:
    past(sqlite_street)
    watcher.step()
    assert alerts(sqlite_street) == []


def test_looking_again_carries_the_alert_on(sqlite_street: Neighbourhood, watcher: Watcher) -> None:
    past(sqlite_street)
    rise(sqlite_street)
    watcher.step()
    assert watcher.step() == 0  # not due yet
    sqlite_street.clock.forward(minutes=10)
    rise(sqlite_street, 3, sqlite_street.clock.now)
    assert watcher.step() == 1
    assert Watcher(sqlite_street.services, PooledBaselines).look(sqlite_street.pilot) == []
    (alert,) = alerts(sqlite_street)
    assert len(alert.incident_ids) > 9


def test_the_same_past_gives_the_same_answer(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    past(sqlite_street)
    watcher.step()
    first = outlook(sqlite_street)
    Watcher(sqlite_street.services, PooledBaselines).look(sqlite_street.pilot)
    assert outlook(sqlite_street) == first


def test_a_judged_alert_stays_judged_while_the_rise_goes_on(
    sqlite_street: Neighbourhood, watcher: Watcher, people: People
) -> None:
    past(sqlite_street)
    rise(sqlite_street)
    watcher.step()
    (alert,) = alerts(sqlite_street)
    with sqlite_street.store.unit() as unit:
        judging.dismiss(alert.id, alert.version, people.dora, unit, "opruimdag")
    sqlite_street.clock.forward(hours=3)
    rise(sqlite_street, 4, sqlite_street.clock.now)
    watcher.step()
    (after,) = alerts(sqlite_street)
    assert after.state is AlertState.DISMISSED
    assert after.findings == alert.findings


@pytest.mark.parametrize("days", [0, 5])
def test_too_little_past_is_said_and_nothing_is_called_a_rise(
    days: int, sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    past(sqlite_street, days)
    rise(sqlite_street)
    watcher.step()
    assert alerts(sqlite_street) == []
    assert outlook(sqlite_street)["state"] == "too_little"
    assert outlook(sqlite_street)["fewest_days"] == 10


def test_a_short_past_is_said_on_the_alert(sqlite_street: Neighbourhood, watcher: Watcher) -> None:
    past(sqlite_street, 14)
    rise(sqlite_street, 12)
    watcher.step()
    assert alerts(sqlite_street)
    assert all(alert.findings["short"] for alert in alerts(sqlite_street))


def test_an_announced_event_quiets_the_rise(
    sqlite_street: Neighbourhood, watcher: Watcher, people: People
) -> None:
    past(sqlite_street)
    rise(sqlite_street)
    new = NewEvent(
        name="Opruimdag",
        starts_at=START - timedelta(hours=24),
        ends_at=START + timedelta(hours=4),
        topics=("afval",),
        factor=100.0,
    )
    with sqlite_street.store.unit() as unit:
        announce(new, sqlite_street.pilot.id, people.lea, unit, sqlite_street.pilot.topics)
    watcher.step()
    assert alerts(sqlite_street) == []


def test_one_resident_who_opens_everything_is_one_resident(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    past(sqlite_street)
    with sqlite_street.store.unit() as unit:
        for number in range(2):
            happen(
                unit,
                sqlite_street.group(),
                "afval",
                START - timedelta(minutes=10 + number),
                buurt(sqlite_street),
                residents=("druk",) * 10,
            )
    watcher.step()
    assert alerts(sqlite_street) == []


def test_a_burglary_warns_for_its_surroundings_and_says_what_that_rests_on(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    burgle(sqlite_street, 0.0)
    watcher.step()
    (alert,) = alerts(sqlite_street, AlertKind.NEAR_REPEAT)
    assert alert.findings["knox"] is None  # too few to test
    assert alert.findings["near_m"] == 200
    burgle(sqlite_street, 120.0)
    burgle(sqlite_street, 2000.0)
    sqlite_street.clock.forward(minutes=10)
    watcher.step()
    found = alerts(sqlite_street, AlertKind.NEAR_REPEAT)
    assert sorted(len(alert.incident_ids) for alert in found) == [1, 2]


@pytest.mark.parametrize("wanted", [NearRepeats.NEVER, NearRepeats.WHEN_SHOWN])
def test_a_pilot_may_do_without_such_warnings(
    wanted: NearRepeats, sqlite_street: Neighbourhood, watcher: Watcher, people: People
) -> None:
    settings = replace(WatchSettings(), near_repeats=wanted)
    with sqlite_street.store.unit() as unit:
        set_watch(sqlite_street.pilot.id, settings, people.ada, unit)
    burgle(sqlite_street, 0.0)
    watcher.step()
    assert alerts(sqlite_street, AlertKind.NEAR_REPEAT) == []


def test_a_plate_seen_twice_is_a_pattern_until_its_message_is_erased(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    mark = sqlite_street.services.vault.plate_mark(1, "12ABC3")
    with sqlite_street.store.unit() as unit:
        for back in (1, 30):
            at = START - timedelta(hours=back)
            happen(unit, sqlite_street.group(), "verdacht", at, plates=frozenset({mark}))
    watcher.step()
    (alert,) = alerts(sqlite_street, AlertKind.SPREADING)
    assert len(alert.incident_ids) == 2
    with sqlite_street.store.unit() as unit:
        erase_message("k1.0", sqlite_street.group().id, sqlite_street.areas, unit, by="ada")
    again = Watcher(sqlite_street.services, PooledBaselines)
    sqlite_street.clock.forward(minutes=10)
    assert again.look(sqlite_street.pilot) == []


def test_every_screen_is_told_and_the_audit_says_so(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    burgle(sqlite_street, 0.0)
    before = changes(sqlite_street)
    watcher.step()
    assert changes(sqlite_street) == before + 1
    with sqlite_street.store.unit() as unit:
        (entry,) = unit.audit.of("alert", 1)
    assert (entry.actor, entry.action) == ("system", "alert_raised")


def test_it_looks_every_ten_minutes_and_not_at_a_pilot_that_ended(
    sqlite_street: Neighbourhood, watcher: Watcher
) -> None:
    past(sqlite_street)
    assert watcher.step() == 1
    sqlite_street.clock.now += EVERY - timedelta(seconds=1)
    assert watcher.step() == 0
    sqlite_street.clock.now += timedelta(seconds=1)
    assert watcher.step() == 1
    with sqlite_street.store.unit() as unit:
        unit.pilots.set_period(sqlite_street.pilot.id, START.date(), START.date())
    sqlite_street.clock.forward(days=2)
    assert watcher.step() == 0


def test_nothing_leaves_for_residents(sqlite_street: Neighbourhood, watcher: Watcher) -> None:
    past(sqlite_street)
    rise(sqlite_street)
    watcher.step()
    assert alerts(sqlite_street)
    sqlite_street.clock.forward(days=1)
    with sqlite_street.store.unit() as unit:
        assert unit.outbox.claim() == []


def burgle(street: Neighbourhood, east_m: float) -> None:
    with street.store.unit() as unit:
        area = buurt(street)
        at = street.clock.now - timedelta(hours=2)
        happen(unit, street.group(), "inbraak", at, area, location=place(area, east_m))


def outlook(street: Neighbourhood) -> dict[str, object]:
    with street.store.read() as connection:
        return dict(watch_of(connection, street.pilot.id).outlook or {})


def changes(street: Neighbourhood) -> int:
    from core.store.queries import revision

    with street.store.read() as connection:
        return revision(connection)
