"""Reads of conversations: with which group or resident, about which incident, who spoke last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from core.domain import Group, Incident, QuestionState, Status
from core.store.incident_rows import incident_of
from core.store.pilot_rows import PilotRows
from core.store.tables import answers, incidents, links, messages, outbox, questions, visits
from core.store.talk_queries import OutboxLine, ReportLine, outbox_line

_NOT_SAID: Final = ("hand_over", "make_group", "notice")
"""What stands in the outbox and is no word in a conversation."""
_MARK: Final = "talk:"
_AT_ONCE: Final = 5_000
"""Ids in one question: SQLite takes no more than 32,766 values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """gesprek: what was said with a group, or with one `resident`, about an incident.

    `theirs_at` and `ours_at`: the last word of each; `asked_at`: since when a question is open in
    it. `key` names it in an address, without a pseudonym. Without an incident it is what the group
    was sent as such: tips, announcements.
    """

    key: str
    group: Group
    incident_id: int | None
    resident: str | None = None
    theirs_at: datetime | None = None
    ours_at: datetime | None = None
    asked_at: datetime | None = None
    failed_count: int = 0
    to_copy_count: int = 0

    @property
    def last_at(self) -> datetime | None:
        return max((at for at in (self.theirs_at, self.ours_at) if at), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threads:
    """gesprekken: all of them with the incidents they are about, by id."""

    threads: tuple[Thread, ...]
    incidents: Mapping[int, Incident]


@dataclass(frozen=True, slots=True, kw_only=True)
class LastWord:
    """laatste woord: of a thread, by whom; `unanswered_at`: the first of theirs after ours."""

    text: str
    is_ours: bool
    unanswered_at: datetime | None


_Place = tuple[int, int | None, str | None]
"""A group, an incident, and a resident when it is with them alone."""


def all_threads(
    connection: sa.Connection, alone: Collection[int] = (), since: datetime | None = None
) -> Threads:
    """Every conversation, the last word first; in groups that are `alone` each resident has one.

    With `since` only those about what is open, or where residents wrote since then, or where a
    text of ours did not get there.
    """
    found = _places(connection, alone, _wanted(since))
    groups = {group.id: group for group in PilotRows(connection).groups()}
    threads = [
        _thread(place, facts, groups[place[0]])
        for place, facts in found.items()
        if place[0] in groups
    ]
    threads.sort(key=lambda thread: (thread.last_at is not None, thread.last_at), reverse=True)
    return Threads(threads=tuple(threads), incidents=incidents_about(connection, threads))


def threads_in(
    connection: sa.Connection, area_ids: Collection[int], alone: Collection[int], since: datetime
) -> list[tuple[Thread, Status, datetime]]:
    """The conversations about incidents in these areas, as `all_threads` bounds them by `since`.

    Each with its incident's status and beginning: enough to say who waits, and since when.
    """
    found = _places(connection, alone, _wanted(since, area_ids))
    groups = {group.id: group for group in PilotRows(connection).groups()}
    about = _standings(connection, area_ids, {place[1] for place in found if place[1]})
    return [
        (_thread(place, facts, groups[place[0]]), *about[place[1]])
        for place, facts in found.items()
        if place[0] in groups and place[1] in about
    ]


def incidents_about(connection: sa.Connection, threads: Iterable[Thread]) -> dict[int, Incident]:
    """The incidents of these threads, by id."""
    ids = {thread.incident_id for thread in threads if thread.incident_id}
    return {
        row.id: incident_of(row)
        for some in _parts(ids)
        for row in connection.execute(sa.select(incidents).where(incidents.c.id.in_(some)))
    }


def last_words(
    connection: sa.Connection, threads: Sequence[Thread], alone: Collection[int] = ()
) -> dict[str, LastWord]:
    """The last word of each of these threads."""
    root = _roots(connection)
    wanted = {thread.incident_id for thread in threads if thread.incident_id}
    family = [*wanted, *(child for child, top in root.items() if top in wanted)]
    said: dict[_Place, list[tuple[datetime, int, bool, str]]] = {}
    for row in connection.execute(_messages_of(family)):
        place = _place_of(row, root, set(alone))
        said.setdefault(place, []).append((row.sent_at, row.id, False, row.redacted))
    for row in connection.execute(_texts_of(family, [t.group.id for t in threads])):
        place = (row.group_id, root.get(row.incident_id, row.incident_id), row.resident)
        said.setdefault(place, []).append((row.at, row.id, True, row.text))
    return {
        thread.key: _last(sorted(lines))
        for thread in threads
        if (lines := said.get((thread.group.id, thread.incident_id, thread.resident)))
    }


def lines_of(
    connection: sa.Connection, thread: Thread, alone: Collection[int] = ()
) -> tuple[list[ReportLine], list[OutboxLine]]:
    """All that was said in a thread, each side the oldest first; of a resident all they wrote."""
    root = _roots(connection)
    family = [thread.incident_id] if thread.incident_id else []
    family += [child for child, top in root.items() if top == thread.incident_id]
    theirs = [
        ReportLine(
            id=row.id,
            sent_at=row.sent_at,
            resident=row.resident,
            redacted=row.redacted,
            incident_ids=(),
        )
        for row in connection.execute(_messages_of(family))
        if row.group_id == thread.group.id
        and (thread.resident in (None, row.resident))
        and (thread.resident or _place_of(row, root, set(alone))[2] is None)
    ]
    about = outbox.c.incident_id.in_(family) if family else outbox.c.incident_id.is_(None)
    query = sa.select(outbox).where(
        outbox.c.group_id == thread.group.id,
        outbox.c.kind.not_in(_NOT_SAID),
        outbox.c.resident.is_(None)
        if thread.resident is None
        else outbox.c.resident == thread.resident,
        about,
    )
    ours = [outbox_line(row) for row in connection.execute(query.order_by(outbox.c.id))]
    return list({line.id: line for line in theirs}.values()), ours


def places_that_say(connection: sa.Connection, words: str) -> set[tuple[int, int]]:
    """(group, incident) in which these words stand, in what was kept or what was sent."""
    belongs = _belongs()
    theirs = (
        sa.select(messages.c.group_id, belongs.c.incident_id)
        .join(messages, messages.c.id == belongs.c.message_id)
        .where(messages.c.redacted.icontains(words, autoescape=True))
    )
    ours = sa.select(outbox.c.group_id, outbox.c.incident_id).where(
        outbox.c.text.icontains(words, autoescape=True),
        outbox.c.group_id.is_not(None),
        outbox.c.incident_id.is_not(None),
        outbox.c.kind.not_in(_NOT_SAID),
    )
    root = _roots(connection)
    return {
        (row.group_id, root.get(row.incident_id, row.incident_id))
        for query in (theirs, ours)
        for row in connection.execute(query)
    }


def read_marks(connection: sa.Connection, user_id: int) -> dict[str, datetime]:
    """When somebody last looked at each thread, by its key; "" is when they first came here."""
    query = sa.select(visits.c.page, visits.c.at).where(
        visits.c.user_id == user_id, visits.c.page.startswith(_MARK, autoescape=True)
    )
    return {row.page.removeprefix(_MARK): row.at for row in connection.execute(query)}


def mark_name(key: str) -> str:
    """Under what name a look at a thread is kept (Accounts.visit)."""
    return f"{_MARK}{key}"


def _roots(connection: sa.Connection) -> dict[int, int]:
    """For each incident that was merged: the one it is part of now."""
    query = sa.select(incidents.c.id, incidents.c.merged_into)
    rows = connection.execute(query.where(incidents.c.merged_into.is_not(None)))
    into = {row.id: row.merged_into for row in rows}
    return {child: _top(child, into) for child in into}


def _top(child: int, into: Mapping[int, int]) -> int:
    seen = {child}
    while child in into and into[child] not in seen:
        child = into[child]
        seen.add(child)
    return child


def _belongs() -> sa.Subquery:
    """Which messages are about which incidents: those of it, and answers about it."""
    linked = sa.select(links.c.message_id, links.c.incident_id)
    answered = sa.select(answers.c.message_id, questions.c.incident_id).join(
        questions, questions.c.id == answers.c.question_id
    )
    return sa.union(linked, answered).subquery()


def _place_of(row: Any, root: Mapping[int, int], alone: Collection[int]) -> _Place:
    resident = row.resident if row.direct or row.group_id in alone else None
    return row.group_id, root.get(row.incident_id, row.incident_id), resident


def _places(
    connection: sa.Connection, alone: Collection[int], wanted: sa.Select[Any] | None
) -> dict[_Place, dict[str, Any]]:
    """Where something was said or asked about what is wanted, or without an incident."""
    root = _roots(connection)
    found: dict[_Place, dict[str, Any]] = {}
    _add_theirs(connection, found, root, set(alone), wanted)
    _add_ours(connection, found, root, wanted)
    _add_asked(connection, found, root)
    return found


def _standings(
    connection: sa.Connection, area_ids: Collection[int], ids: Collection[int]
) -> dict[int | None, tuple[Status, datetime]]:
    """Status and beginning of those of these incidents that lie in the areas."""
    table = incidents.c
    query = sa.select(table.id, table.status, table.opened_at).where(table.area_id.in_(area_ids))
    return {
        row.id: (Status(row.status), row.opened_at)
        for some in _parts(ids)
        for row in connection.execute(query.where(table.id.in_(some))).all()
    }


def _parts(ids: Collection[int]) -> Iterable[list[int]]:
    every = list(ids)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))


