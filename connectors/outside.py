"""Destinations outside: what is due goes to them, once, and what they say of it comes back.

Beside the texts to residents, in a loop of its own: a partner that is slow holds up no answer.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from core.answer_link import address_of
from core.asking_back import let_go
from core.audit import SYSTEM
from core.domain import Receipt
from core.errors import BadInput, DeliveryError, HNMError, SourceBusy
from core.hand_over_steps import EVENT, SENT, UPDATE, WITHDRAW, incident_now, known
from core.hand_over_words import failure_of
from core.handing_over import account_of, given_up, prepared, queue_updates, taken, updated
from core.outside_events import announcement, queue_events
from core.outside_news import hear
from core.ports import News
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

ASK_EVERY: Final = timedelta(seconds=30)
_GONE: Final = 410


class NotYet(DeliveryError):
    """The first sending of a hand-over is still on its way."""

    code = "error.not_sent_yet"


def exchange(services: Services, destinations: Mapping[str, Any]) -> int:
    """Brings what is due and asks for news; gives how much there was to do."""
    cards = {name: module.CARD for name, module in destinations.items()}
    with services.store.unit() as unit:
        queue_updates(cards, unit)
        queue_events([name for name, one in destinations.items() if hasattr(one, "announce")], unit)
    return deliver_outside(services, destinations) + ask_news(services, destinations)


def deliver_outside(services: Services, destinations: Mapping[str, Any]) -> int:
    """Delivers every row to an account whose time has come; gives how many it tried.

    Outside any transaction, and each settled in one of its own.
    """
    with services.store.unit() as unit:
        due = [row for row in unit.outbox.claim(outside=True) if _may_leave(row, unit)]
    for row in due:
        try:
            receipt = _bring(row, services, destinations)
        except Exception as error:
            # A destination is somebody else's code: whatever it raises, the other rows go on.
            _note_failure(row, error, services)
        else:
            with services.store.unit() as unit:
                unit.outbox.delivered(row.id, receipt)
                unit.audit.add(SYSTEM, "delivered", "outbox", row.id, {"kind": row.kind})
                _settle(row, receipt, destinations, unit)
    return len(due)


def _may_leave(row: Any, unit: Unit) -> bool:
    """Of what was asked back only the request to erase it leaves, whatever was on its way."""
    one = unit.hand_overs.get(row.hand_over_id) if row.hand_over_id else None
    allowed = row.kind == WITHDRAW or one is None or one.state not in ("asked_back", "withdrawn")
    if not allowed:
        unit.outbox.withhold(row.id, "asked_back")
    return allowed


def _bring(row: Any, services: Services, destinations: Mapping[str, Any]) -> Receipt:
    """Raises DeliveryError."""
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        account = unit.hand_overs.account(row.account_id)
        destination = destinations.get(account.destination) if account is not None else None
        if account is None or destination is None or not account.enabled:
            raise DeliveryError(permanent=True)
        given = _given(row, account, destination, unit, services)
    opened = account_of(account, services.vault)
    if row.kind == EVENT:
        told: Receipt = destination.announce(opened, given, unit.now)
        return told
    if row.kind == WITHDRAW:
        asked: Receipt = destination.withdraw(opened, given, _reason(row, services), unit.now)
        return asked
    receipt: Receipt = destination.hand_over(opened, given, unit.now)
    return receipt


def _given(row: Any, account: Any, destination: Any, unit: Unit, services: Services) -> Any:
    """What a destination is given for a row: a hand-over, or an announcement."""
    if row.kind == EVENT:
        return announcement(row)
    one = unit.hand_overs.get(row.hand_over_id)
    if one is None:
        raise DeliveryError(permanent=True)
    if row.kind != SENT and unit.hand_overs.waits_to_leave(one.id, [SENT]):
        raise NotYet(permanent=False)
    url = address_of(one.id, services.settings.outside_url, services.vault)
    incident = incident_now(one.incident_id, unit)
    return prepared(row.kind, one, account, incident, destination.CARD, services.topics, url)


def _reason(row: Any, services: Services) -> str:
    with services.store.read() as connection:
        one = Unit(connection, services.clock()).hand_overs.get(row.hand_over_id)
    return one.reason if one is not None else ""


def _settle(row: Any, receipt: Receipt, destinations: Mapping[str, Any], unit: Unit) -> None:
    """Writes down what a delivery means for its hand-over."""
    if row.kind == EVENT:
        return
    one = known(row.hand_over_id, unit)
    incident = incident_now(one.incident_id, unit)
    if row.kind == SENT:
        taken(one, incident, receipt, unit)
    elif row.kind == UPDATE:
        updated(one, incident, unit)
    else:
        account: Any = unit.hand_overs.account(row.account_id)
        let_go(one, destinations[account.destination].CARD.withdraws, unit)


def _note_failure(row: Any, error: Exception, services: Services) -> None:
    permanent = isinstance(error, DeliveryError) and error.permanent
    name = error.code if isinstance(error, HNMError) else type(error).__name__
    after_s = error.after_s if isinstance(error, SourceBusy) else 0.0
    log.warning("delivery failed outbox=%s error=%s permanent=%s", row.id, name, permanent)
    with services.store.unit() as unit:
        over = unit.outbox.failed(
            row.id,
            row.attempts,
            failure_of(error),
            permanent=permanent,
            after_s=after_s,
            outside=True,
        )
        unit.audit.add(SYSTEM, "delivery_failed", "outbox", row.id, {"kind": row.kind})
        if getattr(error, "status", None) == _GONE:
            unit.hand_overs.change_account(row.account_id, enabled=False, error="error.gone")
            unit.audit.add(SYSTEM, "destination_off", "destination_account", row.account_id)
        one = unit.hand_overs.get(row.hand_over_id) if row.hand_over_id else None
        if over and row.kind == SENT and one is not None:
            given_up(one, unit)


def ask_news(services: Services, destinations: Mapping[str, Any]) -> int:
    """Asks each account that reports back for what is new; gives how much was."""
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        due = [(row, unit.hand_overs.known_there(row.id)) for row in unit.hand_overs.due_accounts()]
    count = 0
    for account, there in due:
        destination = destinations.get(account.destination)
        if there and destination is not None and destination.CARD.reports_back:
            count += _ask(account, there, destination, services)
    return count


def _ask(account: Any, there: list[Any], destination: Any, services: Services) -> int:
    now, opened = services.clock(), account_of(account, services.vault)
    references = [row.reference for row in there]
    try:
        news, cursor = destination.news(opened, references, account.cursor, now)
    except Exception as error:
        name = error.code if isinstance(error, HNMError) else type(error).__name__
        log.warning("no news account=%s error=%s", account.id, name)
        after_s = error.after_s if isinstance(error, SourceBusy) else None
        with services.store.unit() as unit:
            unit.hand_overs.failed(account.id, name, after_s)
        return 0
    with services.store.unit() as unit:
        heard = [_hear(one, account.id, unit) for one in news]
        unit.hand_overs.asked(account.id, cursor, now + ASK_EVERY, heard=any(heard))
    return sum(heard)


def _hear(news: News, account_id: int, unit: Unit) -> bool:
    """Of what this account has only: a destination cannot speak of another's."""
    rows = [r for r in unit.hand_overs.known_there(account_id) if r.reference == news.reference]
    try:
        return hear(news, rows[-1], unit) if rows else False
    except BadInput:
        log.warning("no such state account=%s state=%s", account_id, news.state[:20])
        return False
