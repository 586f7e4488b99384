"""The demo's past: what invented colleagues did with the incidents of the two weeks before.

Without it the demo would open with two weeks of undecided incidents. Every step goes through the
same functions as a person's, at a moment after the incident; only the moment is made up. It
touches nothing that began after the demo was set up, and runs in the demo only.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.domain import Incident, Receipt, User
from core.i18n import text_of
from core.routing import POLICE
from core.store.demo_queries import set_up_at, undecided_before
from core.store.unit import Unit
from core.telling import place_name
from core.triage import accept, hand_over, reject, take_on
from core.wiring import Services
from core.work import finish

_LAST_HOURS: Final = timedelta(hours=8)
"""What came in shortly before the set-up is left for whoever tries the demo."""
_TOGETHER: Final = 20
_REJECTED_SHARE: Final = 0.12
_STILL_BUSY_SHARE: Final = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleagues:
    """collega's: who decides, and who does the work at each destination."""

    dispatcher: User
    police: User
    enforcement: User

    def at(self, destination: str) -> User:
        return self.police if destination == POLICE else self.enforcement


def live_through(services: Services) -> int:
    """Decides on some of the past incidents; gives on how many, 0 when all are decided on."""
    if not services.settings.demo:
        return 0
    with services.store.read() as connection:
        began = set_up_at(connection)
        ids = undecided_before(connection, began - _LAST_HOURS, _TOGETHER) if began else []
    for incident_id in ids:
        _decide(incident_id, services)
    return len(ids)


def _decide(incident_id: int, services: Services) -> None:
    draw = random.Random(incident_id)  # noqa: S311 - the same story at every start
    with services.store.unit() as unit:
        at = unit.incidents.get(incident_id).opened_at
        colleagues = _colleagues(unit)
    first = at + timedelta(minutes=draw.uniform(1, 25))
    if draw.random() < _REJECTED_SHARE:
        _reject(incident_id, first, colleagues, services)
    else:
        _follow_up(incident_id, first, colleagues, services, draw)


def _reject(incident_id: int, at: datetime, colleagues: Colleagues, services: Services) -> None:
    reason = text_of(services.settings.language, "demo.rejected")
    with services.store.unit(at) as unit:
        version = unit.incidents.get(incident_id).version
        reject(incident_id, version, colleagues.dispatcher, unit, reason)


def _follow_up(
    incident_id: int,
    at: datetime,
    colleagues: Colleagues,
    services: Services,
    draw: random.Random,
) -> None:
    with services.store.unit(at) as unit:
        incident = unit.incidents.get(incident_id)
        incident = accept(incident_id, incident.version, colleagues.dispatcher, unit)
    at += timedelta(minutes=draw.uniform(1, 20))
    destination = incident.proposed_destination or POLICE
    with services.store.unit(at) as unit:
        incident = hand_over(
            incident_id, incident.version, colleagues.dispatcher, unit, destination
        )
    at += timedelta(minutes=draw.uniform(5, 240))
    worker = colleagues.at(destination)
    with services.store.unit(at) as unit:
        incident = take_on(incident_id, incident.version, worker, unit)
    if draw.random() < _STILL_BUSY_SHARE:
        return
    at += timedelta(minutes=draw.uniform(20, 300))
    with services.store.unit(at) as unit:
        text = _told(incident, services)
        finish(incident_id, incident.version, worker, unit, text=text, hold=timedelta())
        # What was due by then arrived by then; later texts are not due yet.
        for row in unit.outbox.claim():
            unit.outbox.delivered(row.id, Receipt(reference="demo", delivered_at=at))


def _told(incident: Incident, services: Services) -> str:
    language = services.settings.language
    topic = services.topics[incident.topic].name_nl.lower()
    place = place_name(language, incident.location)
    return text_of(language, "template.tell_closed", topic=topic, place=place)


def _colleagues(unit: Unit) -> Colleagues:
    users = {user.login: user for user in unit.accounts.users()}
    return Colleagues(
        dispatcher=users["centralist2"],
        police=users["wijkagent"],
        enforcement=users["handhaver"],
    )
