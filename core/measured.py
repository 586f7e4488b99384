"""gemeten: what was measured of the model in use, and kept to set the next one beside it."""

from __future__ import annotations

from core.evaluation import decide, kept_figures
from core.quality_file import FiguresMissing, FiguresUnreadable, Quality, read_quality
from core.wiring import Services, choice_of


def quality_in_use(services: Services) -> Quality:
    """What was measured of the model that judges now. Raises FiguresMissing, FiguresUnreadable."""
    return read_quality(choice_of(services).folder)


def remember_figures(services: Services) -> bool:
    """Keeps what was measured of the model in use; True when it was not known yet.

    A model that nobody measured, or whose file cannot be read, is passed over: pages say so.
    """
    try:
        quality = quality_in_use(services)
    except (FiguresMissing, FiguresUnreadable):
        return False
    with services.store.unit() as unit:
        if unit.evaluations.knows(quality.model):
            return False
    figures = kept_figures(quality.judged, decide(quality.judged, quality.thresholds))
    with services.store.unit() as unit:
        unit.evaluations.remember(quality.model, figures)
    return True
