"""overrulen: a person says better what an incident is called or where it is, and that stays.

Topic and urgency: core/triage.py. Any of them can be handed back to the messages: `follow`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from core.areas import area_at
from core.domain import Area, Incident, Location, PlaceKind, Urgency, User
from core.errors import BadInput
from core.incidents import gather
from core.ports import PlaceFinder
from core.status import Step
from core.store.unit import Unit
from core.triage import begin, decide

LONGEST_TITLE: Final = 120
_WIDEST_M: Final = 5000.0


def set_title(incident_id: int, version: int, user: User, unit: Unit, title: str) -> Incident:
    """Gives an incident a name of its own. Raises BadInput, and what `begin` raises."""
    called = " ".join(title.split())
    if not called or len(called) > LONGEST_TITLE or not called.isprintable():
        raise BadInput(field="title", why=str(len(called)))
    before = unit.incidents.get(incident_id)
    overruled = sorted({*before.overruled, "title"})
    return decide(
        Step.SET_TITLE, incident_id, version, user, unit, title=called, overruled=overruled
    )


def set_place(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    place: Location,
    areas: Sequence[Area],
) -> Incident:
    """Says where an incident is, and how precisely. Raises BadInput, and what `begin` raises.

    Where the messages had it is not written into the history: erasing them must erase that too.
    """
    if place.radius_m is None or not place.radius_m <= _WIDEST_M:
        raise BadInput(field="place", why=str(place.radius_m))
    incident = begin(Step.SET_PLACE, incident_id, version, user, unit)
    before: dict[str, Any] = {"overruled": sorted(incident.overruled)}
    if "location" in incident.overruled:
        before["location"] = _codes(incident.location)
    values: dict[str, Any] = {
        "location": _codes(place),
        "area_id": area_at(place, areas),
        "overruled": sorted({*incident.overruled, "location"}),
    }
    if incident.waits:
        before["waits"], values["waits"] = True, False
    changed = unit.incidents.change(incident, user.login, **values)
    detail = {"before": before, "radius_m": place.radius_m}
    unit.audit.add(user.login, Step.SET_PLACE.value, "incident", incident_id, detail)
    return changed


def places_named(
    text: str, finder: PlaceFinder, near: tuple[float, float] | None
) -> list[Location]:
    """The places that what a person typed may mean, the best first."""
    found = finder.find(text, near)
    return [place for place in found if place.kind is not PlaceKind.UNKNOWN and place.lat]


def within_radius(place: Location, radius_m: float | None) -> Location:
    """The place as precisely as a person says; None: as precisely as it is known."""
    if radius_m is None:
        return place
    if not 0.0 < radius_m <= _WIDEST_M:
        raise BadInput(field="radius_m", why=str(radius_m))
    return replace(place, radius_m=float(radius_m))


def follow(
    incident_id: int,
    version: int,
    user: User,
    unit: Unit,
    what: Collection[str],
    areas: Sequence[Area],
) -> Incident:
    """Hands back to the messages what a person had overruled ("title" is its topic and place then).

    Raises BadInput when nothing of it was overruled, and what `begin` raises.
    """
    incident = begin(Step.FOLLOW, incident_id, version, user, unit)
    back = sorted(incident.overruled & set(what))
    if not back:
        raise BadInput(field="follow", why=", ".join(sorted(what)))
    before = {"overruled": sorted(incident.overruled)}
    before |= {column: value for name in back for column, value in _as_is(incident, name).items()}
    values: dict[str, Any] = {"overruled": sorted(incident.overruled - set(back))}
    if "title" in back:
        values["title"] = None
    unit.incidents.change(incident, user.login, **values)
    gather(incident_id, areas, unit)
    detail = {"before": before, "follows": back}
    unit.audit.add(user.login, Step.FOLLOW.value, "incident", incident_id, detail)
    return unit.incidents.get(incident_id)


def _as_is(incident: Incident, name: str) -> dict[str, Any]:
    """What a person had set, by column, for taking the hand-back back."""
    columns: dict[str, dict[str, Any]] = {
        "topic": {"topic": incident.topic},
        "urgency": {"urgent": incident.urgency is Urgency.URGENT},
        "location": {"location": _codes(incident.location)},
        "title": {"title": incident.title},
    }
    return columns[name]


def _codes(place: Location) -> dict[str, Any]:
    """A place as it is stored: without the words of whoever wrote it."""
    return asdict(replace(place, words=""))
