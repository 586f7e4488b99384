"""How much lies open with whom now, in a few words beside each choice."""

from __future__ import annotations

from collections.abc import Mapping

from core.i18n import duration
from core.store.queries import revision
from core.store.room_queries import colleagues
from core.workload import Load, loads, team_of, teams_of
from pages._frame import language, services, t
from pages.room.drawn import draw


def loads_now() -> dict[str, Load]:
    """By owner what is open; what is drawn on the board is not read again."""
    given = services()
    with given.store.read() as connection:
        newest, staff = revision(connection), colleagues(connection)
    drawn = draw(given.store.url, newest, language(), given.store)
    return loads(drawn.incidents, drawn.due, teams_of(staff), given.clock())


def load_line(load: Load | None) -> str:
    """Such as "4 open, 1 spoed, 2 te laat, oudste 3 u"."""
    if load is None or load.oldest_at is None:
        return t("workload.nothing")
    said = [t("workload.open", count=load.open_count)]
    if load.urgent_count:
        said.append(t("workload.urgent", count=load.urgent_count))
    if load.overdue_count:
        said.append(t("workload.overdue", count=load.overdue_count))
    age_s = (services().clock() - load.oldest_at).total_seconds()
    said.append(t("workload.oldest", age=duration(language(), age_s)))
    return ", ".join(said)


def with_load(name: str, owner: str, found: Mapping[str, Load]) -> str:
    """A choice with what lies open there; a work list is that of its team."""
    return f"{name} · {load_line(found.get(team_of(owner, {})))}"
