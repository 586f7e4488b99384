"""Which step fits which status of an incident, and where it leads."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from core.domain import Incident, Status
from core.errors import NotPossible


class Step(StrEnum):
    """stap: what a person can do with an incident; also the word for it in the history."""

    ACCEPT = "accept"
    REJECT = "reject"
    SET_TOPIC = "set_topic"
    SET_URGENCY = "set_urgency"
    ASSIGN = "assign"
    CLAIM = "claim"
    RELEASE = "release"
    CALLED = "called_112"
    HAND_OVER = "hand_over"
    TAKE_ON = "take_on"
    HAND_BACK = "hand_back"
    ASK = "ask"
    TELL = "tell"
    RECEIPT = "receipt"
    END_QUESTION = "end_question"
    PROMISE = "promise"
    CANCEL_PROMISE = "cancel_promise"
    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    NO_REPORT = "no_report"
    SET_TITLE = "set_title"
    SET_PLACE = "set_place"
    FOLLOW = "follow"
    LET_THROUGH = "let_through"
    CLOSE = "close"
    REOPEN = "reopen"
    UNDO = "undo"


_OPEN: Final = frozenset(status for status in Status if status.is_open)
_UNDECIDED: Final = frozenset({Status.NEW, Status.REOPENED})
_PASSED_ON: Final = frozenset({Status.HANDED_OVER, Status.IN_PROGRESS})
_ENDED: Final = frozenset({Status.CLOSED, Status.REJECTED})

FROM: Final[dict[Step, frozenset[Status]]] = {
    Step.ACCEPT: _UNDECIDED,
    Step.REJECT: _UNDECIDED | {Status.ACCEPTED},
    Step.SET_TOPIC: _OPEN,
    Step.SET_URGENCY: _OPEN,
    Step.ASSIGN: _OPEN,
    Step.CLAIM: _OPEN,
    Step.RELEASE: _OPEN,
    Step.CALLED: _OPEN,
    Step.HAND_OVER: _OPEN,
    Step.TAKE_ON: frozenset({Status.HANDED_OVER, Status.ACCEPTED}),
    Step.HAND_BACK: _OPEN,
    Step.ASK: _OPEN,
    Step.TELL: frozenset(Status),
    Step.RECEIPT: frozenset({Status.ACCEPTED}) | _PASSED_ON,
    Step.END_QUESTION: frozenset(Status),
    Step.PROMISE: frozenset(Status),
    Step.CANCEL_PROMISE: frozenset(Status),
    Step.MERGE: _OPEN,
    Step.SPLIT: _OPEN,
    Step.MOVE: _OPEN,
    Step.NO_REPORT: _OPEN,
    Step.SET_TITLE: _OPEN,
    Step.SET_PLACE: _OPEN,
    Step.FOLLOW: _OPEN,
    Step.LET_THROUGH: _UNDECIDED,
    Step.CLOSE: _OPEN,
    Step.REOPEN: _ENDED,
    Step.UNDO: frozenset(Status),
}

TO: Final[dict[Step, Status]] = {
    Step.ACCEPT: Status.ACCEPTED,
    Step.REJECT: Status.REJECTED,
    Step.HAND_OVER: Status.HANDED_OVER,
    Step.TAKE_ON: Status.IN_PROGRESS,
    Step.HAND_BACK: Status.ACCEPTED,
    Step.CLOSE: Status.CLOSED,
    Step.REOPEN: Status.REOPENED,
}

NEEDS_REASON: Final = frozenset({Step.REJECT, Step.HAND_BACK, Step.REOPEN})


def fits(step: Step, incident: Incident) -> bool:
    """True when the step can be taken with the incident as it stands.

    What is left of a merged incident stands in the other one; one without messages stays closed.
    """
    if incident.merged_into is not None and step is not Step.UNDO:
        return False
    if incident.message_count == 0 and step is Step.REOPEN:
        return False
    if step is Step.LET_THROUGH and not incident.waits:
        return False
    if step is Step.HAND_BACK and incident.status not in _PASSED_ON and not incident.assignee:
        return False  # nobody has it
    if step is Step.FOLLOW and not incident.overruled:
        return False
    return incident.status in FROM[step]


def require_fit(step: Step, incident: Incident) -> None:
    """Raises NotPossible when the step does not fit the incident's status."""
    if not fits(step, incident):
        raise NotPossible(step=step.value, status=incident.status.value, number=incident.number)
