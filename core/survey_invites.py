"""Invitations to a questionnaire: to groups in their own channel, once each, and a reminder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.domain import User
from core.errors import BadInput, SurveyClosed
from core.permissions import Action, require
from core.report_back import with_emergency_rule
from core.store.unit import Unit
from core.survey_form import AGAIN, FIRST, KIND, Wave
from core.surveys import known_wave

LONGEST: int = 1000


def invite(
    wave_id: int,
    group_ids: Sequence[int],
    text: str,
    address: str,
    user: User,
    unit: Unit,
    *,
    remind_at: datetime | None = None,
) -> int:
    """Invites groups that consent, once each, and reminds them later if asked.

    `address` is the wave's link. Gives how many groups are invited that were not before. Raises
    NotAllowed, NotFound, SurveyClosed, BadInput.
    """
    require(user, Action.SURVEY)
    wave = known_wave(wave_id, unit)
    if not wave.is_open(unit.now):
        raise SurveyClosed()
    if not text.strip() or len(text) > LONGEST:
        raise BadInput(field="text", why=str(len(text)))
    whole = with_emergency_rule(f"{text.strip()}\n{address}")
    moments = _moments(wave, remind_at, unit.now)
    put = [
        group_id
        for group_id in dict.fromkeys(group_ids)
        if unit.consents.group_consents(group_id)
        and _put(wave_id, group_id, whole, moments, user, unit)
    ]
    detail = {"groups": put, "reminded": AGAIN in moments}
    unit.audit.add(user.login, "survey_invited", "survey_wave", wave_id, detail)
    return len(put)


def _moments(wave: Wave, remind_at: datetime | None, now: datetime) -> dict[str, datetime]:
    """When each text leaves. Raises BadInput for a reminder that is past or after the last day."""
    if remind_at is None:
        return {FIRST: now}
    if not now < remind_at < wave.closes_at:
        raise BadInput(field="remind_at", why=remind_at.isoformat(timespec="minutes"))
    return {FIRST: now, AGAIN: remind_at}


def _put(
    wave_id: int,
    group_id: int,
    text: str,
    moments: dict[str, datetime],
    user: User,
    unit: Unit,
) -> bool:
    """Puts the texts to one group in the outbox; False when it was invited before."""
    put = {
        which: unit.outbox.put(
            idempotency_key=f"{KIND}:{wave_id}:{group_id}:{which}",
            due_at=at,
            by=user.login,
            kind=KIND,
            group_id=group_id,
            text=text,
        )
        for which, at in moments.items()
    }
    return bool(put[FIRST])
