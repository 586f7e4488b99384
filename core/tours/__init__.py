"""rondleidingen: five minutes for each role on what its work here looks like; a file a role."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from core.domain import Role
from core.i18n import DEFAULT

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """halte: one thing to look at: what it is called, what to do there, and where it is."""

    title: Mapping[str, str]
    text: Mapping[str, str]
    page: str
    query: Mapping[str, str] = field(default_factory=dict)

    def said(self, language: str) -> tuple[str, str]:
        """(title, text) in a language."""
        return (
            self.title.get(language, self.title[DEFAULT]),
            self.text.get(language, self.text[DEFAULT]),
        )


@lru_cache
def tour_of(role: Role) -> tuple[Stop, ...]:
    """The stops of a role, in their order."""
    raw = tomllib.loads((_FOLDER / f"{role.value}.toml").read_text("utf-8"))
    return tuple(
        Stop(
            title={"nl": one["nl"], "en": one["en"]},
            text={"nl": one["text_nl"], "en": one["text_en"]},
            page=one["page"],
            query=one.get("query", {}),
        )
        for one in raw["stops"]
    )
