"""HTML mail as plain text: nothing is loaded, no link followed, hidden and quoted parts marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

QUOTE: Final = "> "
HISTORY: Final = "-----Original Message-----"
"""What stands in the text where a mail program began to repeat an earlier mail."""

_LONGEST: Final = 300_000
_DEEPEST: Final = 400
_UNSEEN: Final = frozenset(
    (
        "head script style title template noscript svg math iframe object select textarea"
        " video audio"
    ).split()
)
_BLOCKS: Final = frozenset(
    "address article blockquote br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li main"
    " ol p pre section table tbody tr ul".split()
)
_CELLS: Final = frozenset(("td", "th"))
_EMPTY: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
_QUOTES: Final = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra")
_OUTLOOK: Final = re.compile(r"(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION)")
_HIDDEN: Final = re.compile(
    r"display:none|visibility:hidden|font-size:0(?![.\d])|max-height:0(?![.\d])|mso-hide:all"
)
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")


def text_of_html(html: str) -> str:
    """The words a reader sees, line by line; what is quoted begins with "> "."""
    reader = _Reader()
    reader.feed(html[:_LONGEST])
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, str]] = []
        self._lines: list[str] = []
        self._line: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()
        elif tag in _CELLS:
            self._line.append(" ")
        if tag not in _EMPTY and len(self._open) < _DEEPEST:
            self._open.append((tag, _kind(tag, {name: value or "" for name, value in attrs})))
            if self._open[-1][1] == "history":
                self._lines.append(HISTORY)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()
        for place in range(len(self._open) - 1, max(len(self._open) - 30, -1), -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if all(kind != "unseen" for _, kind in self._open):
            self._line.append(_SPACE.sub(" ", data))

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def _end_line(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip()
        self._line.clear()
        quoted = any(kind == "quoted" for _, kind in self._open)
        if line or (self._lines and self._lines[-1]):
            self._lines.append(f"{QUOTE}{line}" if quoted and line else line)


def _kind(tag: str, attrs: dict[str, str]) -> str:
    style = attrs.get("style", "").replace(" ", "").lower()
    if tag in _UNSEEN or "hidden" in attrs or _HIDDEN.search(style):
        return "unseen"
    if tag == "blockquote" or _QUOTES.search(attrs.get("class", "")):
        return "quoted"
    return "history" if _OUTLOOK.fullmatch(attrs.get("id", "")) else ""
