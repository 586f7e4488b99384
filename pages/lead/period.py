"""Which days a page looks at, kept in the address; and the pilot they belong to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import streamlit as st

from core.clock import local
from core.domain import Pilot
from core.store import Unit
from core.trends import Period
from pages._frame import services, t
from pages.components.choice import go_to, show_select
from pages.components.words import escaped

_DAYS: Final = {"month": 30, "week": 7, "quarter": 90}
_PILOT: Final = "pilot"
_OWN: Final = "own"
_LONGEST: Final = timedelta(days=730)


def pilots() -> list[Pilot]:
    """The pilots, the newest first."""
    with services().store.read() as connection:
        found = Unit(connection, services().clock()).pilots.all()
    return sorted(found, key=lambda pilot: (pilot.starts_on, pilot.id), reverse=True)


def choose_pilot(found: list[Pilot]) -> Pilot:
    """The pilot to look at; nothing is asked where there is one."""
    by_id = {str(pilot.id): pilot for pilot in found}
    if len(by_id) == 1:
        return found[0]
    names = {key: escaped(pilot.name) for key, pilot in by_id.items()}
    return by_id[show_select(t("period.which_pilot"), names, param="pilot", width=260)]


def choose_period(pilot: Pilot) -> Period:
    """The period to look at: the last days of the pilot, the whole of it, or one's own."""
    last = last_day(pilot)
    options = [*_DAYS, _PILOT, _OWN]
    names = {name: t(f"period.{name}") for name in options}
    chosen = show_select(t("period.period"), names, param="period", width=220)
    if chosen == _OWN:
        return _choose_own(pilot, last)
    if chosen == _PILOT:
        return whole(pilot)
    return Period.of_days(last, _DAYS[chosen])


def whole(pilot: Pilot) -> Period:
    """All days of a pilot so far; of a long one the last two years."""
    last = last_day(pilot)
    return Period(first=max(min(pilot.starts_on, last), last - _LONGEST), last=last)


def last_day(pilot: Pilot) -> date:
    """Today, or the last day of a pilot that has ended."""
    today = local(services().clock()).date()
    return today if pilot.ends_on is None else min(today, pilot.ends_on)


def show_whole() -> None:
    """A callback that goes to the whole pilot."""
    go_to("period", _PILOT)


def _choose_own(pilot: Pilot, last: date) -> Period:
    latest = max(last, local(services().clock()).date())
    first = min(pilot.starts_on, last - timedelta(days=29))
    start, end = [
        st.date_input(
            t(f"period.{name}"),
            value=value,
            min_value=first - timedelta(days=365),
            max_value=latest,
            format="DD-MM-YYYY",
            key=f"period.{name}",
            width=150,
        )
        for name, value in (("first", last - timedelta(days=29)), ("last", last))
    ]
    start, end = sorted((start or first, end or last))
    return Period(first=max(start, end - _LONGEST), last=end)
