"""The learn role: makes a model from the corpus and what people said, when somebody asks."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from core.store.learning_queries import Training, made_models
from core.store.teaching_queries import erased, teaching
from core.teaching import Learned, Learner, Stopped, Teaching
from core.wiring import Services

log = logging.getLogger(__name__)

Ended = Callable[[], bool]

LEASE: Final = timedelta(minutes=2)
"""A worker that learns shows itself more often than this; one that does not is taken for dead."""

_SIGN_OF_LIFE_S: Final = 15.0


class Trainer:
    """trainer: does the trainings that wait, one at a time, and forgets what was erased."""

    def __init__(
        self,
        services: Services,
        learner: Callable[[], Learner],
        asked_to_end: Ended = lambda: False,
    ) -> None:
        self._services, self._learner, self._asked_to_end = services, learner, asked_to_end
        self._holder = f"{os.getpid()}-{secrets.token_hex(6)}"
        self._gone: frozenset[str] = frozenset()

    def step(self) -> int:
        """Does the training that waits; gives 1, or 0 when none did.

        One that fails is marked so, with the kind of error; the log gets no more either. One that
        ends because the process does is left for the next to take.
        """
        self._forget_erased()
        with self._services.store.unit() as unit:
            training = unit.trainings.take(self._holder, LEASE)
        if training is None:
            return 0
        try:
            with _shown_alive(training, self._services, self._holder, self._asked_to_end) as keep:
                _learn(training, self._services, self._learner(), self._holder, keep)
        except Stopped:
            log.info("training stopped id=%s", training.id)
        except Exception as error:
            log.warning("training failed id=%s error=%s", training.id, type(error).__name__)
            with self._services.store.unit() as unit:
                unit.trainings.fail(training.id, self._holder, type(error).__name__)
        return 1

    def _forget_erased(self) -> None:
        """Takes what was judged of erased messages out of what models keep of them."""
        with self._services.store.read() as connection:
            read = {key for model in made_models(connection) for key in model.read_keys}
            gone = frozenset(erased(connection, read))
        if gone != self._gone:
            self._learner().forget(gone)
            self._gone = gone


def _learn(
    training: Training, services: Services, learner: Learner, holder: str, keep: Keep
) -> None:
    with services.store.read() as connection:
        given = teaching(connection)
    with services.store.unit() as unit:
        old = unit.trainings.in_use()
        known = unit.trainings.has_model(learner.version_of(given))
    if known:  # the same corrections make the same model
        with services.store.unit() as unit:
            unit.trainings.finish(training.id, holder, learner.version_of(given))
        return
    learned = learner.learn(given, old, keep.say)
    _note(training, learned, given, services, holder)


def _note(
    training: Training, learned: Learned, given: Teaching, services: Services, holder: str
) -> None:
    with services.store.unit() as unit:
        if not unit.trainings.finish(training.id, holder, learned.version):
            raise Stopped()
        unit.trainings.add_model(
            learned.version,
            learned.replaces,
            training.by,
            learned.figures,
            given.keys,
            correction_count=given.example_count,
            pair_count=len(given.pairs),
        )
        unit.audit.add(training.by, "model_made", "model", learned.version)
    log.info("training done id=%s corrections=%s", training.id, given.example_count)


class Keep:
    """teken van leven: what a training says of itself, noted while it computes."""

    def __init__(
        self, training: Training, services: Services, holder: str, asked_to_end: Ended
    ) -> None:
        self._training, self._services, self._holder = training, services, holder
        self._asked_to_end = asked_to_end
        self._latest = ("", 0.0)
        self.is_ours = True

    def say(self, stage: str, share: float) -> None:
        """Notes how far it is. Raises Stopped when somebody stopped it, or the process ends."""
        self._latest = (stage, share)
        self.note()
        if not self.is_ours or self._asked_to_end():
            raise Stopped()

    def note(self) -> None:
        with self._services.store.unit() as unit:
            kept = unit.trainings.keep(self._training.id, self._holder, *self._latest)
        self.is_ours = self.is_ours and kept


@contextmanager
def _shown_alive(
    training: Training, services: Services, holder: str, asked_to_end: Ended
) -> Iterator[Keep]:
    """Shows that the training lives, beside the computing that takes minutes between two words."""
    keep, done = Keep(training, services, holder, asked_to_end), threading.Event()

    def go_on() -> None:
        while not done.wait(_SIGN_OF_LIFE_S):
            try:
                keep.note()
            except Exception as error:  # the database is busy: the next sign comes soon
                log.warning("no sign of life error=%s", type(error).__name__)

    beside = threading.Thread(target=go_on, daemon=True)
    beside.start()
    try:
        yield keep
    finally:
        done.set()
        beside.join()
