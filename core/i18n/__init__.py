"""The words on the screen, by language; a language is one file in this folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel.dates import (
    format_date,
    format_datetime,
    format_time,
    format_timedelta,
    get_day_names,
)
from babel.numbers import format_decimal, format_percent

from core.clock import local
from core.errors import BadInput, HNMError

_FOLDER: Final = Path(__file__).parent
DEFAULT: Final = "nl"
_JUST_NOW: Final = timedelta(seconds=5)


@lru_cache
def languages() -> tuple[str, ...]:
    """The languages there are, Dutch first."""
    codes = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    return (DEFAULT, *(code for code in codes if code != DEFAULT))


@lru_cache
def catalogue(language: str) -> dict[str, str]:
    """All texts of a language under their dotted keys."""
    raw = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flatten(raw))


def text_of(language: str, key: str, **params: Any) -> str:
    """The text under a key with its {params} filled in. Raises KeyError for an unknown key.

    A text that differs for one and for more stands as `one` and `many`: `count` says which it is.
    """
    words = catalogue(language if language in languages() else DEFAULT)
    text = words[key if key in words else f"{key}.{_form(params.get('count'))}"]
    return text.format(**params) if params else text


def error_text(language: str, error: HNMError) -> str:
    """The sentence a user reads for an error."""
    params = {name: _plain(language, value) for name, value in error.params.items()}
    words = catalogue(language if language in languages() else DEFAULT)
    if params.get("why") in words:
        params["why"] = text_of(language, params["why"], **params)
    # What is missing or wrong is named in the reader's language too.
    if "what" in params:
        params["what"] = words.get(f"what.{params['what']}", params["what"])
    if "field" in params:
        params["field"] = _field(words, str(params["field"]))
    is_empty = isinstance(error, BadInput) and params.get("why") == ""
    code = "error.bad_input_empty" if is_empty else error.code
    return text_of(language, code, **params) if params else text_of(language, code)


def _field(words: Mapping[str, str], code: str) -> str:
    """A field as a form names it, or a setting as its network or destination does."""
    named = (f"field.{code}", f"connections.setting.{code}", f"destination.setting.{code}")
    return next((words[key] for key in named if key in words), code)


def moment(language: str, at: datetime) -> str:
    """Date and time in full, on the pilot's clock."""
    return format_datetime(local(at), "d MMM yyyy HH:mm", locale=language)


def day(language: str, at: datetime) -> str:
    return format_date(local(at), "EEE d MMM yyyy", locale=language)


def short_day(language: str, on: date) -> str:
    """A day as briefly as a plot has room for: "3 apr"."""
    return format_date(on, "d MMM", locale=language)


def long_day(language: str, on: date) -> str:
    """A day as it is said in a sentence: "31 mei 2021"."""
    return format_date(on, "d MMMM yyyy", locale=language)


def spoken_day(language: str, at: datetime) -> str:
    """A day as it is said to residents: "zaterdag 10 april"."""
    return format_date(local(at), "EEEE d MMMM", locale=language)


def weekdays(language: str) -> list[str]:
    """The names of the days, Monday first, short: "ma"."""
    return [get_day_names("abbreviated", locale=language)[day] for day in range(7)]


def duration(language: str, seconds: float) -> str:
    """How long, in the two largest measures: "4 min", "2 u 10 min"."""
    left, parts = round(seconds), []
    for name, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, length)
        if count:
            parts.append((name, count))
    shown = [part for part in parts[:2] if part[0] != "s" or len(parts) == 1] or [("s", 0)]
    return " ".join(text_of(language, f"time.{name}", count=count) for name, count in shown)


def clock_time(language: str, at: datetime) -> str:
    return format_time(local(at), "HH:mm", locale=language)


def ago(language: str, at: datetime, now: datetime) -> str:
    """How long ago, in words: "3 minuten geleden".

    A few seconds either way is "just now": what was written after `now` was read is not to come.
    """
    if abs(at - now) < _JUST_NOW:
        return text_of(language, "time.just_now")
    return format_timedelta(at - now, add_direction=True, locale=language, threshold=0.95)


def number(language: str, value: float, digits: int = 0) -> str:
    return format_decimal(round(value, digits), locale=language)


def counted(language: str, key: str, count: int) -> str:
    """A number with its noun: the text under `key`.one or `key`.many."""
    return text_of(language, key, count=number(language, count))


def percent(language: str, share: float) -> str:
    return format_percent(round(share, 2), locale=language)


def _flatten(raw: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in raw.items():
        name = f"{prefix}{key}"
        pairs += _flatten(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return pairs


def _form(count: Any) -> str:
    return "one" if str(count) == "1" else "many"


def _plain(language: str, value: Any) -> Any:
    return moment(language, value) if isinstance(value, datetime) else value
