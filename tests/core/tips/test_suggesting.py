"""The right advice at the right moment; what was answered is not proposed again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.domain import Group, Pilot
from core.store.alert_queries import Alert, AlertKind, AlertState
from core.store.tip_queries import Opened, TipLine
from core.tips import Occasion, library
from core.tips.suggesting import Around, Suggestion, groups_for, suggest
from core.topics import topics
from tests.tables import table

NOW = datetime(2021, 4, 10, 18, 0, tzinfo=UTC)
PILOT = Pilot(
    id=1, name="Proef", starts_on=NOW.date(), ends_on=None, topics=tuple(sorted(topics()))
)
SEASONS = table("""
    day        | proposed
    2021-12-20 | vuurwerk
    2021-12-20 | brievenbus
    2021-12-20 | kaarsen_en_vuurpot
    2021-11-05 | inbraak_donkere_dagen
    2021-11-05 | koolmonoxide
    2021-07-20 | hitte
    2021-07-20 | inbraak_vakantie
    2021-01-02 | kerstbomen
    2021-09-01 | bij_school
""")


def around(**given: Any) -> Around:
    values = {"pilot": PILOT, "alerts": (), "opened": (), "tips": (), "topics": topics()}
    return Around(**{**values, **given})


def alert(kind: AlertKind, topic: str, **values: Any) -> Alert:
    given: dict[str, Any] = {"state": AlertState.OPEN, "last_at": NOW, "findings": {}}
    given |= values
    return Alert(
        id=7,
        pilot_id=1,
        kind=kind,
        topic=topic,
        area_id=3,
        began_at=NOW,
        raised_at=NOW,
        version=1,
        **given,
    )


def opened(topic: str, count: int, hours_ago: float = 5, area_id: int | None = 3) -> list[Opened]:
    at = NOW - timedelta(hours=hours_ago)
    return [Opened(incident_id=n, topic=topic, area_id=area_id, opened_at=at) for n in range(count)]


def tip(advice: str, state: str, mark: str = "", days_ago: float = 1) -> TipLine:
    at = NOW - timedelta(days=days_ago)
    return TipLine(
        id=1,
        pilot_id=1,
        advice=advice,
        topic="inbraak",
        is_warning=False,
        title="",
        text="",
        mark=mark,
        group_ids=(),
        area_id=None,
        state=state,
        by="wim",
        at=at,
        due_at=at,
        public_from=None,
        public_until=None,
        changed_at=at,
    )


def proposed(given: Around, now: datetime = NOW) -> list[Suggestion]:
    return [one for one in suggest(given, library(), now) if one.occasion is not Occasion.SEASON]


def ids(found: list[Suggestion]) -> list[str]:
    return [one.advice.id for one in found]


def test_without_an_occasion_only_the_season_is_proposed() -> None:
    assert proposed(around()) == []


def test_one_burglary_makes_its_advice_timely_for_that_area() -> None:
    first, second = proposed(around(opened=opened("inbraak", 1)))
    assert (first.advice.id, first.area_id, first.count) == ("inbraak_bij_de_buren", 3, 1)
    assert first.occasion is Occasion.INCIDENT
    assert second.advice.topic == "inbraak"


@pytest.mark.parametrize(("count", "found"), [(2, 0), (3, 2)])
def test_of_waste_only_more_than_a_few_do(count: int, found: int) -> None:
    assert len(proposed(around(opened=opened("afval", count)))) == found


def test_what_happened_in_different_areas_is_not_added_up() -> None:
    spread = [*opened("afval", 2, area_id=3), *opened("afval", 2, area_id=4)]
    assert proposed(around(opened=spread)) == []


def test_a_week_later_it_is_no_longer_timely() -> None:
    assert proposed(around(opened=opened("inbraak", 1, hours_ago=24 * 7 + 1))) == []


def test_a_near_repeat_warning_comes_first() -> None:
    given = around(alerts=[alert(AlertKind.NEAR_REPEAT, "inbraak")], opened=opened("inbraak", 1))
    first = proposed(given)[0]
    assert (first.advice.id, first.occasion) == ("inbraak_bij_de_buren", Occasion.NEAR_REPEAT)
    assert first.mark == "alert:7"


def test_a_rise_of_waste_brings_its_advice() -> None:
    found = proposed(around(alerts=[alert(AlertKind.RISE, "afval")]))
    assert ids(found) == ["grofvuil_afspraak", "container_vol"]


@pytest.mark.parametrize(
    "values",
    [{"state": AlertState.DISMISSED}, {"last_at": NOW - timedelta(days=15)}],
    ids=["dismissed", "long ago"],
)
def test_an_alert_that_does_not_stand_brings_none(values: dict[str, Any]) -> None:
    assert proposed(around(alerts=[alert(AlertKind.RISE, "afval", **values)])) == []


@pytest.mark.parametrize("row", SEASONS, ids=lambda row: row["proposed"])
def test_the_season_brings_its_own(row: dict[str, str]) -> None:
    now = datetime.fromisoformat(f"{row['day']}T12:00:00+00:00")
    assert row["proposed"] in ids(suggest(around(), library(), now))


def test_in_april_nothing_of_december_is_proposed() -> None:
    assert "vuurwerk" not in ids(suggest(around(), library(), NOW))


def test_a_topic_that_the_pilot_does_not_follow_brings_none() -> None:
    only_waste = Pilot(id=1, name="P", starts_on=NOW.date(), ends_on=None, topics=("afval",))
    found = suggest(around(pilot=only_waste, opened=opened("inbraak", 2)), library(), NOW)
    assert {one.advice.topic for one in found} <= {"afval"}


def test_what_was_sent_rests_for_six_weeks() -> None:
    burglary = opened("inbraak", 1)
    sent = tip("inbraak_bij_de_buren", "sent", days_ago=41)
    assert "inbraak_bij_de_buren" not in ids(proposed(around(opened=burglary, tips=[sent])))
    sent = tip("inbraak_bij_de_buren", "sent", days_ago=43)
    assert "inbraak_bij_de_buren" in ids(proposed(around(opened=burglary, tips=[sent])))


def test_what_was_set_aside_is_not_proposed_for_that_occasion_only() -> None:
    given = around(opened=opened("inbraak", 1))
    mark = proposed(given)[0].mark
    for state, there in (("dismissed", False), ("withdrawn", True)):
        aside = tip("inbraak_bij_de_buren", state, mark=mark)
        found = proposed(around(opened=opened("inbraak", 1), tips=[aside]))
        assert ("inbraak_bij_de_buren" in ids(found)) is there
    again = around(
        alerts=[alert(AlertKind.NEAR_REPEAT, "inbraak")],
        tips=[tip("inbraak_bij_de_buren", "dismissed", mark=mark)],
    )
    assert "inbraak_bij_de_buren" in ids(proposed(again))


def test_an_advice_is_proposed_once_and_of_an_occasion_no_more_than_two() -> None:
    given = around(
        alerts=[alert(AlertKind.NEAR_REPEAT, "inbraak"), alert(AlertKind.RISE, "inbraak")],
        opened=[*opened("inbraak", 5), *opened("inbraak", 5, area_id=4)],
    )
    found = proposed(given)
    assert len(ids(found)) == len(set(ids(found)))
    marks = [one.mark for one in found]
    assert max(marks.count(mark) for mark in marks) <= 2


def test_it_goes_to_the_groups_of_the_area_or_to_all() -> None:
    groups = [
        Group(id=n, pilot_id=1, source="demo", native_id=str(n), name=str(n), area_id=area)
        for n, area in ((1, 3), (2, 4), (3, None))
    ]
    (one, *_) = proposed(around(opened=opened("inbraak", 1)))
    assert [group.id for group in groups_for(one, groups, [])] == [1]
    (far, *_) = proposed(around(opened=opened("inbraak", 1, area_id=9)))
    assert [group.id for group in groups_for(far, groups, [])] == [1, 2, 3]
