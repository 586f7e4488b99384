"""antwoordlink: an address that cannot be guessed, by which a receiver says how it goes there."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any, Final

from core.privacy.vault import Vault
from core.store.unit import Unit

LASTS: Final = timedelta(days=60)
_LONGEST_ID: Final = 12


def token_of(hand_over_id: int, vault: Vault) -> str:
    """The secret part of the address; made of the installation's secret, stored nowhere."""
    return f"{hand_over_id}-{vault.draw(f'answer|{hand_over_id}')[:40]}"


def address_of(hand_over_id: int, outside_url: str, vault: Vault) -> str:
    """The whole address; empty when nobody outside can reach us."""
    return f"{outside_url}/answer/{token_of(hand_over_id, vault)}" if outside_url else ""


def hand_over_behind(token: str, unit: Unit, vault: Vault) -> Any | None:
    """The hand-over that a token opens; None for one that is wrong, too old or taken back."""
    number = token.partition("-")[0]
    if not (number.isdecimal() and number.isascii()) or len(number) > _LONGEST_ID:
        return None
    right = token_of(int(number), vault).encode()
    if not hmac.compare_digest(right, token.encode("utf-8", "replace")):
        return None
    row = unit.hand_overs.get(int(number))
    if row is None or row.state == "withdrawn" or unit.now - row.at > LASTS:
        return None
    return row
