"""Learning is asked for, done once, stopped, taken over, and used only when a person says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.in_use import InUse
from connectors.learn import LEASE, Trainer
from core import grouping, triage
from core.domain import NOT_RELEVANT
from core.doubt import Answer, answer
from core.errors import NotAllowed, NotFound, NotPossible, ReasonMissing
from core.pipeline import Tools
from core.privacy.erase import erase_message
from core.retraining import (
    NothingToLearn,
    TrainingRuns,
    ask_training,
    cancel_training,
    use_model,
)
from core.store.learning_queries import Training, latest_training, made_models
from core.store.research_queries import RunState
from core.store.tables import trainings
from core.store.teaching_queries import counts, teaching
from core.teaching import Learned, Say, Teaching
from core.topics import topics
from core.wiring import ModelChoice, Services, choice_of
from models.made import MISSING, OTHER_CODE, made_folder
from tests.fakes import FakeJudge
from tests.neighbourhood import Neighbourhood
from tests.people import People

FIGURES = {"validation": {"count": 1, "conversations": 1, "figures": {}, "topics": {}}}


class FakeLearner:
    """Learns nothing, but says so; `meanwhile` happens half-way."""

    def __init__(self, meanwhile: Any = lambda: None) -> None:
        self.given: list[Teaching] = []
        self.forgotten: list[frozenset[str]] = []
        self._meanwhile = meanwhile

    def version_of(self, teaching: Teaching) -> str:
        return f"judge-fake+{teaching.example_count}"

    def learn(self, teaching: Teaching, old: str | None, say: Say) -> Learned:
        self.given.append(teaching)
        say("judge", 0.1)
        self._meanwhile()
        say("measuring", 0.9)
        version = self.version_of(teaching)
        return Learned(version=version, replaces=old or "judge-old", figures=FIGURES)

    def forget(self, erased: frozenset[str]) -> None:
        self.forgotten.append(erased)


@pytest.fixture
def room(street: Neighbourhood, people: People) -> Neighbourhood:
    """Three messages of two incidents, of which one was corrected."""
    street.writes("""
        id | at    | author | text
        a  | 20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
        b  | 20:05 | Bram   | ja ingebroken op de Bostonsingel
        c  | 20:09 | Joost  | brand in de Mexicosingel
    """)
    street.does(triage.set_topic, 2, people.dora, "afval", topics())
    return street


def ask(room: Neighbourhood, people: People) -> int:
    with room.store.unit() as unit:
        return ask_training(people.ada, unit)


def trainer(room: Neighbourhood, learner: FakeLearner | None = None, **more: Any) -> Trainer:
    given = learner or FakeLearner()
    return Trainer(room.services, lambda: given, **more)


def latest(room: Neighbourhood) -> Training:
    with room.store.read() as connection:
        found = latest_training(connection)
    assert found is not None
    return found


def switch(room: Neighbourhood, version: str | None, people: People, reason: str = "x") -> None:
    with room.store.unit() as unit:
        use_model(version, reason, people.ada, unit)


def test_what_was_corrected_is_learned_and_kept_apart(room: Neighbourhood, people: People) -> None:
    learner = FakeLearner()
    assert trainer(room, learner).step() == 0
    ask(room, people)
    assert trainer(room, learner).step() == 1
    assert latest(room).state is RunState.DONE
    with room.store.read() as connection:
        (model,) = made_models(connection)
    assert (model.version, model.in_use, model.made_by) == ("judge-fake+1", False, "ada")
    assert (model.correction_count, len(model.read_keys)) == (1, 1)
    (given,) = learner.given
    assert [(m.text, m.topic) for m in given.messages if m.is_example] == [
        ("brand in de Mexicosingel", "afval")
    ]
    assert {m.is_example for m in given.messages} == {True, False}


def test_the_same_corrections_are_not_learned_twice(room: Neighbourhood, people: People) -> None:
    learner = FakeLearner()
    for _ in range(2):
        ask(room, people)
        trainer(room, learner).step()
    assert len(learner.given) == 1
    assert latest(room).state is RunState.DONE


def test_one_at_a_time_and_only_when_there_is_something(
    room: Neighbourhood, people: People
) -> None:
    ask(room, people)
    with pytest.raises(TrainingRuns):
        ask(room, people)
    meanwhile: list[int] = []
    other = trainer(room)
    trainer(room, FakeLearner(lambda: meanwhile.append(other.step()))).step()
    assert meanwhile == [0]


def test_without_corrections_there_is_nothing_to_learn(
    street: Neighbourhood, people: People
) -> None:
    with pytest.raises(NothingToLearn):
        ask(street, people)


@pytest.mark.parametrize("login", ["dora", "wim", "hanna", "lea", "ron"])
def test_only_an_administrator_lets_learn_and_switches(
    login: str, room: Neighbourhood, people: People
) -> None:
    user = getattr(people, login)
    with room.store.unit() as unit:
        for act in (
            lambda: ask_training(user, unit),
            lambda: cancel_training(1, user, unit),
            lambda: use_model(None, "x", user, unit),
        ):
            with pytest.raises(NotAllowed):
                act()


def test_a_stopped_training_leaves_no_model(room: Neighbourhood, people: People) -> None:
    number = ask(room, people)

    def stop() -> None:
        with room.store.unit() as unit:
            cancel_training(number, people.ada, unit)

    trainer(room, FakeLearner(stop)).step()
    assert latest(room).state is RunState.CANCELLED
    with room.store.read() as connection:
        assert made_models(connection) == []
    with room.store.unit() as unit, pytest.raises(NotPossible):
        cancel_training(number, people.ada, unit)


def test_one_that_fails_is_said_without_words_and_another_may_be_asked(
    room: Neighbourhood, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    ask(room, people)

    def fail() -> None:
        raise ValueError("brand in de Mexicosingel")

    trainer(room, FakeLearner(fail)).step()
    assert (latest(room).state, latest(room).error) == (RunState.FAILED, "ValueError")
    assert "Mexicosingel" not in caplog.text
    ask(room, people)


def test_a_training_whose_process_ended_is_taken_over_and_at_last_given_up(
    room: Neighbourhood, people: People
) -> None:
    ask(room, people)
    ending = {"asked_to_end": lambda: True}
    for _ in range(3):
        assert trainer(room, **ending).step() == 1
        assert latest(room).state is RunState.RUNNING
        assert trainer(room).step() == 0
        room.clock.forward(seconds=LEASE.total_seconds() + 1)
    assert trainer(room).step() == 0
    assert (latest(room).state, latest(room).error) == (RunState.FAILED, "gave_up")


def test_a_model_is_used_when_a_person_says_so_and_switching_back_is_one_step(
    room: Neighbourhood, people: People
) -> None:
    ask(room, people)
    trainer(room).step()
    with pytest.raises(ReasonMissing):
        switch(room, "judge-fake+1", people, " ")
    with pytest.raises(NotFound):
        switch(room, "judge-other", people)
    switch(room, "judge-fake+1", people, "beter op afval")
    with pytest.raises(NotPossible):
        switch(room, "judge-fake+1", people)
    with room.store.unit() as unit:
        assert unit.trainings.in_use() == "judge-fake+1"
        (entry, *_) = reversed(unit.audit.of("model", "judge-fake+1"))
    assert (entry.actor, entry.action, entry.reason) == ("ada", "model_switched", "beter op afval")
    switch(room, None, people)
    with room.store.unit() as unit:
        assert unit.trainings.in_use() is None


def test_an_erased_message_is_no_example_any_more_and_what_was_judged_of_it_goes(
    room: Neighbourhood, people: People
) -> None:
    learner = FakeLearner()
    ask(room, people)
    at_work = trainer(room, learner)
    at_work.step()
    key = room.services.vault.message_key(room.group().id, "c")
    with room.store.unit() as unit:
        erase_message(key, room.group().id, room.areas, unit, by="ada")
    with room.store.read() as connection:
        assert counts(connection) == (0, 0)
        assert teaching(connection) == Teaching()
    at_work.step()
    at_work.step()
    assert learner.forgotten == [frozenset({key})]


def test_a_correction_of_an_earlier_revision_teaches_nothing(
    room: Neighbourhood, people: People
) -> None:
    room.clock.forward(minutes=1)
    room.writes("""
        id | at    | author | revision | kind | text
        c  | 20:09 | Joost  | 1        | edit | brand in de Mexicosingel 4
    """)
    with room.store.read() as connection:
        assert counts(connection) == (0, 0)


def test_what_belongs_together_is_learned_from_merge_and_split(
    room: Neighbourhood, people: People
) -> None:
    with room.store.unit() as unit:
        grouping.merge(1, 1, 2, people.dora, unit, room.areas)
    room.clock.forward(minutes=1)
    with room.store.unit() as unit:
        version = unit.incidents.get(1).version
        grouping.split(1, version, [2], people.dora, unit, room.areas, topics())
    keys = {n: room.services.vault.message_key(room.group().id, n) for n in "abc"}
    with room.store.read() as connection:
        given = teaching(connection)
    assert {(pair.key, pair.other_key, pair.same) for pair in given.pairs} == {
        (keys["c"], keys["b"], True),
        (keys["b"], keys["a"], False),
    }
    assert {member.key: member.incident_id for member in given.members} == {
        keys["a"]: 1,
        keys["c"]: 1,
        keys["b"]: 3,
    }


def test_no_report_is_an_example_of_chat(room: Neighbourhood, people: People) -> None:
    with room.store.unit() as unit:
        said = Answer(topic=NOT_RELEVANT, urgent=False)
        answer(1, 0, said, people.dora, unit, topics())
    with room.store.read() as connection:
        found = {m.text: m.topic for m in teaching(connection).messages if m.is_example}
    assert found["Er is ingebroken op de Bostonsingel 36"] is None


class Shelf:
    """Gives tools whose judge says which choice it was loaded for."""

    def __init__(self, room: Neighbourhood) -> None:
        self._room = room
        self.loads = 0
        self.is_broken = False

    def load(self, services: Services, choice: ModelChoice) -> Tools:
        if self.is_broken:
            raise ValueError("half")
        self.loads += 1
        judge = FakeJudge()
        judge.model = choice.folder.name if not choice.fallback else "built-in"
        return replace(self._room.tools, judge=judge)


def chosen(room: Neighbourhood, people: People, code: str | None) -> Path:
    """Makes a model, writes its card, and lets a person choose it."""
    ask(room, people)
    trainer(room).step()
    folder = made_folder(room.services.settings.models, "judge-fake+1")
    if code is not None:
        folder.mkdir(parents=True)
        (folder / "judge.npz").write_bytes(b"")
        (folder / "judge.json").write_text('{"version": "judge-fake+1"}')
        (folder / "made.json").write_text(f'{{"code": "{code}"}}')
    switch(room, "judge-fake+1", people)
    return folder


def test_a_switch_is_taken_up_before_the_next_batch_and_back(
    room: Neighbourhood, people: People
) -> None:
    from models.made import code_print

    shelf = Shelf(room)
    in_use = InUse(room.services, shelf.load)
    chosen(room, people, code_print(room.services.settings.encoder))
    room.receive("""
        id | at    | author | text
        d  | 20:30 | Anna   | vuilnis op de Bostonsingel
    """)
    assert in_use.tools().judge.model == "judge-fake+1"
    assert in_use.tools() and shelf.loads == 2
    assert in_use.figures() == {"model": "judge-fake+1", "fallback": ""}
    switch(room, None, people)
    assert in_use.tools().judge.model == room.services.settings.models.name


@pytest.mark.parametrize(("code", "why"), [(None, MISSING), ("older", OTHER_CODE)])
def test_a_model_that_cannot_be_used_leaves_the_built_in_one_and_says_why(
    code: str | None, why: str, room: Neighbourhood, people: People
) -> None:
    chosen(room, people, code)
    in_use = InUse(room.services, Shelf(room).load)
    assert choice_of(room.services).folder == room.services.settings.models
    assert in_use.figures() == {"model": "built-in", "fallback": why}


def test_a_model_that_does_not_load_leaves_the_loaded_one_at_work(
    room: Neighbourhood, people: People
) -> None:
    shelf = Shelf(room)
    in_use = InUse(room.services, shelf.load)
    before = in_use.tools()
    chosen(room, people, None)
    shelf.is_broken = True
    assert in_use.tools() is before
    assert in_use.tools() is before
    assert in_use.figures()["fallback"] == "broken"


def test_signs_of_life_are_noted(room: Neighbourhood, people: People) -> None:
    ask(room, people)
    seen: list[Any] = []

    def look() -> None:
        with room.store.read() as connection:
            query = sa.select(trainings.c.stage, trainings.c.progress, trainings.c.alive_at)
            seen.append(tuple(connection.execute(query).one()))

    room.clock.forward(minutes=1)
    trainer(room, FakeLearner(look)).step()
    assert seen == [("judge", 0.1, room.clock.now)]
    assert timedelta(0) < LEASE
