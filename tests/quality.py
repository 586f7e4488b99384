"""A file of figures for a test: labelled messages with what a model said, written as a table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.quality_file import FILE
from tests.tables import table

TOPICS = ("geen", "afval", "inbraak", "overlast")

TALK = """
    talk | is       | urgent | said     | sure | urgency | group         | language
    a    | inbraak  | yes    | inbraak  | 0.90 | 0.90    | HNM Hoge Veld | nl
    a    | inbraak  | yes    | inbraak  | 0.80 | 0.10    | HNM Hoge Veld | nl
    a    | geen     | no     | geen     | 0.95 | 0.01    | HNM Hoge Veld | nl
    b    | afval    | no     | afval    | 0.85 | 0.02    | HNM Lage Veld | nl
    b    | afval    | no     | overlast | 0.55 | 0.30    | HNM Lage Veld | tr
    b    | geen     | no     | afval    | 0.60 | 0.05    | HNM Lage Veld | tr
    c    | overlast | no     | geen     | 0.70 | 0.03    | HNM Lage Veld | en
    c    | geen     | no     | geen     | 0.99 | 0.00    | HNM Lage Veld | en
"""
"""Of two urgent messages one is found; of five reports one is missed and one goes astray."""


def rows_of(text: str = TALK, times: int = 1) -> list[dict[str, Any]]:
    """The rows of a table as the file has them; `times`: as often, in other conversations."""
    return [
        _row(row, f"{again}-{number}", f"{row['talk']}{again}")
        for again in range(times)
        for number, row in enumerate(table(text))
    ]


def write_quality(folder: Path, rows: Iterable[dict[str, Any]] | None = None, **more: Any) -> Path:
    """Writes a file with these rows (default: enough for percentages); gives its path."""
    found = rows_of(times=12) if rows is None else list(rows)
    content: dict[str, Any] = {
        "model": "judge-test",
        "judged": found,
        "worst": [
            {"id": found[0]["id"], "why": "missed_urgent", "surprise": 2.3, "text": "er is *iets*"}
        ],
        **more,
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _row(row: dict[str, str], name: str, talk: str) -> dict[str, Any]:
    sure = float(row["sure"])
    rest = (1.0 - sure) / (len(TOPICS) - 1)
    return {
        "id": name,
        "conversation": talk,
        "group": row["group"],
        "area": row["group"].removeprefix("HNM "),
        "language": row["language"],
        "hard": None,
        "topics": [] if row["is"] == "geen" else [row["is"]],
        "urgent": row["urgent"] == "yes",
        "shares": {topic: sure if topic == row["said"] else rest for topic in TOPICS},
        "urgency": float(row["urgency"]),
        "retracts": 0.0,
    }
