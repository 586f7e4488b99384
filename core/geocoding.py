"""opzoeken: a place that our own table lacks is asked of a geocoder, later and outside.

What waits is an id. The address is read from the redacted text when it is asked, and only street,
house number and town leave (core/privacy/README.md). Off unless the installation names a geocoder
and an administrator switched it on for the pilot.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from core.areas import contains, metres
from core.audit import SYSTEM
from core.domain import (
    Area,
    Location,
    Pilot,
    PlaceCandidate,
    PlaceKind,
    User,
)
from core.errors import BadInput
from core.incidents import gather
from core.permissions import Action, require
from core.places.unknown import unknown_address
from core.ports import Address, Geocode, PlaceFinder
from core.privacy.vault import Vault
from core.store.unit import Unit

KEPT_FOR: Final = timedelta(days=180)
"""An answer is used this long; new streets come into the register meanwhile."""
_VAGUE: Final = frozenset({PlaceKind.AREA, PlaceKind.GROUP_AREA, PlaceKind.UNKNOWN})
_EXACT_M: Final = 40.0
_STREET_M: Final = 200.0
_AROUND_M: Final = 1_000.0
"""An answer farther than this from the pilot is another street of that name."""
_LONGEST_TOWN: Final = 80
_SURE: Final = 0.9
"""A register's answer is right unless the resident meant another street."""


def wait_for_geocoder(
    assessment_id: int, text: str, location: Location, pilot: Pilot, places: PlaceFinder, unit: Unit
) -> None:
    """Queues a message that names a street we do not know; the network is never waited for."""
    if location.kind in _VAGUE and address_of(text, pilot, places) is not None:
        unit.geocodes.wait(assessment_id)


def address_of(text: str, pilot: Pilot, places: PlaceFinder) -> Address | None:
    """What a geocoder may be asked about a redacted text; None when there is nothing to ask."""
    found = unknown_address(text, places.spans(text)) if pilot.geocode_town else None
    if found is None or pilot.geocode_town is None:
        return None
    return Address(street=found[0], number=found[1], town=pilot.geocode_town)


def address_key(address: Address, vault: Vault) -> str:
    """A keyed hash, so that the store does not list who wrote of which address."""
    asked = f"{address.street} {address.number or ''}, {address.town}".casefold()
    return vault.message_key(0, asked)  # no group has the number 0


def as_kept(answer: Geocode | None) -> dict[str, Any] | None:
    return None if answer is None else asdict(answer)


def as_answer(kept: dict[str, Any] | None) -> Geocode | None:
    return None if kept is None else Geocode(**kept)


def relocate(
    assessment_id: int, answer: Geocode | None, areas: tuple[Area, ...], unit: Unit
) -> bool:
    """Gives an assessment the place that was found, and its incidents follow; False: left as is."""
    before = unit.geocodes.location(assessment_id)
    if answer is None or before is None or before.kind not in _VAGUE:
        return False
    if areas and not any(_is_around(area, answer) for area in areas):
        return False
    for incident_id in unit.geocodes.relocate(assessment_id, _location(answer)):
        gather(incident_id, areas, unit)
        unit.audit.add(SYSTEM, "located", "incident", incident_id, {"assessment": assessment_id})
    return True


def set_geocoding(pilot_id: int, town: str | None, available: bool, user: User, unit: Unit) -> None:
    """Switches the geocoder on for a pilot, in a town, or off (None). Raises BadInput."""
    require(user, Action.ADMINISTER)
    town = (town or "").strip() or None
    if town is not None and (not available or len(town) > _LONGEST_TOWN or not town.isprintable()):
        raise BadInput(field="town", why=town[:_LONGEST_TOWN])
    before = unit.pilots.pilot(pilot_id).geocode_town
    unit.pilots.set_geocode_town(pilot_id, town)
    detail = {"before": before, "after": town}
    unit.audit.add(user.login, "geocoding_set", "pilot", pilot_id, detail)


def _is_around(area: Area, answer: Geocode) -> bool:
    away_m = metres((area.lat, area.lon), (answer.lat, answer.lon))
    return contains(area, answer.lat, answer.lon) or away_m <= area.radius_m + _AROUND_M


def _location(answer: Geocode) -> Location:
    number = answer.number if answer.is_exact else None
    name = f"{answer.street} {number}" if number else answer.street
    return Location(
        kind=PlaceKind.ADDRESS if number else PlaceKind.STREET,
        lat=answer.lat,
        lon=answer.lon,
        radius_m=_EXACT_M if number else _STREET_M,
        street=answer.street,
        house_number=number,
        name=name,
        candidates=(PlaceCandidate(name=name, lat=answer.lat, lon=answer.lon, probability=_SURE),),
    )
