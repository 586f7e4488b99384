"""antwoorden samengevat: what residents said to a question, in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from core.domain import Asking, Understood
from core.i18n import clock_time, number, text_of
from core.telling import place_name

_SAYS: tuple[str, ...] = ("direction", "plate", "described", "free", "unknown")


def summed_up(language: str, kind: Asking, answers: Sequence[tuple[str, Understood]]) -> str:
    """The answers of different residents in a line: "4 van 5 zeggen: nog bezig; plaats: …".

    `answers`: (resident, what was understood), the oldest first; of each resident the newest
    counts. Empty without answers.
    """
    newest = dict(answers)
    values = list(newest.values())
    parts = [
        *_yes_or_no(language, kind, values),
        *_places(language, values),
        *_times(language, values),
        *_counts(language, values),
    ]
    return "; ".join(parts)


def understood_as(language: str, kind: Asking, value: Understood) -> str:
    """What was made of one answer, in a few words."""
    if value.place is not None:
        place = place_name(language, value.place)
        key = "answers.towards" if value.what == "direction" else "answers.place"
        return text_of(language, key, place=place)
    if value.at is not None:
        return text_of(language, "answers.time", time=_around(language, value))
    if value.what in ("yes", "no"):
        return _says(language, kind, value.what)
    return text_of(language, f"answers.is_{value.what}")


def _yes_or_no(language: str, kind: Asking, values: Sequence[Understood]) -> list[str]:
    said = Counter(value.what for value in values if value.what in ("yes", "no"))
    whole = said.total()
    return [
        text_of(
            language,
            "answers.share",
            count=number(language, count),
            whole=number(language, whole),
            what=_says(language, kind, what),
        )
        for what, count in sorted(said.items(), key=lambda pair: (-pair[1], pair[0] == "no"))
    ]


def _says(language: str, kind: Asking, what: str) -> str:
    family = "still" if kind is Asking.STILL else "other"
    return text_of(language, f"answers.{what}_{family}")


def _places(language: str, values: Iterable[Understood]) -> list[str]:
    named = [v.place for v in values if v.place is not None and v.what == "place"]
    towards = [v.place for v in values if v.place is not None and v.what == "direction"]
    parts = []
    for key, places in (("answers.place", named), ("answers.towards", towards)):
        counts = Counter(place_name(language, place) for place in places)
        if counts:
            said = ", ".join(_times_said(language, *pair) for pair in counts.most_common())
            parts.append(text_of(language, key, place=said))
    return parts


def _times(language: str, values: Iterable[Understood]) -> list[str]:
    moments = sorted({_around(language, v): v.at for v in values if v.at is not None})
    return [text_of(language, "answers.time", time=", ".join(moments))] if moments else []


def _counts(language: str, values: Iterable[Understood]) -> list[str]:
    """How many said what has no place or time of its own."""
    said = Counter(value.what for value in values if value.place is None)
    return [
        text_of(language, f"answers.count_{what}", count=number(language, said[what]))
        for what in _SAYS
        if said[what]
    ]


def _around(language: str, value: Understood) -> str:
    if value.at is None:
        return ""
    around = "" if value.within_min <= 5 else f" (± {number(language, value.within_min)} min)"
    return f"{clock_time(language, value.at)}{around}"


def _times_said(language: str, what: str, count: int) -> str:
    return what if count == 1 else f"{what} ({number(language, count)}×)"
