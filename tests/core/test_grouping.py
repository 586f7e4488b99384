"""Merging and splitting keep every link and message; taking them back restores both sides."""

from __future__ import annotations

from typing import Any

import pytest

from core import triage
from core.domain import Incident, User
from core.doubt import undo_answer
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NothingToUndo, NotPossible
from core.grouping import merge, move, split, take_out_as_no_report
from core.store import Unit
from core.store.tables import labels, links
from core.topics import topics
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People

TWO = """
    at    | author | text
    20:01 | Anna   | Er is ingebroken op de Bostonsingel
    20:02 | Bram   | help nu ingebroken, ook op de Bostonsingel
    20:03 | Anna   | Grofvuil op de Londensingel
    20:04 | Fatima | vuilnis op de Londensingel ja
"""
BEFORE = """
    id | topic   | urgency    | status | messages | residents | street       | opened | merged_into
    1  | inbraak | urgent     | new    | 2        | 2         | Bostonsingel | 20:01  | -
    2  | afval   | not_urgent | new    | 2        | 2         | Londensingel | 20:03  | -
"""


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """HNM-1, a burglary told by two, and HNM-2, waste told by two of whom one is the same."""
    street.writes(TWO)
    return street


def bring_in(
    incident_id: int, version: int, user: User, unit: Unit, other_id: int, room: Neighbourhood
) -> Incident:
    return merge(incident_id, version, other_id, user, unit, room.areas)


def take_out(
    incident_id: int, version: int, user: User, unit: Unit, chosen: list[int], room: Neighbourhood
) -> Incident:
    return split(incident_id, version, chosen, user, unit, room.areas, topics())


def all_links(room: Neighbourhood) -> list[tuple[int, int, float]]:
    with room.store.read() as connection:
        rows = connection.execute(links.select().order_by(links.c.id))
        return [(row.id, row.message_id, row.strength) for row in rows]


def split_first(room: Neighbourhood, people: People) -> None:
    """Takes the first message of HNM-1 out, into HNM-3."""
    room.does(take_out, 1, people.dora, [1], room)


def test_the_room_is_as_the_table_says(room: Neighbourhood) -> None:
    room.must_show(BEFORE)


def test_merging_brings_all_messages_under_one_and_counts_different_residents(
    room: Neighbourhood, people: People
) -> None:
    before = all_links(room)
    room.does(bring_in, 1, people.dora, 2, room)
    room.must_show("""
        id | topic   | urgency    | status | messages | residents | merged_into
        1  | inbraak | urgent     | new    | 4        | 3         | -
        2  | afval   | not_urgent | closed | 0        | 0         | 1
    """)
    assert all_links(room) == before
    assert room.history(1)[-1] == ("dora", "merge")
    assert room.history(2)[-1] == ("dora", "merged_into")


def test_taking_a_merge_back_restores_both_sides(room: Neighbourhood, people: People) -> None:
    before, belonged = all_links(room), room.belongs()
    room.does(bring_in, 1, people.dora, 2, room)
    room.does(undo, 1, people.dora, room.areas)
    room.must_show(BEFORE)
    assert (all_links(room), room.belongs()) == (before, belonged)


def test_after_taking_a_merge_back_earlier_steps_of_both_can_be_taken_back(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 2, people.dora)
    room.does(bring_in, 1, people.dora, 2, room)
    room.does(undo, 1, people.dora, room.areas)
    room.does(undo, 2, people.dora, room.areas)
    room.must_show(BEFORE)


def test_a_message_that_joins_after_a_merge_stays_where_it_joined(
    room: Neighbourhood, people: People
) -> None:
    room.does(bring_in, 1, people.dora, 2, room)
    room.writes("""
        id | at    | author | text
        z  | 20:06 | Joost  | nog een inbraak op de Bostonsingel
    """)
    room.does(undo, 1, people.dora, room.areas)
    room.must_show("""
        id | messages | residents
        1  | 3        | 3
        2  | 2        | 2
    """)


def test_a_merge_that_was_built_upon_is_not_taken_back_from_under_it(
    room: Neighbourhood, people: People
) -> None:
    room.writes("""
        id | at    | author | text
        z  | 20:06 | Joost  | wrak op de Athenesingel
    """)
    room.does(bring_in, 1, people.dora, 2, room)
    room.does(bring_in, 3, people.dora, 1, room)
    with pytest.raises(NothingToUndo):
        room.does(undo, 1, people.dora, room.areas)
    room.does(undo, 3, people.dora, room.areas)
    room.does(undo, 1, people.dora, room.areas)
    assert [room.incident(number).message_count for number in (1, 2, 3)] == [2, 2, 1]


