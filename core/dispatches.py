"""P2000: the text of an alarm to fire brigade or ambulance, as third parties publish it.

Forms, by example (nobody documents them; region Haaglanden):
    P 1 BDH-01 BR woning Bostonsingel 36 SGRAVH 154231
    A1 15104 Rit 98765 Veenendaalkade Den Haag
The police are not alarmed by P2000, so that nothing here says that they are not coming.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Service = Literal["fire", "ambulance", "other"]

_FIRE: Final = re.compile(r"^\s*(?:P|PRIO)[\s:-]{0,2}([1-5])\b[\s,:-]*", re.IGNORECASE)
_AMBULANCE: Final = re.compile(r"^\s*([AB])\s?([0-2])\b[\s,:-]*", re.IGNORECASE)
_NOISE: Final = re.compile(
    r"\bB[A-Z]{2}-\d{2}\b"  # the talk group of the fire brigade
    r"|\bRit\s?(?:nr\.?)?\s?:?\s?\d{1,7}\b"
    r"|\(?\bdia:?\s?(?:ja|nee)\b\)?"
    r"|\bAMBU\b|\bDP\d\b"
    r"|\b\d{5,9}\b"  # vehicles, rides, capcodes
    r"|\b[1-9]\d{3}\s?[A-Z]{2}\b",  # a postcode: street and number say it already
    re.IGNORECASE,
)
_HOUSE: Final = re.compile(r"(?<=[a-z])\s+\d{1,4}\s?[a-z]?\b(?:-\d{1,4}\b)?", re.IGNORECASE)
_WORDS: Final = {"br": "brand", "oms": "automatische brandmelding", "ass.": "assistentie"}
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """alarmering: which service, how urgent ("P 1", "A1"), and the text without what names units.

    Of an ambulance the house number is left out: it points at somebody who is ill.
    """

    service: Service
    priority: str
    text: str


def read_dispatch(text: str) -> Dispatch:
    """What an alarm says; whatever has no known form is of another service, as it stands."""
    text = " ".join(text[:_LONGEST].split())
    fire, ambulance = _FIRE.match(text), _AMBULANCE.match(text)
    if fire:
        rest = _plain(text[fire.end() :])
        return Dispatch(service="fire", priority=f"P {fire[1]}", text=rest)
    if ambulance:
        rest = " ".join(_HOUSE.sub(" ", _plain(text[ambulance.end() :])).split())
        priority = f"{ambulance[1].upper()}{ambulance[2]}"
        return Dispatch(service="ambulance", priority=priority, text=rest)
    return Dispatch(service="other", priority="", text=_plain(text))


def _plain(text: str) -> str:
    words = _NOISE.sub(" ", text).replace("()", " ").split()
    return " ".join(_WORDS.get(word.lower(), word) for word in words).strip(" ,:-")
