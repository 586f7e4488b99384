"""A neighbourhood under test: residents write, the worker works, screens show what became of it.

Everything but the models is the product's own: inbox, vault, gazetteer, redaction, store.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from connectors.process import process_waiting
from core.clock import local
from core.domain import Area, Event, EventKind, Group, Incident, User
from core.inbox import receive
from core.pipeline import Tools
from core.privacy.vault import Vault
from core.scenes import Scenes
from core.settings import Settings
from core.store import Store, Unit
from core.store.incident_rows import incident_of
from core.store.tables import daily_counts, incidents, links, messages
from core.topics import topics
from core.wiring import Services
from tests.fakes import FakeClusterer, FakeJudge, FakeNames
from tests.tables import columns_of, shown, table
from tests.timepiece import START, Timepiece

GROUP = "HNM Hoge Veld"


class Neighbourhood:
    """Writes, works and shows; a step forward in a test is one call."""

    def __init__(self, store: Store, clock: Timepiece, folder: Path) -> None:
        self.store, self.clock = store, clock
        settings = Settings(folder=folder, database_url=store.url)
        self.services = Services(
            settings=settings,
            store=store,
            topics=topics(),
            vault=Vault(settings.key_folder, timedelta(minutes=settings.inbox_key_minutes)),
            clock=clock,
        )
        self.judge = FakeJudge()
        self.tools = Tools(
            judge=self.judge,
            names=FakeNames(),
            clusterer=FakeClusterer(),
            vault=self.services.vault,
            topics=self.services.topics,
        )
        self.scenes = Scenes()
        with store.read() as connection:
            pilots = Unit(connection, clock()).pilots
            self.pilot = pilots.all()[0]
            self.areas: list[Area] = pilots.areas(self.pilot.id)
            self.groups = {group.name: group for group in pilots.groups()}

    def group(self, name: str = GROUP) -> Group:
        return self.groups[name]

    def receive(self, text: str) -> int:
        """Puts the events of a table in the inbox; gives how many were new.

        Columns: at (HH:MM), author, text; and if wanted id, group, kind, reply_to, revision, day,
        direct (yes).
        Without an id a message's id is its place in the table.
        """
        new = 0
        with self.store.unit() as unit:
            for number, row in enumerate(table(text), 1):
                group = self.group(row.get("group", GROUP))
                new += receive([self.event(row, number)], group, unit, self.services.vault)
        return new

    def event(self, row: dict[str, str], number: int = 1) -> Event:
        sent_at = self.clock.at(row["at"])
        if "day" in row:
            sent_at += date.fromisoformat(row["day"]) - START.date()
        else:
            self.clock.now = max(self.clock.now, sent_at)
        reply_to = row.get("reply_to", "-")
        return Event(
            kind=EventKind(row.get("kind", "message")),
            native_id=row.get("id", f"m{number}"),
            author=row.get("author", "Anna"),
            sent_at=sent_at,
            text=row.get("text", ""),
            revision=int(row.get("revision", "0")),
            reply_to=None if reply_to == "-" else reply_to,
            direct=row.get("direct") == "yes",
        )

    def work(self) -> int:
        """Lets the worker empty the inbox; gives how many events it took."""
        taken = 0
        while count := process_waiting(self.services, self.tools, self.scenes):
            taken += count
        return taken

    def writes(self, text: str) -> None:
        """Residents write, and the worker has done it all."""
        self.receive(text)
        self.work()

    def incident(self, incident_id: int = 1) -> Incident:
        with self.store.unit() as unit:
            return unit.incidents.get(incident_id)

    def must_show(self, text: str) -> None:
        """Asserts that the incidents are exactly these; columns may be any of `_row`."""
        expected = table(text)
        with self.store.read() as connection:
            rows = connection.execute(sa.select(incidents).order_by(incidents.c.id)).all()
        assert shown([_row(incident_of(row)) for row in rows], columns_of(expected)) == expected

    def must_count(self, text: str) -> None:
        """Asserts the counts of a day; columns what, count, and if wanted group and day."""
        expected = table(text)
        names = {group.id: group.name for group in self.groups.values()}
        with self.store.read() as connection:
            query = sa.select(daily_counts).order_by(daily_counts.c.group_id, daily_counts.c.what)
            found = [
                {"group": names[row.group_id], "day": row.day, "what": row.what, "count": row.count}
                for row in connection.execute(query)
            ]
        assert shown(found, columns_of(expected) or ["what"]) == expected

    def stored(self) -> list[str]:
        """What is readable of residents' messages, oldest first."""
        with self.store.read() as connection:
            return list(
                connection.execute(sa.select(messages.c.redacted).order_by(messages.c.id)).scalars()
            )

    def belongs(self) -> dict[str, set[int]]:
        """Which incidents each stored text belongs to."""
        query = sa.select(messages.c.redacted, links.c.incident_id).join(
            links, links.c.message_id == messages.c.id
        )
        found: dict[str, set[int]] = {}
        with self.store.read() as connection:
            for row in connection.execute(query):
                found.setdefault(row.redacted, set()).add(row.incident_id)
        return found

    def history(self, incident_id: int = 1) -> list[tuple[str, str]]:
        """(who, what) of everything that happened to an incident, oldest first."""
        with self.store.unit() as unit:
            return [(e.actor, e.action) for e in unit.audit.of("incident", incident_id)]

    def does(self, step: Any, incident_id: int, user: User, *arguments: Any, **named: Any) -> Any:
        """Takes a step with an incident as it stands now."""
        with self.store.unit() as unit:
            version = unit.incidents.get(incident_id).version
            return step(incident_id, version, user, unit, *arguments, **named)


def _row(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "topic": incident.topic,
        "urgency": incident.urgency.value,
        "status": incident.status.value,
        "messages": incident.message_count,
        "residents": incident.resident_count,
        "place": incident.location.name or incident.location.street,
        "street": incident.location.street,
        "assignee": incident.assignee,
        "destination": incident.destination,
        "proposed": incident.proposed_destination,
        "merged_into": incident.merged_into,
        "opened": _wall(incident.opened_at),
        "last": _wall(incident.last_message_at),
        "confidence": incident.confidence,
        "version": incident.version,
    }


def _wall(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"
