"""The words that somebody wrote now: without the mails they repeat, signatures and footers.

Forms of Outlook, Gmail, Apple Mail, Thunderbird and webmail, Dutch first; looked at line by line,
each line only as far as its first few hundred characters, so that no mail can keep us busy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_MOST_LINES: Final = 3000
_LOOKED_AT: Final = 400
_WRAPPED_OVER: Final = 3
_ODD: Final = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\r": None}
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad", None)
)

_WHEN: Final = r"(?=.*(?:\d{4}|\d{1,2}[:.]\d{2}))"
_BEGINS: Final = [
    re.compile(form, re.IGNORECASE)
    for form in (
        # Gmail, Apple Mail, Thunderbird: "Op zo 12 apr 2026 om 14:03 schreef Anna <a@b.nl>:"
        _WHEN + r"op\b.{4,250}\bschreef\b.{0,200}:",
        # Apple Mail: "Op 12 apr. 2026 om 14:03 heeft Anna <a@b.nl> het volgende geschreven:"
        _WHEN + r"op\b.{4,250}\bheeft\b.{1,150}\bgeschreven\s?:",
        # Thunderbird, KPN: "Anna de Vries schreef op 12-4-2026 om 14:03:"
        _WHEN + r".{1,120}\bschreef\s+op\b.{4,100}:",
        _WHEN + r"on\b.{4,250}\bwrote\s?:",
        _WHEN + r".{1,120}\bwrote\s+on\b.{4,100}:",
        _WHEN + r"am\b.{4,250}\bschrieb\b.{0,150}:",
        _WHEN + r"le\b.{4,250}\ba écrit\s?:",
        # Older Gmail: "2026-04-12 14:03 GMT+02:00 Anna <a@b.nl>:"
        r"\d{4}-\d\d-\d\d\s+\d{1,2}:\d\d\b.{0,150}<[^<>\s]{3,100}@[^<>\s]{3,100}>\s?:",
    )
]
_RULED_OFF: Final = re.compile(
    r"(?:[-–—_*]{2,}|begin\s)\s{0,3}(?:van\s)?"
    r"(?:oorspronkelijke?\s(?:e-?mail)?bericht|originele?\s(?:e-?mail)?bericht|original\smessage"
    r"|origineel\sbericht|doorgestuurd\s(?:e-?mail)?bericht|doorgestuurde\se-?mail"
    r"|forwarded\s(?:e-?mail\s)?message|ursprüngliche\snachricht|weitergeleitete\snachricht)"
    r"\s{0,3}(?::|[-–—_*]{2,}|$)",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"[*_]{0,2}(?:van|from|von|de)[*_]{0,2}\s?:[*_]{0,2}\s?\S", re.IGNORECASE)
_WITH: Final = re.compile(
    r"[*_]{0,2}(verzonden|datum|verstuurd|sent|date|gesendet|aan|to|an|cc|onderwerp|subject|betreft"
    r"|betreff|beantwoorden\saan|reply-to|antwoord\saan)[*_]{0,2}\s?:",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"[-_–—=*]{5,}")
_DEVICE: Final = re.compile(
    r"(?:(?:verzonden|verstuurd|gestuurd)\s(?:vanaf|vanuit|met|via|door)\s(?:mijn\s|een\s)?.{2,60}"
    r"|sent\s(?:from|with|via|using)\s(?:my\s|a\s)?.{2,60}"
    r"|(?:download|get|ontvang|haal)\s(?:de\s)?outlook\s(?:voor|for)\s.{2,40})",
    re.IGNORECASE,
)
_DEVICES: Final = re.compile(
    r"iphone|ipad|ios|android|samsung|galaxy|outlook|yahoo|gmail|mail|huawei|xiaomi|telefoon|mobiel"
    r"|phone|smartphone|tablet|blackberry|ziggo|kpn|proton|thunderbird|windows",
    re.IGNORECASE,
)
_FOOTER: Final = re.compile(
    r"(?:disclaimer\b|proclaimer\b|deze\se-?mail\s(?:en\s|is\s(?:uitsluitend|alleen)|kan\s|bevat)"
    r"|dit\s(?:e-?mail)?bericht\s(?:kan\sinformatie\sbevatten|is\s(?:uitsluitend|alleen|verzonden))"
    r"|de\sinformatie\sin\s(?:dit|deze)\s(?:e-?mail|bericht)"
    r"|this\s(?:e-?mail|message)\s(?:and\s|is\s(?:intended|confidential)|may\scontain)"
    r"|(?:je|u)\sontvangt\s(?:deze|dit)\s(?:e-?mail|bericht)\b|you\sreceived\sthis\s(?:e-?mail|message)"
    r"|(?:denk\saan|think\sof|please\sconsider)\s(?:het\smilieu|the\senvironment)"
    r"|virusvrij\b|virus-free\b|(?:uit|af)schrijven\b|afmelden\b|unsubscribe\b"
    r"|.{0,10}to\sunsubscribe\sfrom\sthis\sgroup)",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"(?:(?:met\s)?(?:vriendelijke|hartelijke|warme|beste|lieve|zonnige|sportieve|een)\s"
    r"(?:\w{1,20}\s)?groet(?:en|jes)?|groet(?:en|jes)?|gr\.?|grtz?|m\.?\s?v\.?\s?g\.?|vr\.?\s?gr\.?"
    r"|hoogachtend|(?:kind|best|warm)?\s?regards|best\swishes|cheers|sincerely|yours\s\w{1,20})"
    r"(?:\s(?:van|from)\s.{1,40}|,.{0,40}|\s(?-i:[A-Z])\w{1,20}(?:\s\w{1,20}){0,2})?[\s,.!]*",
    re.IGNORECASE,
)
_MOST_SIGNED: Final = 8


def own_words(text: str) -> str:
    """What was written now; empty when there is nothing but what others wrote."""
    lines = [line.rstrip() for line in text.translate(_ODD).split("\n")[:_MOST_LINES]]
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _ends_here(lines, at):
            break
        span = _attribution(lines, at)
        if span:
            at += span
            if not _is_quoted(lines, at):
                break  # what follows is the earlier mail, in no way marked
            continue
        if not (_quoted(lines[at]) or _is_device(lines[at])):
            kept.append(lines[at])
        at += 1
    return _tidy(_unsigned(kept))


def _ends_here(lines: Sequence[str], at: int) -> bool:
    line = lines[at].strip()[:_LOOKED_AT]
    if not _RULE.fullmatch(line):
        return _is_end(lines, at)
    # A rule by itself is nothing; what counts is what it sets apart.
    below = (one for one in range(at + 1, min(at + 4, len(lines))) if lines[one].strip())
    first = next(below, None)
    return first is None or _is_end(lines, first)


def _is_end(lines: Sequence[str], at: int) -> bool:
    line = lines[at].strip()[:_LOOKED_AT]
    if line in ("--", "—") or _RULED_OFF.match(line) or _FOOTER.match(line):
        return True
    return _is_heading(lines, at)


def _is_heading(lines: Sequence[str], at: int) -> bool:
    """The heading of a mail: who it was from, and then at least two of when, to whom, on what."""
    if not _FROM.match(lines[at].strip()[:_LOOKED_AT]):
        return False
    after = [line.strip()[:_LOOKED_AT] for line in lines[at + 1 : at + 9]]
    return len({found[1].lower() for line in after if (found := _WITH.match(line))}) >= 2


def _attribution(lines: Sequence[str], at: int) -> int:
    """Over how many lines "Op … schreef …:" stands here; 0 when it does not."""
    if not lines[at].strip() or _quoted(lines[at]):
        return 0
    for count in range(1, _WRAPPED_OVER + 1):
        part = [line.strip() for line in lines[at : at + count]]
        if not part[-1]:
            return 0
        joined = " ".join(part)[:_LOOKED_AT]
        if joined.endswith(":") and any(form.fullmatch(joined) for form in _BEGINS):
            return count
    return 0


def _is_quoted(lines: Sequence[str], at: int) -> bool:
    following = [line for line in lines[at : at + 3] if line.strip()]
    return bool(following) and _quoted(following[0])


def _quoted(line: str) -> bool:
    return line.lstrip().startswith((">", "|>"))


def _is_device(line: str) -> bool:
    """What a program adds by itself, such as "Verstuurd vanaf mijn iPhone"."""
    line = line.strip(" -<>[]()*_.")[:_LOOKED_AT]
    return bool(_DEVICE.fullmatch(line)) and bool(_DEVICES.search(line))


def _unsigned(lines: list[str]) -> list[str]:
    """Without "Met vriendelijke groet" and the name, address and numbers under it."""
    for at, line in enumerate(lines):
        under = [one for one in lines[at + 1 :] if one.strip()]
        before = any(one.strip() for one in lines[:at])
        if not before or len(under) > _MOST_SIGNED or any(len(one) > 80 for one in under):
            continue
        if _CLOSING.fullmatch(line.strip()[:_LOOKED_AT]):
            return lines[:at]
    return lines


def _tidy(lines: Sequence[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
