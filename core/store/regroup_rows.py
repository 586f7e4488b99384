"""Proposals to group anew: written by the clustering, judged by a person, gone when overtaken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.store.regroup_queries import members_by_incident, recent_incidents, seen_mark
from core.store.rows import Rows, insert_or_skip
from core.store.tables import regroupings
from core.store.tie_queries import Whole, whole_messages


class RegroupRows(Rows):
    """voorstellen om anders te groeperen."""

    def material(
        self, pilot_id: int, since: Any, most_messages: int
    ) -> tuple[list[Whole], dict[int, int]]:
        """The latest messages of open incidents, oldest first, and the incident of each."""
        incident_of = recent_incidents(self.connection, pilot_id, since, most_messages)
        return whole_messages(self.connection, incident_of), incident_of

    def propose(self, pilot_id: int, rows: Sequence[dict[str, Any]]) -> int:
        """Adds what was not proposed before; what no longer stands goes. Gives how many are new.

        A row: kind, incident_id, other_id, message_ids, strength. What a person judged is never
        proposed again while its messages are the same.
        """
        ids = {i for row in rows for i in (row["incident_id"], row["other_id"]) if i is not None}
        members = members_by_incident(self.connection, ids)
        wanted = [{**row, "seen": _seen(row, members)} for row in rows]
        open_ones = regroupings.c.pilot_id == pilot_id, regroupings.c.state == "open"
        kept = {(row["kind"], row["incident_id"], row["seen"]) for row in wanted}
        for row in self.connection.execute(sa.select(regroupings).where(*open_ones)).all():
            if (row.kind, row.incident_id, row.seen) not in kept:
                self.connection.execute(sa.delete(regroupings).where(regroupings.c.id == row.id))
        if not wanted:
            return 0
        given = [{**row, "pilot_id": pilot_id, "state": "open", "at": self.now} for row in wanted]
        statement = insert_or_skip(self.connection, regroupings)
        return sum(max(0, self.connection.execute(statement, row).rowcount) for row in given)

    def get(self, regrouping_id: int) -> Any | None:
        query = sa.select(regroupings).where(regroupings.c.id == regrouping_id)
        return self.connection.execute(query).first()

    def judge(self, regrouping_id: int, state: str, by: str) -> None:
        self._set(regrouping_id, state=state, judged_by=by, judged_at=self.now)

    def reopen(self, regrouping_id: int) -> None:
        self._set(regrouping_id, state="open", judged_by=None, judged_at=None)

    def _set(self, regrouping_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(regroupings).where(regroupings.c.id == regrouping_id).values(**values)
        )


def _seen(row: dict[str, Any], members: dict[int, list[int]]) -> str:
    ids = [i for i in (row["incident_id"], row["other_id"]) if i is not None]
    return seen_mark({i: members[i] for i in ids})
