"""Reads the hand-written corpus: conversations as text with marks, into frozen examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from core.domain import NOT_RELEVANT
from core.topics import topics

FOLDER: Final = Path(__file__).parent / "corpus"
PERSONAL_KINDS: Final = {
    "n": "naam",
    "t": "telefoon",
    "e": "email",
    "k": "kenteken",
    "i": "iban",
    "b": "bsn",
    "g": "geboortedatum",
    "h": "handle",
}
LINE: Final = re.compile(
    r"^(?:\+(?P<days>\d+) )?(?P<clock>\d\d:\d\d(?::\d\d)?) (?P<author>\S+?)"
    r"(?: @(?P<group>[^|>]+?))?(?: >(?P<answers>\d+))? \| (?P<label>[^|]*) \| (?P<text>.*)$"
)
MARK: Final = re.compile(r"\{([pntekibgh]):([^{}]*)\}")


ORDINARY: Final = "ordinary"
TOPIC_FILES: Final = "topics"
"""Files of examples that stand alone: sentences of no neighbourhood, and what topic files show."""

_APART: Final = timedelta(days=7)
"""Time between sentences that stand alone, so that none is another's conversation."""


class CorpusError(Exception):
    """A corpus file cannot be read; the text names file and line, never the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A marked stretch of a text: a place (kind "plaats", with its street) or a personal detail."""

    start: int
    end: int
    words: str
    kind: str
    street: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What the writer says a message is: topics (none: not relevant), urgency, incident, tag."""

    topics: tuple[str, ...] = ()
    urgent: bool = False
    incident: str | None = None
    hard: str | None = None
    lang: str = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """voorbeeld: one labelled message of the corpus, its text without marks.

    `origin`: of the corpus; taught by people about a resident's own message (then the author is
    the resident's pseudonym); or context, which stands in a talk and teaches nothing itself.
    """

    id: str
    file: str
    conversation: str
    group: str
    author: str
    sent_at: datetime
    reply_to: str | None
    text: str
    spans: tuple[Span, ...]
    label: Label
    origin: Literal["corpus", "taught", "context"] = "corpus"

    @property
    def writer(self) -> str:
        """Who wrote the file: the letter its name starts with."""
        return self.file[:1]

    @property
    def topic(self) -> str:
        return self.label.topics[0] if self.label.topics else NOT_RELEVANT

    @property
    def places(self) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if span.kind == "plaats")

    @property
    def personal(self) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if span.kind != "plaats")


def read_part(part: str, folder: Path = FOLDER) -> list[Example]:
    """The examples of a part ("train", "validation"), file by file in writing order."""
    paths = sorted((folder / part).glob("*.txt"))
    if not paths:
        raise CorpusError(f"no corpus files in {part}")
    return [example for path in paths for example in read_file(path)]


def read_file(path: Path) -> list[Example]:
    """The examples of one file; raises CorpusError naming the line that cannot be read."""
    examples: list[Example] = []
    lines: list[str] = []
    conversation, group, day = "", "", datetime.min
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            conversation, group, day = _header(line, path, number)
            lines = []
        elif line.strip():
            example = _example(line, lines, path.stem, conversation, group, day)
            if example is None:
                raise CorpusError(f"{path.name}:{number}: not a message line")
            lines.append(example.id)
            examples.append(example)
    return examples


def read_ordinary(part: str, folder: Path = FOLDER) -> list[Example]:
    """Ordinary sentences that report nothing, each standing alone; [] when a part has none."""
    path = folder / ORDINARY / f"{part}.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_alone(ORDINARY, i, line, Label()) for i, line in enumerate(lines)]


def read_topic_examples() -> list[Example]:
    """The example messages of the topic files, each standing alone; whether urgent is not known."""
    shown = [(name, text) for name, topic in topics().items() for text in topic.examples]
    return [
        _alone(TOPIC_FILES, i, text, Label(topics=(name,))) for i, (name, text) in enumerate(shown)
    ]


def streams(examples: list[Example]) -> list[list[Example]]:
    """Each file's talk in time order: what one place's groups said, as it would arrive."""
    files: dict[str, list[Example]] = {}
    for example in examples:
        files.setdefault(example.file, []).append(example)
    return [sorted(talk, key=lambda e: e.sent_at) for talk in files.values()]


def annotation_rows(
    examples: list[Example], points: Mapping[str, tuple[float, float]]
) -> Iterator[dict[str, Any]]:
    """The examples as rows of the annotation guide, by time; `points` places a street."""
    for example in sorted(examples, key=lambda e: (e.sent_at, e.id)):
        street = next((span.street for span in example.places if span.street), None)
        lat, lon = points.get(street or "", (None, None))
        yield {
            "id": example.id,
            "time": example.sent_at.isoformat(),
            "group": example.group,
            "author": example.author,
            "reply_to": example.reply_to,
            "text": example.text,
            "lang": example.label.lang,
            "topic": example.topic,
            "urgent": example.label.urgent,
            "place": [span.words for span in example.places],
            "street": street,
            "lat": lat,
            "lon": lon,
            "pii": [[span.words, span.kind] for span in example.personal],
            "incident": example.label.incident,
            "hard": example.label.hard,
        }


def write_annotations(
    examples: list[Example], to: Path, points: Mapping[str, tuple[float, float]]
) -> int:
    """Writes the rows as JSON lines; gives how many."""
    rows = [json.dumps(row, ensure_ascii=False) for row in annotation_rows(examples, points)]
    to.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    return len(rows)


def _alone(file: str, number: int, text: str, label: Label) -> Example:
    return Example(
        id=f"{file}-{number}",
        file=file,
        conversation=f"{file}-{number}",
        group=file,
        author=f"{file}-{number}",
        sent_at=datetime(2021, 1, 1, 12) + number * _APART,
        reply_to=None,
        text=text,
        spans=(),
        label=label,
    )


def _header(line: str, path: Path, number: int) -> tuple[str, str, datetime]:
    try:
        name, group, day = (part.strip() for part in line[3:].split("|"))
        return name, group, datetime.fromisoformat(day)
    except ValueError as error:
        raise CorpusError(f"{path.name}:{number}: not a conversation header") from error


def _example(
    line: str, lines: list[str], file: str, conversation: str, group: str, day: datetime
) -> Example | None:
    match = LINE.match(line)
    if match is None or not conversation:
        return None
    answers = int(match["answers"]) if match["answers"] else 0
    if answers > len(lines):
        return None
    text, spans = _unmark(match["text"].replace("\\n", "\n"))
    clock = datetime.fromisoformat(f"2000-01-01 {match['clock']}").time()
    return Example(
        id=f"{file}-{conversation}-{len(lines) + 1}",
        file=file,
        conversation=f"{file}-{conversation}",
        group=(match["group"] or group).strip(),
        author=f"{file}-{match['author']}",
        sent_at=datetime.combine(day, clock) + timedelta(days=int(match["days"] or 0)),
        reply_to=lines[answers - 1] if answers else None,
        text=text,
        spans=spans,
        label=_label(match["label"], file),
    )


def _unmark(marked: str) -> tuple[str, tuple[Span, ...]]:
    text, spans, at = "", [], 0
    for mark in MARK.finditer(marked):
        text += marked[at : mark.start()]
        words, _, street = mark[2].partition("=") if mark[1] == "p" else (mark[2], "", "")
        kind = PERSONAL_KINDS.get(mark[1], "plaats")
        end = len(text) + len(words)
        spans.append(
            Span(start=len(text), end=end, words=words, kind=kind, street=street.strip() or None)
        )
        text += words
        at = mark.end()
    return text + marked[at:], tuple(spans)


def _label(written: str, file: str) -> Label:
    words = written.split()
    langs = [word.removeprefix("lang=") for word in words if word.startswith("lang=")]
    words = [word for word in words if not word.startswith("lang=")]
    lang = langs[0] if langs else "nl"
    if words[0] == "-":
        return Label(hard=words[1] if len(words) > 1 else None, lang=lang)
    return Label(
        topics=tuple(words[0].rstrip("!").split("+")),
        urgent=words[0].endswith("!"),
        incident=f"{file}-{words[1]}",
        hard=words[2] if len(words) > 2 else None,
        lang=lang,
    )
