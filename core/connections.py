"""aansluitingen: an administrator joins networks to the product; a secret is never shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.card_settings import LONGEST, checked_settings
from core.domain import User
from core.errors import BadInput, NotFound, ReasonMissing
from core.live_groups import found, own_group
from core.permissions import Action, require
from core.ports import SourceCard
from core.privacy.vault import Vault
from core.store.unit import Unit


def add(
    pilot_id: int,
    source: str,
    card: SourceCard,
    name: str,
    settings: Mapping[str, str],
    secret: str,
    user: User,
    unit: Unit,
    vault: Vault,
    *,
    purpose: str = "",
    legal_basis: str = "",
) -> int:
    """Joins a network, switched off as yet; gives the connection's id. Raises BadInput.

    A line or an open source brings its one group with it; for that `purpose` and `legal_basis`
    must be said. Raises ReasonMissing.
    """
    require(user, Action.ADMINISTER)
    name = name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    if not card.is_live:
        raise BadInput(field="source", why=source)
    purpose, legal_basis = purpose.strip()[:LONGEST], legal_basis.strip()[:LONGEST]
    if card.founds and not (purpose and legal_basis):
        raise ReasonMissing(step="consent")
    connection_id = unit.connections.add(
        pilot_id,
        source,
        name,
        user.login,
        settings=checked_settings(card, settings),
        sealed_secret=vault.seal_original(secret) if secret else None,
        purpose=purpose or None,
        legal_basis=legal_basis or None,
    )
    detail = {"source": source}
    unit.audit.add(user.login, "connection_added", "connection", connection_id, detail)
    if card.founds:
        found(
            connection_id,
            own_group(card.founds, connection_id),
            name,
            None,
            legal_basis,
            user,
            unit,
            is_open_source=card.is_open_source,
        )
    return connection_id


def change(
    connection_id: int,
    card: SourceCard,
    settings: Mapping[str, str],
    secret: str,
    user: User,
    unit: Unit,
    vault: Vault,
) -> None:
    """Other settings; the secret stays when none is given. Raises NotFound, BadInput."""
    require(user, Action.ADMINISTER)
    _known(connection_id, unit)
    values: dict[str, Any] = {"settings": checked_settings(card, settings), "retry_at": None}
    if secret:
        values["sealed_secret"] = vault.seal_original(secret)
    unit.connections.change(connection_id, **values)
    detail = {"secret_changed": bool(secret)}
    unit.audit.add(user.login, "connection_changed", "connection", connection_id, detail)


def switch(
    connection_id: int, enabled: bool, user: User, unit: Unit, *, terms_read: bool = False
) -> None:
    """Begins or ends listening; where it had come to is kept. Raises NotFound.

    `terms_read`: who switches it on said to have read what the network forbids; kept as evidence.
    """
    require(user, Action.ADMINISTER)
    _known(connection_id, unit)
    unit.connections.change(connection_id, enabled=enabled, retry_at=None, failure_count=0)
    action = "connection_on" if enabled else "connection_off"
    detail = {"terms_read": True} if terms_read else {}
    unit.audit.add(user.login, action, "connection", connection_id, detail)


def _known(connection_id: int, unit: Unit) -> Any:
    row = unit.connections.get(connection_id)
    if row is None:
        raise NotFound(what="connection", id=connection_id)
    return row
