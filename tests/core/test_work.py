"""Work in the street: whose it is, and ending it while telling the neighbourhood."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core import triage
from core.domain import Status
from core.errors import BadInput, NotAllowed
from core.store.area_queries import changed_since, opened_since, words_of, work_list
from core.store.talk_queries import group_lines, reports_of, sent_to
from core.wiring import destinations
from core.work import choose_areas, destinations_of, finish, owners_of
from tests.neighbourhood import Neighbourhood
from tests.people import People

EVENING = """
| at    | author | text                                  |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36   |
| 20:30 | Bram   | Harde muziek op het Ko van Dijkplein  |
"""
HOLD = timedelta(seconds=10)
CARDS = {name: module.CARD for name, module in destinations().items()}


@pytest.fixture
def evening(street: Neighbourhood) -> Neighbourhood:
    street.writes(EVENING)
    return street


def test_the_work_list_of_a_role_holds_what_was_handed_over_to_it(
    evening: Neighbourhood, people: People
) -> None:
    evening.does(triage.hand_over, 1, people.dora, "handhaving")
    evening.does(triage.hand_over, 2, people.dora, "community_officer")
    assert work_of(evening, people, "hanna") == [1]
    assert work_of(evening, people, "wim") == [2]


def test_what_a_colleague_took_on_is_no_longer_on_my_list(
    evening: Neighbourhood, people: People
) -> None:
    evening.does(triage.hand_over, 1, people.dora, "handhaving")
    evening.does(triage.take_on, 1, people.daan)
    assert work_of(evening, people, "hanna") == []
    assert work_of(evening, people, "daan") == [1]


def test_a_team_s_work_is_everybody_s_in_it(evening: Neighbourhood, people: People) -> None:
    evening.does(triage.assign, 1, people.dora, "team:handhaving")
    hanna = replace(people.hanna, team="handhaving")
    with evening.store.read() as connection:
        found = work_list(connection, owners_of(hanna), destinations_of(hanna, CARDS))
    assert [incident.id for incident in found] == [1]


def test_finishing_with_a_text_closes_and_tells(evening: Neighbourhood, people: People) -> None:
    evening.does(triage.hand_over, 1, people.dora, "handhaving")
    evening.does(triage.take_on, 1, people.hanna)
    evening.does(finish, 1, people.hanna, text="Opgehaald, dank u.", hold=HOLD)
    assert evening.incident(1).status is Status.CLOSED
    (line,) = texts(evening)
    assert line.state == "queued"
    assert line.text.startswith("Opgehaald, dank u.")
    assert "112" in line.text


def test_finishing_without_a_text_tells_nobody(evening: Neighbourhood, people: People) -> None:
    evening.does(finish, 1, people.hanna, text="  ", hold=HOLD)
    assert evening.incident(1).status is Status.CLOSED
    assert texts(evening) == []


def test_a_text_too_long_closes_nothing(evening: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        evening.does(finish, 1, people.hanna, text="x" * 2000, hold=HOLD)
    assert evening.incident(1).status is Status.NEW


def test_who_may_not_work_finishes_nothing(evening: Neighbourhood, people: People) -> None:
    with pytest.raises(NotAllowed):
        evening.does(finish, 1, people.ron, text="", hold=HOLD)


def test_my_areas_are_my_choice_among_those_there_are(
    evening: Neighbourhood, people: People
) -> None:
    with evening.store.unit() as unit:
        choose_areas(people.wim, (evening.areas[1].id,), unit)
        assert unit.accounts.row("wim").area_ids == [evening.areas[1].id]
        with pytest.raises(BadInput):
            choose_areas(people.wim, (9999,), unit)


def test_news_is_what_changed_in_my_areas_since_a_moment(
    evening: Neighbourhood, people: People
) -> None:
    here = evening.incident(1).area_id
    before = evening.clock.at("20:00")
    evening.clock.forward(hours=2)
    with evening.store.read() as connection:
        assert ids(changed_since(connection, {here}, before)) == [1]
        assert ids(changed_since(connection, {here}, evening.clock.at("20:20"))) == []
        assert ids(opened_since(connection, {here}, before)) == [1]
    evening.does(triage.accept, 1, people.dora)
    with evening.store.read() as connection:
        assert ids(changed_since(connection, {here}, evening.clock.at("20:20"))) == [1]


def test_a_rejected_incident_repeats_nothing(evening: Neighbourhood, people: People) -> None:
    evening.does(triage.reject, 1, people.dora, "geen melding")
    with evening.store.read() as connection:
        area_id = evening.incident(1).area_id
        assert opened_since(connection, {area_id}, evening.clock.at("19:00")) == []


def test_what_residents_wrote_stands_redacted(evening: Neighbourhood) -> None:
    with evening.store.read() as connection:
        words = words_of(connection, [1, 2])
    assert [line.redacted for line in words[1]] == ["Weer grofvuil op de Bostonsingel 36"]


def test_a_conversation_holds_the_kept_and_counts_what_waits(
    evening: Neighbourhood, people: People
) -> None:
    evening.does(finish, 1, people.hanna, text="Opgehaald.", hold=HOLD)
    group = evening.group()
    with evening.store.read() as connection:
        line = next(one for one in group_lines(connection) if one.group.id == group.id)
        reports = reports_of(connection, group.id, 1)
    assert (line.kept_count, line.sent_count, line.waiting_count, line.failed_count) == (2, 1, 1, 0)
    assert [(report.redacted, report.incident_ids) for report in reports] == [
        ("Harde muziek op het Ko van Dijkplein", (2,))
    ]


def ids(incidents):
    return [incident.id for incident in incidents]


def work_of(around: Neighbourhood, people: People, login: str) -> list[int]:
    user = getattr(people, login)
    with around.store.read() as connection:
        return ids(work_list(connection, owners_of(user), destinations_of(user, CARDS)))


def texts(around: Neighbourhood):
    with around.store.read() as connection:
        return sent_to(connection, around.group().id, 10)
