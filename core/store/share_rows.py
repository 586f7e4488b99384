"""Incidents shared with neighbourhood-watch teams, and what those found on the spot."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Role, Status
from core.store.rows import Rows
from core.store.tables import incidents, shares, team_reports, users

_OPEN: Final = [status.value for status in Status if status.is_open]


class ShareRows(Rows):
    """delingen."""

    def teams(self) -> list[str]:
        """The teams that somebody who watches a neighbourhood is in."""
        query = sa.select(users.c.team, users.c.roles).where(users.c.active)
        rows = self.connection.execute(query)
        return sorted({row.team for row in rows if row.team and Role.WATCH_TEAM in row.roles})

    def add(self, incident_id: int, team: str, note: str, by: str) -> int:
        return self.insert(
            shares, incident_id=incident_id, team=team, note=note, by=by, at=self.now
        )

    def get(self, share_id: int) -> Any | None:
        query = sa.select(shares).where(shares.c.id == share_id)
        return self.connection.execute(query).first()

    def is_shared(self, incident_id: int, team: str) -> bool:
        query = sa.select(shares.c.id).where(
            shares.c.incident_id == incident_id,
            shares.c.team == team,
            shares.c.ended_at.is_(None),
        )
        return self.connection.execute(query).first() is not None

    def of_team(self, team: str, ended_since: datetime) -> list[Any]:
        """What a team may look at: open, or ended since a moment; the latest shared first."""
        lately = sa.or_(incidents.c.status.in_(_OPEN), incidents.c.changed_at >= ended_since)
        query = (
            sa.select(shares)
            .join(incidents, incidents.c.id == shares.c.incident_id)
            .where(shares.c.team == team, shares.c.ended_at.is_(None), lately)
            .where(incidents.c.merged_into.is_(None), sa.not_(incidents.c.urgent))
            .order_by(shares.c.at.desc(), shares.c.id.desc())
        )
        return list(self.connection.execute(query))

    def end(self, share_id: int, by: str) -> None:
        self.connection.execute(
            sa.update(shares).where(shares.c.id == share_id).values(ended_at=self.now, ended_by=by)
        )

    def add_report(
        self, share_id: int, incident_id: int, outcome: str, redacted: str, by: str
    ) -> int:
        return self.insert(
            team_reports,
            share_id=share_id,
            incident_id=incident_id,
            outcome=outcome,
            redacted=redacted,
            by=by,
            at=self.now,
        )

    def end_all(self, pilot_id: int, by: str) -> int:
        """Ends what is shared of a pilot that is over."""
        of_pilot = sa.select(incidents.c.id).where(incidents.c.pilot_id == pilot_id)
        ended = self.connection.execute(
            sa.update(shares)
            .where(shares.c.incident_id.in_(of_pilot), shares.c.ended_at.is_(None))
            .values(ended_at=self.now, ended_by=by)
        )
        return int(ended.rowcount)

    def forget_words(self, pilot_id: int) -> None:
        """What teams wrote about incidents of a pilot goes with what residents wrote."""
        of_pilot = sa.select(incidents.c.id).where(incidents.c.pilot_id == pilot_id)
        self.connection.execute(
            sa.update(team_reports)
            .where(team_reports.c.incident_id.in_(of_pilot), team_reports.c.redacted != "")
            .values(redacted="")
        )
