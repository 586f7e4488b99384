"""terugkoppelen: telling residents what was done, and asking them what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, Literal

from core.domain import Incident, User
from core.errors import BadInput
from core.i18n import text_of
from core.status import Step
from core.store.unit import Unit
from core.triage import begin

LONGEST: Final = 1500
_STEP: Final = {"feedback": Step.TELL, "question": Step.ASK}


def with_emergency_rule(text: str, language: str = "nl") -> str:
    """The text with the rule that no text to residents goes without: in an emergency call 112."""
    rule = text_of(language, "report_back.emergency")
    return text if rule in text else f"{text.rstrip()}\n{rule}"


def tell(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    text: str,
    *,
    hold: timedelta,
    kind: Literal["feedback", "question"] = "feedback",
    group_ids: Sequence[int] | None = None,
) -> Incident:
    """Sends one text to every group that wrote about the incident (or to those chosen), once each.

    It leaves after `hold`, so that it can be taken back. Raises BadInput for an empty or too long
    text or a group that did not write about it, and what `begin` raises.
    """
    step = _STEP[kind]
    incident = begin(step, incident_id, version, user, unit)
    wrote = unit.incidents.group_ids(incident_id)
    chosen = list(wrote if group_ids is None else group_ids)
    _check(text, chosen, wrote)
    changed = unit.incidents.change(incident, user.login)
    sent = [
        unit.outbox.put(
            idempotency_key=f"{kind}:{incident_id}:{changed.version}:{group_id}",
            due_at=unit.now + hold,
            by=user.login,
            kind=kind,
            incident_id=incident_id,
            group_id=group_id,
            text=with_emergency_rule(text.strip()),
        )
        for group_id in chosen
    ]
    unit.audit.add(
        user.login, step.value, "incident", incident_id, {"outbox": sent, "groups": chosen}
    )
    return changed


def ask(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    text: str,
    *,
    hold: timedelta,
    group_ids: Sequence[int] | None = None,
) -> Incident:
    """Asks the groups a question about the incident; as `tell`."""
    return tell(
        incident_id,
        version,
        user,
        unit,
        text,
        hold=hold,
        kind="question",
        group_ids=group_ids,
    )


def _check(text: str, chosen: Sequence[int], wrote: Sequence[int]) -> None:
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(field="text", why=str(len(text.strip())))
    if not chosen or not set(chosen) <= set(wrote):
        raise BadInput(field="groups", why=str(len(chosen)))
