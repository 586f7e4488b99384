"""Incidents, the links of their messages, and the changes that screens are told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import (
    UNKNOWN_LOCATION,
    Incident,
    Link,
    Location,
    Member,
    OpenIncident,
    Status,
    Triage,
    Urgency,
)
from core.errors import ChangedMeanwhile, NotFound
from core.incidents import Summary
from core.store.held_members import held_by
from core.store.member_rows import members_of
from core.store.rows import (
    Rows,
    location_json,
    location_of,
    one_of,
    queue_up,
    reasons_json,
)
from core.store.tables import (
    changes,
    incidents,
    labels,
    links,
    messages,
)

_MOST_CANDIDATES: Final = 60
_LATEST_MEMBERS: Final = 12
_MOMENTS: Final = frozenset({"handed_back_at", "reopened_at"})
_OPEN: Final = [status.value for status in Status if status.is_open]
_KNOWN: Final = sa.select(incidents).where(incidents.c.id == sa.bindparam("incident_id"))
_CHANGE: Final = sa.update(incidents).where(incidents.c.id == sa.bindparam("incident_id"))
_AS_OPEN: Final = sa.select(
    incidents.c.id, incidents.c.topic, incidents.c.opened_at, incidents.c.last_message_at
).where(one_of(incidents.c.status, _OPEN))
_OPEN_SINCE: Final = (
    _AS_OPEN.where(incidents.c.pilot_id == sa.bindparam("pilot_id"))
    .where(incidents.c.last_message_at >= sa.bindparam("since"))
    .where(incidents.c.opened_at <= sa.bindparam("until"))
    .order_by(incidents.c.last_message_at.desc(), incidents.c.id.desc())
    .limit(_MOST_CANDIDATES)
)


class IncidentRows(Rows):
    """incidenten."""

    def __init__(self, connection: sa.Connection, now: datetime) -> None:
        super().__init__(connection, now)
        self._untold: dict[tuple[int, str], None] = {}
        self._step_id: int | None = None

    def get(self, incident_id: int) -> Incident:
        """Raises NotFound."""
        row = self.connection.execute(_KNOWN, {"incident_id": incident_id}).first()
        if row is None:
            raise NotFound(what="incident", id=incident_id)
        return incident_of(row)

    def open_since(self, pilot_id: int, since: datetime, until: datetime) -> list[OpenIncident]:
        """Open incidents with a message in the period, the latest first, with their latest members.

        At most a fixed number of incidents and members: what a message costs does not grow with
        what is stored.
        """
        period = {"pilot_id": pilot_id, "since": since, "until": until}
        rows = self.connection.execute(_OPEN_SINCE, period).all()
        held = held_by(self.connection)
        unread = [row.id for row in rows if row.id not in held]
        read = members_of(self.connection, unread, _LATEST_MEMBERS)
        held.update((incident_id, tuple(read[incident_id])) for incident_id in unread)
        return [
            OpenIncident(
                id=row.id,
                topic=row.topic,
                opened_at=row.opened_at,
                last_message_at=row.last_message_at,
                members=held[row.id],
            )
            for row in rows
            if held[row.id]
        ]

    def answered(self, message_key: str, found: Sequence[OpenIncident]) -> list[OpenIncident]:
        """These open incidents, and that of an answered message, which is always among its members.

        Who quotes says what it is about, however many incidents began since.
        """
        if any(member.key == message_key for one in found for member in one.members):
            return list(found)
        query = (
            _AS_OPEN.join(links, links.c.incident_id == incidents.c.id)
            .join(messages, messages.c.id == links.c.message_id)
            .where(messages.c.message_key == message_key)
        )
        row = self.connection.execute(query.order_by(incidents.c.id.desc())).first()
        if row is None:
            return list(found)
        members = self.members([row.id])[row.id]
        latest = members[-_LATEST_MEMBERS:]
        quoted = [one for one in members if one.key == message_key and one not in latest]
        older = OpenIncident(
            id=row.id,
            topic=row.topic,
            opened_at=row.opened_at,
            last_message_at=row.last_message_at,
            members=(*quoted, *latest),
        )
        return [*(one for one in found if one.id != row.id), older]

    def members(self, incident_ids: Sequence[int]) -> dict[int, list[Member]]:
        """The members of each incident, oldest first."""
        return members_of(self.connection, incident_ids)

    def open(
        self,
        pilot_id: int,
        summary: Summary,
        area_id: int | None,
        proposed: Triage,
        *,
        waits: bool = False,
    ) -> int:
        """Opens an incident; gives its id. One that waits is not in the queue yet."""
        incident_id = self.insert(
            incidents,
            pilot_id=pilot_id,
            status=Status.NEW.value,
            area_id=area_id,
            version=1,
            overruled=[],
            waits=waits,
            **proposed.columns(),
            **_summary_values(summary),
        )
        self.tell(incident_id, "opened")
        return incident_id

    def refresh(
        self, incident: Incident, summary: Summary, area_id: int | None, proposed: Triage
    ) -> None:
        """Lets an incident follow its messages; `summary` has what a person overruled."""
        followed = {"area_id": area_id, **proposed.columns()}
        self._update(incident.id, _summary_values(summary) | followed)
        self.tell(incident.id, "grown")

    def enter(self, incident_id: int) -> None:
        """Brings an incident that waited into the queue."""
        self._update(incident_id, {"waits": False, "entered_at": self.now})
        self.tell(incident_id, "entered")

    def change(self, incident: Incident, by: str, **values: Any) -> Incident:
        """A person's change; raises ChangedMeanwhile when the incident is no longer as it was.

        Only people's changes count up `version`: a message that joins does not. Moments come as
        the history holds them: texts.
        """
        if values.get("waits", incident.waits) != incident.waits:
            values["entered_at"] = None if values["waits"] else self.now
        if "location" in values:
            values |= {name: values["location"][name] for name in ("lat", "lon")}
        for name in _MOMENTS & values.keys():
            values[name] = values[name] and datetime.fromisoformat(values[name])
        result = self.connection.execute(
            sa.update(incidents)
            .where(incidents.c.id == incident.id, incidents.c.version == incident.version)
            .values(**values, version=incident.version + 1, changed_by=by, changed_at=self.now)
        )
        if result.rowcount == 0:
            raise self.changed_meanwhile(incident.id)
        self.tell(incident.id, "decided")
        return self.get(incident.id)

    def changed_meanwhile(self, incident_id: int) -> ChangedMeanwhile:
        query = sa.select(incidents.c.changed_by, incidents.c.changed_at).where(
            incidents.c.id == incident_id
        )
        row = self.connection.execute(query).first()
        who, at = (row.changed_by, row.changed_at) if row else (None, None)
        return ChangedMeanwhile(number=f"HNM-{incident_id}", who=who, at=at)

    def link(
        self, incident_id: int, message_id: int, assessment_id: int, link: Link, by: str
    ) -> int:
        return self.insert(
            links,
            incident_id=incident_id,
            message_id=message_id,
            assessment_id=assessment_id,
            strength=link.strength,
            reasons=reasons_json(link.reasons),
            runner_up=link.runner_up,
            by=by,
            at=self.now,
        )

    def move_links(self, link_ids: Sequence[int], to_incident: int) -> None:
        self.connection.execute(
            sa.update(links).where(links.c.id.in_(link_ids)).values(incident_id=to_incident)
        )

    def mark_link(self, link_id: int, by: str, runner_up: int | None) -> None:
        """Notes who put a message where it stands, and where else it may belong."""
        self.connection.execute(
            sa.update(links).where(links.c.id == link_id).values(by=by, runner_up=runner_up)
        )

    def stood(self, link_ids: Sequence[int]) -> list[tuple[int, str, int | None]]:
        """Of each link: its id, who put the message there, where else it may belong."""
        query = sa.select(links.c.id, links.c.by, links.c.runner_up).where(links.c.id.in_(link_ids))
        return [(row.id, row.by, row.runner_up) for row in self.connection.execute(query)]

    def link_ids(self, incident_id: int, message_ids: Sequence[int] | None = None) -> list[int]:
        query = sa.select(links.c.id).where(links.c.incident_id == incident_id)
        if message_ids is not None:
            query = query.where(links.c.message_id.in_(message_ids))
        return list(self.connection.execute(query).scalars())

    def group_ids(self, incident_id: int) -> list[int]:
        """The groups in which somebody wrote about the incident."""
        query = (
            sa.select(messages.c.group_id)
            .join(links, links.c.message_id == messages.c.id)
            .where(links.c.incident_id == incident_id)
            .distinct()
            .order_by(messages.c.group_id)
        )
        return list(self.connection.execute(query).scalars())

    def set_empty(self, incident_id: int, status: Status, merged_into: int | None = None) -> None:
        """Closes an incident that has no messages left; where they pointed to is forgotten.

        So is what a person called it, unless its messages stand elsewhere and may come back.
        """
        values: dict[str, Any] = {
            "status": status.value,
            "message_count": 0,
            "resident_count": 0,
            "location": location_json(UNKNOWN_LOCATION),
            "lat": None,
            "lon": None,
            "merged_into": merged_into,
        }
        if merged_into is None:
            values["title"] = None
        self._update(incident_id, values)
        self.tell(incident_id, "emptied")

    def set_status(self, incident_id: int, status: Status) -> None:
        """What a destination outside did with it; no change by a person here."""
        self._update(incident_id, {"status": status.value})
        self.tell(incident_id, "decided")

    def restore(self, incident_id: int, values: dict[str, Any]) -> None:
        """Puts values back, for undo."""
        self._update(incident_id, values)
        self.tell(incident_id, "decided")

    def label(
        self,
        what: str,
        before: Any,
        after: Any,
        by: str,
        *,
        incident_id: int | None = None,
        message_id: int | None = None,
        **more: Any,
    ) -> int:
        """A person's correction, kept as an example to learn from; gives the id of its step.

        What one unit of work writes is one step: it is taken back together. `more`: the other
        message and incident of a pair, the model that had said otherwise.
        """
        label_id = self.insert(
            labels,
            what=what,
            before=before,
            after=after,
            by=by,
            at=self.now,
            incident_id=incident_id,
            message_id=message_id,
            step_id=self._step_id,
            **more,
        )
        if self._step_id is None:
            self._step_id = label_id
            self.connection.execute(
                sa.update(labels).where(labels.c.id == label_id).values(step_id=label_id)
            )
        return self._step_id

    def unlabel(self, what: str, by: str, incident_id: int) -> None:
        """Takes a person's newest correction of this kind back: it was a slip, not an example."""
        newest = (
            sa.select(labels.c.step_id)
            .where(labels.c.what == what, labels.c.by == by, labels.c.incident_id == incident_id)
            .order_by(labels.c.id.desc())
            .limit(1)
        )
        step_id = self.connection.execute(newest).scalar()
        if step_id is not None:
            self.connection.execute(sa.delete(labels).where(labels.c.step_id == step_id))

    def tell(self, incident_id: int, what: str) -> None:
        """Lets every screen know, once the unit commits, that something about it is new."""
        self._untold[incident_id, what] = None

    def write_changes(self) -> None:
        """Numbers and writes what screens are to be told; the unit does so at its end.

        A number given out earlier could become visible after a later one, and be missed.
        """
        if not self._untold:
            return
        queue_up(self.connection)
        rows = [
            {"incident_id": incident_id, "what": what, "at": self.now}
            for incident_id, what in self._untold
        ]
        self._untold = {}
        self.connection.execute(sa.insert(changes), rows)

    def _update(self, incident_id: int, values: dict[str, Any]) -> None:
        self.connection.execute(_CHANGE, {**values, "incident_id": incident_id})


