"""Street names in Cyrillic or Arabic letters, as neighbours write them by ear."""

from __future__ import annotations

from typing import Final

_CYRILLIC: Final = dict(
    zip("абвгдезийклмнопрстуфхъыьэ", "abvgdeziiklmnoprstufha" + "yie", strict=True)
) | {"ж": "zj", "ц": "ts", "ч": "tsj", "ш": "sj", "щ": "sjt", "ю": "joe", "я": "ja", "ё": "jo"}
_ARABIC: Final = dict(zip("ابتجحدرزسشصضطعغفقكلمنهوي", "abtghdrzsssdtagfkklmnhoi", strict=True)) | {
    **dict.fromkeys("أإآى", "a"),
    **dict.fromkeys("گ", "g"),
    **dict.fromkeys("پ", "p"),
    **dict.fromkeys("ڤ", "v"),
    "ة": "a",
    "ث": "t",
    "خ": "g",
    "ذ": "d",
    "ظ": "z",
    "ء": "",
}
_LATIN: Final = str.maketrans(_CYRILLIC | _ARABIC)


def latin(word: str) -> str:
    """A folded word in Latin letters, near enough to be found as a misspelling."""
    return word if word.isascii() else word.translate(_LATIN)
