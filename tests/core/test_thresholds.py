"""An administrator moves a threshold: with a reason, seen by all, and taken back if need be."""

from __future__ import annotations

import pytest

from core.assess import Thresholds
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NothingToUndo, ReasonMissing
from core.store import Unit
from core.thresholds import MOVES, current, move, take_back
from tests.people import CAST, People

LOWER = Thresholds(urgent=0.1)


@pytest.mark.parametrize("login", sorted(set(CAST) - {"ada"}))
def test_only_an_administrator_may(login: str, unit: Unit, people: People) -> None:
    with pytest.raises(NotAllowed):
        move(1, LOWER, "minder missen", getattr(people, login), unit)
    with pytest.raises(NotAllowed):
        take_back(1, getattr(people, login), unit)


def test_what_is_moved_holds_and_leaves_its_reason(unit: Unit, people: People) -> None:
    move(1, LOWER, "  minder missen ", people.ada, unit)
    assert current(1, unit) == LOWER
    (entry,) = MOVES.of(1, unit)
    assert (entry.actor, entry.reason) == ("ada", "minder missen")
    assert (entry.detail["before"]["urgent"], entry.detail["after"]["urgent"]) == (0.2, 0.1)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_move_needs_a_reason(reason: str, unit: Unit, people: People) -> None:
    with pytest.raises(ReasonMissing):
        move(1, LOWER, reason, people.ada, unit)
    assert current(1, unit) == Thresholds()


def test_nothing_moved_is_no_move(unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        move(1, Thresholds(), "zomaar", people.ada, unit)


def test_sure_does_not_lie_below_relevant(unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        move(1, Thresholds(relevant=0.8, sure=0.7), "strenger", people.ada, unit)


def test_who_saw_an_older_state_does_not_overwrite(unit: Unit, people: People) -> None:
    move(1, LOWER, "minder missen", people.ada, unit)
    with pytest.raises(ChangedMeanwhile) as found:
        move(1, Thresholds(urgent=0.4), "minder vals", people.ada, unit, seen=Thresholds())
    assert found.value.params["who"] == "ada"


def test_the_last_move_is_taken_back_and_then_the_one_before(unit: Unit, people: People) -> None:
    move(1, LOWER, "minder missen", people.ada, unit)
    move(1, Thresholds(urgent=0.05), "nog minder", people.ada, unit)
    assert take_back(1, people.ada, unit) == LOWER
    assert take_back(1, people.ada, unit) == Thresholds()
    assert current(1, unit) == Thresholds()
    with pytest.raises(NothingToUndo):
        take_back(1, people.ada, unit)
    assert MOVES.newest(MOVES.of(1, unit)) is None
    assert len(MOVES.of(1, unit)) == 4


def test_a_colleagues_move_is_not_taken_back(unit: Unit, people: People) -> None:
    from dataclasses import replace

    colleague = replace(people.ada, login="arie")
    move(1, LOWER, "minder missen", colleague, unit)
    with pytest.raises(NothingToUndo):
        take_back(1, people.ada, unit)
