"""gemeten: the figures of the model in use are kept, so that the next one can be set beside them."""

from __future__ import annotations

from pathlib import Path

from core.evaluation import decide, kept_figures
from core.quality_file import FiguresMissing, FiguresUnreadable, read_quality
from core.store import Store


def remember_figures(folder: Path, store: Store) -> bool:
    """Keeps what was measured of the model in a folder; True when it was not known yet.

    A model that nobody measured, or whose file cannot be read, is passed over: pages say so.
    """
    try:
        quality = read_quality(folder)
    except (FiguresMissing, FiguresUnreadable):
        return False
    with store.unit() as unit:
        if unit.evaluations.knows(quality.model):
            return False
    figures = kept_figures(quality.judged, decide(quality.judged, quality.thresholds))
    with store.unit() as unit:
        unit.evaluations.remember(quality.model, figures)
    return True