def test_what_was_merged_takes_no_further_steps(room: Neighbourhood, people: People) -> None:
    room.does(bring_in, 1, people.dora, 2, room)
    with pytest.raises(NotPossible):
        room.does(triage.reopen, 2, people.dora, "Toch iets anders")
    with pytest.raises(BadInput):
        room.does(bring_in, 1, people.dora, 2, room)


def test_splitting_takes_the_chosen_messages_out(room: Neighbourhood, people: People) -> None:
    before = all_links(room)
    split_first(room, people)
    room.must_show("""
        id | topic   | urgency    | status | messages | residents | opened
        1  | inbraak | urgent     | new    | 1        | 1         | 20:02
        2  | afval   | not_urgent | new    | 2        | 2         | 20:03
        3  | inbraak | not_urgent | new    | 1        | 1         | 20:01
    """)
    assert all_links(room) == before
    assert room.history(3) == [("dora", "split_from")]


def test_taking_a_split_back_restores_both_sides(room: Neighbourhood, people: People) -> None:
    belonged = room.belongs()
    split_first(room, people)
    room.does(undo, 1, people.dora, room.areas)
    assert room.belongs() == belonged
    room.must_show("""
        id | status | messages | residents | opened | merged_into
        1  | new    | 2        | 2         | 20:01  | -
        2  | new    | 2        | 2         | 20:03  | -
        3  | closed | 0        | 0         | 20:01  | 1
    """)


def test_messages_that_joined_the_part_split_off_come_back_with_it(
    room: Neighbourhood, people: People
) -> None:
    room.does(take_out, 2, people.dora, [3], room)
    room.does(triage.close, 2, people.wim)
    room.writes("""
        id | at    | author | text
        z  | 20:06 | Joost  | nog meer grofvuil op de Londensingel
    """)
    assert room.incident(3).message_count == 2
    room.does(triage.reopen, 2, people.wim, "Nog niet weg")
    for user in (people.wim, people.wim, people.dora):
        room.does(undo, 2, user, room.areas)
    assert (room.incident(2).message_count, room.incident(3).message_count) == (3, 0)


def test_a_part_that_somebody_works_on_is_not_taken_away(
    room: Neighbourhood, people: People
) -> None:
    split_first(room, people)
    room.does(triage.accept, 3, people.daan)
    with pytest.raises(ChangedMeanwhile) as told:
        room.does(undo, 1, people.dora, room.areas)
    assert (told.value.params["number"], told.value.params["who"]) == ("HNM-3", "daan")


def test_erasing_a_message_between_a_step_and_its_undo_is_no_problem(
    room: Neighbourhood, people: People
) -> None:
    room.does(bring_in, 1, people.dora, 2, room)
    room.writes("""
        id | kind   | at    | text
        m3 | delete | 20:06 | -
    """)
    room.does(undo, 1, people.dora, room.areas)
    room.must_show("""
        id | messages | status
        1  | 2        | new
        2  | 1        | new
    """)


@pytest.mark.parametrize("chosen", [[], [1, 2], [3], [99]])
def test_none_all_or_others_cannot_be_split_off(
    chosen: list[int], room: Neighbourhood, people: People
) -> None:
    with pytest.raises(BadInput):
        room.does(take_out, 1, people.dora, chosen, room)
    room.must_show(BEFORE)


