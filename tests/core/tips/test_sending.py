"""A tip leaves when a person says so, not at night, not too often, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.domain import Receipt, User
from core.errors import AlreadySent, BadInput, NotAllowed, NotFound
from core.last_day import PilotEnded
from core.ports import SourceCard
from core.store import Unit
from core.store.tables import outbox, tips
from core.store.tip_queries import departures_of, tips_of
from core.tips import LONGEST, Length, library
from core.tips.effect import effect_of
from core.tips.sending import (
    Draft,
    TipRules,
    TooManyTips,
    end_public,
    fitting,
    make_public,
    propose_again,
    rules_of,
    send,
    set_aside,
    set_rules,
    take_back,
)
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.tables import table

HOLD = timedelta(seconds=10)
ADVICE = library()["inbraak_bij_de_buren"]
EVENING = TipRules()
AROUND_NOON = TipRules(quiet_from=12, quiet_until=14)
QUIET = table("""
    rules   | at               | leaves
    evening | 2021-04-10T20:59 | 2021-04-10T20:59
    evening | 2021-04-10T21:00 | 2021-04-11T09:00
    evening | 2021-04-11T00:00 | 2021-04-11T09:00
    evening | 2021-04-11T08:59 | 2021-04-11T09:00
    evening | 2021-04-11T09:00 | 2021-04-11T09:00
    noon    | 2021-04-10T11:59 | 2021-04-10T11:59
    noon    | 2021-04-10T12:30 | 2021-04-10T14:00
    noon    | 2021-04-10T14:00 | 2021-04-10T14:00
    evening | 2021-03-27T23:30 | 2021-03-28T09:00
