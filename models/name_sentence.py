"""What stands around a word that may be somebody's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.places.words import STREET_ENDINGS
from models.name_cues import from_cues
from models.name_line import Line, Token
from models.name_lists import Use
from models.name_words import (
    ABOUT,
    ADDRESSED,
    ARTICLES,
    DE_NAMES,
    DOES,
    FOREIGN_PARTICLES,
    GERMAN,
    GREETS,
    IN_PERSON,
    INTRODUCED,
    NAMED,
    NO_NAMES,
    PARTICLES,
    PLAIN,
    TITLES,
)

_MOST_PARTICLES: Final = 3


class Sentence(Line):
    """A text as its words, to be asked what speaks for a name at one of them."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        super().__init__(text, tokens)
        self._shouted = text.isupper()
        self._is_german = len({token.word for token in tokens} & GERMAN) > 1
        usual = sum(token.kind.use is Use.ALWAYS for token in tokens)
        others = sum(not _is_rare_name(token) for token in tokens)
        self._is_known_speech = 2 * usual >= (others if usual > 1 else len(tokens)) - 1

    def evidence(self, at: int) -> float:
        """How much the case of a word and its neighbours say for (or against) a name."""
        first = self.particles_before(at)
        before, after = self.neighbour(first, -1), self.neighbour(at, 1)
        said = self._from_case(at) + self._from_before(at, before)
        if first < at and self.tokens[first].text.islower():
            said += 2.2  # "mevrouw de wit": nobody else is called so
        if first < at and before not in TITLES:
            said += 1.2  # "De Wit", "Van Loon" inside a sentence
        if after in TITLES:
            said += 1.0  # "Emine abla"
        if after in DOES or self.gap(at, 1).startswith((",", "!", "?")):
            said += 0.3
        if self.gap(first, -1).startswith(","):
            said += 0.4
        if self.gap(at, -1).endswith("@"):
            said += 0.5
        return said if self._is_german else said + from_cues(self, at)

    def _from_before(self, at: int, before: str) -> float:
        token = self.tokens[at]
        if before in TITLES or before.endswith(("buurman", "buurvrouw")):
            return 2.2 if self._follows_title(token) else 0.9
        if before == "sint":
            return -2.0  # Sint Maarten is a feast
        two = f"{self.neighbour(at - 1, -1)} {before}"
        if not INTRODUCED.isdisjoint((before, two)) and self.gap(at, -1).strip() in ("", ":"):
            return 1.6
        if two in IN_PERSON:
            return 1.0
        if before in NAMED and not (self._is_german and before == "im"):
            return 1.2
        if before in GREETS and self._is_greeted(at):
            return 1.3
        if before in ADDRESSED:
            return 0.7
        if before in ABOUT:
            return 0.4
        if before in ARTICLES:
            return self._from_article(token, before)
        return 0.0

    def _is_greeted(self, at: int) -> bool:
        """All of a sentence is a greeting and a first name: "hoi mark!", "bedankt joy"."""
        kind = self.tokens[at].kind
        is_whole = self.opens(at - 1) and (self.closes(at) or self.gap(at, 1).startswith(","))
        return is_whole and kind.is_first and kind.use <= Use.SELDOM

    def beside(self, at: int, named: frozenset[int]) -> bool:
        """A first name joined to one that is sure: the joy of "Henk en joy", the sem of Petra."""
        kind = self.tokens[at].kind
        if not kind.is_first or kind.use > Use.SELDOM:
            return False
        if at + 2 in named and self.neighbour(at, 1) == "van":
            return kind.use is Use.RARE and self.neighbour(at, -1) not in ARTICLES
        return any(
            at + 2 * step in named and self.neighbour(at, step) in ("en", "and", "ve", "i", "und")
            for step in (-1, 1)
        )

    def _follows_title(self, token: Token) -> bool:
        """A capital, or a name that is hardly a word: "FAMILIE BERKHOUT", "mevr jansen"."""
        if token.text[0].isupper() and not self._shouted:
            return True
        return token.kind.use <= Use.SELDOM and (token.kind.is_first or token.kind.is_last)

    def _from_article(self, token: Token, article: str) -> float:
        """Against a name, unless it is "de Wit": no Dutch noun has a capital."""
        if article in PARTICLES and token.kind.is_last and token.kind.use >= Use.OFTEN:
            return 0.6 if token.text[0].isupper() and not self._is_german else -1.2
        is_name = token.kind.is_first or token.kind.is_last
        if article == "die" and is_name and token.text.istitle() and not self._is_german:
            return 0.3 if token.kind.weight > 0 and token.kind.use <= Use.OFTEN else -0.5
        if article == "die" and token.kind.is_first and token.kind.use is Use.RARE:
            return 0.0 if token.text.islower() else -0.5
        return -0.5 if is_name and token.kind.use is Use.RARE else -1.2

    def _from_case(self, at: int) -> float:
        token = self.tokens[at]
        if _lacks_capitals(token.text):
            return 0.3 if token.kind.is_first else -0.8
        is_short = len(token.text) < 4 and token.kind.is_first
        if self._shouted or (token.text.isupper() and not is_short):
            return max(0.0, self._from_lower_case(token))
        if not token.text[0].isupper():
            return self._from_lower_case(token, self.opens(at) and self.closes(at))
        if self._is_german:
            return 0.3 if token.kind.is_first else 0.0 if token.kind.is_last else -0.6
        if self.opens(at):
            return 0.6 if self.closes(at) else 0.35
        said = 0.95 if self.closes(at) else 0.8
        is_verb_or_noun = token.kind.is_first and token.kind.use >= Use.OFTEN
        return said + 0.75 if is_verb_or_noun and self._is_known_speech else said

    def _from_lower_case(self, token: Token, is_alone: bool = False) -> float:
        """A rare first name needs no capital in Dutch talk: "dirk zegt hij wil m niet"."""
        if not token.kind.is_first or token.kind.use is not Use.RARE or token.word in PLAIN:
            return -0.8
        if not self._is_known_speech:
            return -0.8
        return 0.3 if len(token.word) > 3 or is_alone else -0.4

    def particles_before(self, at: int) -> int:
        """Where a last name begins: the El of "El Idrissi", the van of "mevrouw van der Zalm"."""
        if self._shouted or not self.tokens[at].text[0].isupper():
            return self._small_particles_before(at)
        first = at
        stop = max(0, at - _MOST_PARTICLES)
        while first > stop and self._is_particle(first - 1) and self.gap(first, -1) == " ":
            first -= 1
        if first < at and self.neighbour(first, -1) in TITLES:
            return first
        while first < at and not self._begins_last_name(first):
            first += 1
        return first

    def _small_particles_before(self, at: int) -> int:
        """The de of "mevrouw de wit", the van of "familie van der linde"."""
        token, before = self.tokens[at], self.neighbour(at, -1)
        if before == "de" and token.word in DE_NAMES and self.neighbour(at - 1, -1) in TITLES:
            return at - 1
        van = self.neighbour(at - 1, -1)
        is_name = token.kind.is_last or token.kind.is_first
        if is_name and before in ("der", "den") and van == "van":
            return at - 2 if self.neighbour(at - 2, -1) in TITLES else at
        return at

    def _begins_last_name(self, at: int) -> bool:
        """The Van inside a sentence; at its start only what is not Dutch: "El Idrissi woont"."""
        token = self.tokens[at]
        return token.text[0].isupper() and (not self.opens(at) or token.word in FOREIGN_PARTICLES)

    def continues(self, at: int) -> int:
        """The last token of one more part of the name that ends at `at`; `at` when none follows."""
        last, stop = at + 1, min(len(self.tokens), at + 1 + _MOST_PARTICLES)
        while last < stop and self._is_particle(last) and self._is_beside(last):
            last += 1
        if self._shouted or last >= len(self.tokens) or not self._is_beside(last):
            return at
        token = self.tokens[last]
        if len(token.text) == 1:
            return last if token.text.isupper() and self.gap(last, 1)[:1] == "." else at
        is_part = token.text[0].isupper() or self._is_small_last_name(at, last)
        is_part = is_part and token.word not in NO_NAMES
        return last if is_part and not token.word.endswith(STREET_ENDINGS) else at

    def _is_small_last_name(self, at: int, last: int) -> bool:
        """The van veen of "kees van veen", the el bouali of "ali el bouali"."""
        kind, particle = self.tokens[last].kind, self.tokens[last - 1].word
        if last == at + 1:
            is_small = self.tokens[at].text.islower() and self.tokens[at].kind.is_first
            return is_small and kind.is_last and kind.use is Use.RARE and kind.weight > 1
        if particle in FOREIGN_PARTICLES:
            return kind.use is Use.RARE
        if particle == "de" and self.tokens[last].word in DE_NAMES:
            return self.tokens[at].kind.use is Use.RARE
        if particle in ("der", "den") and self.neighbour(last - 1, -1) in ("van", "v"):
            return kind.is_last or kind.is_first
        return kind.is_last and kind.use <= Use.SELDOM

    def nickname_before(self, at: int) -> bool:
        """The Dikke of "Dikke Bep": an adjective with a capital that no sentence asked for."""
        if at == 0 or not self.tokens[at].kind.is_first or self.gap(at, -1) != " ":
            return False
        word = self.tokens[at - 1]
        is_adjective = word.text.istitle() and word.word.endswith("e") and word.word not in NO_NAMES
        is_asked = self._is_german or self._shouted or self.opens(at - 1)
        return is_adjective and not is_asked and word.word not in TITLES | ADDRESSED | GREETS

    def _is_particle(self, at: int) -> bool:
        return self.tokens[at].word in PARTICLES

    def _is_beside(self, at: int) -> bool:
        return self.gap(at, -1) in (" ", "-")


def _is_rare_name(token: Token) -> bool:
    """A first name says nothing of the language: "annemarie, hetty, wim en jopie komen"."""
    return token.kind.is_first and token.kind.use is Use.RARE


def _lacks_capitals(text: str) -> bool:
    """Arabic and other scripts without capitals."""
    return text.lower() == text.upper()
