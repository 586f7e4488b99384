"""One pass over texts: what is alike comes together, nothing is looked at twice."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.one_pass import EVIDENCE, TextStream, TextWeights, learn, one_pass

EVENTS = {
    "brand": "brand gemeentehuis ontruimd brandweer rook geblust",
    "trein": "trein ontspoord station reizigers spoor vertraging",
    "storm": "storm dakpannen bomen omgewaaid schuur windkracht",
    "staking": "staking leraren loon plein spandoek kabinet",
}
STARTS = (0, 2, 1, 3, 0, 2, 4, 1)
CLUSTERS = [name for _ in STARTS for name in EVENTS]
TEXTS = [" ".join((EVENTS[name].split() * 2)[n : n + 3]) for n in STARTS for name in EVENTS]
WORDS_ALONE = TextWeights(evidence=(10.0, 4.0, 0.0, 0.0, 0.0, 0.0), constant=-8.0)


def meaning(labels: list[str]) -> NDArray[np.float32]:
    """Invented vectors: each event points its own way."""
    ways = dict(zip(EVENTS, np.eye(len(EVENTS), dtype=np.float32), strict=True))
    return np.array([ways[label] for label in labels]).reshape(-1, len(EVENTS))


def same_clusters(found: list[int], labels: list[str]) -> bool:
    return len(set(zip(found, labels, strict=True))) == len(set(found)) == len(set(labels))


def test_texts_with_the_same_words_come_together() -> None:
    texts, labels = list(EVENTS.values()) * 3, list(EVENTS) * 3
    assert same_clusters(one_pass(texts, meaning(labels), WORDS_ALONE), labels)


def test_what_is_known_of_some_is_learned_for_others() -> None:
    weights = learn(TEXTS, meaning(CLUSTERS), CLUSTERS)
    assert len(weights.evidence) == len(EVIDENCE)
    assert same_clusters(one_pass(TEXTS, meaning(CLUSTERS), weights), CLUSTERS)


def test_a_text_is_answered_before_the_next_is_seen() -> None:
    whole = one_pass(TEXTS, meaning(CLUSTERS), WORDS_ALONE)
    for count in range(len(TEXTS)):
        part = one_pass(TEXTS[:count], meaning(CLUSTERS)[:count], WORDS_ALONE)
        assert part == whole[:count]


@pytest.mark.parametrize("text", ["", "   ", "🤷", "a" * 20_000, "\u202e\u202c"])
def test_a_text_without_words_is_a_cluster_of_its_own(text: str) -> None:
    texts = [*TEXTS, text]
    found = one_pass(texts, np.zeros((len(texts), 2), dtype=np.float32), WORDS_ALONE)
    assert found[-1] not in found[:-1]


def test_more_caution_makes_more_clusters() -> None:
    found = [
        len(set(one_pass(TEXTS, meaning(CLUSTERS), WORDS_ALONE, caution)))
        for caution in (-9, 0, 99)
    ]
    assert found == sorted(found)
    assert found[-1] == len(TEXTS)


def test_many_clusters_are_kept_apart() -> None:
    stream = TextStream()
    vectors = np.eye(600, dtype=np.float32)
    numbers = [stream.join(stream.look(f"woord{n}", vectors[n]), None) for n in range(600)]
    assert numbers == list(range(600))
