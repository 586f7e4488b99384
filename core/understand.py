"""begrijpen: what an answer of a resident says: yes or no, where, when, which way, a plate.

By words and rules, not by a learned model: what it makes of an answer can be read back, and how
well it does so is measured in docs/reciprocity.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.answer_times import TIMES, when_said
from core.answer_words import (
    BESIDE,
    FILLERS,
    GONE,
    LOOKS,
    NO,
    NOT_YES,
    STILL_THERE,
    THUMBS,
    TOWARDS,
    UNKNOWN,
    YES,
)
from core.domain import Asking, Location, PlaceKind, Understood
from core.locate import SHARED_RADIUS_M
from core.ports import PlaceFinder
from core.privacy.personal import plates

LONGEST_READ: Final = 1000
_MOST_BESIDE: Final = 1
"""So many words may stand in it that say something else."""
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_LONGEST_TALK: Final = 14
"""Words; who writes more in a group, unasked by a reply, is talking, not answering."""
_NUMBER: Final = re.compile(
    r"(?:^|\b(?:nr|nummer|huisnummer|bij|op|voor|thv|tegenover|number|at|no)\.?\s*)"
    r"#?([1-9]\d{0,3})(?![-:.,]\d)\s?[a-d]?\b"
    r"(?!\s*(?:man|mannen|jongens|uur|min|keer|x|auto|personen|guys|people|meter|m|euro|jaar)\b)"
)
_NAMED: Final = frozenset(
    {
        PlaceKind.SHARED,
        PlaceKind.ADDRESS,
        PlaceKind.CROSSING,
        PlaceKind.STREET,
        PlaceKind.LANDMARK,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """gezegd: an answer with what is known around it.

    `street`: where the incident is thought to be; `near`: the group's area; `addressed`: it is a
    reply to the question, or said to us alone.
    """

    text: str
    sent_at: datetime
    places: PlaceFinder
    near: tuple[float, float] | None = None
    street: str | None = None
    shared: tuple[float, float] | None = None
    addressed: bool = False


def understand(kind: Asking, said: Said) -> Understood | None:
    """What the text answers to a question of this kind; None when it is no answer to it.

    Talk in the group, not addressed to us, has to look like an answer; what is addressed to us is
    one whatever it says.
    """
    plain = _plain(said.text)
    found = _as_answer(kind, said, plain)
    if said.addressed:
        return found or (Understood(what="free") if plain or said.shared else None)
    return found if _looks_like_answer(kind, said, plain) else None


def _as_answer(kind: Asking, said: Said, plain: str) -> Understood | None:
    for read in _READERS[kind]:
        found = read(said, plain)
        if found is not None:
            return found
    return None


def _looks_like_answer(kind: Asking, said: Said, plain: str) -> bool:
    """True for a short text that says little besides what answers a question of this kind."""
    if plain.endswith("?") or len(plain.split()) > _LONGEST_TALK:
        return False
    rest = said.text[:LONGEST_READ]
    known = [*said.places.spans(rest), *(plates(rest) if kind is Asking.PLATE else ())]
    for start, end in sorted(known, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = _plain(rest)
    for form in (*_FORMS[kind], UNKNOWN, NOT_YES):
        rest = form.sub(" ", rest)
    beside = [word for word in _WORD.findall(rest) if word not in BESIDE]
    return len(beside) <= _MOST_BESIDE


def _plain(text: str) -> str:
    """Lower case, one space, signs that say yes or no as words, letters drawn out shortened."""
    short = text[:LONGEST_READ].casefold().replace("’", "'").replace("`", "'")
    for sign, word in THUMBS.items():
        short = short.replace(sign, f" {word} ")
    short = re.sub(r"([a-z])\1{2,}", r"\1\1", short)
    return " ".join(short.split())


def _where(said: Said, plain: str) -> Understood | None:
    if said.shared is not None:
        lat, lon = said.shared
        place = Location(kind=PlaceKind.SHARED, lat=lat, lon=lon, radius_m=SHARED_RADIUS_M)
        return Understood(what="place", place=place)
    found = _named(said) or _number_in_street(said, plain)
    return Understood(what="place", place=found) if found is not None else None


def _named(said: Said) -> Location | None:
    """The first place that is more than an area; on the way to one is not there."""
    found = said.places.find(said.text[:LONGEST_READ], said.near)
    return next((p for p in found if p.kind in _NAMED and not p.is_direction), None)


def _number_in_street(said: Said, plain: str) -> Location | None:
    """A number alone is one in the street that the incident is in already."""
    numbers = set(_NUMBER.findall(plain))
    if said.street is None or len(numbers) != 1:
        return None
    found = said.places.find(f"{said.street} {numbers.pop()}", said.near)
    return next((p for p in found if p.kind is PlaceKind.ADDRESS), None)


def _direction(said: Said, plain: str) -> Understood | None:
    found = said.places.find(said.text[:LONGEST_READ], said.near)
    place = next((p for p in found if p.kind in _NAMED), None)
    if place is None and not TOWARDS.search(plain):
        return None
    return Understood(what="direction", place=place)


def _going_on(said: Said, plain: str) -> Understood | None:
    """Still going on? What is said of it weighs more than the yes or no before it."""
    if UNKNOWN.search(plain):
        return Understood(what="unknown")
    still, gone = STILL_THERE.search(plain), GONE.search(plain)
    if still and gone and not (still.start() <= gone.start() < still.end()):
        # "nog even bezig geweest, nu weg": what comes last is how it is now.
        return Understood(what="yes" if still.start() > gone.start() else "no")
    if still:
        return Understood(what="yes")
    if gone:
        return Understood(what="no")
    return _yes_or_no(said, plain)


def _yes_or_no(said: Said, plain: str) -> Understood | None:
    if UNKNOWN.search(plain):
        return Understood(what="unknown")
    if NOT_YES.search(plain):
        return Understood(what="no")
    words = _without_fillers(plain)
    yes, no = YES.search(words), NO.search(words)
    first = 40 if said.addressed else 1  # in talk it comes first, or it is about something else
    at = {"yes": yes.start() if yes else first, "no": no.start() if no else first}
    what = min(at, key=lambda name: at[name])
    return Understood(what=what) if at[what] < first else None


def _without_fillers(plain: str) -> str:
    words = plain
    while found := FILLERS.match(words):
        words = words[found.end() :].lstrip(" ,.!;:…-")
    return words


def _plate(said: Said, plain: str) -> Understood | None:
    if any(True for _ in plates(said.text[:LONGEST_READ])):
        return Understood(what="plate")
    if not said.addressed:
        return None  # "nee toch" says nothing of a plate
    return _yes_or_no(said, plain) if NO.search(plain) or UNKNOWN.search(plain) else None


def _described(said: Said, plain: str) -> Understood | None:
    return Understood(what="described") if LOOKS.search(plain) else None


def _when(said: Said, plain: str) -> Understood | None:
    found = when_said(plain, said.sent_at)
    if found is None:
        return None
    return Understood(what="time", at=found.at, within_min=found.within_min)


def _saw_nothing(said: Said, plain: str) -> Understood | None:
    return Understood(what="no") if NOT_YES.search(plain) else None


def _unknown(said: Said, plain: str) -> Understood | None:
    return Understood(what="unknown") if UNKNOWN.search(plain) else None


_READERS: Final[dict[Asking, tuple[Callable[[Said, str], Understood | None], ...]]] = {
    Asking.WHERE: (_where, _unknown),
    Asking.STILL: (_going_on,),
    Asking.DIRECTION: (_unknown, _saw_nothing, _direction, _described),
    Asking.SEEN: (_unknown, _described, _yes_or_no),
    Asking.PLATE: (_plate,),
    Asking.WHEN: (_unknown, _when),
    Asking.FREE: (_yes_or_no, _where, _when),
}


_FORMS: Final[dict[Asking, tuple[re.Pattern[str], ...]]] = {
    Asking.WHERE: (_NUMBER, YES),
    Asking.STILL: (STILL_THERE, GONE, YES, NO),
    Asking.DIRECTION: (TOWARDS, LOOKS),
    Asking.SEEN: (LOOKS, YES, NO),
    Asking.PLATE: (NO, YES),
    Asking.WHEN: TIMES,
    Asking.FREE: (YES, NO, *TIMES),
}
"""The words that answer a question of each kind."""
