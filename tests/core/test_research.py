"""Research: who may ask, what a run keeps, and what is never shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from connectors.research import LEASE, work_one_run
from core.errors import BadInput, NotAllowed, NotPossible
from core.grouping import merge
from core.ports import Clustering
from core.privacy.erase import erase_message
from core.research import (
    OUTSIDE,
    TooManyRuns,
    adjusted_rand,
    ask_for,
    cancel,
    distinctive_terms,
    read_findings,
    texts_of,
)
from core.store import Unit
from core.store.research_queries import (
    Outcome,
    Recipe,
    Run,
    RunState,
    Spot,
    latest_runs,
    outcome_of,
    spots,
)
from core.store.tables import messages, runs
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import START

DAY = START.date()
RECIPE = Recipe(first=DAY, last=DAY, min_cluster_size=2, min_samples=1)


class ByTurns:
    """A fake: vectors go in two clusters by turns; the third is outside."""

    def find(
        self, vectors: np.ndarray, *, min_cluster_size: int, min_samples: int, fine: bool
    ) -> Clustering:
        labels = tuple(OUTSIDE if place == 2 else place % 2 for place in range(len(vectors)))
        return Clustering(labels=labels, points=tuple((0.0, 1.0) for _ in labels), explained=0.5)


class Broken:
    def find(
        self, vectors: np.ndarray, *, min_cluster_size: int, min_samples: int, fine: bool
    ) -> Clustering:
        raise MemoryError


@pytest.fixture
def busy_street(street: Neighbourhood) -> Neighbourhood:
    street.writes("""
        at    | author | group         | text
        20:00 | Anna   | HNM Hoge Veld | er is ingebroken in de Bostonsingel
        20:05 | Bram   | HNM Hoge Veld | grofvuil bij de container
        20:10 | Fatima | HNM Lage Veld | grofvuil naast de container
        20:11 | Joost  | HNM Lage Veld | weer grofvuil bij de container
    """)
    return street


def asked(street: Neighbourhood, people: People, recipe: Recipe = RECIPE) -> int:
    with street.store.unit() as unit:
        return ask_for(recipe, street.pilot.id, people.ron, unit)


def works(street: Neighbourhood, clusters: object = None) -> int:
    return work_one_run(street.services, lambda: clusters or ByTurns(), "me")


def newest(street: Neighbourhood) -> Run:
    with street.store.read() as connection:
        return latest_runs(connection, street.pilot.id)[0]


def outcome(street: Neighbourhood) -> tuple[Outcome | None, dict[int, Spot]]:
    with street.store.read() as connection:
        run = latest_runs(connection, street.pilot.id)[0]
        return outcome_of(connection, run.id), spots(connection, run)


def agreement(street: Neighbourhood) -> float | None:
    found, seen = outcome(street)
    assert found is not None
    return read_findings(found, seen).agreement


def test_a_run_waits_until_the_worker_has_computed_it(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    assert newest(busy_street).state is RunState.QUEUED
    assert works(busy_street) == 1
    assert newest(busy_street).state is RunState.DONE
    assert works(busy_street) == 0
    found, seen = outcome(busy_street)
    assert found is not None
    assert (found.message_ids, found.clusters) == ((1, 2, 3, 4), (0, 1, OUTSIDE, 1))
    assert set(seen) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("changed", "ids"),
    [
        ({"topics": ("afval",)}, {2, 3, 4}),
        ({"group_ids": (1,)}, {1, 2}),
        ({"first": DAY - timedelta(days=9), "last": DAY - timedelta(days=1)}, set()),
    ],
    ids=["topics", "groups", "days"],
)
def test_a_recipe_names_topics_groups_and_days(
    busy_street: Neighbourhood, people: People, changed: dict[str, object], ids: set[int]
) -> None:
    asked(busy_street, people, replace(RECIPE, **changed))
    works(busy_street)
    found, _ = outcome(busy_street)
    assert found is not None
    assert set(found.message_ids) == ids


def test_what_is_stored_of_a_run_holds_no_words(busy_street: Neighbourhood, people: People) -> None:
    asked(busy_street, people)
    works(busy_street)
    with busy_street.store.read() as connection:
        row = connection.execute(sa.select(runs)).one()
    assert "grofvuil" not in str(row)


def test_of_too_many_messages_an_even_sample_is_taken(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    with busy_street.store.read() as connection:
        ids, vectors, found = Unit(connection, START).runs.material(newest(busy_street), 2)
    assert (ids, len(vectors), found) == ([1, 3], 2, 4)


def test_vectors_of_another_encoder_are_left_out(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    with busy_street.store.unit() as unit:
        unit.connection.execute(
            sa.update(messages).where(messages.c.id == 2).values(embedding=b"\0\0")
        )
        ids, _, _ = unit.runs.material(newest(busy_street), 100)
    assert ids == [1, 3, 4]


def test_an_erased_message_is_in_no_outcome_any_more(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    works(busy_street)
    with busy_street.store.unit() as unit:
        key = unit.connection.execute(
            sa.select(messages.c.message_key).where(messages.c.id == 4)
        ).scalar_one()
        erase_message(key, busy_street.group("HNM Lage Veld").id, busy_street.areas, unit, by="ada")
    found, seen = outcome(busy_street)
    assert found is not None
    findings = read_findings(found, seen)
    assert findings.gone_count == 1
    assert {dot.message_id for dot in findings.dots} == {1, 2, 3}


def test_only_researchers_and_the_lead_may_ask(busy_street: Neighbourhood, people: People) -> None:
    for user in people.all():
        with busy_street.store.unit() as unit:
            if user.login in ("ron", "lea"):
                ask_for(RECIPE, busy_street.pilot.id, user, unit)
            else:
                with pytest.raises(NotAllowed):
                    ask_for(RECIPE, busy_street.pilot.id, user, unit)


@pytest.mark.parametrize(
    "changed",
    [
        {"last": DAY - timedelta(days=1)},
        {"last": DAY + timedelta(days=400)},
        {"min_cluster_size": 1},
        {"min_samples": 0},
    ],
    ids=str,
)
def test_a_recipe_that_makes_no_sense_is_refused(
    busy_street: Neighbourhood, people: People, changed: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        asked(busy_street, people, replace(RECIPE, **changed))


def test_nobody_can_fill_the_queue(busy_street: Neighbourhood, people: People) -> None:
    for _ in range(3):
        asked(busy_street, people)
    with pytest.raises(TooManyRuns):
        asked(busy_street, people)


def test_a_stopped_run_is_not_computed(busy_street: Neighbourhood, people: People) -> None:
    run_id = asked(busy_street, people)
    with busy_street.store.unit() as unit:
        cancel(run_id, people.ron, unit)
    assert works(busy_street) == 0
    assert newest(busy_street).state is RunState.CANCELLED
    with busy_street.store.unit() as unit, pytest.raises(NotPossible):
        cancel(run_id, people.ron, unit)


def test_a_failure_is_said_and_holds_nobody_up(busy_street: Neighbourhood, people: People) -> None:
    asked(busy_street, people)
    asked(busy_street, people)
    assert works(busy_street, Broken()) == 1
    assert works(busy_street) == 1
    with busy_street.store.read() as connection:
        second, first = latest_runs(connection, busy_street.pilot.id)
    assert (first.state, first.error) == (RunState.FAILED, "MemoryError")
    assert second.state is RunState.DONE


def test_the_run_of_a_dead_worker_is_taken_up_again_but_not_for_ever(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    for worker in ("one", "two", "three"):
        with busy_street.store.unit() as unit:
            assert unit.runs.take(worker, LEASE) is not None
            assert unit.runs.take("another", LEASE) is None
        busy_street.clock.forward(minutes=11)
    assert works(busy_street) == 0
    assert (newest(busy_street).state, newest(busy_street).error) == (RunState.FAILED, "gave_up")


def test_a_run_that_went_to_another_worker_is_no_longer_written(
    busy_street: Neighbourhood, people: People
) -> None:
    run_id = asked(busy_street, people)
    with busy_street.store.unit() as unit:
        unit.runs.take("slow", LEASE)
    busy_street.clock.forward(minutes=11)
    assert works(busy_street) == 1
    with busy_street.store.unit() as unit:
        assert not unit.runs.finish(run_id, "slow", {})


def test_agreement_follows_what_people_decided_since(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    works(busy_street)
    before = agreement(busy_street)
    with busy_street.store.unit() as unit:
        version = unit.incidents.get(1).version
        merge(1, version, 2, people.dora, unit, busy_street.areas)
    assert agreement(busy_street) != before


def test_texts_are_for_who_may_see_incidents(people: People) -> None:
    placed = placed_in(0, {1: "Anna", 2: "Bram"})
    seen = {1: spot(1, "Anna", "fiets weg"), 2: spot(2, "Bram", "fiets gestolen")}
    assert [one.message_id for one in texts_of(0, placed, seen, people.lea)] == [1, 2]
    with pytest.raises(NotAllowed):
        texts_of(0, placed, seen, people.ron)


TERMS = [
    ("three residents said it", ["Anna: brommer", "Bram: brommer", "Fatima: brommer"], {"brommer"}),
    ("two residents, one twice", ["Anna: brommer", "Bram: brommer", "Bram: brommer"], set()),
    ("it has a digit", ["Anna: 12ab", "Bram: 12ab", "Fatima: 12ab"], set()),
    ("everybody says such words", ["Anna: staat", "Bram: staat", "Fatima: staat"], set()),
]  # fmt: skip


@pytest.mark.parametrize(("claim", "said", "shown"), TERMS, ids=[term[0] for term in TERMS])
def test_a_word_is_shown_when_enough_residents_used_it(
    claim: str, said: list[str], shown: set[str]
) -> None:
    members = [spot(n, *line.split(": ")) for n, line in enumerate(said)]
    assert set(distinctive_terms({0: members})[0]) == shown


def test_the_words_that_set_a_cluster_apart_come_first() -> None:
    who = ("Anna", "Bram", "Fatima")
    bicycles = [spot(n, name, "fiets gestolen schuur") for n, name in enumerate(who)]
    scooters = [spot(n, name, "brommer gestolen schuur") for n, name in enumerate(who)]
    terms = distinctive_terms({0: bicycles, 1: scooters})
    assert (terms[0][0], terms[1][0]) == ("fiets", "brommer")


GROUPINGS = [
    ("the same", "AABB", "1122", 1.0),
    ("the same under other names", "AABB", "2211", 1.0),
    ("as far apart as can be", "AABB", "1212", -0.5),
    ("one of six elsewhere", "AAABBB", "112222", 0.3243),
]


@pytest.mark.parametrize(("claim", "ours", "theirs", "agreement"), GROUPINGS)
def test_agreement_is_1_for_the_same_and_0_for_chance(
    claim: str, ours: str, theirs: str, agreement: float
) -> None:
    assert adjusted_rand(ours, theirs) == pytest.approx(agreement, abs=1e-4)


def test_agreement_is_what_another_library_says() -> None:
    from sklearn.metrics import adjusted_rand_score

    draw = np.random.default_rng(7)
    ours, theirs = draw.integers(0, 8, 500).tolist(), draw.integers(0, 5, 500).tolist()
    assert adjusted_rand(ours, theirs) == pytest.approx(adjusted_rand_score(ours, theirs))


@pytest.mark.parametrize(("ours", "theirs"), [("", ""), ("A", "1"), ("AB", "12"), ("AA", "11")])
def test_where_nothing_can_be_compared_there_is_no_number(ours: str, theirs: str) -> None:
    assert adjusted_rand(ours, theirs) is None


def spot(number: int, resident: str, words: str, incident_id: int | None = 1) -> Spot:
    return Spot(
        message_id=number,
        resident=resident,
        topic="afval",
        incident_id=incident_id,
        sent_at=START,
        redacted=words,
    )


def placed_in(cluster: int, residents: dict[int, str]) -> Outcome:
    return Outcome(
        message_ids=tuple(residents),
        clusters=(cluster,) * len(residents),
        points=((0.0, 0.0),) * len(residents),
        explained=0.5,
        found_count=len(residents),
    )
