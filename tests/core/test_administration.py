"""What an administrator changes: only they may, it is written down, it reaches what is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core import administration as admin
from core.administration import NewGroup
from core.deliveries import try_again
from core.domain import User
from core.errors import BadInput, NotAllowed, NotFound, ReasonMissing
from core.report_back import tell
from core.store import Unit
from core.store.admin_queries import departures, health_of
from core.store.audit_queries import AuditSearch, audit_found, broken_entries
from core.store.consent_queries import consents_of, erasable_count, group_states
from core.store.tables import audit_entries, inbox, outbox
from tests.conftest import WITHOUT_CONSENT
from tests.fakes import POISON
from tests.neighbourhood import GROUP, Neighbourhood
from tests.people import People

EVENING = """
| at    | author | text                                 |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36  |
| 20:02 | Bram   | ja hier ook                          |
| 20:03 | Anna   | wie gaat er morgen mee voetballen    |
| 20:30 | Bram   | Harde muziek op het Ko van Dijkplein |
"""
ACTS: dict[str, Callable[[User, Unit], Any]] = {
    "install": lambda me, unit: admin.install_pilot("wateringse_veld_2021", me, unit),
    "period": lambda me, unit: admin.set_period(1, date(2021, 4, 1), None, me, unit),
    "topics": lambda me, unit: admin.set_topics(1, ["afval"], me, unit),
    "add group": lambda me, unit: admin.add_group(
        NewGroup(pilot_id=1, source="demo", name="HNM Nieuw"), ["demo"], me, unit
    ),
    "consent": lambda me, unit: admin.give_consent(1, "brief", me, unit),
    "withdraw": lambda me, unit: admin.withdraw_consent(1, "brief", me, unit),
    "stop": lambda me, unit: admin.stop_resident("r0123456789ab", "demo", "brief", me, unit),
    "erase": lambda me, unit: admin.erase_some([], None, me, unit),
    "retry": admin.retry_messages,
    "give up": admin.give_up_messages,
    "check": lambda me, unit: admin.note_chain_check([], me, unit),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("login", ["dora", "wim", "hanna", "lea", "ron"])
def test_only_an_administrator_may(act: str, login: str, unit: Unit, people: People) -> None:
    with pytest.raises(NotAllowed):
        ACTS[act](getattr(people, login), unit)


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"install", "erase"}))
def test_each_act_leaves_one_entry_by_whoever_did_it(act: str, unit: Unit, people: People) -> None:
    before = entries(unit)
    ACTS[act](people.ada, unit)
    (entry,) = entries(unit)[len(before) :]
    assert entry.actor == "ada"


def test_a_pilot_that_is_there_is_not_installed_twice(unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        admin.install_pilot("wateringse_veld_2021", people.ada, unit)


def test_a_period_does_not_end_before_it_starts(unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        admin.set_period(1, date(2021, 5, 1), date(2021, 4, 30), people.ada, unit)


@pytest.mark.parametrize("chosen", [[], ["geen"], ["afval", "voetbal"]])
def test_a_pilot_follows_topics_that_there_are(
    chosen: list[str], unit: Unit, people: People
) -> None:
    with pytest.raises(BadInput):
        admin.set_topics(1, chosen, people.ada, unit)


def test_what_is_set_holds(unit: Unit, people: People) -> None:
    admin.set_topics(1, ["wrak", "afval"], people.ada, unit)
    assert unit.pilots.pilot(1).topics == ("afval", "wrak")


@pytest.mark.parametrize(
    ("name", "source"), [("", "demo"), ("HNM Hoge Veld", "demo"), ("a\nb", "demo"), ("x", "telex")]
)
def test_a_group_needs_a_new_name_and_a_source(
    name: str, source: str, unit: Unit, people: People
) -> None:
    with pytest.raises(BadInput):
        admin.add_group(NewGroup(pilot_id=1, source=source, name=name), ["demo"], people.ada, unit)


def test_a_new_group_does_not_consent_until_somebody_shows_it(unit: Unit, people: People) -> None:
    new = NewGroup(pilot_id=1, source="demo", name="HNM Nieuw")
    group_id = admin.add_group(new, ["demo"], people.ada, unit)
    assert not unit.consents.group_consents(group_id)
    with pytest.raises(ReasonMissing):
        admin.give_consent(group_id, " ", people.ada, unit)
    admin.give_consent(group_id, "aankondiging 31 maart", people.ada, unit)
    assert unit.consents.group_consents(group_id)


def test_consent_of_a_group_that_is_not_there_is_not_recorded(unit: Unit, people: People) -> None:
    with pytest.raises(NotFound):
        admin.give_consent(999, "brief", people.ada, unit)


def test_withdrawing_reaches_everything_stored(street: Neighbourhood, people: People) -> None:
    street.writes(EVENING)
    group = street.group()
    with street.store.unit() as unit:
        admin.withdraw_consent(group.id, "bericht van 3 mei", people.ada, unit)
    assert erase_all(street, [group.id], None, people) == 4
    assert street.stored() == []
    street.must_show("""
    | id | status | messages |
    | 1  | closed | 0        |
    | 2  | closed | 0        |
    """)
    with street.store.read() as connection:
        assert erasable_count(connection, [group.id], None) == 0


def test_what_came_back_after_withdrawing_is_not_read(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    with street.store.unit() as unit:
        admin.withdraw_consent(street.group().id, "brief", people.ada, unit)
    erase_all(street, [street.group().id], None, people)
    street.writes(EVENING)
    assert street.stored() == []


def test_nothing_is_erased_while_consent_stands(street: Neighbourhood, people: People) -> None:
    street.writes(EVENING)
    with street.store.unit() as unit, pytest.raises(BadInput):
        admin.erase_some([street.group().id], None, people.ada, unit)
    with street.store.unit() as unit, pytest.raises(BadInput):
        admin.erase_some([street.group().id], "r0123456789ab", people.ada, unit)


def test_a_resident_who_stops_is_erased_and_the_neighbours_stay(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    bram = admin.pseudonym_of(" Bram ", "demo", street.services.vault, people.ada)
    with street.store.unit() as unit:
        groups = admin.stop_resident(bram, "demo", "verzoek", people.ada, unit)
    assert erase_all(street, groups, bram, people) == 2
    assert street.stored() == ["Weer grofvuil op de Bostonsingel 36"]
    street.writes("| at | author | id | text |\n| 21:00 | Bram | n1 | brand |")
    assert len(street.stored()) == 1


def test_a_resident_is_found_by_pseudonym_too(street: Neighbourhood, people: People) -> None:
    vault = street.services.vault
    assert admin.pseudonym_of("r0123456789ab", "demo", vault, people.ada) == "r0123456789ab"
    with pytest.raises(BadInput):
        admin.pseudonym_of(" ", "demo", vault, people.ada)


def test_messages_given_up_can_try_again_or_go(street: Neighbourhood, people: People) -> None:
    street.receive(f"| at | text |\n| 20:01 | {POISON} |")
    for _ in range(6):
        street.work()
    with street.store.read() as connection:
        (line,) = health_of(connection, street.clock()).dead
        assert (line.group, line.error, line.count) == (GROUP, "RuntimeError", 1)
    with street.store.unit() as unit:
        assert admin.retry_messages(people.ada, unit) == 1
        assert unit.inbox.dead() == []
    for _ in range(6):
        street.work()
    with street.store.unit() as unit:
        assert admin.give_up_messages(people.ada, unit) == 1
        assert unit.connection.execute(sa.select(inbox)).all() == []
    street.must_count("| what     | count |\n| given_up | 1     |")


def test_what_failed_to_leave_tries_again_once(street: Neighbourhood, people: People) -> None:
    street.writes(EVENING)
    street.does(tell, 1, people.dora, "Gezien.", hold=timedelta(0))
    with street.store.unit() as unit:
        unit.connection.execute(sa.update(outbox).values(state="failed"))
    with street.store.unit() as unit:
        with pytest.raises(NotAllowed):
            try_again(1, people.ron, unit)
        try_again(1, people.hanna, unit)
        with pytest.raises(NotFound):
            try_again(1, people.hanna, unit)
    with street.store.read() as connection:
        assert [line.state for line in departures(connection)] == ["queued"]
        assert departures(connection, ["failed"]) == []


def test_the_list_of_groups_says_who_consents_and_what_became_of_their_messages(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    with street.store.read() as connection:
        states = {s.group.name: s for s in group_states(connection, street.pilot.id)}
        history = consents_of(connection, street.group().id)
    assert states[GROUP].consents
    assert not states[WITHOUT_CONSENT].consents
    assert (states[GROUP].kept_count, states[GROUP].dropped_count) == (3, 1)
    assert [line.given for line in history] == [True]


def test_the_audit_log_is_searched_by_who_what_and_when(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    with street.store.unit() as unit:
        admin.withdraw_consent(street.group().id, "brief", people.ada, unit)
    with street.store.read() as connection:
        by_ada = audit_found(connection, AuditSearch(actor="ada"))
        about = audit_found(connection, AuditSearch(subject_kind="incident", subject_id="1"))
        later = audit_found(connection, AuditSearch(since=street.clock.forward(days=1)))
    assert [entry.action for entry in by_ada] == ["consent_withdrawn"]
    assert {entry.action for entry in about} == {"opened", "joined"}
    assert later == []


def test_a_changed_entry_breaks_the_chain(street: Neighbourhood) -> None:
    street.writes(EVENING)
    with street.store.read() as connection:
        assert broken_entries(connection, street.clock()) == []
    with street.store.unit() as unit:
        unit.connection.execute(
            sa.update(audit_entries).where(audit_entries.c.id == 2).values(actor="nobody")
        )
    with street.store.read() as connection:
        assert broken_entries(connection, street.clock()) == [2]


def entries(unit: Unit) -> list[Any]:
    unit.audit.write()
    return audit_found(unit.connection, AuditSearch())[::-1]


def erase_all(
    street: Neighbourhood, group_ids: list[int], resident: str | None, people: People
) -> int:
    gone = 0
    while True:
        with street.store.unit() as unit:
            count = admin.erase_some(group_ids, resident, people.ada, unit, limit=3)
        if not count:
            return gone
        gone += count
