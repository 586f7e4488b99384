"""A labelled sample of a real group beside what the product said of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from core.errors import FileUnreadable
from core.own_sample import compare

LABELS = [
    {"id": 1, "topic": "inbraak", "urgent": True, "text": "geheim"},
    {"id": 2, "topic": "inbraak", "urgent": True},
    {"id": 3, "topic": "geen", "urgent": False},
    {"id": 4, "topic": "afval", "urgent": False},
]
SAID = [
    {"id": "1", "topic": "inbraak", "urgent": True},
    {"id": "2", "topic": "geen", "urgent": False},
    {"id": "3", "topic": "afval", "urgent": False},
    {"id": "9", "topic": "geen", "urgent": False},
]


def files(folder: Path, labels: list[Any] = LABELS, said: list[Any] = SAID) -> tuple[Path, Path]:
    paths = folder / "gold.jsonl", folder / "said.jsonl"
    for path, rows in zip(paths, (labels, said), strict=True):
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return paths


def test_what_was_missed_counts_too(tmp_path: Path) -> None:
    found = compare(*files(tmp_path))
    recall = found.figures["urgent_recall"]
    assert (recall.hits, recall.of) == (1, 2)
    assert found.figures["relevance_precision"].of == 2
    assert (found.message_count, found.unmatched_count) == (3, 2)
    assert set(found.topics) == {"geen", "inbraak", "afval"}


@pytest.mark.parametrize(
    "row", [7, [], {"id": 1}, {"id": 1, "topic": "afval", "urgent": "nee"}, {"topic": "afval"}]
)
def test_a_bad_row_is_named_by_its_line(tmp_path: Path, row: Any) -> None:
    with pytest.raises(FileUnreadable) as found:
        compare(*files(tmp_path, [*LABELS, row]))
    assert "gold.jsonl, line 5" in found.value.params["why"]


@pytest.mark.parametrize("text", ["", "{", "\n\n", "[" * 100_000])
def test_half_a_file_is_an_error(tmp_path: Path, text: str) -> None:
    labels, said = files(tmp_path)
    labels.write_text(text, encoding="utf-8")
    with pytest.raises(FileUnreadable):
        compare(labels, said)


def test_the_verb_prints_figures_and_no_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels, said = map(str, files(tmp_path))
    assert main(["evaluate", "--labelled", labels, "--judged", said]) == 0
    out = capsys.readouterr().out
    assert "1 / 2" in out
    assert "1 van 2, te weinig" in out
    assert "%" not in out.replace("95%", "")
    assert "geheim" not in out
    assert main(["evaluate", "--labelled", labels]) == 1
