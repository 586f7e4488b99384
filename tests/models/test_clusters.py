"""Clusters of invented vectors: what lies together is found, and found the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from models.clusters import DensityClusters


@pytest.fixture(scope="module")
def clusters() -> DensityClusters:
    return DensityClusters()


def three_heaps(*sizes: int) -> NDArray[np.float32]:
    """Heaps of these sizes, each about a direction of its own, in 64 directions."""
    draw = np.random.default_rng(7)
    heaps = [np.eye(64)[place] + draw.normal(0, 0.03, (n, 64)) for place, n in enumerate(sizes)]
    return np.concatenate(heaps).astype(np.float32)


def test_each_heap_is_a_cluster_and_the_largest_is_number_nought(
    clusters: DensityClusters,
) -> None:
    found = clusters.find(three_heaps(20, 60, 40), min_cluster_size=10, min_samples=3, fine=False)
    main = [max(set(part), key=part.count) for part in (found.labels[:20], found.labels[20:80])]
    assert main == [2, 0]
    assert set(found.labels) <= {-1, 0, 1, 2}


def test_a_heap_smaller_than_asked_for_is_no_cluster(clusters: DensityClusters) -> None:
    found = clusters.find(three_heaps(40, 40, 6), min_cluster_size=10, min_samples=3, fine=False)
    assert max(found.labels) == 1


def test_the_same_vectors_give_the_same_answer(clusters: DensityClusters) -> None:
    vectors = three_heaps(30, 30, 30)
    once, again = (
        clusters.find(vectors, min_cluster_size=5, min_samples=3, fine=False) for _ in range(2)
    )
    assert once == again


def test_every_vector_has_a_place_and_heaps_lie_apart(clusters: DensityClusters) -> None:
    found = clusters.find(three_heaps(30, 30), min_cluster_size=5, min_samples=3, fine=False)
    places = np.array(found.points)
    assert places.shape == (60, 2)
    between = np.linalg.norm(places[:30].mean(axis=0) - places[30:].mean(axis=0))
    assert between > 5 * places[:30].std(axis=0).max()
    assert 0.5 < found.explained <= 1.0


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_too_few_for_a_cluster_is_no_failure(clusters: DensityClusters, count: int) -> None:
    found = clusters.find(three_heaps(count), min_cluster_size=5, min_samples=3, fine=False)
    assert found.labels == (-1,) * count
    assert len(found.points) == count


def test_more_neighbours_asked_for_than_there_are_is_no_failure(clusters: DensityClusters) -> None:
    found = clusters.find(three_heaps(10, 10), min_cluster_size=2, min_samples=100, fine=False)
    assert set(found.labels) == {-1}


def test_one_message_repeated_is_one_place(clusters: DensityClusters) -> None:
    same = np.ones((20, 8), dtype=np.float32)
    found = clusters.find(same, min_cluster_size=5, min_samples=3, fine=False)
    assert set(found.points) == {(0.0, 0.0)}
    assert found.explained == 0.0


def test_fine_clusters_are_no_fewer_and_no_larger_than_broad_ones(
    clusters: DensityClusters,
) -> None:
    vectors = three_heaps(40, 40, 40)
    fine, broad = (
        clusters.find(vectors, min_cluster_size=5, min_samples=2, fine=fine)
        for fine in (True, False)
    )
    assert max(fine.labels) >= max(broad.labels)
    assert fine.labels.count(0) <= broad.labels.count(0)
