"""buurtpreventie: a team of residents looks on the spot at what somebody chose to share with it.

A team sees what kind of incident, in which street and since when, and what staff wrote to it:
never what residents wrote, who they are, or a house number. What is urgent is not shared: nobody
of a neighbourhood should go there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from core.domain import Incident, Location, PlaceKind, Status, Urgency, User
from core.errors import BadInput, HNMError, NotFound
from core.last_day import require_running
from core.permissions import Action, require
from core.ports import NameFinder, PlaceFinder
from core.privacy.redact import redact
from core.store.unit import Unit

LONGEST: Final = 500
SHOWN_AFTER: Final = timedelta(days=7)
"""How long a team still sees that an incident ended."""


class UrgentNotShared(HNMError):
    """What is urgent goes to the police, never to a neighbourhood-watch team (number)."""

    code = "error.urgent_not_shared"


class Outcome(StrEnum):
    """uitkomst: what a team found on the spot."""

    NOTHING = "nothing"
    STILL = "still"
    CLEARED = "cleared"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """gedeeld incident: all that a team may know of an incident."""

    share_id: int
    number: str
    topic: str
    place: Location
    since: datetime
    status: Status
    note: str
    shared_at: datetime


def share(incident_id: int, team: str, note: str, user: User, unit: Unit) -> int:
    """Lets a team look at an open incident; gives the share's id.

    Raises NotFound, BadInput (no such team, shared already, closed, a note too long),
    UrgentNotShared, PilotEnded.
    """
    require(user, Action.SHARE)
    incident = unit.incidents.get(incident_id)
    require_running(incident.pilot_id, unit)
    if incident.urgency is Urgency.URGENT:
        raise UrgentNotShared(number=incident.number)
    if not incident.status.is_open or incident.merged_into is not None:
        raise BadInput(field="incident", why=incident.number)
    if team not in unit.shares.teams() or unit.shares.is_shared(incident_id, team):
        raise BadInput(field="team", why=team[:80])
    if len(note) > LONGEST:
        raise BadInput(field="note", why=str(len(note)))
    share_id = unit.shares.add(incident_id, team, note.strip(), user.login)
    unit.audit.add(user.login, "shared", "incident", incident_id, {"share": share_id, "team": team})
    unit.incidents.tell(incident_id, "shared")
    return share_id


def unshare(share_id: int, user: User, unit: Unit) -> None:
    """The team sees it no more, at once. Raises NotFound."""
    require(user, Action.SHARE)
    row = unit.shares.get(share_id)
    if row is None or row.ended_at is not None:
        raise NotFound(what="share", id=share_id)
    unit.shares.end(share_id, user.login)
    detail = {"share": share_id, "team": row.team}
    unit.audit.add(user.login, "unshared", "incident", row.incident_id, detail)
    unit.incidents.tell(row.incident_id, "unshared")


def seen_by(user: User, unit: Unit) -> list[Shared]:
    """What is shared with the user's team now, the latest first; none of a pilot that is over."""
    require(user, Action.SEE_SHARED)
    rows = unit.shares.of_team(user.team or "", unit.now - SHOWN_AFTER)
    found = [(row, unit.incidents.get(row.incident_id)) for row in rows]
    return [_shown(row.id, row.note, row.at, incident) for row, incident in found]


def _shown(share_id: int, note: str, shared_at: datetime, incident: Incident) -> Shared:
    return Shared(
        share_id=share_id,
        number=incident.number,
        topic=incident.topic,
        place=without_house(incident.location),
        since=incident.opened_at,
        status=incident.status,
        note=note,
        shared_at=shared_at,
    )


def without_house(place: Location) -> Location:
    """The street, where a house would be somebody's; never the words in which it was told."""
    if place.kind not in (PlaceKind.ADDRESS, PlaceKind.SHARED):
        return Location(kind=place.kind, street=place.street, name=place.name)
    kind = PlaceKind.STREET if place.street else PlaceKind.UNKNOWN
    return Location(kind=kind, street=place.street, name=place.street or "")


def report(
    share_id: int,
    outcome: Outcome,
    text: str,
    user: User,
    unit: Unit,
    names: NameFinder,
    places: PlaceFinder,
) -> int:
    """Files what a team found with the incident, its words redacted; gives the report's id.

    Raises NotFound (not shared with this team, or no more), BadInput.
    """
    require(user, Action.SEE_SHARED)
    row = unit.shares.get(share_id)
    if row is None or row.ended_at is not None or row.team != (user.team or ""):
        raise NotFound(what="share", id=share_id)
    if len(text) > LONGEST or (outcome is Outcome.OTHER and not text.strip()):
        raise BadInput(field="text", why=str(len(text.strip())))
    redacted = redact(text.strip(), names, places)[:LONGEST]
    report_id = unit.shares.add_report(
        share_id, row.incident_id, outcome.value, redacted, user.login
    )
    detail = {"report": report_id, "outcome": outcome.value, "team": row.team}
    unit.audit.add(user.login, "team_reported", "incident", row.incident_id, detail)
    unit.incidents.tell(row.incident_id, "team_reported")
    return report_id
