"""bij spoed: the rule that no text to residents goes without, in the languages we write in."""

from __future__ import annotations

from typing import Final

from core.i18n import DEFAULT, catalogue, languages

_KEY: Final = "report_back.emergency"

RULES: Final[dict[str, str]] = {
    **{code: catalogue(code)[_KEY] for code in languages()},
    "ar": "في حالات الطوارئ: اتصل بالرقم 112.",
    "bg": "При спешен случай: обадете се на 112.",
    "de": "Im Notfall: 112 anrufen.",
    "es": "En caso de emergencia: llame al 112.",
    "fr": "En cas d’urgence : appelez le 112.",
    "pl": "W nagłym wypadku: dzwoń pod 112.",
    "tr": "Acil durumda: 112’yi arayın.",
}
"""The rule by language; a language that is not here cannot be written in."""

NAMES: Final[dict[str, str]] = {
    "nl": "Nederlands",
    "en": "English",
    "ar": "العربية",
    "bg": "Български",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pl": "Polski",
    "tr": "Türkçe",
}
"""What each language calls itself, the same for every reader."""


def with_emergency_rule(text: str, language: str = DEFAULT) -> str:
    """The text with the rule to call 112 in an emergency, unless it says so in some language."""
    if any(rule in text for rule in RULES.values()):
        return text
    return f"{text.rstrip()}\n{RULES.get(language, RULES[DEFAULT])}"


def without_emergency_rule(text: str) -> str:
    """The text without the rule that may stand at its end: it is put there again on its way."""
    for rule in RULES.values():
        if text.rstrip().endswith(rule):
            return text.rstrip().removesuffix(rule).rstrip()
    return text