def test_an_incident_is_not_merged_with_itself(room: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        room.does(bring_in, 1, people.dora, 1, room)


def test_who_may_not_correct_may_neither_merge_nor_split(
    room: Neighbourhood, people: People
) -> None:
    with pytest.raises(NotAllowed):
        room.does(bring_in, 1, people.hanna, 2, room)
    with pytest.raises(NotAllowed):
        room.does(take_out, 1, people.hanna, [1], room)


def test_both_are_examples_until_they_are_taken_back(room: Neighbourhood, people: People) -> None:
    room.does(bring_in, 1, people.dora, 2, room)
    room.does(undo, 1, people.dora, room.areas)
    split_first(room, people)
    with room.store.read() as connection:
        found = [(row.what, row.after) for row in connection.execute(labels.select())]
    assert found == [("same_incident", False)]


def put(
    incident_id: int, version: int, user: User, unit: Unit, message: int, to: int, room: Any
) -> Incident:
    return move(incident_id, version, message, to, user, unit, room.areas)


def drop(incident_id: int, version: int, user: User, unit: Unit, message: int) -> Incident:
    return take_out_as_no_report(incident_id, version, message, user, unit, topics())


def pairs(room: Neighbourhood) -> list[tuple[int | None, int | None, object]]:
    with room.store.read() as connection:
        rows = connection.execute(labels.select().order_by(labels.c.id))
        return [
            (row.message_id, row.other_message_id, row.after)
            for row in rows
            if row.what == "same_incident"
        ]


def test_one_message_is_put_where_it_belongs_and_both_sides_know(
    room: Neighbourhood, people: People
) -> None:
    room.does(put, 1, people.dora, 2, 2, room)
    room.must_show("""
        id | topic   | urgency    | messages | residents
        1  | inbraak | not_urgent | 1        | 1
        2  | afval   | urgent     | 3        | 3
    """)
    assert room.history(1)[-1] == ("dora", "move")
    assert room.history(2)[-1] == ("dora", "moved_here")
    assert pairs(room) == [(2, 1, False), (2, 3, True)]


def test_taking_a_move_back_restores_both_sides_and_the_examples(
    room: Neighbourhood, people: People
) -> None:
    before, belonged = all_links(room), room.belongs()
    room.does(put, 1, people.dora, 2, 2, room)
    room.does(undo, 1, people.dora, room.areas)
    room.must_show(BEFORE)
    assert (all_links(room), room.belongs(), pairs(room)) == (before, belonged, [])
    with room.store.read() as connection:
        assert {row.by for row in connection.execute(links.select())} == {"system"}


def test_a_move_that_was_built_upon_is_not_taken_back_from_under_it(
    room: Neighbourhood, people: People
) -> None:
    room.does(put, 1, people.dora, 2, 2, room)
    room.does(triage.accept, 2, people.daan)
    with pytest.raises(ChangedMeanwhile):
        room.does(undo, 1, people.dora, room.areas)


def test_the_only_message_takes_its_incident_along(room: Neighbourhood, people: People) -> None:
    room.writes("""
        id | at    | author | text
        z  | 20:06 | Joost  | wrak op de Athenesingel
    """)
    taken_in = room.does(put, 3, people.dora, 5, 2, room)
    assert taken_in.id == 2
    room.must_show("""
        id | messages | merged_into
        1  | 2        | -
        2  | 3        | -
        3  | 0        | 2
    """)
    room.does(undo, 2, people.dora, room.areas)
    assert room.incident(3).message_count == 1


def test_a_message_goes_nowhere_it_cannot(room: Neighbourhood, people: People) -> None:
    room.does(triage.close, 2, people.dora)
    for message, to in ((2, 2), (2, 1), (3, 2), (99, 2)):
        with pytest.raises(BadInput):
            room.does(put, 1, people.dora, message, to, room)
    with pytest.raises(NotAllowed):
        room.does(put, 1, people.hanna, 2, 2, room)


def test_who_moves_what_a_colleague_changed_is_told(room: Neighbourhood, people: People) -> None:
    room.does(triage.accept, 1, people.daan)
    with room.store.unit() as unit, pytest.raises(ChangedMeanwhile):
        move(1, 1, 2, 2, people.dora, unit, room.areas)


def test_a_message_that_reports_nothing_leaves_and_can_come_back(
    room: Neighbourhood, people: People
) -> None:
    room.does(drop, 1, people.dora, 2)
    assert room.incident(1).message_count == 1
    assert room.history(1)[-1] == ("dora", "no_report")
    room.does(undo, 1, people.dora, room.areas)
    room.must_show(BEFORE)


def test_the_only_message_that_reports_nothing_closes_and_can_come_back(
    room: Neighbourhood, people: People
) -> None:
    split_first(room, people)
    room.does(drop, 3, people.dora, 1)
    assert room.incident(3).status.value == "closed"
    room.does(undo, 3, people.dora, room.areas)
    assert (room.incident(3).message_count, room.incident(3).status.value) == (1, "new")


def test_what_a_colleague_put_back_elsewhere_bars_no_earlier_undo(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 1, people.dora)
    room.does(drop, 1, people.dora, 2)
    with room.store.unit() as unit:
        undo_answer(2, people.dora, unit, topics())
    room.does(undo, 1, people.dora, room.areas)
    room.must_show(BEFORE)
