"""The database: SQLAlchemy Core lives here only."""

from core.store.store import Store
from core.store.unit import Unit

__all__ = ["Store", "Unit"]
