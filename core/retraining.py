"""opnieuw leren: an administrator lets the models learn, and decides which one is used."""

from __future__ import annotations

from typing import Final

from core.domain import User
from core.errors import HNMError, NotFound, NotPossible, ReasonMissing
from core.permissions import Action, require
from core.store.teaching_queries import counts
from core.store.unit import Unit

BUILT_IN: Final = "built_in"
_LONGEST_REASON: Final = 500


class NothingToLearn(HNMError):
    """Nobody corrected anything yet that still has its words."""

    code = "error.nothing_to_learn"


class TrainingRuns(HNMError):
    """A training waits or is being done already."""

    code = "error.training_runs"


def ask_training(user: User, unit: Unit) -> int:
    """Queues a training; gives its id. Raises NotAllowed, NothingToLearn, TrainingRuns."""
    require(user, Action.ADMINISTER)
    return queue_training(user.login, unit)


def queue_training(by: str, unit: Unit) -> int:
    """What `ask_training` does, for who was let in elsewhere; raises the same but NotAllowed."""
    if unit.trainings.open_count():
        raise TrainingRuns()
    if not any(counts(unit.connection)):
        raise NothingToLearn()
    training_id = unit.trainings.add(by)
    unit.audit.add(by, "training_asked", "training", training_id)
    return training_id


def cancel_training(training_id: int, user: User, unit: Unit) -> None:
    """Stops a training that waits or is being done. Raises NotAllowed, NotPossible."""
    require(user, Action.ADMINISTER)
    if not unit.trainings.cancel(training_id):
        raise NotPossible(number=str(training_id))
    unit.audit.add(user.login, "training_cancelled", "training", training_id)


def use_model(version: str | None, reason: str, user: User, unit: Unit) -> None:
    """Lets another model judge from now on; None is the one that came with the product.

    Raises NotAllowed, ReasonMissing, NotFound, NotPossible (it is used already).
    """
    require(user, Action.ADMINISTER)
    if not reason.strip():
        raise ReasonMissing(step="use_model")
    if version is not None and not unit.trainings.has_model(version):
        raise NotFound(what="model", id=version)
    before = unit.trainings.in_use()
    if before == version:
        raise NotPossible(number=version or BUILT_IN)
    unit.trainings.use(version)
    detail = {"before": before or BUILT_IN}
    unit.audit.add(
        user.login,
        "model_switched",
        "model",
        version or BUILT_IN,
        detail,
        reason.strip()[:_LONGEST_REASON],
    )
