"""grenzen van een weg: what each way of one text carries, here and now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from core.channel_limits import Limits, bare_limits
from core.live_groups import window_key
from core.ports import SourceCard
from core.reach import ALONE, Means, Way
from core.store.unit import Unit

LONGEST_APPROVED: Final = 1024
"""What WhatsApp takes as the parameter of an approved text, on one line."""


def limits_of(ways: Iterable[Way], unit: Unit, means: Means) -> list[Limits]:
    """What each kind of way carries; ways that carry the same are one."""
    found: dict[Limits, list[int]] = {}
    for way in ways:
        card = means.cards.get(way.group.source)
        limits = bare_limits(way.group.source, way.kind, card)
        if card is not None:
            limits = _of_connection(limits, way, card, unit, means)
        chosen = found.setdefault(limits, [])
        choice = ALONE if way.resident else way.group.id
        if choice not in chosen:
            chosen.append(choice)
    return [replace(limits, ways=tuple(chosen)) for limits, chosen in found.items()]


def _of_connection(limits: Limits, way: Way, card: SourceCard, unit: Unit, means: Means) -> Limits:
    """With the tag of the account, and whether this person may be answered in free words."""
    connection_id = unit.connections.group_row(way.group.id).connection_id
    row = unit.connections.get(connection_id) if connection_id else None
    settings: dict[str, Any] = dict(row.settings) if row is not None else {}
    if card.threads and way.kind == "group":
        return _with_tag(limits, str(settings.get("tags", "")))
    if card.answer_hours and way.kind == "direct" and connection_id:
        until = _answer_until(way, connection_id, unit, means)
        return _in_window(limits, until, str(settings.get("template", "")).strip())
    return limits


def _with_tag(limits: Limits, tags: str) -> Limits:
    names = [tag.lstrip("#").casefold() for tag in re.split(r"[\s,;]+", tags) if tag]
    tag = f"#{names[0]}" if names else ""
    return replace(limits, tag=tag, reserved=len(f"\n\n{tag}") if tag else 0)


def _in_window(limits: Limits, until: datetime | None, approved: str) -> Limits:
    if until is not None:
        return replace(limits, until=until)
    return replace(limits, is_closed=True, approved=approved, longest=LONGEST_APPROVED)


def _answer_until(way: Way, connection_id: int, unit: Unit, means: Means) -> datetime | None:
    """Until when this person may be answered in free words; None when that is over."""
    if way.sealed_from is None:
        return None
    author = json.loads(means.vault.open_original(way.sealed_from))["author"]
    until = unit.windows.until(window_key(connection_id, str(author), means.vault))
    return until if until is not None and until > unit.now else None
