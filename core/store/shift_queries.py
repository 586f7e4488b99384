"""What a shift did, counted from its steps; no words."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from core.store.tables import audit_entries, incidents

_STEPS: Final = ("accept", "reject", "hand_over", "hand_back", "close", "undo")


def came_in(connection: sa.Connection, since: datetime) -> tuple[int, int]:
    """How many incidents came since a moment, and how many of them are urgent."""
    seen = sa.func.coalesce(incidents.c.entered_at, incidents.c.opened_at) >= since
    wanted = (seen, incidents.c.merged_into.is_(None), incidents.c.waits.is_(sa.false()))
    query = sa.select(incidents.c.urgent, sa.func.count()).where(*wanted)
    found = {urgent: count for urgent, count in connection.execute(query.group_by("urgent"))}
    return sum(found.values()), found.get(True, 0)


def steps_since(connection: sa.Connection, since: datetime) -> Counter[str]:
    """With how many incidents each step was taken since a moment, and not taken back."""
    query = sa.select(audit_entries).where(
        audit_entries.c.at >= since,
        audit_entries.c.subject_kind == "incident",
        audit_entries.c.action.in_(_STEPS),
    )
    rows = list(connection.execute(query))
    undone = {row.detail.get("undid") for row in rows if row.action == "undo"}
    taken = {(row.action, row.subject_id) for row in rows if row.id not in undone}
    return Counter(action for action, _ in taken if action != "undo")
