"""What was measured of each model, kept when its files are gone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import evaluations


class EvaluationRows(Rows):
    """evaluaties: the figures of each model that judged here."""

    def remember(self, model: str, figures: dict[str, Any]) -> bool:
        """Keeps a model's figures; True when they were not known, or others were."""
        query = sa.select(evaluations.c.figures).where(evaluations.c.model == model)
        if self.connection.execute(query).scalar() == figures:
            return False
        upsert(self.connection, evaluations, {"model": model}, figures=figures, at=self.now)
        return True
