"""bewaarde weergaven: filters that somebody keeps under a name, for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from core.domain import User
from core.errors import BadInput
from core.store.unit import Unit

MOST: Final = 20
_LONGEST: Final = 60
_MOST_LETTERS: Final = 1000


def save_view(page: str, name: str, query: Mapping[str, Any], user: User, unit: Unit) -> None:
    """Keeps filters under a name, in place of what it held. Raises BadInput."""
    name = name.strip()
    if not name or len(name) > _LONGEST or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    known = unit.views.of(user.id, page)
    is_full = len(known) >= MOST and name not in known
    if is_full or len(str(dict(query))) > _MOST_LETTERS:
        raise BadInput(field="view", why=str(MOST))
    unit.views.save(user.id, page, name, dict(query))


def remove_view(page: str, name: str, user: User, unit: Unit) -> None:
    """Forgets one of one's own views; nothing when it is gone."""
    unit.views.remove(user.id, page, name)