""")
HOSTILE = ("<script>alert(1)</script>", "=1+1", "\u202egnit", "{groups}", "🧨" * 100)


def draft(street: Neighbourhood, **values: Any) -> Draft:
    given: dict[str, Any] = {
        "pilot_id": street.pilot.id,
        "topic": "inbraak",
        "advice": ADVICE.id,
        "title": ADVICE.title_nl,
        "text": ADVICE.words(Length.TEXT),
        "short": ADVICE.words(Length.SHORT),
    }
    return Draft(**{**given, **values})


def sent(
    street: Neighbourhood, user: User, *, names: tuple[str, ...] = ("HNM Hoge Veld",), **values: Any
) -> int:
    with street.store.unit() as unit:
        ids = [street.group(name).id for name in names]
        return send(draft(street, **values), ids, {}, user, unit, hold=HOLD)


def step(street: Neighbourhood, act: Callable[..., Any], *arguments: Any) -> Any:
    with street.store.unit() as unit:
        return act(*arguments, unit)


def texts(street: Neighbourhood) -> list[Any]:
    with street.store.read() as connection:
        query = sa.select(outbox).where(outbox.c.kind == "tip").order_by(outbox.c.id)
        return list(connection.execute(query))


def delivers(street: Neighbourhood, reference: str = "x") -> None:
    with street.store.unit() as unit:
        for row in unit.outbox.claim():
            receipt = Receipt(reference=f"{reference}-{row.group_id}", delivered_at=unit.now)
            unit.outbox.delivered(row.id, receipt)


def test_an_approved_tip_waits_in_the_outbox_of_each_group(
    street: Neighbourhood, people: People
) -> None:
    sent(street, people.wim, names=("HNM Hoge Veld", "HNM Lage Veld", "HNM Hoge Veld"))
    rows = texts(street)
    assert [row.group_id for row in rows] == [
        street.group("HNM Hoge Veld").id,
        street.group("HNM Lage Veld").id,
    ]
    assert {row.state for row in rows} == {"queued"}
    assert all(row.text.endswith("Bij spoed: bel 112.") for row in rows)
    assert {row.due_at for row in rows} == {street.clock() + HOLD}


@pytest.mark.parametrize("row", QUIET, ids=lambda row: row["at"])
def test_none_leaves_in_quiet_hours(row: dict[str, str]) -> None:
    rules = EVENING if row["rules"] == "evening" else AROUND_NOON
    summer = row["at"] >= "2021-03-28"
    at = datetime.fromisoformat(row["at"] + ("+02:00" if summer else "+01:00"))
    leaves = datetime.fromisoformat(row["leaves"] + "+02:00")
    assert rules.leaves_at(at.astimezone(UTC)) == leaves


def test_equal_hours_mean_no_quiet_hours() -> None:
    at = datetime(2021, 4, 10, 1, 0, tzinfo=UTC)
    assert TipRules(quiet_from=0, quiet_until=0).leaves_at(at) == at


def test_one_approved_at_night_waits_for_the_morning(street: Neighbourhood, people: People) -> None:
    street.clock.forward(hours=3)
    sent(street, people.wim)
    assert texts(street)[0].due_at == datetime(2021, 4, 11, 7, 0, tzinfo=UTC)


def test_a_group_gets_no_more_than_was_agreed(street: Neighbourhood, people: People) -> None:
    for _ in range(2):
        sent(street, people.wim)
    with pytest.raises(TooManyTips) as refused:
        sent(street, people.hanna, names=("HNM Lage Veld", "HNM Hoge Veld"))
    assert refused.value.params == {"groups": "HNM Hoge Veld", "most": 2}
    assert len(texts(street)) == 2
    street.clock.forward(days=7, seconds=1)
    sent(street, people.hanna)


def test_what_was_taken_back_does_not_count(street: Neighbourhood, people: People) -> None:
    for _ in range(3):
        tip_id = sent(street, people.wim)
        step(street, lambda unit, tip_id=tip_id: take_back(tip_id, people.wim, unit))
    assert [row.state for row in texts(street)] == ["withdrawn"] * 3


def test_one_that_left_cannot_be_taken_back_not_even_in_part(
    street: Neighbourhood, people: People
) -> None:
    tip_id = sent(street, people.wim, names=("HNM Hoge Veld", "HNM Lage Veld"))
    street.clock.forward(seconds=11)
    with street.store.unit() as unit:
        unit.outbox.claim(1)
    with pytest.raises(AlreadySent):
        step(street, lambda unit: take_back(tip_id, people.wim, unit))
    assert [row.state for row in texts(street)] == ["leaving", "queued"]


def test_nobody_else_may_send(street: Neighbourhood, people: People) -> None:
    for somebody in people.all():
        if somebody.login not in ("wim", "hanna", "lea"):
            with pytest.raises(NotAllowed):
                sent(street, somebody)
            with pytest.raises(NotAllowed):
                step(
                    street,
                    lambda unit, who=somebody: set_aside(1, ADVICE.id, "inbraak", "m", who, unit),
                )
    assert texts(street) == []


@pytest.mark.parametrize(
    "values",
    [
        {"text": ""},
        {"text": "  \n "},
        {"text": "a" * LONGEST},
        {"title": ""},
        {"title": "a" * 121},
        {"title": "a\x00b"},
        {"title": "NL-Alert: inbraak"},
        {"title": "let op, nl alert"},
    ],
    ids=str,
)
def test_a_text_that_says_nothing_or_too_much_is_refused(
    street: Neighbourhood, people: People, values: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        sent(street, people.wim, **values)


@pytest.mark.parametrize("name", ["HNM Noordhof", "twitter"])
def test_only_groups_that_take_part_get_one(
    street: Neighbourhood, people: People, name: str
) -> None:
    with pytest.raises(BadInput):
        sent(street, people.wim, names=(name,))
    with pytest.raises(BadInput):
        sent(street, people.wim, names=())


def test_a_group_that_is_not_there_or_of_another_pilot_gets_none(
    street: Neighbourhood, people: People
) -> None:
    with street.store.unit() as unit:
        other = unit.pilots.add("Elders", street.pilot.starts_on, None, ("inbraak",))
        for pilot_id, group_id in ((street.pilot.id, 999), (other, street.group().id)):
            with pytest.raises(BadInput):
                send(draft(street, pilot_id=pilot_id), [group_id], {}, people.wim, unit, hold=HOLD)


def test_after_the_last_day_no_tip_can_be_sent(street: Neighbourhood, people: People) -> None:
    street.clock.forward(days=60)
    with pytest.raises(PilotEnded):
        sent(street, people.wim)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_strange_words_of_staff_stay_words(
    street: Neighbourhood, people: People, text: str
) -> None:
    sent(street, people.wim, text=text)
    assert texts(street)[0].text.startswith(text)


def test_a_channel_that_carries_little_gets_the_short_form(street: Neighbourhood) -> None:
    small = SourceCard(name_nl="Klein", name_en="Small", longest_text=300)
    assert fitting(draft(street), None).startswith(ADVICE.text_nl)
    assert fitting(draft(street), small).startswith(ADVICE.short_nl)
    with pytest.raises(BadInput):
        fitting(draft(street, short=""), small)
    with pytest.raises(BadInput):
        fitting(draft(street, short="a" * 300), small)


def test_a_proposal_is_set_aside_and_put_back(street: Neighbourhood, people: People) -> None:
    aside = step(
        street,
        lambda unit: set_aside(street.pilot.id, ADVICE.id, "inbraak", "alert:1", people.wim, unit),
    )
    step(street, lambda unit: propose_again(aside, people.hanna, unit))
    with pytest.raises(NotFound):
        step(street, lambda unit: propose_again(aside, people.hanna, unit))
    assert texts(street) == []


def test_a_tip_is_public_for_two_weeks_or_until_somebody_ends_it(
    street: Neighbourhood, people: People
) -> None:
    tip_id = sent(street, people.wim)
    step(street, lambda unit: make_public(tip_id, people.lea, unit))
    with street.store.read() as connection:
        (line,) = tips_of(connection, street.pilot.id, street.clock())
    assert line.is_public(street.clock())
    assert not line.is_public(street.clock() + timedelta(days=14))
    street.clock.forward(hours=1)
    step(street, lambda unit: end_public(tip_id, people.lea, unit))
    with street.store.read() as connection:
        (line,) = tips_of(connection, street.pilot.id, street.clock() - timedelta(days=1))
    assert not line.is_public(street.clock())
    assert line.is_recalled
    with pytest.raises(NotFound):
        step(street, lambda unit: end_public(tip_id, people.lea, unit))


def test_one_that_is_taken_back_is_never_public(street: Neighbourhood, people: People) -> None:
    tip_id = sent(street, people.wim, is_public=True)
    step(street, lambda unit: take_back(tip_id, people.wim, unit))
    with street.store.read() as connection:
        row = connection.execute(sa.select(tips)).one()
    assert (row.state, row.public_from) == ("withdrawn", None)


def test_who_may_set_the_rules_does_and_nobody_else(street: Neighbourhood, people: People) -> None:
    rules = TipRules(per_week=1, quiet_from=20, quiet_until=10)
    step(street, lambda unit: set_rules(street.pilot.id, rules, people.lea, unit))
    assert step(street, lambda unit: rules_of(street.pilot.id, unit)) == rules
    for bad in ({"per_week": -1}, {"per_week": 15}, {"quiet_from": 24}, {"quiet_until": -1}):
        with pytest.raises(BadInput):
            step(
                street,
                lambda unit, bad=bad: set_rules(
                    street.pilot.id, replace(rules, **bad), people.ada, unit
                ),
            )
    with pytest.raises(NotAllowed):
        step(street, lambda unit: set_rules(street.pilot.id, rules, people.wim, unit))


def test_answers_stops_and_reports_around_a_tip_are_counted(
    street: Neighbourhood, people: People
) -> None:
    street.writes("""
        at    | id | author | text
        19:00 | a  | Anna   | Er is ingebroken op de Bostonsingel 36
        19:30 | b  | Bram   | !hnm stop
    """)
    tip_id = sent(street, people.wim)
    street.clock.forward(seconds=11)
    delivers(street)
    reference = f"x-{street.group().id}"
    street.writes(f"""
        at    | id | author | reply_to    | text
        20:10 | c  | Carla  | {reference} | bedankt voor de tip
        20:11 | d  | Dirk   | {reference} | ingebroken bij nummer 40, Bostonsingel
        20:12 | e  | Dirk   | a           | wat een gedoe
        20:13 | f  | Carla  | -           | !hnm stop
    """)
    street.clock.forward(days=3)
    with street.store.unit() as unit:
        (line,) = tips_of(unit.connection, street.pilot.id, unit.now - timedelta(days=9))
        effect = effect_of(line, unit)
    assert line.id == tip_id
    assert effect.answers == 2
    assert effect.counts is not None
    assert (effect.counts.stops_before, effect.counts.stops_after) == (1, 1)
    assert (effect.counts.reports_before, effect.counts.reports_after) == (1, 1)
    assert (effect.days, effect.stops_are_in) == (3, True)
    assert effect.after_share is not None
    assert not effect.after_share.is_enough


def test_an_answer_delivered_twice_or_edited_counts_once(
    street: Neighbourhood, people: People
) -> None:
    sent(street, people.wim)
    street.clock.forward(seconds=11)
    delivers(street)
    reference = f"x-{street.group().id}"
    for revision, kind in ((0, "message"), (0, "message"), (1, "edit")):
        street.writes(f"""
            at    | id | kind   | revision   | reply_to    | text
            20:10 | c  | {kind} | {revision} | {reference} | dank u
        """)
    with street.store.unit() as unit:
        (line,) = tips_of(unit.connection, street.pilot.id, unit.now - timedelta(days=9))
        assert effect_of(line, unit).answers == 1


def test_before_it_arrived_there_is_nothing_to_count(street: Neighbourhood, people: People) -> None:
    tip_id = sent(street, people.wim)
    with street.store.unit() as unit:
        (line,) = tips_of(unit.connection, street.pilot.id, unit.now - timedelta(days=9))
        effect = effect_of(line, unit)
        assert departures_of(unit.connection, tip_id).waiting == 1
    assert (effect.counts, effect.after_share, effect.days) == (None, None, 0)


def test_every_step_stands_in_the_audit_log(street: Neighbourhood, people: People) -> None:
    tip_id = sent(street, people.wim)
    step(street, lambda unit: make_public(tip_id, people.wim, unit))
    step(street, lambda unit: end_public(tip_id, people.wim, unit))
    step(street, lambda unit: take_back(tip_id, people.wim, unit))
    assert step(street, lambda unit: actions(unit, tip_id)) == [
        "tip_sent",
        "tip_public",
        "tip_not_public",
        "tip_taken_back",
    ]


def actions(unit: Unit, tip_id: int) -> list[str]:
    return [entry.action for entry in unit.audit.of("tip", tip_id)]
