"""weglakken: takes personal details out of a text; where something is stays readable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from core.ports import NameFinder, PlaceFinder
from core.privacy.personal import WITH_DIGITS, Find, Span, emails, handles, public_handles
from core.privacy.spoken import (
    plate_letters,
    spoken_birth_dates,
    spoken_emails,
    spoken_phones,
    spoken_plates,
)

NAME: Final = "[naam]"
ACCOUNT: Final = "[account]"
EMAIL: Final = "[e-mail]"

_DIGIT_OR_DASH: Final = re.compile(r"\d|-[A-Z]")
_SPOKEN: Final[tuple[tuple[str, Find], ...]] = (
    (EMAIL, spoken_emails),
    ("[telefoon]", spoken_phones),
    ("[kenteken]", spoken_plates),
    ("[kenteken]", plate_letters),
    ("[geboortedatum]", spoken_birth_dates),
)
_SURE: Final = "straat|laan|weg|singel|plein|plantsoen|gracht|kade|dreef|str|ln|sngl"
_BEFORE: Final = r"(?:\b[A-Z][\w'’-]{0,40}\.?\s(?:(?:van|de|der|den|ter|ten|du|la)\s){0,2}){0,2}"
_STREET: Final = re.compile(  # streets that no gazetteer knows: "de Betje Wolffstraat 12"
    rf"{_BEFORE}\b[\w'’-]{{2,40}}(?:{_SURE})\b(?:\s\d{{1,4}}[a-z]?\b)?"
    rf"|(?<=\b(?:de|op|in)\s)\b[\w'’-]{{2,40}}(?:hof|dijk|park|pad)\b"
)
_LOOSE_END: Final = re.compile(r"[\s,]+(?:(?:van|de|der|den|het|op|aan|uit|in|bij)[\s,]*)*$")


def redact(text: str, names: NameFinder, places: PlaceFinder) -> str:
    """The text with "[naam]", "[telefoon]" … instead of names, phone numbers, plates and the like.

    Where a name is (part of) a place, the place wins: Ko van Dijkplein 7 is a square.
    """
    for (start, end), tag in reversed(details(text, names, places)):
        text = text[:start] + tag + text[end:]
    return text


def details(text: str, names: NameFinder, places: PlaceFinder) -> list[tuple[Span, str]]:
    """What is taken out of a text, from left to right: where it stands, and the tag for it."""
    known = places.spans(text)
    others = (match.span() for match in _STREET.finditer(text))
    kept = [*known, *_apart(others, known), *public_handles(text)]
    named = [(span, NAME) for span in _outside(text, names.spans(text), kept)]
    return _chosen([*_formed(text), *named])


def _formed(text: str) -> Iterator[tuple[Span, str]]:
    """Details with a form, the surest kind first."""
    if "@" in text:
        yield from ((span, EMAIL) for span in emails(text))
    yield from ((span, ACCOUNT) for span in handles(text))
    if _DIGIT_OR_DASH.search(text):
        for tag, find in WITH_DIGITS:
            yield from ((span, tag) for span in find(text))
    for tag, find in _SPOKEN:
        yield from ((span, tag) for span in find(text))


def _apart(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The spans that touch none of the others."""
    return [(a, b) for a, b in spans if not any(a < end and start < b for start, end in others)]


def _outside(text: str, spans: Iterable[Span], kept: list[Span]) -> Iterator[Span]:
    """The spans without what belongs to a place: of "Ahmed van de Limastraat" only Ahmed."""
    for start, end in spans:
        inside = [place for place in kept if start < place[1] and place[0] < end]
        if inside:
            end = start + len(_LOOSE_END.sub("", text[start : inside[0][0]]))
        if start < end:
            yield start, end


def _chosen(found: list[tuple[Span, str]]) -> list[tuple[Span, str]]:
    """Of spans that overlap the first found wins."""
    chosen: list[tuple[Span, str]] = []
    taken: set[int] = set()
    for (start, end), tag in found:
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            chosen.append(((start, end), tag))
    return sorted(chosen)