def _wanted(
    since: datetime | None, area_ids: Collection[int] | None = None
) -> sa.Select[Any] | None:
    """The ids of what is open, was merged, or was written about since a moment; None for all.

    In these areas, when they are given; what was merged may have moved out of one or into it.
    """
    if since is None:
        return None
    table = incidents.c
    merged = table.merged_into.is_not(None)
    is_open = table.status.in_([status.value for status in Status if status.is_open])
    query = sa.select(table.id).where(sa.or_(is_open, table.last_message_at >= since, merged))
    return query if area_ids is None else query.where(sa.or_(table.area_id.in_(area_ids), merged))


def _matters(
    incident_id: sa.ColumnElement[Any], wanted: sa.Select[Any] | None
) -> sa.ColumnElement[bool]:
    return sa.true() if wanted is None else incident_id.in_(wanted)


def _add_theirs(
    connection: sa.Connection,
    found: dict[_Place, dict[str, Any]],
    root: Mapping[int, int],
    alone: set[int],
    wanted: sa.Select[Any] | None,
) -> None:
    belongs = _belongs()
    by = (belongs.c.incident_id, messages.c.group_id, messages.c.resident, messages.c.direct)
    query = (
        sa.select(
            *by,
            sa.func.max(messages.c.sent_at).label("last_at"),
            sa.func.min(messages.c.id).label("first_id"),
        )
        .join(messages, messages.c.id == belongs.c.message_id)
        .where(_matters(belongs.c.incident_id, wanted))
        .group_by(*by)
    )
    for row in connection.execute(query):
        facts = found.setdefault(_place_of(row, root, alone), {})
        facts["theirs_at"] = _latest(facts.get("theirs_at"), row.last_at)
        facts["message_id"] = min(facts.get("message_id", row.first_id), row.first_id)


