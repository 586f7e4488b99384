"""waarschuwing: a tip that warns, as a CAP 1.2 message: for anybody, or for the groups it went to.

What was public and was taken back is cancelled under the same name. It never imitates NL-Alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from core.cap import CapArea, CapMessage, Category
from core.domain import Area
from core.i18n import DEFAULT, text_of
from core.report_back import with_emergency_rule
from core.store.tip_queries import TipLine
from core.topics import Topic

_FIRE: Final = "noodgeval"
_SAFETY: Final = frozenset({"afval", "fout_parkeren", "wrak", "overlast"})
_NOBODY: Final = "hetnieuwemelden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """afzender: under whose address warnings go out, and whether all of it is an exercise."""

    outside_url: str
    exercise: bool

    @property
    def name(self) -> str:
        return urlsplit(self.outside_url).hostname or _NOBODY


def warning_of(
    tip: TipLine,
    sender: Sender,
    area: Area | None,
    pilot_name: str,
    topics: Mapping[str, Topic],
    *,
    groups: Sequence[str] = (),
    now: datetime,
) -> CapMessage:
    """The tip as a warning; `groups`: for these alone, else for anybody."""
    alert = CapMessage(
        identifier=f"HNM-TIP-{tip.id}",
        sender=sender.name,
        sent=tip.public_from or tip.at,
        event=topics[tip.topic].name(DEFAULT) if tip.topic in topics else tip.topic,
        headline=tip.title,
        description=with_emergency_rule(tip.text),
        areas=(_area(area, pilot_name),),
        public=not groups,
        restriction=text_of(DEFAULT, "tips.restricted", groups=", ".join(groups)) if groups else "",
        exercise=sender.exercise,
        category=_category(tip.topic),
        response="Monitor",
        urgency="Expected",
        severity="Minor",
        certainty="Possible",
        effective=tip.public_from or tip.due_at,
        expires=tip.public_until,
        sender_name=text_of(DEFAULT, "tips.sender"),
    )
    is_over = not groups and tip.is_recalled and not tip.is_public(now)
    return _cancelled(alert, tip) if is_over else alert


def _cancelled(alert: CapMessage, tip: TipLine) -> CapMessage:
    """What was said no longer holds, since the moment somebody said so."""
    return replace(
        alert,
        identifier=f"{alert.identifier}-C",
        kind="Cancel",
        references=(alert.reference,),
        sent=tip.changed_at,
        effective=None,
        expires=None,
        response="AllClear",
        urgency="Past",
        note=text_of(DEFAULT, "tips.cancelled"),
    )


def _area(area: Area | None, pilot_name: str) -> CapArea:
    if area is None:
        return CapArea(name=pilot_name)
    outlines = tuple(outline for outline in area.outlines if len(set(outline)) >= 3)
    if outlines:
        return CapArea(name=area.name, outlines=outlines, code=area.code or "")
    return CapArea(
        name=area.name, circle=((area.lat, area.lon), area.radius_m), code=area.code or ""
    )


def _category(topic: str) -> Category:
    if topic == _FIRE:
        return "Fire"
    return "Safety" if topic in _SAFETY else "Security"
