"""Personal details in words, as dictation writes them: "nul zes twaalf", "jan apenstaartje"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

_DUTCH_UNIT: Final = "een|één|twee|drie|vier|vijf|zes|zeven|acht|negen"
_OTHER_UNIT: Final = (
    "one|two|three|four|five|six|seven|eight|nine|oh|zero|"
    "null|eins|zwei|zwo|drei|fünf|sechs|sieben|neun"
)
_TENS: Final = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
_NUMBER: Final = (
    rf"(?:nul|tien|elf|twaalf|(?:der|veer|vijf|zes|zeven|acht|negen)tien|"
    rf"(?:(?:{_DUTCH_UNIT})[eë]n)?(?:{_TENS})|{_DUTCH_UNIT}|{_OTHER_UNIT}|\d{{1,3}})"
)
_NEXT: Final = r"[\s,.-]{1,3}(?:(?:dubbele?|double|dan|keer)\s)?"
_PHONE: Final = re.compile(
    rf"\b(?:nul|zero|oh|null|0[1-7]?|plus{_NEXT}{_NUMBER}){_NEXT}{_NUMBER}(?:{_NEXT}{_NUMBER}){{3,10}}\b",
    re.IGNORECASE,
)
_WORD_OF_NUMBER: Final = re.compile(r"[a-zë]{3}", re.IGNORECASE)

_DOT: Final = r"(?:\.|\spunt\s|\sdot\s)"
_ENDING: Final = r"(?:nl|com|net|org|nu|eu|be|de|info|me|io|live|online)\b"
_JOINT: Final = r"(?:punt|dot|(?:laag\s)?streepje(?:\slaag)?|underscore|dash)"
_EMAIL: Final = re.compile(
    rf"(?<![\w.+@-])(?:[\w+-]{{1,64}}\s{_JOINT}\s){{0,2}}[\w.+-]{{1,64}}"
    rf"(?:(?:\s?(?:\[at\]|\(at\))\s?|\s(?:arobase|at)\s|\s@\s?|@\s)"
    rf"[\w-]{{1,63}}\s?{_DOT}\s?{_ENDING}"
    rf"|,?\sapen?staart(?:je)?,?\s[\w-]{{1,63}}(?:\s?{_DOT}\s?{_ENDING})?)",
    re.IGNORECASE,
)
_GROUP: Final = r"(?:[a-z]{1,3}|\d{1,3}|(?:[a-z]\s){1,2}[a-z]|(?:\d\s){1,2}\d)"
_PLATE: Final = re.compile(
    rf"\b{_GROUP}(?:\s(?:streepje|streep|dash|strich)\s{_GROUP}){{2}}\b", re.IGNORECASE
)
_BIRTH_MONTH: Final = re.compile(
    r"\b(?:geboren|geb\.?|geboortedatum)\W+(?:(?:is|in|op)\s){0,2}"
    r"(?P<date>(?:jan|feb|maa|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec)[a-z]{0,7}\.?\s(?:19|20)?\d\d|"
    r"\d{8}|\d{1,2}[-/]\d{1,2})(?![\d/-])",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(  # "begon met VTK", "eindigt op TK"
    r"\b(?i:begin\w*|begon|eindig\w*|ends?|starts?|laatste letters|eerste letters)"
    r"(?:\W+(?i:op|met|was|is|in|with|zijn)){1,2}\W+(?P<letters>[A-Z]{2,3})(?![\w-])"
)
_PLATE_WORD: Final = re.compile(
    r"\b(?:kent|kentek\w*|plaat|nummerbord|nummerplaat)\b", re.IGNORECASE
)
_SMALL_LETTERS: Final = re.compile(  # plates have no vowels, so "eindigt op een" is none
    r"\b(?:begin\w*|begon|eindig\w*|letters)(?:\s(?:op|met|was|is|in|zijn|waren))?\s"
    r"(?P<letters>[b-df-hj-np-tv-xz]{2,3})(?![\w-])",
    re.IGNORECASE,
)
_NO_LETTERS: Final = frozenset(
    {
        *("AH", "ME", "NS", "TV", "OV", "EK", "WK", "HTM", "RTL", "NPO", "PVV", "VVD", "CDA"),
        *("DHL", "UPS", "DPD", "GLS", "ING", "GGD", "BOA", "AED", "VVE", "WC", "CV", "NL", "EU"),
    }
)
"""Letters that are more likely something else than a part of a plate."""
_BIRTH_DATE: Final = re.compile(
    rf"\b(?:geboren|geb\.?|geboortedatum|jarig|born)\s(?:(?:is|op|on|de|the|ben|ik)\s){{0,3}}"
    rf"(?P<date>(?:{_NUMBER}(?:\w{{2,3}})?\s)(?:januari|februari|maart|april|mei|juni|juli|augustus|"
    rf"september|oktober|november|december)(?:\s(?:negentien|tweeduizend)\w*|\s{_NUMBER}){{0,3}})\b",
    re.IGNORECASE,
)


def spoken_phones(text: str) -> Iterator[Span]:
    """Five numbers or more that begin with nul; what is digits alone is no dictation."""
    for match in _PHONE.finditer(text):
        if _WORD_OF_NUMBER.search(match.group()):
            yield match.span()


def spoken_emails(text: str) -> Iterator[Span]:
    """As people dictate it, or write it so that machines should not see: jan [at] gmail.com."""
    yield from (match.span() for match in _EMAIL.finditer(text))


def spoken_plates(text: str) -> Iterator[Span]:
    """A plate with its dashes said: "gb streepje 001 streepje b"."""
    yield from (match.span() for match in _PLATE.finditer(text))


def plate_letters(text: str) -> Iterator[Span]:
    """The two or three letters that somebody saw of a plate; none in a text all in capitals."""
    if _PLATE_WORD.search(text):
        yield from (match.span("letters") for match in _SMALL_LETTERS.finditer(text))
    for match in () if text.isupper() else _LETTERS.finditer(text):
        if match["letters"] not in _NO_LETTERS:
            yield match.span("letters")


def spoken_birth_dates(text: str) -> Iterator[Span]:
    """The day and month behind "geboren", in words; a month and year, or eight digits."""
    yield from (match.span("date") for match in _BIRTH_MONTH.finditer(text))
    yield from (match.span("date") for match in _BIRTH_DATE.finditer(text))
