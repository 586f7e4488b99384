"""`replay_rows`: a file through the whole straight line, answered row by row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInput
from core.pipeline import Tools
from core.replay_file import replay_rows
from core.topics import topics
from tests.fakes import FakeClusterer, FakeJudge, FakeNames

COLUMNS = {
    "id", "topic", "confidence", "urgent", "urgency_confidence", "street", "lat", "lon",
    "radius_m", "redacted", "incident", "grounds",
}  # fmt: skip

EVENING = """
2021-04-03T22:10:00 | HNM Hoge Veld | r1 |   | er is ingebroken op de Bostonsingel 36   | inbraak  | 1
2021-04-03T22:11:00 | HNM Hoge Veld | r2 |   | wat een mooie avond                      | geen     | -
2021-04-03T22:12:00 | HNM Hoge Veld | r3 | 1 | hier ook                                 | inbraak  | 1
2021-04-03T22:13:00 | HNM Lage Veld | r4 |   | harde muziek op de Berlijnstraat         | overlast | 2
2021-04-03T22:14:00 | twitter       | x  |   | inbraak Bostonsingel, Anna zag het       | inbraak  | 1
"""  # noqa: E501


def test_each_row_gets_its_topic_and_its_incident() -> None:
    rows, topic, incident = told(EVENING)

    answers = replay(rows)

    assert [answer["topic"] for answer in answers] == topic
    assert [answer["incident"] for answer in answers] == incident
    assert all(set(answer) == COLUMNS for answer in answers)


def test_answers_keep_the_order_of_the_file_though_rows_are_followed_by_time() -> None:
    rows, _, _ = told(EVENING)

    answers = replay(rows[::-1])

    assert [answer["id"] for answer in answers] == [row["id"] for row in rows[::-1]]
    assert [answer["topic"] for answer in answers] == [a["topic"] for a in replay(rows)][::-1]


def test_a_row_is_answered_without_the_rows_after_it() -> None:
    rows, _, _ = told(EVENING)
    whole = replay(rows)

    assert all(replay(rows[: n + 1])[n] == whole[n] for n in range(len(rows)))


def test_streets_are_found_and_names_taken_out() -> None:
    rows, _, _ = told(EVENING)

    first, *_, last = replay(rows)

    assert (first["street"], first["radius_m"]) == ("Bostonsingel", 120)
    assert last["redacted"] == "inbraak Bostonsingel, [naam] zag het"
    assert 52.0 < first["lat"] < 52.1


@pytest.mark.parametrize("day", ["2019-01-01", "2021-03-28", "2030-12-31"])
def test_any_period_and_any_group_are_admitted(day: str) -> None:
    rows = [row(1, f"{day}T02:30:00", "Nergenshuizen", "r1", "er is brand")]

    assert [answer["topic"] for answer in replay(rows)] == ["noodgeval"]


def test_rows_with_one_id_are_rows_all_the_same() -> None:
    rows = [row(1, f"2021-04-03T22:1{n}:00", "twitter", "r1", "er is brand") for n in range(3)]

    assert [answer["incident"] for answer in replay(rows)] == [1, 1, 1]


def test_an_empty_file_gives_no_rows() -> None:
    assert replay([]) == []


@pytest.mark.parametrize("text", ["", "🙈", "\u202e abc", "<b>x</b>", "=1+1", "a" * 20_000])
def test_odd_texts_are_answered(text: str) -> None:
    (answer,) = replay([row(1, "2021-04-03T22:10:00", "twitter", "r1", text)])

    assert (answer["topic"], answer["redacted"]) == ("geen", text)


def test_a_row_without_a_time_is_named() -> None:
    with pytest.raises(BadInput) as told_why:
        replay([row(1, "gisteren", "twitter", "r1", "er is brand")])

    assert told_why.value.params["field"] == "row 1"


def test_nothing_readable_touches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []

    class Looking(FakeJudge):
        def read(self, texts):
            seen.extend(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
            return super().read(texts)

    rows = [
        row(n, f"2021-04-03T20:{n % 60:02}:00", "twitter", "r1", "brand bij de zwanenhals")
        for n in range(130)
    ]
    answers = replay(rows, Looking())

    assert len(answers) == 130
    assert seen
    assert not any(b"zwanenhals" in content for content in seen)
    assert list(tmp_path.iterdir()) == []


def replay(rows: list[dict[str, Any]], judge: FakeJudge | None = None) -> list[dict[str, Any]]:
    tools = Tools(
        judge=judge or FakeJudge(),
        names=FakeNames(),
        clusterer=FakeClusterer(),
        vault=None,  # a replay makes its own
        topics=topics(),
    )
    answers = list(replay_rows(rows, tools))
    json.dumps(answers)
    return answers


def told(talk: str) -> tuple[list[dict[str, Any]], list[str], list[int | None]]:
    """Rows, and the topic and incident that each should get."""
    cells = [[cell.strip() for cell in line.split("|")] for line in talk.strip().splitlines()]
    rows = [
        row(n, at, group, author, text, f"m{answers}" if answers else None)
        for n, (at, group, author, answers, text, _, _) in enumerate(cells, 1)
    ]
    incidents = [None if c[6] == "-" else int(c[6]) for c in cells]
    return rows, [c[5] for c in cells], incidents


def row(
    number: int, at: str, group: str, author: str, text: str, reply_to: str | None = None
) -> dict[str, Any]:
    return {
        "id": f"m{number}",
        "time": at,
        "group": group,
        "author": author,
        "reply_to": reply_to,
        "text": text,
    }
