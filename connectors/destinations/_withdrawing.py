"""Why a hand-over is taken back, in a sentence for who received it."""

from __future__ import annotations

from typing import Final

from core.i18n import DEFAULT, text_of

_KNOWN: Final = ("person", "undone", "erased")


def why(reason: str) -> str:
    """The sentence, and the request to erase; a reason that is no code stands as it is."""
    known = text_of(DEFAULT, f"outside.why_{reason}") if reason in _KNOWN else reason.strip()
    return f"{known} {text_of(DEFAULT, 'outside.erase_there')}".strip()
