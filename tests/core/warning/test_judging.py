"""What people make of an alert: who may, what it leaves behind, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain import Status
from core.errors import (
    BadInput,
    ChangedMeanwhile,
    HNMError,
    NotAllowed,
    NotFound,
    NothingToUndo,
    NotPossible,
    ReasonMissing,
)
from core.permissions import Action, may
from core.store import Unit
from core.store.alert_queries import (
    Alert,
    AlertKind,
    AlertState,
    WatchSettings,
    events_of,
    occurrences,
    watch_of,
)
from core.topics import topics
from core.warning import judging
from core.warning.setting import NewEvent, announce, set_watch, withdraw
from tests.neighbourhood import Neighbourhood
from tests.past import happen
from tests.people import People
from tests.timepiece import START


@pytest.fixture
def alert(street: Neighbourhood) -> Alert:
    """A rise on two incidents, of two residents each."""
    with street.store.unit() as unit:
        ids = [
            happen(
                unit,
                street.group(),
                "afval",
                START - timedelta(hours=back),
                street.areas[1],
                residents=(f"a{back}", f"b{back}"),
            )
            for back in (1, 2)
        ]
        alert_id = unit.alerts.raise_alert(
            street.pilot.id, AlertKind.RISE, "m", "afval", None, START, START, {"incidents": ids}
        )
        assert alert_id is not None
        return unit.alerts.get(alert_id)


def test_the_same_mark_is_raised_once(street: Neighbourhood, alert: Alert) -> None:
    with street.store.unit() as unit:
        again = unit.alerts.raise_alert(
            street.pilot.id, AlertKind.RISE, "m", "afval", None, START, START, {}
        )
    assert again is None


@pytest.mark.parametrize("login", ["dora", "wim", "lea", "hanna", "ron", "ada"])
def test_only_who_may_judges(
    street: Neighbourhood, alert: Alert, people: People, login: str
) -> None:
    user = getattr(people, login)
    with street.store.unit() as unit:
        if may(user, Action.JUDGE_ALERTS):
            assert judging.acknowledge(1, 1, user, unit).state is AlertState.ACKNOWLEDGED
        else:
            with pytest.raises(NotAllowed):
                judging.acknowledge(1, 1, user, unit)


def test_a_judgement_is_audited_with_its_reason_and_can_be_taken_back(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        judging.dismiss(1, 1, people.dora, unit, " bekend ")
        (entry,) = unit.audit.of("alert", 1)
        assert (entry.action, entry.reason) == ("alert_dismissed", "bekend")
        back = judging.undo(1, 2, people.dora, unit)
    assert (back.state, back.reason, back.judged_by) == (AlertState.OPEN, None, None)


def test_only_ones_own_last_judgement_is_taken_back(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        judging.take_note(1, 1, people.dora, unit)
        with pytest.raises(NothingToUndo):
            judging.undo(1, 2, people.wim, unit)


@pytest.mark.parametrize(
    ("reason", "error"), [("", ReasonMissing), ("  ", ReasonMissing), ("x" * 501, BadInput)]
)
def test_dismissing_asks_for_a_reason_that_fits(
    street: Neighbourhood, alert: Alert, people: People, reason: str, error: type[HNMError]
) -> None:
    with street.store.unit() as unit, pytest.raises(error):
        judging.dismiss(1, 1, people.dora, unit, reason)


def test_who_saw_an_older_state_is_told(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        judging.acknowledge(1, 1, people.daan, unit)
        with pytest.raises(ChangedMeanwhile) as told:
            judging.take_note(1, 1, people.dora, unit)
    assert told.value.params["who"] == "daan"


def test_what_was_dismissed_is_not_judged_again(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        judging.dismiss(1, 1, people.dora, unit, "bekend")
        with pytest.raises(NotPossible):
            judging.acknowledge(1, 2, people.dora, unit)


def test_an_incident_of_an_alert_stands_on_its_messages_and_counts_for_no_rise(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        made = judging.make_incident(1, 1, people.dora, unit, topics(), street.areas)
        assert made.incident_id is not None
        incident = unit.incidents.get(made.incident_id)
        counted = occurrences(unit.connection, street.pilot.id, START - timedelta(days=9))
    assert (incident.topic, incident.message_count, incident.resident_count) == ("afval", 4, 4)
    assert {one.incident_id for one in counted} == set(alert.incident_ids)


def test_taking_that_back_leaves_nothing_of_it_open(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        made = judging.make_incident(1, 1, people.dora, unit, topics(), street.areas)
        judging.undo(1, 2, people.dora, unit)
        assert made.incident_id is not None
        assert unit.incidents.get(made.incident_id).status is Status.CLOSED
        assert unit.incidents.link_ids(made.incident_id) == []
        assert unit.alerts.get(1).state is AlertState.OPEN


def test_the_project_lead_judges_but_opens_no_incidents(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit, pytest.raises(NotAllowed):
        judging.make_incident(1, 1, people.lea, unit, topics(), street.areas)


def test_how_useful_they_were_is_counted_by_kind(
    street: Neighbourhood, alert: Alert, people: People
) -> None:
    with street.store.unit() as unit:
        taken = judging.acknowledge(1, 1, people.dora, unit)
    rises = judging.usefulness([alert, taken])[0]
    assert (rises.useful, rises.waiting, rises.total) == (1, 1, 2)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"name": "a\x00b"},
        {"ends_at": START},
        {"ends_at": START + timedelta(days=500)},
        {"factor": 0.5},
        {"factor": float("nan")},
        {"topics": ("bestaat_niet",)},
        {"area_ids": (999,)},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(
    street: Neighbourhood, people: People, wrong: dict[str, object]
) -> None:
    values = {"name": "Markt", "starts_at": START, "ends_at": START + HOUR, **wrong}
    with street.store.unit() as unit, pytest.raises(BadInput):
        announce(NewEvent(**values), street.pilot.id, people.lea, unit, topics())


def test_an_event_is_announced_and_withdrawn(street: Neighbourhood, people: People) -> None:
    new = NewEvent(name="Markt", starts_at=START, ends_at=START + HOUR)
    with street.store.unit() as unit:
        event_id = announce(new, street.pilot.id, people.ada, unit, topics())
        assert [event.name for event in events_of(unit.connection, street.pilot.id)] == ["Markt"]
        withdraw(event_id, people.lea, unit)
        assert events_of(unit.connection, street.pilot.id) == []
        with pytest.raises(NotFound):
            withdraw(event_id, people.lea, unit)
        with pytest.raises(NotAllowed):
            announce(new, street.pilot.id, people.dora, unit, topics())


@pytest.mark.parametrize("rate", [0.0, -1.0, 1e9, float("inf"), float("nan")])
def test_a_rate_that_makes_no_sense_is_refused(
    street: Neighbourhood, people: People, rate: float
) -> None:
    settings = WatchSettings(false_alarms_per_week=rate)
    with street.store.unit() as unit, pytest.raises(BadInput):
        set_watch(street.pilot.id, settings, people.ada, unit)


def test_settings_are_the_administrators(street: Neighbourhood, people: People) -> None:
    settings = WatchSettings(false_alarms_per_week=0.25, near_m=400)
    with street.store.unit() as unit:
        set_watch(street.pilot.id, settings, people.ada, unit)
        assert watch_of(unit.connection, street.pilot.id).settings == settings
        with pytest.raises(NotAllowed):
            set_watch(street.pilot.id, settings, people.lea, unit)


def test_a_pilot_without_settings_is_watched_as_it_comes(unit: Unit) -> None:
    assert watch_of(unit.connection, 999).settings == WatchSettings()
