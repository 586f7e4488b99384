"""What is open at this moment: incidents with what is due of them, and who has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.deadlines import Deadline, all_deadlines, overdue
from core.domain import Incident
from core.store import Unit
from core.store.room_queries import colleagues, queue
from core.telling import owner_name
from core.workload import Load, loads, team_of, teams_of
from pages._frame import language, services, t
from pages.room.names import people


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """nu: the incidents that are open or ended last, with what is due, and the teams of people."""

    at: datetime
    incidents: Mapping[int, Incident]
    due: Mapping[int, tuple[Deadline, ...]]
    teams: Mapping[str, str]

    @property
    def late(self) -> list[Deadline]:
        """All that is overdue, what is so the longest in front."""
        return overdue(self.due, self.at)

    @property
    def loads(self) -> dict[str, Load]:
        return loads(self.incidents.values(), self.due, self.teams, self.at)

    def team(self, due: Deadline) -> str:
        """Whose it is, as a team where there is one."""
        return team_of(due.owner, self.teams)


def read_now(pilot_id: int | None = None) -> Now:
    """How things stand; of one pilot when given."""
    given = services()
    at = given.clock()
    with given.store.read() as connection:
        found = [i for i in queue(connection) if pilot_id in (None, i.pilot_id)]
        due = all_deadlines(found, Unit(connection, at))
        staff = colleagues(connection)
    by_id = {incident.id: incident for incident in found}
    return Now(at=at, incidents=by_id, due=due, teams=teams_of(staff))


def named(owner: str) -> str:
    """A team, a person or an account by name; what nobody has says so."""
    return owner_name(language(), owner, people()) if owner else t("workload.nobody")
