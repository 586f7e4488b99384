"""antwoordtijden: when, as residents say it: "half acht", "net", "vanmiddag", "kwartier geleden".

A clock time without a day is the latest one that lies behind; people tell what has happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from core.clock import from_local, local


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """tijdstip: a moment, and how many minutes it may be off to either side."""

    at: datetime
    within_min: int


_HOURS: Final = {
    word: number
    for number, names in enumerate(
        "twaalf/twelve een/één/one twee/two drie/three vier/four vijf/five zes/six zeven/seven "
        "acht/achten/eight negen/nine tien/ten elf/eleven".split()
    )
    for word in names.split("/")
}
_SMALL: Final = {
    **{str(n): n for n in range(61)},
    **{
        word: number
        for number, names in {
            1: "een/één/one/a/an", 2: "twee/two/paar/couple", 3: "drie/three", 4: "vier/four",
            5: "vijf/five", 6: "zes/six", 7: "zeven/seven", 8: "acht/eight", 9: "negen/nine",
            10: "tien/ten", 15: "vijftien/fifteen/kwartier/kwartiertje", 20: "twintig/twenty",
            30: "dertig/thirty", 40: "veertig/forty", 45: "driekwartier",
        }.items()
        for word in names.split("/")
    },
}  # fmt: skip
_N: Final = "|".join(sorted(map(re.escape, _SMALL), key=len, reverse=True))
_H: Final = "|".join(sorted({*_HOURS, *map(str, range(1, 25))}, key=len, reverse=True))
_AGO: Final = r"(?:geleden|terug|ago)"
_MINUTES_AGO: Final = re.compile(
    rf"\b(?P<n>{_N})\s*(?:min(?:uut|uten|uutjes|s|utes?)?\.?)\s*{_AGO}"
)
_HOURS_AGO: Final = re.compile(
    rf"\b(?P<half>anderhalf\s+|half\s+an?\s+|half\s*)?(?P<n>{_N})?\s*"
    rf"(?:uur|uurtje|uren|u|hours?|hrs?)\s*{_AGO}"
)
_QUARTER_AGO: Final = re.compile(
    rf"\b(?:(?P<three>drie\s*)?kwartier(?:tje)?|quarter of an hour)\s*{_AGO}"
)
_DIGITAL: Final = re.compile(
    r"(?<![\d.:,-])(?P<h>[01]?\d|2[0-4])(?:\s?[:.u]\s?|h)(?P<m>[0-5]\d)(?![\d.:-])"
    r"(?:\s*(?:uur|u|hrs?))?\s*(?P<half>[ap]\.?m\b)?"
)
_HALF: Final = re.compile(rf"\bhalf\s+(?P<h>{_H})\b")
_HALF_PAST: Final = re.compile(rf"\bhalf past\s+(?P<h>{_H})\b")
_AROUND_HALF: Final = re.compile(
    rf"\b(?P<n>{_N})\s+(?:min(?:uten)?\s+)?(?P<side>voor|over)\s+half\s+(?P<h>{_H})\b"
)
_AROUND: Final = re.compile(
    rf"\b(?P<n>{_N}|kwart|quarter)\s+(?:min(?:uten)?\s+)?(?P<side>voor|over|to|past)\s+(?P<h>{_H})\b"
)
_WHOLE: Final = re.compile(
    rf"\b(?:(?:om|rond|tegen|sinds|vanaf|omstreeks|ongeveer|circa|ca|at|around|about)\.?\s+)"
    rf"(?:een\s+uur(?:tje)?\s+of\s+)?(?P<h>{_H})(?:\s*(?P<half>[ap]\.?m)\b|\s*(?:uur|u|o'?clock)\b)?"
    rf"(?!\s*\w*straat)"
    rf"|\b(?P<h2>{_H})\s*(?:(?P<half2>[ap]\.?m)\b|(?:uur|u|o'?clock)\b)(?!\s*{_AGO}|tje)"
)
_NOW: Final = re.compile(
    r"\b(?:nu|op dit moment|momenteel|right now|now|zojuist|zo\s?net|daar\s?net|zonet|pas net|"
    r"net(?:\s+(?:nog|pas|aan))?|just(?:\s+now)?|een paar tellen)\b"
)
_SOON: Final = re.compile(r"\b(?:zo\s?net|daar\s?net|net|zojuist|just)\b")
_PARTS: Final = (
    (re.compile(r"\b(?:eer)?gister(?:en)?\s?nacht|last night\b"), -1, 23, 180),
    (re.compile(r"\b(?:gister(?:en)?\s?avond|yesterday evening)\b"), -1, 21, 150),
    (re.compile(r"\b(?:gister(?:en)?\s?middag|yesterday afternoon)\b"), -1, 15, 150),
    (re.compile(r"\b(?:gister(?:en)?\s?(?:ochtend|morgen)|yesterday morning)\b"), -1, 9, 180),
    (re.compile(r"\b(?:gister(?:en)?|yesterday)\b"), -1, 12, 720),
    (re.compile(r"\b(?:van\s?nacht|afgelopen nacht|tonight late)\b"), 0, 3, 180),
    (re.compile(r"\b(?:van\s?(?:ochtend|morgen)|this morning)\b"), 0, 9, 180),
    (re.compile(r"\b(?:van\s?middag|this afternoon)\b"), 0, 15, 180),
    (re.compile(r"\b(?:van\s?avond|this evening|tonight)\b"), 0, 20, 150),
    (re.compile(r"\b(?:rond|tegen|tijdens)\s+(?:het\s+)?(?:avondeten|etenstijd)\b"), 0, 18, 60),
    (re.compile(r"\b(?:middernacht|midnight)\b"), 0, 0, 30),
)
TIMES: Final = (
    _QUARTER_AGO, _MINUTES_AGO, _HOURS_AGO, _AROUND_HALF, _HALF_PAST, _HALF, _AROUND, _DIGITAL,
    _WHOLE, *(form for form, _, _, _ in _PARTS), _NOW,
)  # fmt: skip
"""Every form of a time that is read here."""
_AHEAD: Final = timedelta(minutes=10)
"""Clocks differ; beyond this a time of day must have been an earlier one."""


def when_said(text: str, sent_at: datetime) -> When | None:
    """When something was, by what a text (folded to lower case) says; None without a time."""
    return (
        _ago(text, sent_at) or _clock(text, sent_at) or _part(text, sent_at) or _now(text, sent_at)
    )


def _ago(text: str, sent_at: datetime) -> When | None:
    if found := _QUARTER_AGO.search(text):
        return _back(sent_at, 45 if found["three"] else 15)
    if found := _MINUTES_AGO.search(text):
        return _back(sent_at, _SMALL[found["n"]])
    if found := _HOURS_AGO.search(text):
        return _back(sent_at, _minutes(found["half"], found["n"]))
    return None


def _minutes(half: str | None, count: str | None) -> int:
    if half and half.startswith("anderhalf"):
        return 90
    return 30 if half else 60 * (_SMALL[count] if count else 1)


def _back(sent_at: datetime, minutes: int) -> When:
    return When(at=sent_at - timedelta(minutes=minutes), within_min=max(3, minutes // 4))


def _clock(text: str, sent_at: datetime) -> When | None:
    """A time on the clock, "half acht" or "20:15"."""
    if found := _AROUND_HALF.search(text):
        n = _SMALL[found["n"]]
        return _latest(
            _hour(found["h"]), -30 + (n if found["side"] == "over" else -n), text, sent_at, 5
        )
    if found := _HALF_PAST.search(text):
        return _latest(_hour(found["h"]), 30, text, sent_at, 10)
    if found := _HALF.search(text):
        return _latest(_hour(found["h"]), -30, text, sent_at, 10)
    if found := _AROUND.search(text):
        n = 15 if found["n"] in ("kwart", "quarter") else _SMALL[found["n"]]
        after = found["side"] in ("over", "past")
        return _latest(_hour(found["h"]), n if after else -n, text, sent_at, 5)
    if found := _DIGITAL.search(text):
        return _latest(int(found["h"]), int(found["m"]), text, sent_at, 5, found["half"])
    if found := _WHOLE.search(text):
        hour, half = found["h"] or found["h2"], found["half"] or found["half2"]
        return _latest(_hour(hour), 0, text, sent_at, 15, half)
    return None


def _hour(word: str) -> int:
    return int(word) if word.isdigit() else _HOURS[word] or 12


def _latest(
    hour: int,
    minute: int,
    text: str,
    sent_at: datetime,
    within_min: int,
    half: str | None = None,
) -> When:
    """The latest moment not after `sent_at` at which a clock showed this, in the named day part."""
    here = local(sent_at)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    part = next(((day, around) for form, day, around, _ in _PARTS if form.search(text)), None)
    hours = _possible(hour, half, part[1] if part else None)
    days = [part[0]] if part else [0, -1]
    moments = [
        from_local(midnight + timedelta(days=day, hours=one, minutes=minute))
        for day in days
        for one in hours
    ]
    behind = [moment for moment in moments if moment <= sent_at + _AHEAD]
    return When(at=max(behind) if behind else min(moments), within_min=within_min)


def _possible(hour: int, half: str | None, around: int | None) -> list[int]:
    """The hours of the day that "acht" may be."""
    if hour > 12 or hour == 0:
        return [hour % 24]
    both = [hour % 12, hour % 12 + 12]
    if half:
        return [both[1] if half.startswith("p") else both[0]]
    if around is not None:
        return [min(both, key=lambda one: min(abs(one - around), 24 - abs(one - around)))]
    return both


def _part(text: str, sent_at: datetime) -> When | None:
    """A part of a day: "vanmiddag"."""
    here = local(sent_at)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    for form, day, hour, within_min in _PARTS:
        if form.search(text):
            at = from_local(midnight + timedelta(days=day, hours=hour))
            return When(at=min(at, sent_at), within_min=within_min)
    return None


def _now(text: str, sent_at: datetime) -> When | None:
    if not _NOW.search(text):
        return None
    if _SOON.search(text):
        return When(at=sent_at - timedelta(minutes=5), within_min=5)
    return When(at=sent_at, within_min=3)
