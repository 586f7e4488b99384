"""Places and personal details measured on labelled talk: `make benchmark-places`.

Every message of a hand goes through the real gazetteer of the pilot and the real redaction, each
with the area of its group; no judge has a say. `--failures` lists what went wrong in training.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC

from core import pilots
from core.areas import metres
from core.domain import Location, Message, PlaceKind
from core.errors import ModelMissing
from core.locate import locate
from core.pipeline import Scene
from core.ports import NameFinder
from core.privacy.redact import details, redact
from core.replay_file import PILOT, scenes_of
from core.settings import settings
from core.words import fold
from models.corpus_reader import Example, Span, read_ordinary, read_part
from models.name_words import PARTICLES, TITLES
from models.names import load_names

NEAR_M = 100.0
SEEN = ("train", "details")
"""Parts that rules were made looking at; of the others nobody reads what went wrong."""
HELD_OUT = ("validation", "details-held-out")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the product makes of one message: its place, and its text without details."""

    example: Example
    place: Location
    redacted: str
    taken: tuple[tuple[int, int], ...]
    """Where in the text each detail stood that was taken out."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints a row a hand, and the whole."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", default="validation", choices=(*SEEN, *HELD_OUT))
    parser.add_argument("--failures", action="store_true", help=f"list them: {', '.join(SEEN)}")
    chosen = parser.parse_args(arguments)
    try:
        names = load_names(settings().models)
    except ModelMissing:
        print("no trained models: run `make models` first", file=sys.stderr)
        return 1
    found = list(follow(read_part(chosen.part), names))
    hands = defaultdict(list)
    for one in found:
        hands[one.example.writer].append(one)
    print(
        f"{'hand':6}{'named':>7}{'right street':>14}{'within 100 m':>14}{'false place':>20}", end=""
    )
    print(f"{'details':>10}{'taken out':>11}{'places':>8}{'lost':>6}{'too much':>10}")
    for hand, some in [*sorted(hands.items()), ("all", found)]:
        print_row(hand, some)
    ordinary = list(follow(read_ordinary(chosen.part), names))
    taken = sum(is_named(one.place) for one in ordinary)
    print(f"ordinary sentences with a place found: {taken} of {len(ordinary)}")
    if chosen.failures and chosen.part in SEEN:
        print("\n".join(failures(found)))
    return 0


def follow(examples: Sequence[Example], names: NameFinder) -> Iterable[Found]:
    with scenes_of({example.group for example in examples}) as scenes:
        for example in examples:
            scene = scenes[example.group]
            place = locate(message_of(example, scene), scene.places, scene.area, scene.areas)
            taken = details(example.text, names, scene.places)
            yield Found(
                example=example,
                place=place,
                redacted=redact(example.text, names, scene.places),
                taken=tuple(span for span, _ in taken),
            )


def message_of(example: Example, scene: Scene) -> Message:
    return Message(
        key=example.id,
        group=scene.group,
        resident=example.author,
        sent_at=example.sent_at.replace(tzinfo=UTC),
        text=example.text,
        redacted="",
    )


def print_row(hand: str, found: Sequence[Found]) -> None:
    named = [one for one in found if gold(one) and one.example.label.topics]
    others = [one for one in found if not any(s.street for s in one.example.places)]
    right = sum(one.place.street == gold(one) for one in named)
    near = sum(is_near(one, points()) for one in named)
    wrong = sum(one.place.street is not None for one in others)
    personal = [(one, span) for one in found for span in one.example.personal]
    out = sum(is_out(one, span) for one, span in personal)
    places = [(one, span) for one in found for span in one.example.places if span.street]
    lost = sum(span.words not in one.redacted for one, span in places)
    print(
        f"{hand:6}{len(named):>7}{share(right, named):>14}{share(near, named):>14}"
        f"{f'{wrong} of {len(others)}':>20}{len(personal):>10}{share(out, personal):>11}"
        f"{len(places):>8}{lost:>6}{extra_tags(found):>10}"
    )


def is_out(one: Found, span: Span) -> bool:
    """Whether every letter and digit of a marked detail was taken out; of a name its title stays.

    Stricter and fairer than looking for the words in what is left: half a name counts as left,
    and the flower beside a Mr Bloem does not.
    """
    words = (match for match in re.finditer(r"\w+", span.words) if not is_title(match, span))
    return all(
        any(start <= span.start + at < end for start, end in one.taken)
        for word in words
        for at in range(word.start(), word.end())
    )


def is_title(word: re.Match[str], span: Span) -> bool:
    return span.kind == "naam" and fold(word.group()) in TITLES | PARTICLES | {"en"}


def extra_tags(found: Sequence[Found]) -> int:
    """How many stretches were taken out that touch no marked detail."""
    return sum(len(unmarked(one)) for one in found)


def unmarked(one: Found) -> list[str]:
    """What was taken out that nobody marked as a detail."""
    marked = [(span.start, span.end) for span in one.example.personal]
    return [
        one.example.text[start:end]
        for start, end in one.taken
        if not any(start < after and at < end for at, after in marked)
    ]


def gold(one: Found) -> str | None:
    """The street a message is labelled with: the first that its writer marked."""
    return next((span.street for span in one.example.places if span.street), None)


def points() -> Mapping[str, Point]:
    """Where each street is, by the labels: the first row that the pilot has for it."""
    return {street.name: street.at for street in reversed(pilots.load(PILOT).streets)}


def is_near(one: Found, known: Mapping[str, Point]) -> bool:
    street, place = gold(one), one.place
    if street not in known or place.lat is None or place.lon is None:
        return False
    return metres(known[street], (place.lat, place.lon)) <= NEAR_M


def is_named(place: Location) -> bool:
    return place.kind not in (PlaceKind.GROUP_AREA, PlaceKind.UNKNOWN)


def share(count: int, whole: Sequence[object]) -> str:
    return f"{count / len(whole):.4f}" if whole else "-"


def failures(found: Sequence[Found]) -> Iterable[str]:
    """Each message of training that came out wrong, by what went wrong."""
    lines = [line for one in found for line in (*wrong_place(one), *wrong_text(one))]
    counts = Counter(kind for kind, _ in lines)
    yield ", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items()))
    for kind, line in sorted(lines, key=lambda pair: pair[0]):
        yield f"{kind:16} {line}"


def wrong_place(one: Found) -> Iterable[tuple[str, str]]:
    text = one.example.text.replace("\n", " ")[:200]
    street, place = gold(one), f"{one.place.name!r} ({one.place.kind}) | {text}"
    if street is None and one.place.street:
        yield "false", place
    elif street and one.example.label.topics and one.place.street != street:
        yield "street", f"{street} <- {place}"
    elif street and one.example.label.topics and not is_near(one, points()):
        yield "far", f"{street} <- {place}"


def wrong_text(one: Found) -> Iterable[tuple[str, str]]:
    for span in one.example.personal:
        if not is_out(one, span):
            yield f"left {span.kind}", f"{span.words} | {one.example.text[:200]!r}"
    for span in one.example.places:
        if span.street and span.words not in one.redacted:
            yield "lost", f"{span.words} | {one.redacted[:200]!r}"
    for words in unmarked(one):
        yield "too much", f"{words!r} | {one.redacted[:200]!r}"


if __name__ == "__main__":
    raise SystemExit(main())
