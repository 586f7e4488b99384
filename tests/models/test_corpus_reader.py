"""The corpus is read as its writers meant it, and every file of it can be read."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from models.corpus_reader import (
    FOLDER,
    CorpusError,
    read_file,
    read_part,
    streams,
    write_annotations,
)

CONVERSATION = r"""
## inbraak | HNM Hoge Veld | 2021-04-03
22:14 r1 | inbraak! i1 | er wordt NU ingebroken {p:Bostonsngl 36=Bostonsingel}
22:15:30 r2 >1 | inbraak! i1 follow_up lang=en | he runs to {p:the water}\nblack coat
22:31 r1 | vernieling+overlast i2 | {n:Henk} vd overkant, bel {t:06-12345678}
+1 08:02 r4 @HNM Lage Veld | - hard_chat | goeiemorgen
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "a1.txt"
    path.write_text(CONVERSATION.lstrip(), encoding="utf-8")
    return path


def test_marks_leave_the_text_and_stay_as_spans(written: Path) -> None:
    first, second, third, _ = read_file(written)
    assert first.text == "er wordt NU ingebroken Bostonsngl 36"
    (place,) = first.places
    assert (place.words, place.street) == ("Bostonsngl 36", "Bostonsingel")
    assert first.text[place.start : place.end] == place.words
    assert second.text == "he runs to the water\nblack coat"
    assert [(span.words, span.kind) for span in third.personal] == [
        ("Henk", "naam"),
        ("06-12345678", "telefoon"),
    ]


def test_times_answers_groups_and_labels_are_read(written: Path) -> None:
    first, second, third, fourth = read_file(written)
    assert second.sent_at.isoformat() == "2021-04-03T22:15:30"
    assert fourth.sent_at.isoformat() == "2021-04-04T08:02:00"
    assert second.reply_to == first.id
    assert fourth.group == "HNM Lage Veld"
    assert (first.topic, first.label.urgent, first.label.incident) == ("inbraak", True, "a1-i1")
    assert (second.label.hard, second.label.lang) == ("follow_up", "en")
    assert third.label.topics == ("vernieling", "overlast")
    assert (fourth.topic, fourth.label.hard, fourth.label.incident) == ("geen", "hard_chat", None)


@pytest.mark.parametrize(
    "line",
    [
        "no message line",
        "22:14 r1 | - | text before any conversation",
        "## a header | without a day",
        "## x | HNM Hoge Veld | 2021-04-03\n22:14 r1 >3 | - | answers a line that is not there",
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_file_and_number(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a1.txt"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a1\.txt:\d"):
        read_file(path)


def test_rows_have_the_fields_of_the_annotation_guide(written: Path, tmp_path: Path) -> None:
    to = tmp_path / "rows.jsonl"
    assert write_annotations(read_file(written), to, {"Bostonsingel": (52.03, 4.28)}) == 4
    first = json.loads(to.read_text(encoding="utf-8").splitlines()[0])
    assert first == {
        "id": "a1-inbraak-1",
        "time": "2021-04-03T22:14:00",
        "group": "HNM Hoge Veld",
        "author": "a1-r1",
        "reply_to": None,
        "text": "er wordt NU ingebroken Bostonsngl 36",
        "lang": "nl",
        "topic": "inbraak",
        "urgent": True,
        "place": ["Bostonsngl 36"],
        "street": "Bostonsingel",
        "lat": 52.03,
        "lon": 4.28,
        "pii": [],
        "incident": "a1-i1",
        "hard": None,
    }


@pytest.mark.parametrize("part", ["train", "validation"])
def test_the_whole_corpus_can_be_read(part: str) -> None:
    examples = read_part(part)
    assert len({example.id for example in examples}) == len(examples)
    assert all(
        earlier.sent_at <= later.sent_at
        for stream in streams(examples)
        for earlier, later in pairwise(stream)
    )


def test_validation_has_other_writers_and_other_words_than_training() -> None:
    train, validation = read_part("train"), read_part("validation")
    assert not {e.writer for e in train} & {e.writer for e in validation}
    long_texts = [{e.text for e in part if len(e.text) > 40} for part in (train, validation)]
    assert not long_texts[0] & long_texts[1]


def test_ordinary_sentences_of_validation_are_not_trained_on() -> None:
    texts = [
        set((FOLDER / "ordinary" / f"{part}.txt").read_text(encoding="utf-8").splitlines())
        for part in ("train", "validation")
    ]
    assert not texts[0] & texts[1]
