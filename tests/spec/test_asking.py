"""The assistant proposes what to ask, and asks by itself only where and when it may."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core import triage
from core.asking import suggest
from core.domain import Asking
from core.errors import BadInput, NotAllowed
from core.i18n import languages
from core.questions import Wish
from core.reciprocity import Rules, rules_of, set_rules, words_for
from core.report_back import ask
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import (
    HOLD,
    answerable,
    answered,
    deliver,
    means_of,
    must_ask,
    must_tell,
    rule,
    tick,
)
from tests.threads import together

NOISE = """
    at    | author | text
    20:01 | Anna   | wat een muziek hier zeg
"""
SOMEWHERE = {"overlast": ("where",)}


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    answerable(street).writes(NOISE)
    return street


def missing(room: Neighbourhood, incident_id: int = 1) -> Asking | None:
    with room.store.unit() as unit:
        found = suggest(unit.incidents.get(incident_id), unit)
    return found.kind if found else None


PROPOSED = """
    text                                                            | later | asks
    wat een muziek hier zeg                                         | 0     | where
    muziek op de Bostonsingel 36                                    | 15    | still
    muziek op de Bostonsingel 36                                    | 5     | -
    help ingebroken op de Bostonsingel 36                           | 1     | direction
    ingebroken Bostonsingel 36, zwarte auto weg                     | 1     | plate
    ingebroken Bostonsingel 36, man met rode pet                    | 1     | when
    vannacht ingebroken Bostonsingel 36, man met rode pet           | 1     | -
    grofvuil op de Bostonsingel 36                                  | 30    | -
