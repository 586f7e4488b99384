"""Every advice of the library can be sent as it stands, in both languages, on every channel."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from core.errors import BadSetting
from core.report_back import with_emergency_rule
from core.tips import FOLDER, Advice, Length, Occasion, library, read_file
from core.topics import topics

ALL = list(library().values())
FITS = {Length.SHORT: 300, Length.TEXT: 500, Length.LONG: 4096}
GOOD = """
[[advice]]
id = "proef"
when = ["incident"]
origin = "police"
title_nl = "Een goede titel"
title_en = "A good title"
short_nl = "Een korte tekst die lang genoeg is om iets te zeggen tegen wie hem leest."
short_en = "A short text that is long enough to say something to somebody who reads it."
text_nl = "{long}"
text_en = "{long}"
reason_nl = "Een reden die lang genoeg is."
reason_en = "A reason that is long enough."
""".format(long="Een langere tekst. " * 10)
BAD = {
    "no_text": ("text_nl", "x_nl"),
    "too_long": ("Een korte tekst", "Een korte tekst " + "a" * 300),
    "unknown_occasion": ('"incident"', '"always"'),
    "bad_day": ('when = ["incident"]', 'when = ["season"]\nseason = [["13-01", "01-01"]]'),
    "bad_id": ('"proef"', '"Proef 1"'),
    "no_toml": ("[[advice]]", "[[advice"),
    "other_word": ("id = ", "number = "),
    "steps": ("reason_nl", 'steps_nl = ["Doe de deur op slot."]\nreason_nl'),
}


def test_there_are_at_least_forty_over_all_topics_and_the_year() -> None:
    assert len(ALL) >= 40
    assert {advice.topic for advice in ALL} == set(topics())
    in_season = [advice for advice in ALL if Occasion.SEASON in advice.when]
    for month in range(1, 13):
        assert any(advice.is_in_season(date(2021, month, 20)) for advice in in_season), month


def test_every_file_is_a_topic_and_every_id_stands_once() -> None:
    files = {path.stem for path in FOLDER.glob("*.toml")}
    assert files <= set(topics())
    assert len(ALL) == sum(len(read_file(path)) for path in FOLDER.glob("*.toml"))


@pytest.mark.parametrize("advice", ALL, ids=lambda advice: advice.id)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_length_fits_its_channels_with_the_rule(advice: Advice, language: str) -> None:
    for length, most in FITS.items():
        assert len(with_emergency_rule(advice.words(length, language), language)) <= most


@pytest.mark.parametrize("advice", ALL, ids=lambda advice: advice.id)
def test_an_advice_is_written_with_care(advice: Advice) -> None:
    everything = [
        part
        for language in ("nl", "en")
        for part in (
            advice.title(language),
            advice.reason(language),
            *(advice.words(length, language) for length in Length),
        )
    ]
    for text in everything:
        assert text == text.strip()
        assert "  " not in text
        assert not re.search(r"https?://|[<>{}]", text)
        assert text[0].isupper() or text[0].isdigit()
    for text in everything[2:5]:
        assert text.rstrip().endswith((".", "!", "?"))
        assert not re.search(r"\b(je|jij|jouw)\b", text), "residents are addressed with u"


@pytest.mark.parametrize("advice", ALL, ids=lambda advice: advice.id)
def test_a_season_is_given_exactly_when_it_counts(advice: Advice) -> None:
    assert (Occasion.SEASON in advice.when) == bool(advice.season)


def test_a_season_may_run_over_new_year() -> None:
    dark = library()["inbraak_donkere_dagen"]
    days = {date(2021, 10, 14): False, date(2021, 10, 15): True, date(2021, 12, 31): True}
    days |= {date(2021, 2, 15): True, date(2021, 2, 16): False}
    assert {day: dark.is_in_season(day) for day in days} == days


def test_a_good_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "afval.toml"
    path.write_text(GOOD)
    assert [advice.topic for advice in read_file(path)] == ["afval"]


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_file_is_refused(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "afval.toml"
    path.write_text(GOOD.replace(*BAD[fault], 1))
    with pytest.raises(BadSetting):
        read_file(path)
