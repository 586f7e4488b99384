"""Alerts, announced events, how a pilot is watched, and the marks of plates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.errors import ChangedMeanwhile, NotFound
from core.store.alert_queries import (
    Alert,
    AlertKind,
    AlertState,
    ExpectedEvent,
    WatchSettings,
    alert_of,
    alert_with_id,
    events_of,
    settings_json,
)
from core.store.rows import Rows, insert_or_skip, upsert
from core.store.tables import alerts, expected_events, links, plate_marks, watches

_UNMARK: Final = sa.delete(plate_marks).where(
    plate_marks.c.message_id == sa.bindparam("of_message")
)


class AlertRows(Rows):
    """signaleringen."""

    def get(self, alert_id: int) -> Alert:
        """Raises NotFound."""
        return alert_with_id(self.connection, alert_id)

    def since(self, pilot_id: int, kind: AlertKind, moment: datetime) -> list[Alert]:
        """Alerts of a kind that still held at a moment or later, the newest first."""
        query = (
            sa.select(alerts)
            .where(alerts.c.pilot_id == pilot_id, alerts.c.kind == kind.value)
            .where(alerts.c.last_at >= moment)
            .order_by(alerts.c.id.desc())
        )
        return [alert_of(row) for row in self.connection.execute(query)]

    def raise_alert(
        self,
        pilot_id: int,
        kind: AlertKind,
        mark: str,
        topic: str,
        area_id: int | None,
        began_at: datetime,
        last_at: datetime,
        findings: Mapping[str, Any],
    ) -> int | None:
        """Adds an alert; gives its id, or None when one with this mark is there already."""
        values = {
            "pilot_id": pilot_id,
            "kind": kind.value,
            "mark": mark,
            "topic": topic,
            "area_id": area_id,
            "began_at": began_at,
            "raised_at": self.now,
            "last_at": last_at,
            "findings": dict(findings),
            "state": AlertState.OPEN.value,
            "version": 1,
        }
        insert = insert_or_skip(self.connection, alerts).returning(alerts.c.id)
        made = self.connection.execute(insert, values).first()
        return None if made is None else int(made.id)

    def go_on(self, alert_id: int, last_at: datetime, **values: Any) -> None:
        """Notes that an alert still holds, and what of it is another by now."""
        values["last_at"] = last_at
        self.connection.execute(sa.update(alerts).where(alerts.c.id == alert_id).values(**values))

    def change(self, alert: Alert, by: str | None, **values: Any) -> Alert:
        """A person's judgement. Raises ChangedMeanwhile when the alert is no longer as it was."""
        result = self.connection.execute(
            sa.update(alerts)
            .where(alerts.c.id == alert.id, alerts.c.version == alert.version)
            .values(
                **values,
                version=alert.version + 1,
                judged_by=by,
                judged_at=self.now if by is not None else None,
            )
        )
        if result.rowcount == 0:
            raise self.changed_meanwhile(alert.id)
        return self.get(alert.id)

    def changed_meanwhile(self, alert_id: int) -> ChangedMeanwhile:
        now = self.get(alert_id)
        return ChangedMeanwhile(number=f"V-{alert_id}", who=now.judged_by, at=now.judged_at)

    def link_messages(self, incident_ids: Iterable[int], to_incident: int, by: str) -> None:
        """Links the messages of some incidents to one more; their own links stay."""
        pairs = (
            sa.select(links.c.message_id, links.c.assessment_id)
            .where(links.c.incident_id.in_(list(incident_ids)))
            .distinct()
        )
        rows = [
            {
                "incident_id": to_incident,
                "message_id": message_id,
                "assessment_id": assessment_id,
                "strength": 1.0,
                "reasons": [],
                "by": by,
                "at": self.now,
            }
            for message_id, assessment_id in self.connection.execute(pairs).all()
        ]
        if rows:
            self.connection.execute(sa.insert(links), rows)

    def unlink_messages(self, incident_id: int) -> None:
        self.connection.execute(sa.delete(links).where(links.c.incident_id == incident_id))

    def announce(self, pilot_id: int, by: str, **values: Any) -> int:
        """Adds an expected event; gives its id."""
        return self.insert(expected_events, pilot_id=pilot_id, by=by, at=self.now, **values)

    def events(self, pilot_id: int) -> list[ExpectedEvent]:
        return events_of(self.connection, pilot_id)

    def withdraw_event(self, event_id: int) -> int:
        """Takes an announcement back; gives its pilot's id. Raises NotFound."""
        row = self.connection.execute(
            sa.update(expected_events)
            .where(expected_events.c.id == event_id, expected_events.c.withdrawn_at.is_(None))
            .values(withdrawn_at=self.now)
            .returning(expected_events.c.pilot_id)
        ).first()
        if row is None:
            raise NotFound(what="event", id=event_id)
        return int(row.pilot_id)

    def set_settings(self, pilot_id: int, settings: WatchSettings) -> None:
        upsert(self.connection, watches, {"pilot_id": pilot_id}, settings=settings_json(settings))

    def note_look(self, pilot_id: int, outlook: Mapping[str, Any], settings: WatchSettings) -> None:
        """Keeps what the last look made of a pilot."""
        key = {"pilot_id": pilot_id}
        exists = self.connection.execute(
            sa.update(watches)
            .where(watches.c.pilot_id == pilot_id)
            .values(outlook=dict(outlook), watched_at=self.now)
        )
        if exists.rowcount == 0:
            upsert(
                self.connection,
                watches,
                key,
                settings=settings_json(settings),
                outlook=dict(outlook),
                watched_at=self.now,
            )

    def mark_plates(self, message_id: int, marks: Iterable[str], sent_at: datetime) -> None:
        """Writes the marks of a message's plates, in place of those of an earlier revision."""
        self.connection.execute(_UNMARK, {"of_message": message_id})
        rows = [{"message_id": message_id, "mark": mark, "sent_at": sent_at} for mark in set(marks)]
        if rows:
            self.connection.execute(sa.insert(plate_marks), rows)

    def forget_plates(self, before: datetime) -> int:
        """Removes marks that are too old to matter; gives how many."""
        result = self.connection.execute(
            sa.delete(plate_marks).where(plate_marks.c.sent_at < before)
        )
        return result.rowcount
