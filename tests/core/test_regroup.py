"""Clustering a period proposes; only a person applies; what was overtaken falls away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from connectors.regroup import Regrouper, propose
from core import triage
from core.domain import Assessment, Location, Member, Message, User
from core.errors import ChangedMeanwhile, NotAllowed, NothingToUndo
from core.ports import Tie
from core.regroup import accept, proposals, reject, take_back
from core.store.regroup_queries import Regrouping, standing
from core.store.tables import labels
from core.topics import topics
from models.regroup import PairClusters
from tests.neighbourhood import Neighbourhood
from tests.people import People

WRITTEN = """
    id | at    | author | text
    a  | 20:01 | Anna   | Grofvuil op de Londensingel
    b  | 20:02 | Bram   | vuilnis op de Londensingel ja
    c  | 20:03 | Joost  | wrak op de Athenesingel
    d  | 20:04 | Fatima | wrak Athenesingel zonder wielen
"""


class SameWords:
    """A weigher by words alone: whoever names a street that the other named belongs with it."""

    def __init__(self, *streets: str) -> None:
        self.streets = streets

    def ties(
        self, message: Message, judged: Assessment, here: Location, earlier: Sequence[Member]
    ) -> list[Tie]:
        mine = [s for s in self.streets if s in message.redacted.casefold()]
        return [
            Tie(earlier_id=m.message_id, strength=0.9, reasons=())
            for m in earlier
            if any(street in m.rare_words for street in mine)
        ]


ALL_ONE = SameWords("londensingel", "athenesingel")


class AllOne(SameWords):
    """A weigher to which everything belongs together."""

    def ties(
        self, message: Message, judged: Assessment, here: Location, earlier: Sequence[Member]
    ) -> list[Tie]:
        return [Tie(earlier_id=m.message_id, strength=0.9, reasons=()) for m in earlier]


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    """HNM-1, waste told by two, and HNM-2, a wreck told by two."""
    street.writes(WRITTEN)
    return street


def proposed(room: Neighbourhood, weigher: SameWords) -> list[Regrouping]:
    propose(room.pilot.id, room.services, weigher, PairClusters())
    with room.store.read() as connection:
        return standing(connection)


def accepts(room: Neighbourhood, one: Regrouping, user: User) -> None:
    with room.store.unit() as unit:
        accept(one, user, unit, room.areas, topics())


def test_what_clusters_as_it_was_grouped_is_no_proposal(room: Neighbourhood) -> None:
    assert proposed(room, ALL_ONE) == []


def test_two_incidents_in_one_cluster_are_proposed_and_nothing_is_done(
    room: Neighbourhood,
) -> None:
    (one,) = proposed(room, AllOne())
    assert (one.kind, one.incident_id, one.other_id) == ("merge", 1, 2)
    room.must_show("""
        id | status | messages
        1  | new    | 2
        2  | new    | 2
    """)


def test_an_accepted_merge_is_a_step_with_its_undo(room: Neighbourhood, people: People) -> None:
    (one,) = proposed(room, AllOne())
    accepts(room, one, people.dora)
    assert room.incident(1).message_count == 4
    assert room.history(1)[-1] == ("dora", "merge")
    with room.store.unit() as unit:
        take_back(one.id, people.dora, unit, room.areas)
    assert room.incident(1).message_count == 2
    with room.store.read() as connection:
        assert [again.id for again in standing(connection)] == [one.id]


def test_one_incident_in_two_clusters_is_proposed_to_be_split(
    room: Neighbourhood, people: People
) -> None:
    (merge_them,) = proposed(room, AllOne())
    accepts(room, merge_them, people.dora)
    (one,) = proposed(room, ALL_ONE)
    assert (one.kind, one.incident_id, one.message_ids) == ("split", 1, (3, 4))
    accepts(room, one, people.dora)
    room.must_show("""
        id | messages
        1  | 2
        2  | 0
        3  | 2
    """)


def test_what_a_person_left_is_an_example_and_not_proposed_again(
    room: Neighbourhood, people: People
) -> None:
    (one,) = proposed(room, AllOne())
    with room.store.unit() as unit:
        reject(one, people.dora, unit)
    assert proposed(room, AllOne()) == []
    with room.store.read() as connection:
        (label,) = connection.execute(labels.select()).all()
    assert (label.what, label.after, label.message_id, label.other_message_id) == (
        "same_incident", False, 3, 2,
    )  # fmt: skip
    with room.store.unit() as unit:
        take_back(one.id, people.dora, unit, room.areas)
    assert [again.id for again in proposed(room, AllOne())] == [one.id]


def test_a_message_that_comes_makes_a_proposal_fall_away(
    room: Neighbourhood, people: People
) -> None:
    (one,) = proposed(room, AllOne())
    room.writes("""
        id | at    | author | text
        e  | 20:06 | Anna   | wrak op de Athenesingel weer
    """)
    with room.store.read() as connection:
        assert standing(connection) == []
    with pytest.raises(ChangedMeanwhile):
        accepts(room, one, people.dora)


def test_what_was_closed_is_not_proposed_any_more(room: Neighbourhood, people: People) -> None:
    proposed(room, AllOne())
    room.does(triage.close, 2, people.dora)
    with room.store.read() as connection:
        assert standing(connection) == []
    assert proposed(room, AllOne()) == []


def test_two_who_answer_at_once_answer_once(room: Neighbourhood, people: People) -> None:
    (one,) = proposed(room, AllOne())
    accepts(room, one, people.dora)
    with pytest.raises(ChangedMeanwhile):
        accepts(room, one, people.daan)
    with room.store.unit() as unit, pytest.raises(NothingToUndo):
        take_back(one.id, people.daan, unit, room.areas)


def test_who_may_not_correct_may_not_answer(room: Neighbourhood, people: People) -> None:
    (one,) = proposed(room, AllOne())
    with pytest.raises(NotAllowed):
        accepts(room, one, people.ron)
    with room.store.unit() as unit, pytest.raises(NotAllowed):
        reject(one, people.hanna, unit)


def test_the_worker_looks_again_only_when_something_changed(room: Neighbourhood) -> None:
    worker = Regrouper(room.services, AllOne, PairClusters)
    assert [worker.step(), worker.step()] == [1, 0]
    room.clock.forward(minutes=11)
    assert worker.step() == 0
    room.writes("""
        id | at    | author | text
        e  | 20:30 | Anna   | grofvuil Londensingel
    """)
    room.clock.forward(minutes=11)
    assert worker.step() == 1


def test_without_a_trained_model_nothing_is_proposed(room: Neighbourhood) -> None:
    assert Regrouper(room.services, lambda: None, PairClusters).step() == 0


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_any_messages_are_no_clusters(count: int) -> None:
    assert PairClusters().labels(np.ones((count, count))) == [-1] * count


def test_a_stray_message_alone_is_never_split_off() -> None:
    apart = np.array([[0, 0.1, 0.9], [0.1, 0, 0.9], [0.9, 0.9, 0]])
    assert proposals([1, 2, 3], {1: 7, 2: 7, 3: 7}, [0, 0, 1], apart) == []
