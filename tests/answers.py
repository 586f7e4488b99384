"""The hand-written answers, and how well the rules understand them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.clock import local
from core.domain import Asking, Understood
from core.ports import PlaceFinder
from core.understand import Said, understand
from tests.timepiece import START, Timepiece

FOLDER = Path(__file__).parent / "data" / "answers"
NEAR = (52.034, 4.285)
STREET = "Bostonsingel"
_OFF_BY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One answer, and what it should be understood as."""

    kind: Asking
    addressed: bool
    sent_at: datetime
    text: str
    expected: str


def lines(name: str) -> list[Line]:
    found = []
    for raw in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if raw.strip() and not raw.startswith("#"):
            kind, how, at, text, expected = (cell.strip() for cell in raw.split(" | "))
            found.append(
                Line(
                    kind=Asking(kind),
                    addressed=how == "reply",
                    sent_at=Timepiece().at(at),
                    text=text,
                    expected=expected,
                )
            )
    return found


def understood(line: Line, places: PlaceFinder) -> str:
    """What the rules make of a line, in the words of the file."""
    said = Said(
        text=line.text,
        sent_at=line.sent_at,
        places=places,
        near=NEAR,
        street=STREET,
        addressed=line.addressed,
    )
    return shown(understand(line.kind, said), line.sent_at)


def shown(found: Understood | None, sent_at: datetime) -> str:
    if found is None:
        return "-"
    if found.what == "place" and found.place is not None:
        return f"place {found.place.name}"
    if found.what == "time" and found.at is not None:
        days = (local(found.at).date() - local(START).date()).days
        return f"time {days:+} {local(found.at):%H:%M}".replace("+0 ", "")
    return found.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How often the rules were right; `filed_wrongly`: talk that was taken for an answer."""

    right: int
    total: int
    talk: int
    filed_wrongly: int


def measure(name: str, places: PlaceFinder) -> tuple[dict[str, Figures], list[str]]:
    """Figures for each kind of question and "all"; and every line that was understood wrongly."""
    by_kind: dict[str, list[tuple[Line, str]]] = defaultdict(list)
    for line in lines(name):
        for kind in (line.kind.value, "all"):
            by_kind[kind].append((line, understood(line, places)))
    wrong = [
        f"{line.kind} | {line.text} | {line.expected} | {found}"
        for line, found in by_kind["all"]
        if found != line.expected
    ]
    return {kind: _figures(some) for kind, some in by_kind.items()}, wrong


def _figures(some: Iterable[tuple[Line, str]]) -> Figures:
    rows = list(some)
    talk = [(line, found) for line, found in rows if line.expected == "-"]
    return Figures(
        right=sum(line.expected == found for line, found in rows),
        total=len(rows),
        talk=len(talk),
        filed_wrongly=sum(found != "-" for _, found in talk),
    )
