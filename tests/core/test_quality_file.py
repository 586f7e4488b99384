"""The file with a model's figures is foreign text: a good one is read, a bad one is a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import core.quality_file as module
from core.i18n import error_text
from core.quality_file import FiguresMissing, FiguresUnreadable, read_quality
from tests.quality import rows_of, write_quality

GOOD = rows_of()[0]


def test_labels_stand_beside_what_was_said(tmp_path: Path) -> None:
    write_quality(tmp_path, rows_of())
    found = read_quality(tmp_path)
    assert found.model == "judge-test"
    assert found.judged.topics == ("geen", "afval", "inbraak", "overlast")
    assert found.judged.gold.tolist() == [2, 2, 0, 1, 1, 0, 3, 0]
    assert found.judged.relevant.sum() == 5
    assert found.judged.relevance[2] == pytest.approx(0.05)


def test_a_mistake_is_shown_with_its_label(tmp_path: Path) -> None:
    write_quality(tmp_path, rows_of())
    (mistake,) = read_quality(tmp_path).mistakes
    assert (mistake.gold, mistake.gold_urgent, mistake.said) == ("inbraak", True, "inbraak")
    assert mistake.text == "er is *iets*"


def test_a_mistake_about_an_unknown_message_is_left_out(tmp_path: Path) -> None:
    write_quality(tmp_path, worst=[{"id": "?", "why": "missed", "text": "x"}])
    assert read_quality(tmp_path).mistakes == ()


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    write_quality(tmp_path, model="one")
    assert read_quality(tmp_path).model == "one"
    write_quality(tmp_path, model="another")
    assert read_quality(tmp_path).model == "another"


def test_without_a_file_nobody_measured(tmp_path: Path) -> None:
    with pytest.raises(FiguresMissing):
        read_quality(tmp_path)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "7", '{"model": "x"}', '{"model": "x", "judged": []}', "[" * 100_000],
)
def test_half_a_file_is_an_error_and_no_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "quality.json").write_text(text, encoding="utf-8")
    with pytest.raises(FiguresUnreadable):
        read_quality(tmp_path)


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "quality.json").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(FiguresUnreadable):
        read_quality(tmp_path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"urgency": "0.5"},
        {"urgency": 1.5},
        {"urgency": None},
        {"urgent": "yes"},
        {"shares": {}},
        {"shares": {"geen": 1.0}},
        {"shares": [0.5]},
        {"topics": ["voetbal"]},
        {"topics": "inbraak"},
        {"conversation": 7},
        {"group": "x" * 10_000},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_named_by_place(tmp_path: Path, wrong: dict[str, Any]) -> None:
    write_quality(tmp_path, [*rows_of(), {**GOOD, "id": "last", **wrong}])
    with pytest.raises(FiguresUnreadable) as found:
        read_quality(tmp_path)
    assert "yes" not in str(found.value.params)
    assert "voetbal" not in error_text("nl", found.value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1"])
def test_a_number_that_is_no_share_is_refused(tmp_path: Path, value: str) -> None:
    path = write_quality(tmp_path, rows_of())
    text = path.read_text(encoding="utf-8").replace('"urgency": 0.9', f'"urgency": {value}')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FiguresUnreadable):
        read_quality(tmp_path)


def test_a_file_beyond_all_measure_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_quality(tmp_path)
    monkeypatch.setattr(module, "MOST_BYTES", path.stat().st_size - 1)
    with pytest.raises(FiguresUnreadable) as found:
        read_quality(tmp_path)
    assert "te groot" in error_text("nl", found.value)
    assert "too large" in error_text("en", found.value)


def test_what_the_trained_models_write_can_be_read(tmp_path: Path) -> None:
    """Names that only the writer knows are passed over."""
    write_quality(tmp_path, figures={"x": 1}, reliability=[], by_topic=None, confusion={})
    assert len(read_quality(tmp_path).judged) == 96
    assert json.loads((tmp_path / "quality.json").read_text())["figures"] == {"x": 1}
