"""Grouping measured on labelled talk that nothing was learned from: `make benchmark-grouping`.

Two rules that existing systems use stand beside ours, with the labelled topics (better than they
would have) and with our own. Places are those our gazetteer finds.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.areas import metres
from core.domain import NOT_RELEVANT, Location, PlaceKind
from core.errors import ModelMissing
from core.locate import locate
from core.replay_file import replay_rows, scenes_of
from core.topics import topics
from core.wiring import services, tools
from models.corpus_reader import Example, read_part
from models.links import message_of

Clusters = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A message as the rules of other systems see it: topic, moment and named place."""

    id: str
    topic: str
    sent_at: Any
    place: Location | None


def main() -> int:
    """Prints a table a stream: precision, recall and F1 (B-cubed)."""
    try:
        loaded = tools(services())
    except ModelMissing:
        print("no trained models: run `make models` first", file=sys.stderr)
        return 1
    for writer, examples in sorted(by_writer(read_part("validation")).items()):
        truth = {e.id: incident_of(e) for e in examples if e.label.incident}
        started = time.perf_counter()
        answers = list(replay_rows([row_of(e) for e in examples], loaded))
        seconds = time.perf_counter() - started
        own = {a["id"]: a["topic"] for a in answers if a["topic"] != NOT_RELEVANT}
        labelled = {e.id: e.topic for e in examples if e.label.topics}
        print(f"\nstream {writer}: {len(examples)} messages, {len(set(truth.values()))} incidents")
        print(f"{'':34}{'labelled relevant':>24}{'with wrong alarms':>24}")
        for name, rule in RULES.items():
            for whose, known in (("labelled topics", labelled), ("own topics", own)):
                show(f"{name}, {whose}", rule(reports_of(examples, known)), truth)
        show("ours, own topics", {a["id"]: str(a["incident"]) for a in relevant(answers)}, truth)
        print(f"whole pipeline: {len(examples) / seconds:.0f} messages a second")
    return 0


def signalen(reports: Sequence[Report]) -> dict[str, str]:
    """Same topic within 50 m and 12 weeks of the first report."""
    return joined(reports, 50.0, lambda topic: timedelta(weeks=12))


def fix_my_street(reports: Sequence[Report]) -> dict[str, str]:
    """Same topic within 250 m while the first report is open, as long as its topic says."""
    return joined(reports, 250.0, lambda topic: timedelta(hours=topics()[topic].open_hours))


RULES: dict[str, Callable[[Sequence[Report]], dict[str, str]]] = {
    "Signalen": signalen,
    "FixMyStreet": fix_my_street,
}


def joined(
    reports: Sequence[Report], within_m: float, open_for: Callable[[str], timedelta]
) -> dict[str, str]:
    """Each report with the latest that started an incident like it; without a place it is alone."""
    starts: list[Report] = []
    found: dict[str, str] = {}
    for report in reports:
        near = [
            start
            for start in starts
            if start.topic == report.topic
            and report.sent_at - start.sent_at <= open_for(start.topic)
            and apart(start, report) <= within_m
        ]
        if not near:
            starts.append(report)
        found[report.id] = (near[-1] if near else report).id
    return found


def apart(one: Report, other: Report) -> float:
    here, there = one.place, other.place
    if here is None or there is None or here.lat is None or there.lat is None:
        return float("inf")
    return metres((here.lat, here.lon or 0.0), (there.lat, there.lon or 0.0))


def reports_of(examples: Sequence[Example], known: Mapping[str, str]) -> list[Report]:
    with scenes_of({example.group for example in examples}) as scenes:
        found = []
        for example in examples:
            if example.id in known:
                scene = scenes[example.group]
                message = message_of(example, scene, ())
                place = locate(message, scene.places, scene.area, scene.areas)
                named = place.kind not in (PlaceKind.GROUP_AREA, PlaceKind.UNKNOWN)
                found.append(
                    Report(
                        id=example.id,
                        topic=known[example.id],
                        sent_at=message.sent_at,
                        place=place if named else None,
                    )
                )
        return found


def show(name: str, incidents: Clusters, truth: Clusters) -> None:
    print(f"{name:34}{figures(incidents, truth, truth)}{figures(incidents, truth, incidents)}")


def figures(incidents: Clusters, truth: Clusters, also: Iterable[str]) -> str:
    """Over all labelled messages and `also` these: what is in no cluster is one of its own."""
    ids = [*truth, *(i for i in also if i not in truth)]
    precision, recall, f1 = bcubed(
        {i: truth.get(i, f"none {i}") for i in ids},
        {i: incidents.get(i, f"none {i}") for i in ids},
    )
    return f"   P {precision:.3f} R {recall:.3f} {f1:.3f}"


def bcubed(gold: Clusters, found: Clusters) -> tuple[float, float, float]:
    """Precision, recall and F1 of one clustering against another over the same ids."""
    in_gold, in_found = members(gold), members(found)
    both = [len(in_gold[gold[i]] & in_found[found[i]]) for i in gold]
    precision = sum(n / len(in_found[found[i]]) for n, i in zip(both, gold, strict=True))
    recall = sum(n / len(in_gold[gold[i]]) for n, i in zip(both, gold, strict=True))
    count = max(1, len(gold))
    precision, recall = precision / count, recall / count
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def members(clusters: Clusters) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for message, cluster in clusters.items():
        found[cluster].add(message)
    return found


def by_writer(examples: Sequence[Example]) -> dict[str, list[Example]]:
    streams: dict[str, list[Example]] = defaultdict(list)
    for example in sorted(examples, key=lambda e: e.sent_at):
        streams[example.writer].append(example)
    return streams


def incident_of(example: Example) -> str:
    """In validation an incident's number runs through all files of a writer."""
    return f"{example.writer}-{(example.label.incident or '').split('-', 1)[1]}"


def row_of(example: Example) -> dict[str, Any]:
    return {
        "id": example.id,
        "time": example.sent_at.isoformat(),
        "group": example.group,
        "author": example.author,
        "reply_to": example.reply_to,
        "text": example.text,
    }


def relevant(answers: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [answer for answer in answers if answer["incident"] is not None]


if __name__ == "__main__":
    sys.exit(main())
