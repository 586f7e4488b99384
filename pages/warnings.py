"""vroegsignalering: what asks attention before anyone calls, why, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import streamlit as st

from core.domain import Area, Pilot
from core.permissions import ALLOWED, Action
from core.store import Unit
from core.store.alert_queries import (
    Alert,
    AlertKind,
    AlertState,
    Watch,
    all_alerts,
    events_of,
    places_of,
    watch_of,
)
from pages._frame import Card, ago, number, page, services, t
from pages.alerts.cards import show_alerts
from pages.alerts.counts import show_counts
from pages.alerts.events import show_events
from pages.alerts.history import show_history
from pages.alerts.place import circles_of, show_map
from pages.alerts.repeats import show_repeats
from pages.alerts.settings import show_settings
from pages.components.choice import show_choice
from pages.components.words import escaped
from pages.lead.period import choose_pilot, pilots

CARD: Final = Card(
    title_nl="Vroegsignalering",
    title_en="Early warning",
    icon=":material/notifications_active:",
    order=35,
    roles=ALLOWED[Action.SEE_ALERTS],
)
_VIEWS: Final = ("open", "counts", "repeats", "events", "history", "settings")
_PAST: Final = timedelta(days=365)
_STILL: Final = (AlertState.OPEN, AlertState.ACKNOWLEDGED)


@page(CARD)
def show() -> None:
    found = pilots()
    st.subheader(t("warnings.title"), anchor=False)
    if not found:
        st.info(t("warnings.no_pilot"), icon=":material/notifications_active:")
        return
    pilot = choose_pilot(found)
    given = services()
    with given.store.read() as connection:
        areas = Unit(connection, given.clock()).pilots.areas(pilot.id)
        watch = watch_of(connection, pilot.id)
        alerts = all_alerts(connection, pilot.id, given.clock() - _PAST)
    _say_state(watch)
    still = [alert for alert in alerts if alert.state in _STILL]
    _show_view(_choose_view(len(still)), pilot, areas, watch, alerts, still)


def _choose_view(open_count: int) -> str:
    names = {name: t(f"warnings.view_{name}") for name in _VIEWS}
    if open_count:
        names["open"] += f" ({number(open_count)})"
    return show_choice(t("warnings.view"), names, param="view")


def _show_view(
    view: str,
    pilot: Pilot,
    areas: list[Area],
    watch: Watch,
    alerts: list[Alert],
    still: list[Alert],
) -> None:
    names = _names(areas)
    match view:
        case "counts":
            show_counts(watch.outlook or {}, names, alerts)
        case "repeats":
            show_repeats((watch.outlook or {}).get("knox"), watch.settings)
        case "events":
            with services().store.read() as connection:
                events = events_of(connection, pilot.id)
            show_events(pilot, events, names)
        case "history":
            show_history(alerts, names, watch.settings.false_alarms_per_week)
        case "settings":
            show_settings(pilot, watch.settings)
        case _:
            _show_open(pilot, areas, still)


def _show_open(pilot: Pilot, areas: list[Area], still: list[Alert]) -> None:
    """The alerts beside the map that shows where they are."""
    zones = [alert for alert in still if alert.kind is AlertKind.NEAR_REPEAT]
    with services().store.read() as connection:
        places = places_of(connection, {id for alert in zones for id in alert.incident_ids})
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        show_alerts(still, _names(areas))
    with right:
        show_map(pilot.id, areas, still, circles_of(zones, places))


def _say_state(watch: Watch) -> None:
    """How far what the machine says can be trusted: when it looked, and on how much past."""
    outlook: dict[str, Any] = dict(watch.outlook or {})
    if watch.watched_at is None or not outlook:
        st.info(t("warnings.not_looked"), icon=":material/hourglass_top:")
        return
    if outlook["state"] == "too_little":
        days, fewest = number(outlook["past_days"]), number(outlook["fewest_days"])
        said = t("warnings.too_little", days=days, fewest=fewest)
        st.info(said, icon=":material/hourglass_top:")
        return
    levels = outlook["levels"]
    said = t(
        "warnings.looked",
        ago=ago(watch.watched_at),
        asked=number(watch.settings.false_alarms_per_week, 2),
        weeks=number(levels["week_count"]),
        tried=number(levels["per_week"], 2),
    )
    if len(outlook["windows"]) < 3:
        said = f"{said} {t('warnings.short', days=number(outlook['past_days']))}"
    st.caption(escaped(said))


def _names(areas: list[Area]) -> dict[int | None, str]:
    return {area.id: area.name for area in areas}


if __name__ == "__main__":
    show()
