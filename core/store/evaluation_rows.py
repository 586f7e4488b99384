"""What was measured of each model, kept when its files are gone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import evaluations


class EvaluationRows(Rows):
    """evaluaties: the figures of each model that judged here."""

    def knows(self, model: str) -> bool:
        query = sa.select(evaluations.c.id).where(evaluations.c.model == model)
        return self.connection.execute(query).first() is not None

    def remember(self, model: str, figures: dict[str, Any]) -> None:
        """Keeps a model's figures, over those that may be there."""
        upsert(self.connection, evaluations, {"model": model}, figures=figures, at=self.now)
