"""The briefing of a shift on paper: what changed, what repeats, who waits, with a map.

It holds our own words and numbers only: paper is left lying about.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from core.domain import Area, Incident, Promise, Urgency, User
from core.i18n import ago, day, moment
from core.repeats import Repeat
from core.store.question_queries import open_promises
from core.telling import owner_name, place_name, status_name
from core.threads import Awaited
from pages._frame import language, later, number, services, t, told, user
from pages.beat.tips import Timely
from pages.beat.waiting import Waiting, about
from pages.components.paper import Paper, Spot
from pages.room.names import people

_MOST: Final = 8
_MOST_REPEATS: Final = 5
_MOST_WAITING: Final = 4
_MOST_WORK: Final = 4
_MOST_TIPS: Final = 2
"""All of it on one page: what is left out is counted, and stands on the screen."""
_MOST_NAMES: Final = 5
_NAMES: Final = ("number", "what", "since", "state", "owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """briefing: everything of a shift that somebody takes along on paper."""

    me: User
    areas: Sequence[Area]
    mine: Collection[int]
    since: datetime
    work: Sequence[Incident]
    changed: Sequence[Incident]
    repeats: Sequence[Repeat]
    waiting: Sequence[Waiting]
    tips: Sequence[Timely]


def show_briefing(given: Briefing) -> None:
    """One button: the briefing of now as a PDF."""
    st.download_button(
        t("briefing.take"),
        later(lambda: briefing_of(given)),
        file_name=f"briefing-{services().clock():%Y-%m-%d}.pdf",
        mime="application/pdf",
        key="area.briefing",
        icon=":material/print:",
        on_click=_taken,
    )


@told
def _taken() -> None:
    with services().store.unit() as unit:
        unit.audit.add(user().login, "exported", "table", "briefing")


def briefing_of(given: Briefing) -> bytes:
    """The briefing as a PDF of one page: urgent first, and numbers that stand on the map."""
    say, now = language(), services().clock()
    ours = [area for area in given.areas if area.id in given.mine]
    paper = Paper(
        t("briefing.title", day=day(say, now)),
        t("briefing.for", name=given.me.name, areas=_named(given), since=moment(say, given.since)),
        say,
    )
    shown = _urgent_first(given.changed)[:_MOST]
    _add_list(paper, "changed", given.changed, shown, say, now)
    with paper.halves() as (left, right):
        left.map(
            [outline for area in ours for outline in area.outlines],
            [_spot(str(n), one) for n, one in enumerate(shown, 1) if one.location.lat is not None],
            [(area.name, area.lat, area.lon) for area in ours],
        )
        _add_repeats(right, given.repeats, say, now)
        _add_tips(right, given.tips)
    _add_waiting(paper, given, say, now)
    _add_list(paper, "work", given.work, _urgent_first(given.work)[:_MOST_WORK], say, now)
    return paper.pdf()


def _named(given: Briefing) -> str:
    """The areas that somebody chose, as briefly as fits."""
    chosen = [area.name for area in given.areas if area.id in given.me.area_ids]
    if not chosen:
        return t("briefing.all")
    more = f" + {number(len(chosen) - _MOST_NAMES)}" if len(chosen) > _MOST_NAMES else ""
    return ", ".join(chosen[:_MOST_NAMES]) + more


def _add_list(
    paper: Paper,
    what: str,
    every: Sequence[Incident],
    shown: Sequence[Incident],
    say: str,
    now: datetime,
) -> None:
    """Incidents, a line each; those that changed are numbered as on the map."""
    paper.heading(t(f"briefing.{what}", count=number(len(every))))
    names = ("on_map", *_NAMES) if what == "changed" else _NAMES
    rows = [_row(one, say, now) for one in shown]
    if what == "changed":
        rows = [[str(n), *row] for n, row in enumerate(rows, 1)]
    paper.table([t(f"briefing.column_{name}") for name in names], rows, wide=len(names) - 4)
    if len(every) > len(shown):
        paper.text(t("briefing.more", count=number(len(every) - len(shown))), small=True)


def _add_waiting(paper: Paper, given: Briefing, say: str, now: datetime) -> None:
    """Promises with their time first, then who waits for word from us."""
    promised = _promised(given.mine)
    paper.heading(t("briefing.waits"))
    for_us = [one for one in given.waiting if one.on is not Awaited.THEM]
    rows = [[moment(say, p.due_at), i.number, p.text] for p, i in promised[:_MOST_WAITING]]
    rows += [
        [t("briefing.for_us"), incident.number, _waits(one, incident, say, now)]
        for one, incident in about(for_us[: _MOST_WAITING - len(rows)])
    ]
    left = len(promised) + len(for_us) - len(rows)
    columns = [t(f"briefing.column_{name}") for name in ("by", "number", "what")]
    paper.table(columns, rows, wide=2)
    if left:
        paper.text(t("briefing.more", count=number(left)), small=True)


def _waits(one: Waiting, incident: Incident, say: str, now: datetime) -> str:
    topic = services().topics[incident.topic].name(say)
    where = place_name(say, incident.location)
    since = ago(say, one.since, now)
    return f"{topic}, {where} · {one.thread.group.name} · {since}"


def _add_repeats(paper: Paper, found: Sequence[Repeat], say: str, now: datetime) -> None:
    paper.heading(t("briefing.repeats"))
    paper.table(
        [t(f"briefing.column_{name}") for name in ("street", "count", "last")],
        [
            [one.street, number(len(one.incidents)), ago(say, one.last_at, now)]
            for one in found[:_MOST_REPEATS]
        ],
    )


def _add_tips(paper: Paper, found: Sequence[Timely]) -> None:
    paper.heading(t("briefing.tips"))
    columns = [t(f"briefing.column_{name}") for name in ("tip", "why")]
    paper.table(columns, [[one.title, one.why] for one in found[:_MOST_TIPS]], wide=1)


def _promised(mine: Collection[int]) -> list[tuple[Promise, Incident]]:
    with services().store.read() as connection:
        return open_promises(connection, mine)


def _row(incident: Incident, say: str, now: datetime) -> list[str]:
    topic = services().topics[incident.topic].name(say)
    what = f"{topic}, {place_name(say, incident.location)}"
    if incident.urgency is Urgency.URGENT:
        what = f"{t('room.urgent').upper()}: {what}"
    owner = incident.assignee or incident.destination
    return [
        incident.number,
        what,
        ago(say, incident.opened_at, now),
        status_name(say, incident.status),
        owner_name(say, owner, people()) if owner else "–",
    ]


def _spot(label: str, incident: Incident) -> Spot:
    place = incident.location
    assert place.lat is not None
    assert place.lon is not None
    is_urgent = incident.urgency is Urgency.URGENT
    return Spot(lat=place.lat, lon=place.lon, label=label, urgent=is_urgent)


def _urgent_first(found: Sequence[Incident]) -> list[Incident]:
    newest = sorted(found, key=lambda one: one.last_message_at, reverse=True)
    return sorted(newest, key=lambda one: one.urgency is not Urgency.URGENT)
