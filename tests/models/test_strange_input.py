"""Whatever a file holds as text, `python -m core assess` and `replay` answer each row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core import commands
from core.__main__ import main
from core.pipeline import Tools
from core.topics import topics
from models.judge import LearnedJudge
from tests.fakes import FakeClusterer, FakeNames
from tests.models.test_judge import STRANGE


@pytest.fixture
def _learned_tools(tiny_judge: LearnedJudge, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = Tools(
        judge=tiny_judge,
        names=FakeNames(),
        clusterer=FakeClusterer(),
        vault=None,  # a replay makes its own
        topics=topics(),
    )
    monkeypatch.setattr(commands, "services", lambda: None)
    monkeypatch.setattr(commands, "tools", lambda _: tools)


def rows_of(texts: list[str]) -> str:
    rows = [
        {
            "id": f"m{n}",
            "time": f"2021-04-03T22:{n:02}:00",
            "group": "HNM Hoge Veld",
            "author": f"r{n}",
            "reply_to": f"m{n - 1}" if n else None,
            "text": text,
        }
        for n, text in enumerate(texts)
    ]
    return "".join(f"{json.dumps(row)}\n" for row in rows)


def answers_in(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.usefixtures("_learned_tools")
@pytest.mark.parametrize("verb", ["assess", "replay"])
@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_a_strange_text_is_answered_between_others(verb: str, text: str, tmp_path: Path) -> None:
    given, answered = tmp_path / "given.jsonl", tmp_path / "answered.jsonl"
    given.write_text(rows_of(["er wordt nu ingebroken", text, "goedemorgen"]), encoding="utf-8")
    assert main([verb, str(given), str(answered)]) == 0
    rows = answers_in(answered)
    assert [row["id"] for row in rows] == ["m0", "m1", "m2"]
    assert all(row["topic"] in {"geen", *topics()} for row in rows)
