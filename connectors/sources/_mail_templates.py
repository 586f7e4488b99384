"""Notification mails of neighbourhood platforms: one rule a platform takes out what was written.

No platform publishes how its mails look, so each rule is a way of reading, held to a sample in
tests/data/mail. A mail that its rule does not fit is not read at all: footers, links and other
people's words must not be taken for a report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_LOOKED_AT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """kennisgeving: what a platform says that somebody wrote in a group of it."""

    platform: str
    author: str
    group: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """mailsjabloon: how a platform tells what somebody wrote.

    `opening`: the line that names author and group; `ending`: the first line that is the
    platform's again; `passing`: lines between that are the platform's as well.
    """

    platform: str
    domains: tuple[str, ...]
    opening: re.Pattern[str]
    ending: re.Pattern[str]
    passing: re.Pattern[str]

    def read(self, text: str) -> Notification | None:
        """None when the mail is not as this rule knows it."""
        lines = [line.strip() for line in text.replace("\u00a0", " ").splitlines()]
        for at, line in enumerate(lines):
            opened = self.opening.fullmatch(line[:_LOOKED_AT])
            if opened is not None:
                return self._between(opened, lines[at + 1 :])
        return None

    def _between(self, opened: re.Match[str], lines: list[str]) -> Notification | None:
        last = [at for at, line in enumerate(lines) if self.ending.match(line[:_LOOKED_AT])]
        if not last:
            return None
        kept = [line for line in lines[: last[0]] if not self.passing.fullmatch(line[:_LOOKED_AT])]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
        return Notification(
            platform=self.platform,
            author=opened["author"].strip(),
            group=(opened["group"] or "").strip(" .:\"'“”"),
            text=text,
        )


def template_for(sender: str) -> Template | None:
    """The rule for a sender's domain, or one that it is a part of."""
    domain = sender.rpartition("@")[2].lower()
    for one in TEMPLATES:
        if any(domain == known or domain.endswith(f".{known}") for known in one.domains):
            return one
    return None


_MOMENT: Final = (
    r"(?:vandaag|gisteren|zojuist|today|yesterday|just now"
    r"|(?:(?:ma|di|wo|do|vr|za|zo)\w*\.?\s)?\d{1,2}\s\w{3,9}\.?(?:\s\d{4})?)"
    r"(?:,?\s(?:om|at)\s\d{1,2}[:.]\d{2}(?:\s?[AP]M)?(?:\suur)?)?"
)
_LINK: Final = r"https?://\S+"


def _line(*forms: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE)


TEMPLATES: Final = (
    Template(
        platform="hoplr",
        domains=("hoplr.com", "hoplr.nl"),
        opening=_line(
            r"(?P<author>.{1,80}?) (?:deelde|heeft) een (?:bericht|melding) (?:gedeeld )?"
            r"(?:met de (?:gemeente|stad) )?(?:in|uit) (?P<group>.{1,100}?)[:.]?"
        ),
        ending=_line(
            r"bekijk (?:het |dit )?(?:bericht|melding|de melding)\b",
            r"(?:reageer|antwoord) (?:op|via) ",
            r"(?:je|u) (?:ontvangt|krijgt) deze (?:e-?mail|mail)\b",
            r"hoplr\b.{0,60}$",
        ),
        passing=_line(_MOMENT, _LINK, r"categorie: .{1,60}", r"foto(?:'s)? toegevoegd.{0,40}"),
    ),
    Template(
        platform="veiligebuurt",
        domains=("veiligebuurt.nl",),
        opening=_line(
            r"nieuw(?:e melding| bericht) (?:van (?P<author>.{1,80}?) )in (?:de )?(?:groep )?"
            r"(?P<group>.{1,100}?)[:.]?"
        ),
        ending=_line(
            r"open (?:de )?(?:app|veiligebuurt)\b",
            r"(?:bekijk|reageer)\b.{0,60}\b(?:app|veiligebuurt)\b",
            r"met vriendelijke groet,?$",
            r"(?:je|u) (?:ontvangt|krijgt) deze (?:e-?mail|mail|melding)\b",
        ),
        passing=_line(_MOMENT, _LINK, r"(?:tijdstip|datum|soort melding|locatie): ?.{0,80}"),
    ),
    Template(
        platform="facebook",
        domains=("facebookmail.com",),
        opening=_line(
            r"(?P<author>.{1,80}?) (?:heeft (?:iets |een bericht )?geplaatst|plaatste(?: iets)?"
            r"|posted(?: something)?|heeft gereageerd|commented) (?:in|op|on) "
            r"(?P<group>.{1,100}?)[:.]?"
        ),
        ending=_line(
            r"(?:weergeven|bekijken?|openen) op facebook\b",
            r"view on facebook\b",
            r"={10,}",
            r"(?:dit bericht|this message) (?:is|was) (?:verzonden|sent)\b",
            r"vind ik leuk$",
            r"like$",
        ),
        passing=_line(_MOMENT, _LINK),
    ),
)
