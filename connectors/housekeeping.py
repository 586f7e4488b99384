"""What must happen every minute whatever else happens: what is to be forgotten is gone."""

from __future__ import annotations

from datetime import timedelta

from core.inbox import destroy_old_keys
from core.wiring import Services


def keep_house(services: Services) -> None:
    """Destroys inbox keys that nothing needs, empties old turns, and erased words from the log."""
    with services.store.unit() as unit:
        destroy_old_keys(unit, services.vault)
        unit.messages.forget_turns(unit.now - timedelta(hours=services.settings.turn_hours))
        unit.accounts.forget_sessions(services.settings.session_idle)
    services.store.empty_log()
