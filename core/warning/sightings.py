"""What a look found, as alerts: what goes on is the alert it was, what is new is a new one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core.audit import SYSTEM
from core.store.alert_queries import Alert, AlertKind, AlertState
from core.store.unit import Unit
from core.warning.false_alarms import QUIET_PARTS
from core.warning.ledger import PART_HOURS, Tree
from core.warning.near_repeats import Knox, Zone
from core.warning.rises import Rise
from core.warning.spreading import Pattern

TOLD: Final = "alert"
"""What screens are told of, with no incident's number: something was noticed."""

_LOOKED_BACK: Final = timedelta(days=60)
_QUIET: Final = timedelta(hours=QUIET_PARTS * PART_HOURS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """waarneming: what a look found, before it is known whether it was found before.

    `mark` names it for good; `is_new` is False for what may only carry an alert on.
    """

    kind: AlertKind
    mark: str
    topic: str
    area_id: int | None
    began_at: datetime
    last_at: datetime
    findings: Mapping[str, Any]
    is_new: bool = True

    @property
    def incident_ids(self) -> tuple[int, ...]:
        return tuple(self.findings["incidents"])


def of_rise(rise: Rise, starts_at: datetime, past_days: int, short: bool) -> Sighting:
    names = ("measure", "window", "seen", "bound", "probability")
    findings = {name: getattr(rise, name) for name in names} | {
        "expected": round(rise.expected, 3),
        "incidents": list(rise.incident_ids),
        "rolled_up": list(rise.rolled_up),
        "past_days": past_days,
        "short": short,
    }
    return Sighting(
        kind=AlertKind.RISE,
        mark=f"{rise.topic}|{rise.area_id or 0}|{starts_at.isoformat()}",
        topic=rise.topic,
        area_id=rise.area_id,
        began_at=rise.began_at,
        last_at=starts_at,
        findings=findings,
    )


def of_zone(
    zone: Zone, knox: Knox, near_m: int, near_days: int, since: datetime, area_id: int | None
) -> Sighting:
    """A zone is news when its latest burglary is."""
    first, last = zone.burglaries[0], zone.burglaries[-1]
    findings = {
        "what": "zone",
        "incidents": [one.incident_id for one in zone.burglaries],
        "near_m": near_m,
        "near_days": near_days,
        "until": zone.until.isoformat(),
        "used": knox.used_count,
        "shows": knox.shows,
        "knox": None if knox.zone is None else asdict(knox.zone),
    }
    return Sighting(
        kind=AlertKind.NEAR_REPEAT,
        mark=f"zone:{first.incident_id}",
        topic=first.topic,
        area_id=area_id,
        began_at=first.opened_at,
        last_at=last.opened_at,
        findings=findings,
        is_new=last.opened_at >= since,
    )


def of_pattern(pattern: Pattern, began_at: datetime, last_at: datetime) -> Sighting:
    findings = {
        "what": pattern.what,
        "incidents": list(pattern.incident_ids),
        "messages": list(pattern.message_ids),
        "areas": list(pattern.area_ids),
        "by_chance": pattern.by_chance,
        "feature_count": pattern.feature_count,
    }
    return Sighting(
        kind=AlertKind.SPREADING,
        mark=f"{pattern.what}:{pattern.incident_ids[0]}:{pattern.feature_count}",
        topic=pattern.topics[0],
        area_id=pattern.area_ids[0] if len(pattern.area_ids) == 1 else None,
        began_at=began_at,
        last_at=last_at,
        findings=findings,
    )


def record(
    sightings: Sequence[Sighting], pilot_id: int, unit: Unit, tree: Tree | None
) -> list[int]:
    """Carries alerts on or raises new ones, each with its audit entry; gives the new ones' ids."""
    raised = []
    for sighting in sightings:
        known = unit.alerts.since(pilot_id, sighting.kind, sighting.last_at - _LOOKED_BACK)
        alert = next((alert for alert in known if goes_on(sighting, alert, tree)), None)
        if alert is not None:
            _carry_on(alert, sighting, unit)
        elif sighting.is_new and (alert_id := _raise(sighting, pilot_id, unit)) is not None:
            raised.append(alert_id)
    return raised


def goes_on(sighting: Sighting, alert: Alert, tree: Tree | None) -> bool:
    """Whether a sighting is what an alert told of already."""
    if sighting.kind is AlertKind.RISE:
        return (
            alert.topic == sighting.topic
            and alert.last_at >= sighting.last_at - _QUIET
            and (tree is None or _related(tree, alert.area_id, sighting.area_id))
        )
    shared = set(alert.incident_ids) & set(sighting.incident_ids)
    same_kind = alert.findings.get("what") == sighting.findings.get("what")
    return same_kind and bool(shared)


def _related(tree: Tree, one: int | None, other: int | None) -> bool:
    places: Collection[int | None] = tree.areas
    if one not in places or other not in places:
        return one == other
    return bool(tree.related[tree.areas.index(one), tree.areas.index(other)])


def _carry_on(alert: Alert, sighting: Sighting, unit: Unit) -> None:
    """An alert that nobody judged follows what is found; a judged one stays as it was judged."""
    last_at = max(alert.last_at, sighting.last_at)
    if alert.state is not AlertState.OPEN:
        unit.alerts.go_on(alert.id, last_at)
        return
    findings, area_id = _grown(alert, sighting)
    unit.alerts.go_on(alert.id, last_at, findings=findings, area_id=area_id)


def _grown(alert: Alert, sighting: Sighting) -> tuple[dict[str, Any], int | None]:
    """What is most unusual so far, and where, on all incidents so far."""
    incidents = list(dict.fromkeys([*alert.incident_ids, *sighting.incident_ids]))
    found, area_id = sighting.findings, sighting.area_id
    if sighting.kind is AlertKind.RISE:
        before = alert.findings.get("probability", 1.0)
        if before <= sighting.findings["probability"]:
            found, area_id = alert.findings, alert.area_id
    return {**found, "incidents": incidents}, area_id


def _raise(sighting: Sighting, pilot_id: int, unit: Unit) -> int | None:
    alert_id = unit.alerts.raise_alert(
        pilot_id,
        sighting.kind,
        sighting.mark,
        sighting.topic,
        sighting.area_id,
        sighting.began_at,
        sighting.last_at,
        sighting.findings,
    )
    if alert_id is not None:
        unit.incidents.tell(0, TOLD)
        detail = {"kind": sighting.kind.value, "incidents": list(sighting.incident_ids)}
        unit.audit.add(SYSTEM, "alert_raised", "alert", alert_id, detail)
    return alert_id
