"""Clusters of invented vectors: what lies together is found, and found the same each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import BadSetting
from core.ports import Clustering, Method
from models.branches import MOST
from models.clusters import PeriodClusters
from models.encoder import PACKAGED, chosen_encoder
from models.one_pass import TextWeights
from models.term_vectors import TermVectors
from models.text_weights import text_weights

BROAD = Method(min_cluster_size=10, fine=False)


def find(vectors: NDArray[np.float32], method: Method = BROAD) -> Clustering:
    return PeriodClusters(PACKAGED).find([""] * len(vectors), vectors, method, lambda *_: None)


def three_heaps(*sizes: int) -> NDArray[np.float32]:
    """Heaps of these sizes, each about a direction of its own, in 64 directions."""
    draw = np.random.default_rng(7)
    heaps = [np.eye(64)[place] + draw.normal(0, 0.03, (n, 64)) for place, n in enumerate(sizes)]
    return np.concatenate(heaps).astype(np.float32)


def test_each_heap_is_a_cluster_and_the_largest_is_number_nought() -> None:
    found = find(three_heaps(20, 60, 40))
    main = [max(set(part), key=part.count) for part in (found.labels[:20], found.labels[20:80])]
    assert main == [2, 0]
    assert set(found.labels) <= {-1, 0, 1, 2}


def test_a_heap_smaller_than_asked_for_is_no_cluster() -> None:
    found = find(three_heaps(40, 40, 6))
    assert max(found.labels) == 1


def test_the_same_vectors_give_the_same_answer() -> None:
    vectors = three_heaps(30, 30, 30)
    once, again = (find(vectors, replace(BROAD, min_cluster_size=5)) for _ in range(2))
    assert once == again


def test_every_vector_has_a_place_and_heaps_lie_apart() -> None:
    found = find(three_heaps(30, 30), replace(BROAD, min_cluster_size=5))
    places = np.array(found.points)
    assert places.shape == (60, 2)
    between = np.linalg.norm(places[:30].mean(axis=0) - places[30:].mean(axis=0))
    assert between > 5 * places[:30].std(axis=0).max()
    assert 0.5 < found.explained <= 1.0


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_too_few_for_a_cluster_is_no_failure(count: int) -> None:
    found = find(three_heaps(count), replace(BROAD, min_cluster_size=5))
    assert found.labels == (-1,) * count
    assert len(found.points) == count


def test_more_neighbours_asked_for_than_there_are_is_no_failure() -> None:
    found = find(three_heaps(10, 10), Method(min_cluster_size=2, min_samples=100))
    assert set(found.labels) == {-1}


def test_one_message_repeated_is_one_place() -> None:
    same = np.ones((20, 8), dtype=np.float32)
    found = find(same, replace(BROAD, min_cluster_size=5))
    assert set(found.points) == {(0.0, 0.0)}
    assert found.explained == 0.0


def test_fine_clusters_are_no_fewer_and_no_larger_than_broad_ones() -> None:
    vectors = three_heaps(40, 40, 40)
    fine, broad = (find(vectors, Method(min_samples=2, fine=fine)) for fine in (True, False))
    assert max(fine.labels) >= max(broad.labels)
    assert fine.labels.count(0) <= broad.labels.count(0)


def test_a_tree_is_cut_to_its_largest_branches_and_knows_its_clusters() -> None:
    found = find(three_heaps(60, 40, 30))
    first, *rest = found.branches
    assert (first.parent, first.size) == (None, 130)
    assert len(found.branches) <= MOST
    known = {first.id}
    for branch in rest:
        assert branch.parent in known
        assert branch.birth <= branch.death
        known.add(branch.id)
    sizes = [branch.size for branch in found.branches]
    assert sizes == sorted(sizes, reverse=True)
    chosen = {branch.cluster for branch in found.branches} - {None}
    assert chosen == set(range(max(found.labels) + 1))
    assert len(found.persistences) == max(found.labels) + 1


def test_a_branch_of_a_cluster_holds_all_its_messages() -> None:
    found = find(three_heaps(60, 40, 30))
    for branch in found.branches:
        if branch.cluster is not None:
            assert branch.size >= found.labels.count(branch.cluster)


def test_messages_that_are_the_same_give_numbers_not_infinities() -> None:
    vectors = np.repeat(three_heaps(6, 6), 10, axis=0)
    found = find(vectors, Method(min_cluster_size=5, min_samples=2))
    assert all(np.isfinite([branch.death, branch.stability]).all() for branch in found.branches)


def test_umap_gives_the_same_plane_for_the_same_seed_and_says_how_far_it_is() -> None:
    vectors, said = three_heaps(12, 12), []
    method = Method(plane="umap", neighbours=5, seed=3)
    clusters = PeriodClusters(PACKAGED)
    once = clusters.find([""] * 24, vectors, method, lambda *told: said.append(told))
    assert once == find(vectors, method)
    assert len(once.computed) == 24
    assert once.computed != once.points
    shares = [share for step, share in said if step == "plane"]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert shares == sorted(shares)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_for_umap_still_have_a_place(count: int) -> None:
    found = find(three_heaps(count), Method(plane="umap", space="umap"))
    assert len(found.computed) == count


def test_a_stream_puts_the_same_words_together_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = TextWeights(evidence=(4.0, 4.0, 1.0, 1.0, 0.0, 0.0), constant=-4.0)
    monkeypatch.setattr("models.clusters.text_weights", lambda *_: weights)
    texts = ["fiets gestolen schuur", "hond blaft nacht"] * 4 + ["lantaarn kapot"]
    method = Method(kind="stream", min_cluster_size=3, caution=0.0)
    found = PeriodClusters(PACKAGED).find(
        texts, np.ones((9, 4), np.float32), method, lambda *_: None
    )
    assert found.labels == (0, 1) * 4 + (-1,)
    assert found.branches == ()


def test_what_a_stream_learned_is_kept_and_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = TextWeights(evidence=(1.0,) * 6, constant=-1.0)
    times: list[str] = []
    monkeypatch.setattr(
        "models.text_weights.learned", lambda encoder: times.append(encoder) or weights
    )
    assert text_weights(PACKAGED, tmp_path) == text_weights(PACKAGED, tmp_path) == weights
    assert times == [PACKAGED]


def test_words_alone_make_alike_what_shares_words() -> None:
    texts = ["fiets gestolen", "mijn fiets is gestolen", "hond blaft", "de hond blaft weer"]
    rows = np.array(TermVectors().encode(texts))
    alike = rows @ rows.T
    assert alike[0, 1] > 0.99 > 0.1 > alike[0, 2]
    assert np.array_equal(rows, np.array(TermVectors().encode(texts)))


@pytest.mark.parametrize("texts", [[], [""], ["de het een"] * 3, ["fiets"], ["fiets"] * 3])
def test_texts_without_telling_words_are_no_failure(texts: list[str]) -> None:
    assert len(TermVectors().encode(texts)) == len(texts)


@pytest.mark.parametrize("name", ["no such encoder", "../judge", ""])
def test_an_encoder_that_is_not_installed_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting):
        chosen_encoder(name, tmp_path)
