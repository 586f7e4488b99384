"""What people wrote in questionnaires is read by nobody until names were taken out of it."""

from __future__ import annotations

from core.ports import NameFinder
from core.scenes import Scenes
from core.surveys import redact_texts
from core.wiring import Services


def redact_waiting(services: Services, names: NameFinder, scenes: Scenes) -> int:
    """Redacts what waits, keeping the names of places; gives how much it was."""
    with services.store.unit() as unit:
        pilots = unit.pilots.all()
        if not pilots:
            return 0
        places = scenes.gazetteer_of(pilots[0].id, unit)
        return redact_texts(names, places, unit, services.vault)
