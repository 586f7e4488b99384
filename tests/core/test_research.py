"""Research: who may ask, what a run keeps, and what is never shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from connectors.research import LEASE
from core.comparison import compare
from core.errors import BadInput, NotAllowed, NotPossible
from core.findings import OUTSIDE, distinctive_terms, read_findings, with_incidents
from core.grouping import merge
from core.ports import Clustering, Encoder, Method, Say
from core.privacy.disclosure import Rounding
from core.privacy.erase import erase_message
from core.research import (
    TooManyRuns,
    ask_for,
    cancel,
    compute,
    delete,
    describe,
    plain,
    progress_of,
    repeat,
    steps_of,
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
    outcome_json,
    outcome_of,
    recipe_json,
    recipe_of,
    spots,
)
from core.store.tables import messages, runs
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import START

DAY = START.date()
RECIPE = Recipe(first=DAY, last=DAY, method=Method(min_cluster_size=2, min_samples=1))
ROUNDING = Rounding(lambda text: hashlib.sha256(text.encode()).hexdigest())


class ByTurns:
    """A fake: vectors go in two clusters by turns; the third is outside."""

    def find(
        self, texts: Sequence[str], vectors: np.ndarray, method: Method, say: Say
    ) -> Clustering:
        labels = tuple(OUTSIDE if place == 2 else place % 2 for place in range(len(vectors)))
        return Clustering(labels=labels, points=tuple((0.0, 1.0) for _ in labels), explained=0.5)


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


def works(street: Neighbourhood) -> None:
    """The oldest run that waits is computed here, by the fake."""
    with street.store.unit() as unit:
        run = unit.runs.take("me", LEASE)
        assert run is not None
        found = compute(unit.runs.material(run, 100), run.recipe, ByTurns(), no_encoder, unheard)
        assert unit.runs.finish(run.id, "me", outcome_json(found))


def no_encoder(name: str) -> Encoder:
    raise AssertionError(name)


def unheard(step: str, share: float) -> None:
    """Nobody listens."""


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
    measured = with_incidents(found, seen)
    return measured and measured.rand


def test_a_run_waits_until_the_worker_has_computed_it(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    assert newest(busy_street).state is RunState.QUEUED
    works(busy_street)
    assert newest(busy_street).state is RunState.DONE
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
        found = Unit(connection, START).runs.material(newest(busy_street), 2)
    assert (found.message_ids, len(found.vectors), found.found_count) == ((1, 3), 2, 4)


def test_vectors_of_another_encoder_are_left_out(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    with busy_street.store.unit() as unit:
        unit.connection.execute(
            sa.update(messages).where(messages.c.id == 2).values(embedding=b"\0\0")
        )
        found = unit.runs.material(newest(busy_street), 100)
    assert found.message_ids == (1, 3, 4)


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
    findings = read_findings(found, seen, ROUNDING)
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
        {"method": Method(min_cluster_size=1)},
        {"method": Method(min_samples=0)},
        {"method": Method(directions=51)},
        {"method": Method(neighbours=1)},
        {"method": Method(min_distance=1.0)},
        {"method": Method(seed=-1)},
        {"method": Method(kind="magic")},
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
    assert newest(busy_street).state is RunState.CANCELLED
    with busy_street.store.unit() as unit, pytest.raises(NotPossible):
        assert unit.runs.take("me", LEASE) is None
        cancel(run_id, people.ron, unit)


def test_the_run_of_a_dead_worker_is_taken_up_again_but_not_for_ever(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people)
    for worker in ("one", "two", "three"):
        with busy_street.store.unit() as unit:
            assert unit.runs.take(worker, LEASE) is not None
            assert unit.runs.take("another", LEASE) is None
        busy_street.clock.forward(minutes=2)
    with busy_street.store.unit() as unit:
        assert unit.runs.take("four", LEASE) is None
    assert (newest(busy_street).state, newest(busy_street).error) == (RunState.FAILED, "gave_up")


def test_a_run_that_went_to_another_worker_is_no_longer_written(
    busy_street: Neighbourhood, people: People
) -> None:
    run_id = asked(busy_street, people)
    with busy_street.store.unit() as unit:
        unit.runs.take("slow", LEASE)
    busy_street.clock.forward(minutes=2)
    works(busy_street)
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


def test_a_run_is_named_and_noted(busy_street: Neighbourhood, people: People) -> None:
    asked(busy_street, people)
    with busy_street.store.unit() as unit:
        describe(newest(busy_street), " Afval  in april ", "na de storm\n", people.ron, unit)
    assert (newest(busy_street).name, newest(busy_street).note) == ("Afval in april", "na de storm")
    with busy_street.store.unit() as unit, pytest.raises(BadInput):
        describe(newest(busy_street), "a" * 81, "", people.ron, unit)


def test_a_repeat_knows_what_it_repeats_and_gives_the_same(
    busy_street: Neighbourhood, people: People
) -> None:
    first_id = asked(busy_street, people)
    works(busy_street)
    first, _ = outcome(busy_street)
    with busy_street.store.unit() as unit:
        repeat(newest(busy_street), people.ron, unit)
    works(busy_street)
    second, seen = outcome(busy_street)
    assert first is not None
    assert second is not None
    assert newest(busy_street).from_run_id == first_id
    assert compare(first, second, seen).is_equal
    assert first.digest == second.digest


@pytest.mark.parametrize(("login", "may_delete"), [("ron", True), ("lea", True), ("ada", False)])
def test_a_run_is_deleted_by_its_asker_or_the_lead(
    busy_street: Neighbourhood, people: People, login: str, may_delete: bool
) -> None:
    asked(busy_street, people)
    works(busy_street)
    with busy_street.store.unit() as unit:
        if may_delete:
            delete(newest(busy_street), getattr(people, login), unit)
        else:
            with pytest.raises(NotAllowed):
                delete(newest(busy_street), getattr(people, login), unit)
    with busy_street.store.read() as connection:
        assert (latest_runs(connection, busy_street.pilot.id) == []) is may_delete


def test_a_researcher_does_not_delete_the_leads_run(
    busy_street: Neighbourhood, people: People
) -> None:
    with busy_street.store.unit() as unit:
        ask_for(RECIPE, busy_street.pilot.id, people.lea, unit)
    works(busy_street)
    with busy_street.store.unit() as unit, pytest.raises(NotAllowed):
        delete(newest(busy_street), people.ron, unit)


def test_a_run_that_is_computed_is_not_deleted(busy_street: Neighbourhood, people: People) -> None:
    asked(busy_street, people)
    with busy_street.store.unit() as unit, pytest.raises(NotPossible):
        delete(newest(busy_street), people.ron, unit)


def test_a_recipe_of_before_methods_is_still_read() -> None:
    old = {"first": "2021-04-10", "last": "2021-04-10", "topics": ["afval"], "group_ids": []}
    read = recipe_of({**old, "min_cluster_size": 8, "min_samples": 2, "fine": False})
    assert read.method == Method(min_cluster_size=8, min_samples=2, fine=False)
    assert recipe_of(recipe_json(read)) == read


def test_progress_goes_from_nought_up_through_every_step() -> None:
    method = Method(space="umap", plane="umap")
    recipe = replace(RECIPE, encoder="words", method=method)
    steps = ["read", "encode", "directions", "space", "clusters", "plane", "write"]
    assert steps_of(recipe) == steps
    shares = [progress_of(recipe, step, share) for step in steps for share in (0.0, 0.5, 1.0)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert progress_of(recipe, "nothing", 0.5) == 0.0


def test_another_encoder_gets_the_redacted_texts_and_says_how_far_it_is(
    busy_street: Neighbourhood, people: People
) -> None:
    asked(busy_street, people, replace(RECIPE, encoder="lengths"))
    said: list[tuple[str, float]] = []
    with busy_street.store.unit() as unit:
        run = newest(busy_street)
        material = unit.runs.material(run, 100)
    found = compute(
        material, run.recipe, ByTurns(), lambda name: Lengths(), lambda *told: said.append(told)
    )
    assert said[:2] == [("encode", 0.0), ("encode", 1.0)]
    assert found.digest != compute(material, RECIPE, ByTurns(), no_encoder, unheard).digest


def test_choices_that_a_method_does_not_use_do_not_make_recipes_differ() -> None:
    one = plain(Method(kind="stream", min_samples=9, space="umap", fine=False))
    assert one == plain(Method(kind="stream"))
    assert plain(Method(seed=3)) == Method()
    assert plain(Method(plane="umap", seed=3)).seed == 3


class Lengths:
    """An encoder that sees only how long a text is."""

    name = "lengths"

    def encode(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [(float(len(text)), 1.0) for text in texts]


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
