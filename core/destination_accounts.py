"""bestemmingsaccounts: an administrator says to whom outside incidents may go, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from core.card_settings import checked_settings
from core.domain import User
from core.errors import BadInput, NotFound
from core.handing_over import tries_again
from core.permissions import Action, require
from core.ports import DestinationCard
from core.privacy.vault import Vault
from core.store.unit import Unit

_LONGEST_CATEGORY: Final = 200
_LONGEST_REPLAY: Final = timedelta(days=31)


def add(
    pilot_id: int,
    destination: str,
    card: DestinationCard,
    name: str,
    settings: Mapping[str, str],
    secret: str,
    user: User,
    unit: Unit,
    vault: Vault,
) -> int:
    """Adds an account, switched off as yet; gives its id. Raises BadInput."""
    require(user, Action.ADMINISTER)
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    if card.asks_secret and "secret" not in card.optional and not secret:
        raise BadInput(field="secret", why="")
    account_id = unit.hand_overs.add_account(
        pilot_id,
        destination,
        name,
        user.login,
        settings=checked_settings(card, settings),
        sealed_secret=vault.seal_original(secret) if secret else None,
    )
    detail = {"destination": destination}
    unit.audit.add(user.login, "account_added", "destination_account", account_id, detail)
    return account_id


def change(
    account_id: int,
    card: DestinationCard,
    settings: Mapping[str, str],
    secret: str,
    user: User,
    unit: Unit,
    vault: Vault,
) -> None:
    """Other settings; the secret stays when none is given. Raises NotFound, BadInput."""
    require(user, Action.ADMINISTER)
    _known(account_id, unit)
    values: dict[str, Any] = {"settings": checked_settings(card, settings), "retry_at": None}
    if secret:
        values["sealed_secret"] = vault.seal_original(secret)
    unit.hand_overs.change_account(account_id, **values)
    _audit("account_changed", account_id, user, unit, secret_changed=bool(secret))


def switch(account_id: int, enabled: bool, user: User, unit: Unit) -> None:
    """Lets incidents go there, or no more; what is there stays followed. Raises NotFound."""
    require(user, Action.ADMINISTER)
    _known(account_id, unit)
    values = {"enabled": enabled, "retry_at": None, "failure_count": 0, "error": None}
    unit.hand_overs.change_account(account_id, **values)
    _audit("account_on" if enabled else "account_off", account_id, user, unit)


def route(
    account_id: int,
    *,
    work_lists: Sequence[str],
    topics: Sequence[str],
    categories: Mapping[str, str],
    closes: bool,
    user: User,
    unit: Unit,
) -> None:
    """What goes along there, under which of its categories, and whether "done" closes here.

    Raises NotFound, BadInput.
    """
    require(user, Action.ADMINISTER)
    _known(account_id, unit)
    chosen = {topic: text.strip() for topic, text in categories.items() if text.strip()}
    for text in chosen.values():
        if len(text) > _LONGEST_CATEGORY or not text.isprintable():
            raise BadInput(field="category", why=text[:50])
    values = {"work_lists": sorted(work_lists), "topics": sorted(topics), "closes": closes}
    unit.hand_overs.change_account(account_id, categories=chosen, **values)
    _audit("account_routed", account_id, user, unit, **values)


def replay(account_id: int, since: datetime, user: User, unit: Unit) -> int:
    """Sends all that was, or should have been, sent since a moment again; gives how much.

    Under the same ids, so that a receiver that has it already takes it once. Raises BadInput for
    more than a month.
    """
    require(user, Action.ADMINISTER)
    _known(account_id, unit)
    if unit.now - since > _LONGEST_REPLAY:
        raise BadInput(field="since", why=since.isoformat())
    again = unit.hand_overs.replay(account_id, since)
    for row_id in again:
        row = unit.outbox.get(row_id)
        if row is not None and row.hand_over_id is not None:
            tries_again(row.hand_over_id, unit)
    _audit("account_replayed", account_id, user, unit, count=len(again))
    return len(again)


def _known(account_id: int, unit: Unit) -> Any:
    row = unit.hand_overs.account(account_id)
    if row is None:
        raise NotFound(what="destination_account", id=account_id)
    return row


def _audit(action: str, account_id: int, user: User, unit: Unit, **detail: Any) -> None:
    unit.audit.add(user.login, action, "destination_account", account_id, detail)
