"""bulletins: what others publish (RSS, P2000) that may stand beside an incident.

Never a report, never counted as one: a fire engine on its way says that somebody else called. Kept
for two days, and only what lies in the pilot's area.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core.areas import area_at, metres
from core.dispatches import read_dispatch
from core.domain import Area, Bulletin, Incident, Location, PlaceKind, User
from core.errors import BadInput, NotFound
from core.permissions import Action, require
from core.ports import PlaceFinder
from core.store.unit import Unit

KINDS: Final = ("p2000", "rss")
KEPT_FOR: Final = timedelta(hours=48)
LONGEST: Final = 200
_LONGEST_ADDRESS: Final = 500
_MOST_TOWNS: Final = 10
_POINT_RADIUS_M: Final = 100.0
_WITHIN: Final = timedelta(hours=2)
_BESIDE_M: Final = 250.0
_FARTHEST_M: Final = 1200.0
_MOST_NEAR: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """gepubliceerd: one entry of a feed as it came: plain text, a moment if it could be read."""

    id: str
    title: str
    text: str = ""
    at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


def add_feed(
    pilot_id: int,
    kind: str,
    name: str,
    address: str,
    towns: Sequence[str],
    user: User,
    unit: Unit,
) -> int:
    """Adds a feed, switched off as yet; gives its id. Raises NotAllowed, BadInput.

    `towns`: at least one of these names must stand in an entry; none: any entry may count.
    """
    require(user, Action.ADMINISTER)
    named = [town.strip() for town in towns if town.strip()]
    _check(kind, name.strip(), address.strip(), named)
    feed_id = unit.feeds.add(
        pilot_id, kind=kind, name=name.strip(), address=address.strip(), towns=named, by=user.login
    )
    unit.audit.add(user.login, "feed_added", "feed", feed_id, {"kind": kind})
    return feed_id


def switch_feed(feed_id: int, enabled: bool, user: User, unit: Unit) -> None:
    """Raises NotAllowed, NotFound."""
    require(user, Action.ADMINISTER)
    _known(feed_id, unit)
    unit.feeds.change(feed_id, enabled=enabled, retry_at=None, failure_count=0, error=None)
    unit.audit.add(user.login, "feed_on" if enabled else "feed_off", "feed", feed_id)


def remove_feed(feed_id: int, user: User, unit: Unit) -> None:
    """Takes a feed away with all it brought. Raises NotAllowed, NotFound."""
    require(user, Action.ADMINISTER)
    _known(feed_id, unit)
    unit.feeds.remove(feed_id)
    unit.audit.add(user.login, "feed_removed", "feed", feed_id)


def take_bulletins(
    published: Iterable[Published],
    feed: Any,
    places: PlaceFinder,
    areas: Sequence[Area],
    unit: Unit,
) -> int:
    """Keeps what is new, fresh and in the pilot's area; gives how many. The rest is counted."""
    passed, new = Counter[str](), 0
    oldest = unit.now - _kept_for(unit)
    for entry in published:
        found = bulletin_of(entry, feed.kind, feed.towns, places, areas, unit.now)
        if isinstance(found, Bulletin) and found.at < oldest:
            found = "old"
        if isinstance(found, str):
            passed[found] += 1
        else:
            new += unit.feeds.keep(feed.id, found)
    unit.feeds.count(feed.id, passed)
    return new


def _kept_for(unit: Unit) -> timedelta:
    """An administrator may let bulletins go sooner: then older ones are not taken again."""
    row = unit.retention.rows().get("bulletins")
    return KEPT_FOR if row is None or row.amount is None else timedelta(hours=row.amount)


def bulletin_of(
    entry: Published,
    kind: str,
    towns: Sequence[str],
    places: PlaceFinder,
    areas: Sequence[Area],
    now: datetime,
) -> Bulletin | str:
    """An entry as a bulletin, or in one word why it is none: "old", "elsewhere", "nowhere"."""
    at = min(entry.at or now, now)
    if now - at > KEPT_FOR:
        return "old"
    words = f"{entry.title} {entry.text}"
    if towns and not any(town.casefold() in words.casefold() for town in towns):
        return "elsewhere"
    service, priority, title = _said(entry, kind)
    location = _place(entry, f"{title} {entry.text if kind == 'rss' else ''}", places, areas)
    if location is None:
        return "nowhere"
    return Bulletin(
        mark=hashlib.sha256(entry.id.encode("utf-8", "replace")).hexdigest(),
        at=at,
        service=service,
        priority=priority,
        title=title[:LONGEST],
        location=location,
    )


def _said(entry: Published, kind: str) -> tuple[str, str, str]:
    if kind != "p2000":
        return "news", "", entry.title
    dispatch = read_dispatch(entry.title)
    return dispatch.service, dispatch.priority, dispatch.text


def _place(
    entry: Published, words: str, places: PlaceFinder, areas: Sequence[Area]
) -> Location | None:
    """The place that was given or named, if it lies in the pilot's area."""
    if entry.lat is not None and entry.lon is not None:
        given = Location(
            kind=PlaceKind.SHARED, lat=entry.lat, lon=entry.lon, radius_m=_POINT_RADIUS_M
        )
        return given if area_at(given, areas) is not None else None
    return next(iter(places.find(words, None)), None)


def bulletins_near(incident: Incident, unit: Unit) -> list[tuple[Bulletin, float]]:
    """What was published near an incident, with its distance in metres; the newest first.

    Near: within two hours of its messages, and 250 m of its place, both places' own radius aside.
    """
    here = (incident.location.lat, incident.location.lon)
    if here[0] is None or here[1] is None:
        return []
    since, until = incident.opened_at - _WITHIN, incident.last_message_at + _WITHIN
    found = []
    for bulletin in unit.feeds.between(incident.pilot_id, since, until):
        place = bulletin.location
        assert place.lat is not None
        assert place.lon is not None
        apart = metres((here[0], here[1]), (place.lat, place.lon))
        reach = _BESIDE_M + (place.radius_m or 0.0) + (incident.location.radius_m or 0.0)
        if apart <= min(reach, _FARTHEST_M):
            found.append((bulletin, apart))
    return found[:_MOST_NEAR]


def _known(feed_id: int, unit: Unit) -> Any:
    row = unit.feeds.get(feed_id)
    if row is None:
        raise NotFound(what="feed", id=feed_id)
    return row


def _check(kind: str, name: str, address: str, towns: Sequence[str]) -> None:
    if kind not in KINDS:
        raise BadInput(field="kind", why=kind[:20])
    for field, value, longest in (("name", name, 200), ("address", address, _LONGEST_ADDRESS)):
        if not value or len(value) > longest or not value.isprintable():
            raise BadInput(field=field, why=value[:50])
    if len(towns) > _MOST_TOWNS or any(len(town) > 50 for town in towns):
        raise BadInput(field="towns", why=str(len(towns)))