def incident_of(row: Any) -> Incident:
    """A row of `incidents` as the domain type."""
    return Incident(
        id=row.id,
        pilot_id=row.pilot_id,
        topic=row.topic,
        urgency=Urgency.of(row.urgent),
        status=Status(row.status),
        version=row.version,
        location=location_of(row.location),
        area_id=row.area_id,
        opened_at=row.opened_at,
        last_message_at=row.last_message_at,
        message_count=row.message_count,
        resident_count=row.resident_count,
        confidence=row.confidence,
        assignee=row.assignee,
        destination=row.destination,
        proposed_destination=row.proposed_destination,
        proposed_team=row.proposed_team,
        routing_rule_id=row.routing_rule_id,
        merged_into=row.merged_into,
        overruled=frozenset(row.overruled),
        title=row.title,
        waits=row.waits,
        entered_at=row.entered_at,
        handed_back_at=row.handed_back_at,
        reopened_at=row.reopened_at,
    )


def _summary_values(summary: Summary) -> dict[str, Any]:
    location: Location = summary.location
    return {
        "topic": summary.topic,
        "urgent": summary.urgency is Urgency.URGENT,
        "location": location_json(location),
        "lat": location.lat,
        "lon": location.lon,
        "confidence": summary.confidence,
        "message_count": summary.message_count,
        "resident_count": summary.resident_count,
        "opened_at": summary.opened_at,
        "last_message_at": summary.last_message_at,
    }
