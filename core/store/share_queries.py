"""Reads about sharing: what staff shared with which team, and what the teams found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.store.tables import shares, team_reports


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLine:
    """deling: an incident shared with a team, by whom and until when."""

    id: int
    incident_id: int
    team: str
    note: str
    by: str
    at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamReport:
    """bevinding: what a team found on the spot, its words redacted."""

    share_id: int
    incident_id: int
    outcome: str
    redacted: str
    by: str
    at: datetime


def shares_of(connection: sa.Connection, incident_id: int | None = None) -> list[ShareLine]:
    """What is shared now, the latest first; of one incident, also what was."""
    query = sa.select(shares).order_by(shares.c.at.desc(), shares.c.id.desc())
    if incident_id is None:
        query = query.where(shares.c.ended_at.is_(None))
    else:
        query = query.where(shares.c.incident_id == incident_id)
    names = ShareLine.__slots__
    return [
        ShareLine(**{name: row._mapping[name] for name in names})
        for row in connection.execute(query)
    ]


def team_reports_of(
    connection: sa.Connection, share_ids: Sequence[int]
) -> dict[int, list[TeamReport]]:
    """What teams found for each share, the oldest first."""
    query = (
        sa.select(team_reports)
        .where(team_reports.c.share_id.in_(share_ids))
        .order_by(team_reports.c.at, team_reports.c.id)
    )
    found: dict[int, list[TeamReport]] = {share_id: [] for share_id in share_ids}
    names = TeamReport.__slots__
    for row in connection.execute(query):
        found[row.share_id].append(TeamReport(**{n: row._mapping[n] for n in names}))
    return found
