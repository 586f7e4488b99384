"""The quality file adds up, holds no words but of the worst mistakes, and can be read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.corpus_reader import Example
from models.judge import LearnedJudge
from models.quality import Row, measured, read_quality, write_quality
from tests.models.conftest import TINY


@pytest.fixture(scope="module")
def found(tiny_judge: LearnedJudge, tiny_examples: list[Example]) -> Row:
    return measured(tiny_examples, tiny_judge)


def test_every_message_stands_in_each_count(found: Row, tiny_examples: list[Example]) -> None:
    count = len(tiny_examples)
    assert found["messages"] == count == len(found["judged"])
    assert sum(map(sum, found["confusion"]["counts"])) == count
    assert sum(row["count"] for row in found["by_topic"].values()) == count
    for parts in ("by_language", "by_group"):
        assert sum(row["messages"] for row in found[parts].values()) == count
    for bars in found["reliability"].values():
        assert len(bars) == 10
        assert sum(bar["count"] for bar in bars) == count


def test_an_interval_is_in_order(found: Row) -> None:
    rows = [*found["figures"].values(), *found["by_topic"].values()]
    assert all(0 <= row["low"] <= row["high"] <= 1 for row in rows)


def test_a_judged_message_has_no_words(found: Row, tiny_examples: list[Example]) -> None:
    for row, example in zip(found["judged"], tiny_examples, strict=True):
        assert example.text not in str(row)


def test_each_worst_mistake_is_a_mistake(found: Row) -> None:
    judged = {row["id"]: row for row in found["judged"]}
    for worst in found["worst"]:
        row = judged[worst["id"]]
        said = (row["said_topics"][:1], row["said_urgent"])
        assert said != (row["topics"][:1], row["urgent"])
        assert worst["surprise"] > 0


def test_the_file_is_of_the_judge_that_was_measured(
    tiny_judge: LearnedJudge, tmp_path: Path
) -> None:
    (tmp_path / "validation").mkdir()
    lines = [line.strip() for line in TINY["b1"].strip().splitlines()]
    (tmp_path / "validation" / "v1.txt").write_text("\n".join(lines), encoding="utf-8")
    assert write_quality(tmp_path, tiny_judge, tmp_path)
    assert read_quality(tmp_path)["model"] == tiny_judge.model


def test_without_anything_to_measure_on_there_is_no_file(
    tiny_judge: LearnedJudge, tmp_path: Path
) -> None:
    assert not write_quality(tmp_path, tiny_judge, tmp_path)
    assert read_quality(tmp_path) == {}


@pytest.mark.parametrize("text", ["", "{", "null"])
def test_a_broken_file_is_no_quality(tmp_path: Path, text: str) -> None:
    (tmp_path / "quality.json").write_text(text, encoding="utf-8")
    assert not read_quality(tmp_path)
