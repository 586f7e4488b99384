"""What must happen every minute whatever else happens: what is to be forgotten is gone."""

from __future__ import annotations

from core.farewell import erase_what_is_over, say_farewell
from core.inbox import destroy_old_keys
from core.live_groups import announce_again
from core.measured import remember_figures
from core.retention import clean
from core.surveys import close_what_is_over
from core.wiring import Services, sources


def keep_house(services: Services) -> None:
    """Takes away what is older than its term, inbox keys that nothing needs, and erased words
    from the log.
    """
    with services.store.unit() as unit:
        clean(services.settings, unit)
        unit.accounts.forget_sessions(services.settings.session_idle)
        unit.residents.forget_links()
        announce_again(unit.pilots.groups(), _telling(), unit)
        say_farewell(unit, _able())
        erase_what_is_over(unit)
        close_what_is_over(unit)
        destroy_old_keys(unit, services.vault)
        unit.windows.forget_over()
    remember_figures(services)
    services.store.empty_log()


def _telling() -> list[str]:
    """The sources that are followed live and can tell a group so."""
    cards = {name: source.CARD for name, source in sources().items()}
    return [name for name, card in cards.items() if card.is_live and card.group_send]


def _able() -> list[str]:
    """The sources that can bring a text to a group."""
    known = sources().items()
    return [name for name, source in known if hasattr(source, "say") or hasattr(source, "send")]
