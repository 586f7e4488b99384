"""What an administrator typed for a source or a destination, as its card asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from core.errors import BadInput
from core.ports import DestinationCard, SourceCard

LONGEST: Final = 500


def checked_settings(
    card: SourceCard | DestinationCard, settings: Mapping[str, str]
) -> dict[str, str]:
    """Every setting that the card asks for, and no other. Raises BadInput."""
    found = {name: str(settings.get(name, "")).strip() for name in card.settings}
    for name, value in found.items():
        is_missing = not value and name not in card.optional
        if is_missing or len(value) > LONGEST or not value.isprintable():
            raise BadInput(field=name, why=value[:50])
    return found
