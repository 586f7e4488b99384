"""Words that must show as they are where Streamlit reads Markdown."""

from __future__ import annotations

import re
from typing import Final

_MEANT_AS_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-!|~$:&])")


def escaped(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or Streamlit would act on."""
    return _MEANT_AS_MARKDOWN.sub(r"\\\1", " ".join(text.split()))
