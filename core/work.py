"""opvolgen: whose work an incident is, and how somebody in the street ends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from core.domain import Incident, User
from core.errors import BadInput
from core.ports import DestinationCard
from core.reach import Means
from core.report_back import FEEDBACK, OUTCOME, may_tell_outcome, tell
from core.store.unit import Unit
from core.triage import close


def owners_of(user: User) -> tuple[str, ...]:
    """The owners under which this user's work stands: their own name and their team's."""
    return (f"user:{user.login}", *((f"team:{user.team}",) if user.team else ()))


def destinations_of(user: User, cards: Mapping[str, DestinationCard]) -> tuple[str, ...]:
    """The destinations whose work list this user works on: their team's, or else their role's."""
    lists = {name: card for name, card in cards.items() if card.is_work_list}
    if user.team in lists:
        return (user.team,)
    roles = {role.value for role in user.roles}
    return tuple(name for name, card in lists.items() if roles & set(card.roles))


def is_taken_on_by(incident: Incident, user: User) -> bool:
    return incident.assignee == f"user:{user.login}"


def finish(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    *,
    text: str,
    hold: timedelta,
    means: Means | None = None,
) -> Incident:
    """Closes an incident and, when there is a text, tells every group that wrote about it.

    Both or neither. Raises what `tell` and `close` raise.
    """
    if text.strip():
        is_first = may_tell_outcome(unit.incidents.get(incident_id), unit)
        kind = OUTCOME if is_first else FEEDBACK
        version = tell(
            incident_id, version, user, unit, text, hold=hold, kind=kind, means=means
        ).version
    return close(incident_id, version, user, unit)


def choose_areas(user: User, area_ids: tuple[int, ...], unit: Unit) -> None:
    """A user's own choice of which areas are theirs. Raises BadInput for an area that is not."""
    known = {area.id for pilot in unit.pilots.all() for area in unit.pilots.areas(pilot.id)}
    if not set(area_ids) <= known:
        raise BadInput(field="areas", why=str(len(area_ids)))
    unit.accounts.change(user.id, area_ids=sorted(area_ids))
    unit.audit.add(user.login, "areas_chosen", "user", user.id, {"areas": sorted(area_ids)})
