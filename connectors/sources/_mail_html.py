"""HTML mail as plain text: nothing is loaded, no link followed, hidden and quoted parts marked.

Read in one pass that never looks back, as browsers do: the standard library's parser can be kept
busy for minutes by a mail of half a megabyte.
"""

from __future__ import annotations

import html
import re
from typing import Final

QUOTE: Final = "> "
HISTORY: Final = "-----Original Message-----"
"""What stands in the text where a mail program began to repeat an earlier mail."""

_LONGEST: Final = 300_000
_DEEPEST: Final = 400
_LOOKED_BACK: Final = 30
_RAW: Final = frozenset("script style title textarea iframe noembed noframes xmp".split())
"""What holds no tags, up to its own end."""
_UNSEEN: Final = frozenset(
    "head template noscript svg math object select video audio canvas".split()
)
_BLOCKS: Final = frozenset(
    (
        "address article blockquote br center dd div dl dt footer h1 h2 h3 h4 h5 h6 header hr li"
        " main ol p pre section table tbody tr ul"
    ).split()
)
_CELLS: Final = frozenset(("td", "th"))
_EMPTY: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
_TAG: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9:-]{0,40})")
_TAG_END: Final = re.compile(r"=\s{0,20}\"[^\"]*\"|=\s{0,20}'[^']*'|>")
_ATTRIBUTE: Final = re.compile(
    r"\b(id|class|style|hidden)(?:\s{0,20}=\s{0,20}(?:\"([^\"]{0,2000})|'([^']{0,2000})"
    r"|([^\s\"'>]{0,200})))?",
    re.IGNORECASE,
)
_QUOTES: Final = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra")
_OUTLOOK: Final = re.compile(r"(?:x_)*(?:divRplyFwdMsg|appendonsend|OLK_SRC_BODY_SECTION)")
_HIDDEN: Final = re.compile(
    r"display:none|visibility:hidden|font-size:0(?![.\d])|max-height:0(?![.\d])|mso-hide:all"
)
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")


def text_of_html(page: str) -> str:
    """The words a reader sees, line by line; what is quoted begins with "> "."""
    page = page[:_LONGEST]
    small, seen = page.lower(), _Seen()
    at = 0
    while at < len(page):
        start = page.find("<", at)
        if start < 0:
            break
        seen.words(page[at:start])
        at = _after_tag(page, small, start, seen)
    seen.words(page[at:])
    return seen.text()


def _after_tag(page: str, small: str, start: int, seen: _Seen) -> int:
    """Where to go on after what begins with "<": a tag, a comment, or only that sign."""
    if page.startswith(("<!", "<?"), start):
        ending = "-->" if page.startswith("<!--", start) else ">"
        return _behind(page, ending, start + 2)
    tag = _TAG.match(page, start)
    if tag is None:
        seen.words("<")
        return start + 1
    end = _end_of_tag(page, tag.end())
    name = tag[1].lower()
    if page.startswith("</", start):
        seen.closes(name)
    else:
        seen.opens(name, page[tag.end() : end])
        if name in _RAW:
            end = small.find(f"</{name}", end)
    return len(page) if end < 0 else end


def _end_of_tag(page: str, at: int) -> int:
    for found in _TAG_END.finditer(page, at):
        if found[0] == ">":
            return found.end()
    return len(page)


def _behind(page: str, what: str, at: int) -> int:
    found = page.find(what, at)
    return len(page) if found < 0 else found + len(what)


class _Seen:
    """What of a page can be seen so far."""

    def __init__(self) -> None:
        self._open: list[tuple[str, str]] = []
        self._lines: list[str] = []
        self._line: list[str] = []
        self._unseen = self._quoted = 0

    def words(self, raw: str) -> None:
        if raw and not self._unseen:
            self._line.append(_SPACE.sub(" ", _unescaped(raw)))

    def opens(self, name: str, attributes: str) -> None:
        self._breaks(name)
        if name in _EMPTY or len(self._open) >= _DEEPEST:
            return
        kind = _kind(name, attributes)
        self._open.append((name, kind))
        self._count(kind, 1)
        if kind == "history":
            self._end_line()
            self._lines.append(HISTORY)

    def closes(self, name: str) -> None:
        self._breaks(name)
        for place in range(len(self._open) - 1, max(len(self._open) - _LOOKED_BACK, 0) - 1, -1):
            if self._open[place][0] == name:
                for _, kind in self._open[place:]:
                    self._count(kind, -1)
                del self._open[place:]
                return

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def _count(self, kind: str, step: int) -> None:
        self._unseen += step * (kind == "unseen")
        self._quoted += step * (kind == "quoted")

    def _breaks(self, name: str) -> None:
        if name in _BLOCKS:
            self._end_line()
        elif name in _CELLS:
            self._line.append(" ")

    def _end_line(self) -> None:
        line = _SPACE.sub(" ", "".join(self._line)).strip()
        self._line.clear()
        if line or (self._lines and self._lines[-1]):
            self._lines.append(f"{QUOTE}{line}" if self._quoted and line else line)


def _kind(name: str, attributes: str) -> str:
    """How what is in this tag is to be taken."""
    given = {
        one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(attributes)
    }
    style = given.get("style", "").replace(" ", "").lower()
    if name in _UNSEEN or "hidden" in given or _HIDDEN.search(style):
        return "unseen"
    if name == "blockquote" or _QUOTES.search(given.get("class", "")):
        return "quoted"
    return "history" if _OUTLOOK.fullmatch(given.get("id", "")) else ""


def _unescaped(raw: str) -> str:
    try:
        return html.unescape(raw)
    except ValueError:  # a number of thousands of digits
        return raw
