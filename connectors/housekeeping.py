"""What must happen every minute whatever else happens: what is to be forgotten is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from core import bulletins
from core.clock import local
from core.doubt import forget_no_reports
from core.farewell import erase_what_is_over, say_farewell
from core.inbox import destroy_old_keys
from core.live_groups import announce_again
from core.measured import remember_figures
from core.privacy.plates import KEPT_FOR
from core.surveys import close_what_is_over
from core.wiring import Services, sources

GIVEN_UP: Final = "given_up"


def keep_house(services: Services) -> None:
    """Destroys inbox keys that nothing needs, empties old turns, and erased words from the log."""
    with services.store.unit() as unit:
        old = unit.now - timedelta(hours=services.settings.turn_hours)
        unit.messages.forget_turns(old)
        for group_id, sent_at in unit.inbox.forget_dead(old):
            unit.consents.count(group_id, local(sent_at).date(), GIVEN_UP)
        unit.accounts.forget_sessions(services.settings.session_idle)
        unit.residents.forget_links()
        forget_no_reports(services.settings.example_days, unit)
        announce_again(unit.pilots.groups(), _listening(), unit)
        say_farewell(unit, _able())
        erase_what_is_over(unit)
        close_what_is_over(unit)
        destroy_old_keys(unit, services.vault)
        unit.windows.forget_over()
        unit.alerts.forget_plates(unit.now - KEPT_FOR)
        unit.feeds.forget(unit.now - bulletins.KEPT_FOR)
    remember_figures(services)
    services.store.empty_log()


def _listening() -> list[str]:
    return [name for name, source in sources().items() if source.CARD.is_live]


def _able() -> list[str]:
    """The sources that can bring a text to a group."""
    known = sources().items()
    return [name for name, source in known if hasattr(source, "say") or hasattr(source, "send")]
