"""kentekens: a plate that is taken out of a text leaves a mark by which it is known again.

The mark is a keyed hash: equal for equal plates of one pilot, different in another, and nothing to
read without the installation's secret. It goes with its message, and after two weeks in any case.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from core.privacy.personal import plates
from core.privacy.vault import Vault

KEPT_FOR: Final = timedelta(days=14)

_SHORTEST: Final = 5
"""A piece of a plate could be anybody's."""


def plate_marks(text: str, pilot_id: int, vault: Vault) -> frozenset[str]:
    """The marks of the whole plates in a text."""
    written = (re.sub(r"[^A-Z0-9]", "", text[a:b].upper()) for a, b in plates(text))
    return frozenset(vault.plate_mark(pilot_id, plate) for plate in written if _is_whole(plate))


def _is_whole(plate: str) -> bool:
    has_both = any(c.isdigit() for c in plate) and any(c.isalpha() for c in plate)
    return len(plate) >= _SHORTEST and has_both
