"""Which role may do what; asked on the server at every page and every action."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from core.domain import Role, User
from core.errors import NotAllowed


class Action(StrEnum):
    """handeling: a thing a user may be allowed to do."""

    SEE_INCIDENTS = "see_incidents"
    READ_SHIFT_NOTES = "read_shift_notes"
    DECIDE = "decide"
    CORRECT = "correct"
    SETTLE_DOUBT = "settle_doubt"
    REPORT_BACK = "report_back"
    WORK = "work"
    SEE_ORIGINAL = "see_original"
    SEE_TRENDS = "see_trends"
    EVALUATE = "evaluate"
    EXPLORE = "explore"
    EXPORT = "export"
    ADMINISTER = "administer"
    SEE_ALERTS = "see_alerts"
    JUDGE_ALERTS = "judge_alerts"
    ANNOUNCE = "announce"
    SURVEY = "survey"
    NOTE_CALLS = "note_calls"
    ADVISE = "advise"
    SET_TIP_RULES = "set_tip_rules"
    SHARE = "share"
    SEE_SHARED = "see_shared"
    EXERCISE = "exercise"
    SET_EXERCISES = "set_exercises"
    WRITE_TEXTS = "write_texts"


_POLICE: Final = {Role.DISPATCHER, Role.COMMUNITY_OFFICER}
_WORKERS: Final = _POLICE | {Role.ENFORCEMENT_OFFICER}
_OVERSEERS: Final = {Role.PROJECT_LEAD, Role.ADMINISTRATOR}

ALLOWED: Final[dict[Action, frozenset[Role]]] = {
    Action.SEE_INCIDENTS: frozenset(_WORKERS | _OVERSEERS),
    Action.READ_SHIFT_NOTES: frozenset(_POLICE | {Role.PROJECT_LEAD}),
    Action.DECIDE: frozenset({Role.DISPATCHER}),
    Action.CORRECT: frozenset(_POLICE),
    Action.SETTLE_DOUBT: frozenset(_POLICE | {Role.PROJECT_LEAD}),
    Action.REPORT_BACK: frozenset(_WORKERS),
    Action.WORK: frozenset(_WORKERS),
    Action.SEE_ORIGINAL: frozenset(_POLICE),
    Action.SEE_TRENDS: frozenset(_WORKERS | _OVERSEERS | {Role.RESEARCHER}),
    Action.EVALUATE: frozenset(_OVERSEERS | {Role.RESEARCHER}),
    Action.EXPLORE: frozenset({Role.RESEARCHER, Role.PROJECT_LEAD}),
    Action.EXPORT: frozenset({Role.RESEARCHER, Role.PROJECT_LEAD, Role.ADMINISTRATOR}),
    Action.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_ALERTS: frozenset(_POLICE | _OVERSEERS | {Role.RESEARCHER}),
    Action.JUDGE_ALERTS: frozenset(_POLICE | {Role.PROJECT_LEAD}),
    Action.ANNOUNCE: frozenset(_OVERSEERS),
    Action.SURVEY: frozenset(_OVERSEERS),
    Action.NOTE_CALLS: frozenset({Role.DISPATCHER}),
    Action.ADVISE: frozenset({Role.COMMUNITY_OFFICER, Role.ENFORCEMENT_OFFICER, Role.PROJECT_LEAD}),
    Action.SET_TIP_RULES: frozenset(_OVERSEERS),
    Action.SHARE: frozenset(_WORKERS),
    Action.SEE_SHARED: frozenset({Role.WATCH_TEAM}),
    Action.EXERCISE: frozenset(_WORKERS),
    Action.SET_EXERCISES: frozenset(_OVERSEERS),
    Action.WRITE_TEXTS: frozenset(_OVERSEERS),
}


def may(user: User, action: Action) -> bool:
    return bool(user.roles & ALLOWED[action])


def require(user: User, action: Action) -> None:
    """Raises NotAllowed when none of the user's roles may do this."""
    if not may(user, action):
        raise NotAllowed(action=action.value)
