"""What holds for the whole installation: one value a name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import installation


class InstallationRows(Rows):
    """instellingen van de installatie."""

    def value(self, name: str) -> dict[str, Any] | None:
        """What was set under a name, or None."""
        query = sa.select(installation.c.value).where(installation.c.name == name)
        found: dict[str, Any] | None = self.connection.execute(query).scalar()
        return found

    def set(self, name: str, value: dict[str, Any], by: str) -> None:
        upsert(self.connection, installation, {"name": name}, value=value, by=by, at=self.now)
