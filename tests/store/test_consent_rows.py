"""Consent is data: the newest word of a group or a resident counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from core.store import Store, Unit
from core.store.tables import daily_counts
from tests.tables import table
from tests.timepiece import START

REGISTERS = table("""
    rows                          | group consents | r1 stopped
    -                             | no             | no
    group yes                     | yes            | no
    group yes, group no           | no             | no
    group yes, group no, group yes| yes            | no
    group yes, r1 no              | yes            | yes
    group yes, r1 no, r1 yes      | yes            | no
    group yes, r2 no              | yes            | no
    r1 yes                        | no             | no
""")


@pytest.mark.parametrize("row", REGISTERS, ids=lambda row: row["rows"])
def test_the_newest_word_counts(row: dict[str, str], empty_store: Store) -> None:
    with empty_store.unit() as unit:
        group_id = add_group(unit)
        for number, said in enumerate(row["rows"].split(",")):
            record(unit, group_id, said.split(), number)
        assert unit.consents.group_consents(group_id) is (row["group consents"] == "yes")
        assert unit.consents.has_stopped(group_id, "r1") is (row["r1 stopped"] == "yes")


def test_a_row_of_an_earlier_date_does_not_overrule_a_later_one(empty_store: Store) -> None:
    with empty_store.unit() as unit:
        group_id = add_group(unit)
        record(unit, group_id, ["group", "no"], 5)
        record(unit, group_id, ["group", "yes"], 1)
        assert not unit.consents.group_consents(group_id)


def test_counts_add_up_by_group_day_and_reason(empty_store: Store) -> None:
    with empty_store.unit() as unit:
        group_id = add_group(unit)
        for day, by in ((1, 1), (1, 2), (2, 1)):
            unit.consents.count(group_id, date(2021, 4, day), "discarded", by)
    with empty_store.read() as connection:
        query = sa.select(daily_counts.c.day, daily_counts.c.count).order_by(daily_counts.c.day)
        rows = [tuple(row) for row in connection.execute(query)]
    assert rows == [(date(2021, 4, 1), 3), (date(2021, 4, 2), 1)]


def add_group(unit: Unit) -> int:
    pilot_id = unit.pilots.add("Proef", date(2021, 1, 1), None, ("inbraak",))
    return unit.pilots.add_group(
        pilot_id, source="demo", native_id="g", name="g", area_id=None, is_open_source=False
    )


def record(unit: Unit, group_id: int, said: list[str], number: int) -> None:
    if said == ["-"]:
        return
    who, given = said
    unit.consents.record(
        group_id,
        given=given == "yes",
        by="ada",
        text_version="1",
        resident=None if who == "group" else who,
        at=START + timedelta(minutes=number),
    )


def test_what_a_trial_counts_is_taken_back_and_the_rest_stays(empty_store: Store) -> None:
    with empty_store.unit() as unit:
        group_id, day = add_group(unit), date(2021, 4, 1)
        unit.consents.count(group_id, day, "kept")
        with unit.trial():
            unit.consents.count(group_id, day, "kept")
        unit.consents.count(group_id, day, "kept")
    with empty_store.read() as connection:
        assert connection.execute(sa.select(daily_counts.c.count)).scalars().all() == [2]