"""


@pytest.mark.parametrize("row", PROPOSED.strip().splitlines()[1:], ids=lambda row: row[:40])
def test_what_is_missing_is_proposed_with_its_reason(street: Neighbourhood, row: str) -> None:
    text, later, asks = (cell.strip() for cell in row.split(" | "))
    answerable(street).writes(f"at | author | text\n20:01 | Anna | {text}")
    street.clock.forward(minutes=int(later))
    with street.store.unit() as unit:
        found = suggest(unit.incidents.get(1), unit)
    assert (found.kind.value if found else "-") == asks
    for language in languages() if found else ():
        assert len(found.reason(language)) > 10  # type: ignore[union-attr]


def test_nothing_is_asked_by_itself_unless_it_was_switched_on(
    room: Neighbourhood, people: People
) -> None:
    tick(room, minutes=1)
    must_tell(room, "kind\n")
    rule(room, people, asks={"afval": ("where",)})
    tick(room, minutes=1)
    must_tell(room, "kind\n")


def test_it_asks_what_is_missing_once_and_says_that_nobody_wrote_it(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, asks=SOMEWHERE)
    together([lambda: tick(room, seconds=0)] * 3)
    tick(room, minutes=1)
    must_ask(room, "kind  | by     | state\nwhere | system | open")
    must_tell(
        room,
        """
        kind     | by
        question | system
        """,
    )
    with room.store.unit() as unit:
        (text,) = [q.text for q in unit.questions.of(1)]
    assert text.startswith("Bedankt voor uw bericht over overlast")


def test_it_asks_the_kind_it_may_though_another_would_tell_more(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, asks={"overlast": ("still",)})
    assert missing(room) is Asking.WHERE
    tick(room, minutes=15)
    must_ask(room, "kind  | state\nstill | open")


LIMITS = {
    "quiet hours": {"quiet_from": "19:00", "quiet_until": "23:00"},
    "another kind": {"asks": {"overlast": ("still",)}},
    "another topic": {"asks": {"afval": ("where",)}},
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_keeps_it_silent(room: Neighbourhood, people: People, name: str) -> None:
    rule(room, people, **{"asks": SOMEWHERE, **LIMITS[name]})
    tick(room, minutes=1)
    must_ask(room, "kind\n")


def test_never_two_questions_at_once_in_a_group_and_no_more_than_a_day_allows(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, asks={**SOMEWHERE, "afval": ("where",)}, a_day=1)
    room.writes("""
        at    | id | author | text
        20:02 | b  | Bram   | overal grofvuil hier
    """)
    for _ in range(3):
        tick(room, minutes=1)
    must_ask(room, "kind  | state\nwhere | open")
    tick(room, minutes=40)
    tick(room, minutes=1)
    must_ask(room, "kind  | state\nwhere | expired")


def test_what_is_urgent_and_the_polices_is_asked_by_a_person(
    street: Neighbourhood, people: People
) -> None:
    answerable(street).writes("""
        at    | author | text
        20:01 | Anna   | help er wordt ingebroken
    """)
    rule(street, people, asks={"inbraak": ("where",)})
    tick(street, minutes=1)
    must_ask(street, "kind\n")
    rule(street, people, asks={"inbraak": ("where",)}, urgent_police=True)
    tick(street, minutes=1)
    must_ask(street, "kind\nwhere")


def test_it_does_not_ask_where_somebody_is_at_work(room: Neighbourhood, people: People) -> None:
    room.does(triage.accept, 1, people.dora)
    rule(room, people, asks=SOMEWHERE)
    tick(room, minutes=1)
    must_ask(room, "kind\n")


def test_it_says_once_when_a_person_takes_over(room: Neighbourhood, people: People) -> None:
    rule(room, people, asks=SOMEWHERE)
    tick(room, minutes=1)
    room.clock.forward(seconds=30)
    room.does(triage.accept, 1, people.dora)
    for _ in range(3):
        tick(room, seconds=10)
    must_tell(
        room,
        """
        kind     | by
        question | system
        takeover | system
        """,
    )


def test_a_person_who_asks_ends_its_question_and_says_so(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, asks=SOMEWHERE)
    tick(room, minutes=1)
    wish = Wish(kind=Asking.STILL, text="Nog gaande?", enough=2, open_min=10)
    room.does(ask, 1, people.dora, wish.text, hold=HOLD, means=means_of(room), wish=wish)
    must_ask(room, "kind  | state  | by\nwhere | closed | system\nstill | open   | dora")
    must_tell(room, "kind\nquestion\ntakeover\nquestion")


def test_an_answer_places_the_incident_only_where_a_rule_says_so(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, asks=SOMEWHERE, enough=9)
    tick(room, minutes=1)
    deliver(room)
    answer = """
        at    | id   | author | reply_to | text
        20:05 | {id} | Cor    | ours-1   | Bostonsingel 36
    """
    room.writes(answer.format(id="c"))
    assert room.incident().location.street is None
    rule(room, people, asks=SOMEWHERE, enough=9, takes_place=True)
    room.writes(answer.format(id="d"))
    incident = room.incident()
    assert (incident.location.name, incident.resident_count) == ("Bostonsingel 36", 2)
    assert answered(room) == ["place Bostonsingel 36"] * 2
    room.writes("""
        at    | id | kind   | author | text
        20:06 | d  | delete | Cor    | -
    """)
    assert room.incident().location.street is None, "erasing the answer erases the place"


def test_after_the_last_day_nothing_is_asked(room: Neighbourhood, people: People) -> None:
    rule(room, people, asks=SOMEWHERE)
    with room.store.unit() as unit:
        unit.pilots.set_period(room.pilot.id, room.pilot.starts_on, date(2021, 4, 9))
    tick(room, minutes=1)
    must_ask(room, "kind\n")


BAD: dict[str, dict[str, Any]] = {
    "step": {"receipts": ("close",)},
    "kind": {"asks": {"overlast": ("waarom",)}},
    "topic": {"asks": {"kletsen": ("where",)}},
    "hour": {"quiet_from": "25:00"},
    "words for an hour": {"quiet_until": "laat"},
    "none a day": {"a_day": 0},
    "endless": {"enough": 10_000},
    "open for ever": {"open_min": 10**9},
    "unknown text": {"texts": {"groet": "Hoi"}},
    "unknown field": {"texts": {"thanks": "Dank {naam}"}},
    "code in a field": {"texts": {"thanks": "{topic.__class__}"}},
    "loose brace": {"texts": {"thanks": "Dank } u"}},
    "endless text": {"texts": {"thanks": "x" * 501}},
}


@pytest.mark.parametrize("name", BAD)
def test_rules_that_cannot_be_are_refused(name: str) -> None:
    with pytest.raises(BadInput):
        Rules(**BAD[name])


def test_rules_are_kept_audited_and_only_an_administrators(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, a_day=2, texts={"thanks": "Dank, {number}!", "takeover": " "})
    with room.store.unit() as unit:
        rules = rules_of(room.pilot.id, unit)
        incident = unit.incidents.get(1)
        entries = unit.audit.of("pilot", room.pilot.id)
    assert (rules.a_day, dict(rules.texts)) == (2, {"thanks": "Dank, {number}!"})
    assert words_for("thanks", rules, incident) == "Dank, HNM-1!"
    assert entries[-1].action == "reciprocity_set"
    for user in (people.dora, people.lea):
        with pytest.raises(NotAllowed), room.store.unit() as unit:
            set_rules(room.pilot.id, Rules(), user, unit)


def test_rules_that_were_spoilt_switch_nothing_on(room: Neighbourhood) -> None:
    with room.store.unit() as unit:
        unit.reach.set_rules(room.pilot.id, {"asks": {"kletsen": ["where"]}, "new": 1})
        assert rules_of(room.pilot.id, unit) == Rules()
