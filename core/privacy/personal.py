"""Personal details that have a form: numbers, plates, addresses on the net, dates of birth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import phonenumbers
from stdnum import iban as iban_number
from stdnum.nl import bsn as bsn_number

Span = tuple[int, int]

_EMAIL: Final = re.compile(r"(?<![\w.+@-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,5}")
_HANDLE: Final = re.compile(
    r"(?<![\w.])@[\w.]{0,40}\w(?:@[\w-]{1,63}(?:\.[\w-]{2,63}){1,3})?"  # @a, @a@mastodon.nl
    r"|(?<![\w/.#])[a-zA-Z]\w*_\w*(?![\w/])"
)
_PROFILE: Final = re.compile(
    r"(?:twitter|facebook|instagram|tiktok|linkedin|snapchat)\.com/(?:in/|add/|u/)?"
    r"(?!groups|events|watch|reel|share|hashtag|search|p/)(?P<account>@?\w[\w.-]{2,40})",
    re.IGNORECASE,
)
_PUBLIC_HANDLE: Final = re.compile(  # "@politie", "@gemeentedenhaag": bodies, no persons
    r"@(?:(?:politie|gemeente|brandweer|ambulance|handhaving|omroep|rijkswaterstaat|delfland|ggd|"
    r"htm|staedion|haagwonen|den|haag|haaglanden|hgl|west|nl|reisinfo|online|hh)_?){1,6}",
    re.IGNORECASE,
)
_BARE_HANDLE: Final = re.compile(
    r"(?<![\w/.])[a-zA-Z]\w*(?:(?<=[a-z])\d{2,4}|\.[a-z]{3,}\w*)(?![\w/])"
)
_ACCOUNT_WORD: Final = re.compile(
    r"\b(?:insta\w*|ig|snap\w*|tiktok\w*|telegram|discord|account\w*|twitter|tweet\w*|facebook|fb|"
    r"mastodon|gebruikersnaam|nick\w*|username|handle|profiel|volg|gamertag|marktplaats)\b",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(r"\b[A-Za-z]{2}\d{2}(?:[ .]?[A-Za-z0-9]{1,4}){3,8}\b")
_DUTCH_IBAN: Final = re.compile(r"\b[Nn][Ll]\d{2}[ .]?[A-Za-z]{4}[ .]?\d(?:[ .]?\d){5,11}\b")
_NINE_DIGITS: Final = re.compile(r"(?<![\d.,-])\d(?:[ .]?\d){7,8}(?![\d-])")
_BSN_WORD: Final = re.compile(
    r"\b(?:bsn|burgerservice\w*|sofi\w*|citizen service)\b", re.IGNORECASE
)
_DUTCH_PHONE: Final = re.compile(
    r"(?<![\d-])(?:(?:\+|00)31[\s().-]{0,3}(?:\(?0\)?[\s-]?)?[1-9]|0[1-7])(?:[\s().-]{0,2}\d){7,8}"
    r"(?![\d])"
)
_TRIES: Final = 20
"""So many digits that might be a number are looked at one by one; hostile text has thousands."""
_ABROAD: Final = re.compile(r"\+\d{1,3}(?:[\s-]?\d){7,12}(?!\d)")
_PUBLIC_PHONE: Final = re.compile(r"\D*0?(?:8\D*0\D*0|9\D*0\D*\d|14\D*0\d\d)")
_HALF_PHONE: Final = re.compile(
    r"(?<![\d.,-])06 ?\d\d ?\d\d(?: ?\d\d?)?(?![\d.:]|-\d)"
    r"(?:(?:,?\s(?:en|dan|daarna|de|rest|is|nog)){1,4}:?\s\d\d ?\d\d(?: ?\d\d)?(?!\d))?"
)
_PHONE_WORD: Final = re.compile(
    r"(?:nummer|nr|tel\w*|bel|belt?en|app\w*|mobiel\w*|bereik\w*|phone|number|call)\b",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9}\.?)[-/. ](?:19|20|['’])?\d{2}|"
    r"(?:19|20)\d\d-\d\d-\d\d)(?!\d)",
    re.IGNORECASE,
)
_BIRTH_WORD: Final = re.compile(
    r"\b(?:geboren|geb|geboorte\w*|born|birth\w*|dob|verjaart|geburt\w*|do[gğ]um\w*)\b",
    re.IGNORECASE,
)
_BIRTH_YEAR: Final = re.compile(r"19\d\d|20(?:0\d|1[0-5])|['’][2-9]\d")

_PLATE: Final = re.compile(
    r"(?<![\w-])(?=[A-Z0-9 -]{0,9}\d)(?=[\d -]{0,9}[A-Z])"
    r"(?:[A-Z]{1,3}|\d{1,3})(?P<dash>[- ])(?:[A-Z]{1,3}|\d{1,3})(?P=dash)(?:[A-Z]{1,3}|\d{1,3})"
    r"(?![\w-])",
    re.IGNORECASE,
)
_SERIES: Final = re.compile(
    r"(?<![\w-])(?:[A-Z]{2}\d{4}|\d{4}[A-Z]{2}|\d{2}[A-Z]{2}\d{2}|[A-Z]{2}\d{2}[A-Z]{2}|"
    r"[A-Z]{4}\d{2}|\d{2}[A-Z]{4}|\d{2}[A-Z]{3}\d|\d[A-Z]{3}\d{2}|[A-Z]{2}\d{3}[A-Z]|"
    r"[A-Z]\d{3}[A-Z]{2}|[A-Z]{3}\d{2}[A-Z]|[A-Z]\d{2}[A-Z]{3}|\d[A-Z]{2}\d{3}|\d{3}[A-Z]{2}\d)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_PLATE_WORD: Final = re.compile(
    r"\b(?:kentek\w*|kent|nummerplaat|nummerbord|nrplaat|plaat|platen|bord|plates?|licen[cs]e|reg|"
    r"kennzeichen|plaka\w*|rejestrac\w*|tablic\w*|immatricul\w*|matr[ií]cula|номер\w*)\b",
    re.IGNORECASE,
)
_VEHICLE: Final = re.compile(
    r"\b(?:auto\w*|velgen|bus\w*|bestel\w*|wagen\w*|scooter\w*|brommer\w*|motor\w*|aanhang\w*|caravan|"
    r"car|van|golf|polo|opel|bmw|audi|mercedes|volkswagen|vw|seat|ford|fiat|peugeot|renault|"
    r"toyota|volvo|skoda|kia|suzuki|passat|corsa|caddy|transit|sprinter|transporter)\b",
    re.IGNORECASE,
)
_FOREIGN_PLATE: Final = re.compile(
    r"(?<![\w-])(?:[A-Z]{2,3}-\d{3,4}[A-Z]{0,2}|[A-Z]{1,2} \d{4} [A-Z]{2}|"
    r"[A-Z]{1,3}-[A-Z]{1,2}[ -]\d{1,4})(?![\w-])"
)
_PIECE: Final = re.compile(
    r"(?<![\w-])(?:[A-Z]{1,3}-\d{1,4}(?:-[A-Z0-9]{0,3})?|\d{1,3}-[A-Z]{1,3}(?:-\d{0,3})?|"
    r"\d-[A-Z]{3}-\d{3}|-[A-Z]{1,3}-\d{1,3})(?!\w)"
)
_PIECE_AFTER_WORD: Final = re.compile(
    r"\W+(?:\w+\W+){0,4}?(?P<piece>-[A-Z]{2}|[A-Z]{1,3} ?\d{2,5}[A-Z]{0,3}|[A-Z]{2}-[A-Z]{2}|"
    r"(?:[A-Z0-9][ .]){5}[A-Z0-9])(?!\w)"
)


def phones(text: str) -> Iterator[Span]:
    """Dutch numbers as people space them, valid ones of elsewhere, halves; public lines stay."""
    for match in _DUTCH_PHONE.finditer(text):
        if not _PUBLIC_PHONE.match(match.group()):
            yield match.span()
    yield from (match.span() for match in _ABROAD.finditer(text))
    if _PHONE_WORD.search(text):
        yield from (match.span() for match in _HALF_PHONE.finditer(text))
    for number in phonenumbers.PhoneNumberMatcher(text, "NL", max_tries=_TRIES):
        if not _PUBLIC_PHONE.match(number.raw_string):
            yield number.start, number.end


def emails(text: str) -> Iterator[Span]:
    yield from (match.span() for match in _EMAIL.finditer(text))


def handles(text: str) -> Iterator[Span]:
    """Names with @ or _; without them where the text speaks of an account. Public bodies stay."""
    for match in _HANDLE.finditer(text):
        if not _PUBLIC_HANDLE.fullmatch(match.group()):
            yield match.span()
    for match in _PROFILE.finditer(text):
        if not _PUBLIC_HANDLE.fullmatch(f"@{match['account'].lstrip('@')}"):
            yield match.span("account")
    if _ACCOUNT_WORD.search(text):
        yield from (match.span() for match in _BARE_HANDLE.finditer(text))


def public_handles(text: str) -> Iterator[Span]:
    """The accounts of public bodies, which stay readable."""
    for match in _HANDLE.finditer(text):
        if _PUBLIC_HANDLE.fullmatch(match.group()):
            yield match.span()


def ibans(text: str) -> Iterator[Span]:
    """What looks Dutch even with a typing error; of elsewhere only what adds up."""
    yield from (match.span() for match in _DUTCH_IBAN.finditer(text))
    for match in _IBAN.finditer(text):
        if iban_number.is_valid(match.group().replace(".", "")):
            yield match.span()


def said_bsns(text: str) -> Iterator[Span]:
    """Any eight or nine digits where the text says bsn."""
    if _BSN_WORD.search(text):
        yield from (match.span() for match in _NINE_DIGITS.finditer(text))


def bsns(text: str) -> Iterator[Span]:
    """Nine digits that pass the eleven test."""
    for match in _NINE_DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) == 9 and bsn_number.is_valid(digits):
            yield match.span()


def plates(text: str) -> Iterator[Span]:
    """All Dutch series; pieces of plates and foreign ones where the text speaks of a vehicle."""
    is_said = _PLATE_WORD.search(text) is not None
    has_vehicle = _VEHICLE.search(text) is not None
    for match in _PLATE.finditer(text):
        if _is_plate(match.group(), match["dash"], is_said, has_vehicle):
            yield match.span()
    for match in _SERIES.finditer(text):
        if is_said or has_vehicle or match.group().isupper():
            yield match.span()
    yield from (match.span() for match in _FOREIGN_PLATE.finditer(text))
    if is_said or has_vehicle:
        yield from (match.span() for match in _PIECE.finditer(text))
    for word in _PLATE_WORD.finditer(text):
        if piece := _PIECE_AFTER_WORD.match(text, word.end()):
            yield piece.span("piece")


def _is_plate(plate: str, dash: str, is_said: bool, has_vehicle: bool) -> bool:
    """Groups of letters and of digits, five to seven together; with spaces a series in capitals."""
    groups = re.split(r"[- ]", plate)
    if dash == " ":
        may_be = is_said or (has_vehicle and plate.isupper())
        return may_be and _SERIES.fullmatch("".join(groups)) is not None
    return 5 <= sum(map(len, groups)) <= 7


def birth_dates(text: str) -> Iterator[Span]:
    """A date where the text speaks of birth, or one too long ago to be about the neighbourhood."""
    is_said = _BIRTH_WORD.search(text) is not None
    for match in _DATE.finditer(text):
        if is_said or _BIRTH_YEAR.search(match.group()):
            yield match.span()


Find = Callable[[str], Iterator[Span]]

WITH_DIGITS: Final[tuple[tuple[str, Find], ...]] = (
    ("[iban]", ibans),
    ("[bsn]", said_bsns),
    ("[telefoon]", phones),
    ("[bsn]", bsns),
    ("[geboortedatum]", birth_dates),
    ("[kenteken]", plates),
)
"""The kinds that hold a digit, the surest first."""
