"""Filters that people keep under a name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.store.rows import Rows, upsert
from core.store.tables import saved_views


class ViewRows(Rows):
    """bewaarde weergaven."""

    def of(self, user_id: int, page: str) -> dict[str, dict[str, Any]]:
        """Somebody's views of a page by name."""
        own = (saved_views.c.user_id == user_id) & (saved_views.c.page == page)
        query = sa.select(saved_views).where(own).order_by(saved_views.c.name)
        return {row.name: dict(row.query) for row in self.connection.execute(query)}

    def save(self, user_id: int, page: str, name: str, query: dict[str, Any]) -> None:
        key = {"user_id": user_id, "page": page, "name": name}
        upsert(self.connection, saved_views, key, query=query)

    def remove(self, user_id: int, page: str, name: str) -> None:
        own = (saved_views.c.user_id == user_id) & (saved_views.c.page == page)
        self.connection.execute(sa.delete(saved_views).where(own, saved_views.c.name == name))
