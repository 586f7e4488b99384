"""What answers residents by itself: questions end, receipts leave, the assistant asks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from core.asking import FRESH, ask_by_rule, hand_to_person
from core.domain import Incident, Status
from core.questions import end_what_is_over
from core.reach import Means
from core.receipts import give_by_rule
from core.store.unit import Unit
from core.wiring import Services, means

log = logging.getLogger(__name__)

_EVERY: Final = timedelta(seconds=5)
_RECEIPT_WITHIN: Final = timedelta(hours=12)
_IN_HAND: Final = (Status.ACCEPTED.value, Status.HANDED_OVER.value, Status.IN_PROGRESS.value)

Step = Callable[[Incident, Unit, Means, timedelta], object]


class Reciprocity:
    """Looks every few seconds at what the rules of the pilots ask for."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next: datetime | None = None

    def step(self) -> None:
        now = self._services.clock()
        if self._next is None or now >= self._next:
            self._next = now + _EVERY
            tend(self._services)


def tend(services: Services, able: Means | None = None) -> None:
    """Ends questions, and lets rules speak, each incident in a transaction of its own."""
    hold = timedelta(seconds=services.settings.undo_seconds)
    given = able or means(services)
    with services.store.unit() as unit:
        end_what_is_over(unit, given)
        asked = {q.incident_id for q in unit.questions.all_open()}
        fresh = unit.reach.recent([Status.NEW.value], unit.now - FRESH)
        in_hand = unit.reach.recent(_IN_HAND, unit.now - _RECEIPT_WITHIN)
    for incident_id in sorted(asked):
        _do(hand_to_person, incident_id, services, given, hold)
    for incident_id in fresh:
        _do(ask_by_rule, incident_id, services, given, hold)
    for incident_id in in_hand:
        _do(give_by_rule, incident_id, services, given, hold)


def _do(step: Step, incident_id: int, services: Services, given: Means, hold: timedelta) -> None:
    """One incident that fails must not silence the others; the log gets the kind of error."""
    try:
        with services.store.unit() as unit:
            step(unit.incidents.get(incident_id), unit, given, hold)
    except Exception as error:
        log.warning("rule failed incident=%s error=%s", incident_id, type(error).__name__)
