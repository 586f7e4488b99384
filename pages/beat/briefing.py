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
from pages.beat.waiting import Waiting
from pages.components.paper import Paper, Spot
from pages.room.names import people

_MOST: Final = 25
_MOST_REPEATS: Final = 12
_MOST_WAITING: Final = 12
_MOST_TIPS: Final = 5


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
    """The briefing as a PDF: urgent first, what changed since, numbers that stand on the map."""
    say, now = language(), services().clock()
    ours = [area for area in given.areas if area.id in given.mine]
    named = ", ".join(area.name for area in ours if area.kind != "neighbourhood") or t(
        "briefing.all"
    )
    paper = Paper(
        t("briefing.title", day=day(say, now)),
        t("briefing.for", name=given.me.name, areas=named, since=moment(say, given.since)),
        say,
    )
    _add_waiting(paper, given, say, now)
    _add_changed(paper, given, ours, say, now)
    _add_repeats(paper, given.repeats, say, now)
    _add_tips(paper, given.tips)
    paper.heading(t("briefing.work", count=number(len(given.work))))
    rows = [_row("", one, say, now) for one in _urgent_first(given.work)[:_MOST]]
    paper.table(_heads(), rows, wide=2)
    return paper.pdf()


def _add_waiting(paper: Paper, given: Briefing, say: str, now: datetime) -> None:
    """Promises with their time first, then who waits for word from us."""
    promised = _promised(given.mine)
    paper.heading(t("briefing.waits"))
    for_us = [one for one in given.waiting if one.on is not Awaited.THEM]
    rows = [[moment(say, p.due_at), i.number, p.text] for p, i in promised[:_MOST]]
    rows += [
        [t("briefing.for_us"), one.incident.number, _waits(one, say, now)]
        for one in for_us[:_MOST_WAITING]
    ]
    columns = [t(f"briefing.column_{name}") for name in ("by", "number", "what")]
    paper.table(columns, rows, wide=2)
    if len(for_us) > _MOST_WAITING:
        paper.text(t("briefing.waits_more", count=number(len(for_us) - _MOST_WAITING)), small=True)


def _waits(one: Waiting, say: str, now: datetime) -> str:
    topic = services().topics[one.incident.topic].name(say)
    where = place_name(say, one.incident.location)
    since = ago(say, one.since, now)
    return f"{topic}, {where} · {one.thread.group.name} · {since}"


def _add_changed(
    paper: Paper, given: Briefing, ours: Sequence[Area], say: str, now: datetime
) -> None:
    """What changed as a list, numbered as on the map below it."""
    shown = _urgent_first(given.changed)[:_MOST]
    paper.heading(t("briefing.changed", count=number(len(given.changed))))
    paper.table(_heads(), [_row(str(n), one, say, now) for n, one in enumerate(shown, 1)], wide=2)
    paper.map(
        [outline for area in ours for outline in area.outlines],
        [_spot(str(n), one) for n, one in enumerate(shown, 1) if one.location.lat is not None],
        [(area.name, area.lat, area.lon) for area in ours],
    )


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


def _heads() -> list[str]:
    names = ("on_map", "number", "what", "since", "state", "owner")
    return [t(f"briefing.column_{name}") for name in names]


def _row(place: str, incident: Incident, say: str, now: datetime) -> list[str]:
    topic = services().topics[incident.topic].name(say)
    what = f"{topic}, {place_name(say, incident.location)}"
    if incident.urgency is Urgency.URGENT:
        what = f"{t('room.urgent').upper()}: {what}"
    owner = incident.assignee or incident.destination
    return [
        place,
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
