"""The evenings that come with the product: whole, in the pilot's groups, and in no test data."""

from __future__ import annotations

import pytest

from core import exercises, pilots
from core.exercises import Verdict, evening_of, made_up
from core.i18n import languages
from core.rehearsal import PILOT
from core.settings import ROOT
from tests.exercises import EVENING


@pytest.mark.parametrize("name", exercises.names())
def test_an_evening_has_a_key_for_everything_that_is_told(name: str) -> None:
    evening = made_up(name)
    about = {line.about for line in evening.lines}
    assert {one.id for one in evening.expected} == about - {None}
    assert None in about, "talk that is no report belongs to every evening"
    assert any(one.urgent for one in evening.expected)
    assert any(one.is_hoax and one.verdict is Verdict.REJECT for one in evening.expected)
    for code in languages():
        assert all(one.said(code) for one in evening.expected)
        assert evening.called(code)


@pytest.mark.parametrize("name", exercises.names())
def test_an_evening_is_told_in_the_pilot_s_groups(name: str) -> None:
    groups = {group.name for group in pilots.load(PILOT).groups}
    assert {line.group for line in made_up(name).lines} <= groups


def test_there_is_an_evening_with_fifty_things_and_one_with_few() -> None:
    sizes = sorted(len(made_up(name).expected) for name in exercises.names())
    assert len(sizes) >= 4
    assert sizes[0] <= 6
    assert sizes[-1] == 50


def test_no_line_stands_in_what_the_model_is_measured_on() -> None:
    measured = (ROOT / "models" / "corpus" / "validation").glob("*.txt")
    known = "\n".join(path.read_text(encoding="utf-8") for path in measured)
    lines = [line for name in exercises.names() for line in made_up(name).lines]
    assert [line.text for line in lines if len(line.text) > 20 and line.text in known] == []


def test_a_time_before_the_start_is_after_midnight() -> None:
    late = EVENING.replace("2021-05-07T20:00:00", "2021-05-07T20:00:00").replace("20:30", "00:15")
    evening = evening_of("laat", late.replace("minutes = 60", "minutes = 300"))
    assert evening.lines[-1].id == "00:15"
    assert evening.lines[-1].at > evening.lines[0].at


@pytest.mark.parametrize(
    ("old", "bad"),
    [
        ("| afval   |", "| afvall  |"),
        ("20:04", "20:02"),
        (">20:02", ">20:03"),
        ('topics = ["afval"]', 'topics = ["onzin"]'),
        ('to = ["handhaving"], ', ""),
        ("minutes = 60", "minutes = 10"),
        ("20:05 | Hoge Veld   | Els | -       |", "20:05 | Hoge Veld | Els |"),
        ("20:05 |", "25:61 |"),
    ],
)
def test_a_file_that_does_not_hang_together_is_refused(old: str, bad: str) -> None:
    assert old in EVENING
    with pytest.raises(ValueError):
        evening_of("kapot", EVENING.replace(old, bad, 1))