def _add_ours(
    connection: sa.Connection,
    found: dict[_Place, dict[str, Any]],
    root: Mapping[int, int],
    wanted: sa.Select[Any] | None,
) -> None:
    by = (outbox.c.incident_id, outbox.c.group_id, outbox.c.resident, outbox.c.state)
    query = (
        sa.select(
            *by,
            sa.func.max(outbox.c.at).label("last_at"),
            sa.func.min(outbox.c.id).label("first_id"),
            sa.func.count().label("n"),
        )
        .where(outbox.c.group_id.is_not(None), outbox.c.kind.not_in(_NOT_SAID))
        .where(
            sa.or_(
                _matters(outbox.c.incident_id, wanted),
                outbox.c.state.in_(["failed", "to_copy"]),
                outbox.c.incident_id.is_(None),
            )
        )
        .group_by(*by)
    )
    for row in connection.execute(query):
        place = (row.group_id, root.get(row.incident_id, row.incident_id), row.resident)
        facts = found.setdefault(place, {})
        facts["outbox_id"] = min(facts.get("outbox_id", row.first_id), row.first_id)
        if row.state != "withdrawn":
            facts["ours_at"] = _latest(facts.get("ours_at"), row.last_at)
        if row.state in ("failed", "to_copy"):
            facts[f"{row.state}_count"] = facts.get(f"{row.state}_count", 0) + row.n


def _add_asked(
    connection: sa.Connection, found: dict[_Place, dict[str, Any]], root: Mapping[int, int]
) -> None:
    query = sa.select(questions).where(questions.c.state == QuestionState.OPEN.value)
    for row in connection.execute(query.order_by(questions.c.asked_at.desc())):
        place = (row.group_id, root.get(row.incident_id, row.incident_id), row.resident)
        if place in found:
            found[place]["asked_at"] = row.asked_at


def _thread(place: _Place, facts: Mapping[str, Any], group: Group) -> Thread:
    group_id, incident_id, resident = place
    key = f"g{group_id}.{incident_id or 0}"
    if resident is not None:
        mark = facts.get("message_id")
        key = f"m{mark}.{incident_id or 0}" if mark else f"t{facts['outbox_id']}"
    return Thread(
        key=key,
        group=group,
        incident_id=incident_id,
        resident=resident,
        theirs_at=facts.get("theirs_at"),
        ours_at=facts.get("ours_at"),
        asked_at=facts.get("asked_at"),
        failed_count=facts.get("failed_count", 0),
        to_copy_count=facts.get("to_copy_count", 0),
    )


def _messages_of(family: Sequence[int]) -> sa.Select[Any]:
    belongs = _belongs()
    return (
        sa.select(
            belongs.c.incident_id,
            messages.c.id,
            messages.c.group_id,
            messages.c.resident,
            messages.c.direct,
            messages.c.sent_at,
            messages.c.redacted,
        )
        .join(messages, messages.c.id == belongs.c.message_id)
        .where(belongs.c.incident_id.in_(family))
        .order_by(messages.c.sent_at, messages.c.id)
    )


def _texts_of(family: Sequence[int], group_ids: Sequence[int]) -> sa.Select[Any]:
    names = ("id", "at", "text", "group_id", "incident_id", "resident")
    return sa.select(*(outbox.c[name] for name in names)).where(
        sa.or_(outbox.c.incident_id.in_(family), outbox.c.incident_id.is_(None)),
        outbox.c.group_id.in_(group_ids),
        outbox.c.kind.not_in(_NOT_SAID),
        outbox.c.state != "withdrawn",
    )


def _last(lines: Sequence[tuple[datetime, int, bool, str]]) -> LastWord:
    ours = [at for at, _, is_ours, _ in lines if is_ours]
    since = max(ours, default=None)
    after = [at for at, _, is_ours, _ in lines if not is_ours and (since is None or at > since)]
    _, _, is_ours, text = lines[-1]
    return LastWord(text=text, is_ours=is_ours, unanswered_at=min(after, default=None))


def _latest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None or other > one else one
