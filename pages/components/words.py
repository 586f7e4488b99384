"""Words that must show as they are, where Streamlit reads Markdown and where a browser dates."""

from __future__ import annotations

import re
from typing import Final

_MEANT_AS_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:&])")


def escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or Streamlit would act on."""
    return _MEANT_AS_MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def dates_in(code: str) -> str:
    """The language in which a browser writes dates as ours are: day first, and 24 hours."""
    return "en-GB" if code == "en" else code
