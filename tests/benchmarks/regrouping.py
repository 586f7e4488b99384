"""Are the proposals to group anew right? Measured on training writers, each left out in turn.

    .venv/bin/python -m tests.benchmarks.regrouping

Weights are learned from the other writers; the left-out writer's stream is grouped message by
message with what the judge said of it unread; then every two weeks are clustered at their end, as
the product does. A proposal is right when doing it raises B-cubed F1 against the labels.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.cluster import LearnedClusterer
from core.regroup import MOST_MESSAGES, PERIOD, Proposal, distances, proposals
from core.settings import settings
from core.topics import topics
from models.corpus_reader import read_part
from models.encoder import load_encoder, vectors
from models.fit_links import Step, _member, follow, learn
from models.links import UNREAD, _judgement, _read, steps
from models.regroup import PairClusters
from tests.benchmarks.grouping import bcubed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many proposals of a kind were made, and how many were right."""

    answers: tuple[tuple[float, bool], ...] = ()
    """Of each proposal its strength, and whether it was right."""

    @property
    def made(self) -> int:
        return len(self.answers)

    @property
    def right(self) -> int:
        return sum(is_right for _, is_right in self.answers)

    def __add__(self, other: Tally) -> Tally:
        return Tally(answers=self.answers + other.answers)

    def from_strength(self, least: float) -> Tally:
        return Tally(answers=tuple(one for one in self.answers if one[0] >= least))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    rounds = parser.parse_args().rounds
    streams = streams_by_writer()
    totals = {"merge": Tally(), "split": Tally()}
    for writer, stream in sorted(streams.items()):
        others = [steps for name, steps in streams.items() if name != writer]
        weights = learn(others, topics(), rounds=rounds)
        clusterer = LearnedClusterer(weights, topics())
        online = follow(stream, weights, topics())[0]
        before, right, everything, found = measure(stream, online, clusterer)
        for kind in totals:
            totals[kind] += found[kind]
        print(
            f"{writer}: {len(stream):4} messages, B-cubed F1 {before:.3f}; with the right proposals"
            f" {right:.3f}, with all {everything:.3f}; " + told(found)
        )
    for least in (0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        kept = {kind: tally.from_strength(least) for kind, tally in totals.items()}
        print(f"all, strength at least {least:.2f}: " + told(kept))


def told(found: Mapping[str, Tally]) -> str:
    return ", ".join(f"{kind}s {tally.right}/{tally.made} right" for kind, tally in found.items())


def streams_by_writer() -> dict[str, list[Step]]:
    folder, encoder = settings().models, settings().encoder
    unread = _read(folder / UNREAD)
    examples = [example for example in read_part("train") if example.id in unread]
    rows = vectors(load_encoder(encoder), [example.text for example in examples])
    judged = {example.id: _judgement(unread[example.id]) for example in examples}
    embedded = {e.id: tuple(map(float, row)) for e, row in zip(examples, rows, strict=True)}
    return steps(examples, judged, embedded)


def measure(
    stream: Sequence[Step], online: Mapping[str, int], clusterer: LearnedClusterer
) -> tuple[float, float, float, dict[str, Tally]]:
    """F1 as grouped, with only the right proposals, and with all; how many were right."""
    numbers = {step.message.key: number for number, step in enumerate(stream)}
    truth = {str(n): step.truth or f"none {n}" for n, step in enumerate(stream)}
    start = {str(numbers[key]): str(incident) for key, incident in online.items()}
    before = f1(truth, start)
    right, everything = dict(start), dict(start)
    found = {"merge": Tally(), "split": Tally()}
    for part in windows(stream):
        for proposal in proposed(part, numbers, online, clusterer):
            is_right = f1(truth, done(start, proposal)) > before
            found[proposal.kind] += Tally(answers=((proposal.strength, is_right),))
            everything = done(everything, proposal)
            right = done(right, proposal) if is_right else right
    return before, f1(truth, right), f1(truth, everything), found


def windows(stream: Sequence[Step]) -> list[list[Step]]:
    parts: list[list[Step]] = []
    for step in stream:
        if not parts or step.message.sent_at - parts[-1][0].message.sent_at > PERIOD:
            parts.append([])
        parts[-1].append(step)
    return parts


def proposed(
    part: Sequence[Step],
    numbers: Mapping[str, int],
    online: Mapping[str, int],
    clusterer: LearnedClusterer,
) -> list[Proposal]:
    whole = []
    for step in part[-MOST_MESSAGES:]:
        member = _member(step, step.assessments[0])
        number = numbers[step.message.key]
        numbered = type(member)(**{**_values(member), "message_id": number})
        whole.append((step.message, step.assessments[0], step.location, numbered))
    apart = distances(whole, clusterer)
    ids = [one[3].message_id for one in whole]
    incident_of = {numbers[step.message.key]: online[step.message.key] for step in part}
    return proposals(ids, incident_of, PairClusters().labels(apart), apart)


def _values(member: object) -> dict[str, object]:
    return {name: getattr(member, name) for name in type(member).__slots__}  # type: ignore[attr-defined]


def done(incidents: Mapping[str, str], proposal: Proposal) -> dict[str, str]:
    if proposal.kind == "merge":
        gone = str(proposal.other_id)
        return {
            i: str(proposal.incident_id) if own == gone else own for i, own in incidents.items()
        }
    leaving = {str(message_id) for message_id in proposal.message_ids}
    apart = f"split {min(leaving)}"
    return {i: apart if i in leaving else own for i, own in incidents.items()}


def f1(truth: Mapping[str, str], found: Mapping[str, str]) -> float:
    return bcubed(truth, found)[2]


if __name__ == "__main__":
    main()
