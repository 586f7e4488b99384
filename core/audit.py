"""Who did or saw what, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

SYSTEM: Final = "system"
"""The actor of what the product does by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """controleregel: one thing somebody did or saw; `detail` holds codes and ids only."""

    id: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    detail: dict[str, Any]
    reason: str | None
