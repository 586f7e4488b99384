"""One pass over a public stream of short texts, beside what others do: `make benchmark-grouping`.

11,109 news headlines in 152 true clusters (the set of Yin et al., Model-based Clustering of Short
Text Streams, KDD 2018), text only, in file order. Weights
and thresholds, ours and everybody's, come from the first half; the figures are of the second half.
The streaming ways go through the whole file; the batch ways see the second half at once, which is
easier.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from core.settings import ROOT
from core.words import stem, words
from models.encoder import PACKAGED, load_encoder, vectors
from models.one_pass import TextWeights, learn, one_pass
from tests.benchmarks.grouping import bcubed

STREAM: Final = ROOT.parent / "shared" / "data" / "stream" / "news.jsonl"
_COMPONENTS: Final = 20

Labels = Sequence[Hashable]
Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class News:
    """nieuws: the stream, its true clusters and its embeddings with what they cost (seconds)."""

    texts: tuple[str, ...]
    clusters: tuple[int, ...]
    embeddings: Matrix
    encoding_s: float

    @property
    def half(self) -> int:
        return len(self.texts) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """manier: a way to cluster: `first` chooses on the first half, `run` answers for `texts`."""

    name: str
    choices: tuple[Any, ...]
    run: Callable[[Any, News, int, int], Labels]
    embeds: bool
    streams: bool


def main() -> int:
    if not STREAM.exists():
        print(f"skipped: {STREAM.name} is not here", file=sys.stderr)
        return 0
    news = read(STREAM)
    print(
        f"{len(news.texts)} texts, {len(set(news.clusters))} clusters; figures of the second half"
    )
    print(f"embeddings: {len(news.texts) / news.encoding_s:.0f} texts/s on one core\n")
    print(f"{'':34}{'V':>7}{'NMI':>7}{'AMI':>7}{'ARI':>7}{'B3 F1':>7}{'found':>7}{'texts/s':>9}")
    for way in WAYS:
        print(row(way, news), flush=True)
    return 0


def read(path: Path) -> News:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = tuple(row["text"] for row in rows)
    encoder = load_encoder(PACKAGED)
    began = time.process_time()
    embeddings = vectors(encoder, texts)
    return News(
        texts=texts,
        clusters=tuple(row["cluster"] for row in rows),
        embeddings=embeddings,
        encoding_s=time.process_time() - began,
    )


def row(way: Way, news: News) -> str:
    """The figures of one way on the second half, with the choice that the first half made."""
    choice = chosen(way, news)
    first = 0 if way.streams else news.half
    began = time.process_time()
    found = way.run(choice, news, first, len(news.texts))[news.half - first :]
    count = len(news.texts) - first
    seconds = time.process_time() - began
    seconds += news.encoding_s * count / len(news.texts) if way.embeds else 0.0
    return f"{f'{way.name} ({choice})':34}{figures(news.clusters[news.half :], found)}" + (
        f"{count / seconds:9.0f}"
    )


def chosen(way: Way, news: News) -> Any:
    """The choice with the best NMI on the first half."""
    truth = news.clusters[: news.half]
    if len(way.choices) == 1:
        return way.choices[0]
    return max(way.choices, key=lambda c: nmi(truth, way.run(c, news, 0, news.half)))


def nmi(truth: Labels, found: Labels) -> float:
    """Normalised mutual information, geometric, as the papers on this stream use it."""
    return float(metrics.normalized_mutual_info_score(truth, found, average_method="geometric"))


def figures(truth: Labels, found: Labels) -> str:
    names = [str(n) for n in range(len(truth))]
    *_, f1 = bcubed(
        dict(zip(names, map(str, truth), strict=True)),
        dict(zip(names, map(str, found), strict=True)),
    )
    values = (
        metrics.v_measure_score(truth, found),
        nmi(truth, found),
        metrics.adjusted_mutual_info_score(truth, found),
        metrics.adjusted_rand_score(truth, found),
        f1,
    )
    return "".join(f"{value:7.3f}" for value in values) + f"{len(set(found)):7}"


def ours(caution: float, news: News, first: int, last: int) -> Labels:
    return one_pass(
        news.texts[first:last], news.embeddings[first:last], _weights(news), caution=caution
    )


@lru_cache
def _weights(news: News) -> TextWeights:
    half = news.half
    return learn(news.texts[:half], news.embeddings[:half], news.clusters[:half])


def single_pass(least: float, news: News, first: int, last: int) -> Labels:
    """Each text joins the nearest centroid by TF-IDF cosine, if that is near enough."""
    seen: Counter[str] = Counter()
    clusters: list[Counter[str]] = []
    found: list[int] = []
    for count, text in enumerate(news.texts[first:last], 1):
        terms = Counter(map(stem, words(text)))
        seen.update(terms.keys())
        weigh = partial(_weighed, seen=seen, count=count)
        mine = weigh(terms)
        near = [(_cosine(mine, weigh(cluster)), n) for n, cluster in _sharing(terms, clusters)]
        best, number = max(near, default=(0.0, -1))
        if best < least:
            number = len(clusters)
            clusters.append(Counter())
        clusters[number].update(terms)
        found.append(number)
    return found


def _sharing(
    terms: Iterable[str], clusters: Sequence[Counter[str]]
) -> list[tuple[int, Counter[str]]]:
    wanted = set(terms)
    return [(n, c) for n, c in enumerate(clusters) if not wanted.isdisjoint(c)]


def _weighed(terms: Counter[str], seen: Counter[str], count: int) -> dict[str, float]:
    return {t: n * np.log((count + 1) / (seen[t] + 0.5)) for t, n in terms.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    dot = sum(weight * other.get(term, 0.0) for term, weight in one.items())
    lengths = np.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return float(dot / lengths) if lengths else 0.0


def density(min_cluster_size: int, news: News, first: int, last: int) -> Labels:
    """HDBSCAN on the same embeddings, all at once; what is in no cluster is alone."""
    import hdbscan

    found = hdbscan.HDBSCAN(min_cluster_size=min_cluster_size, core_dist_n_jobs=1).fit_predict(
        news.embeddings[first:last].astype(np.float64)
    )
    return alone(found)


def topic_model(min_topic_size: int, news: News, first: int, last: int) -> Labels:
    """BERTopic with the same embeddings; its UMAP with a seed, so that it says the same twice."""
    from bertopic import BERTopic
    from umap import UMAP

    reducer = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=1)
    model = BERTopic(umap_model=reducer, min_topic_size=min_topic_size)
    found, _ = model.fit_transform(
        list(news.texts[first:last]), embeddings=news.embeddings[first:last]
    )
    return alone(found)


def text_stream(radius: float, news: News, first: int, last: int) -> Labels:
    """River's TextClust: its micro-clusters, asked right after each text."""
    from river import cluster

    model = cluster.TextClust(
        radius=radius, fading_factor=0.0001, tgap=1000, real_time_fading=False, num_macro=150
    )
    found = []
    for text in news.texts[first:last]:
        terms = dict(Counter(map(stem, words(text))))
        model.learn_one(terms)
        found.append(model.predict_one(terms, type="micro"))
    return found


def density_stream(threshold: float, news: News, first: int, last: int) -> Labels:
    """River's DBSTREAM on the embeddings' main directions: the nearest micro-cluster's cluster."""
    from river import cluster
    from sklearn.decomposition import PCA

    reducer = PCA(_COMPONENTS, random_state=1).fit(news.embeddings[: news.half])
    model = cluster.DBSTREAM(
        clustering_threshold=threshold, fading_factor=0.0001, cleanup_interval=1000
    )
    found = []
    for vector in reducer.transform(news.embeddings[first:last]):
        values = dict(enumerate(vector.tolist()))
        model.learn_one(values)
        found.append(min(model.micro_clusters, key=partial(_distance, model, values)))
    return found


def _distance(model: Any, values: dict[int, float], key: int) -> float:
    return float(model._distance(model.micro_clusters[key].center, values))


def alone(labels: Iterable[int]) -> list[Hashable]:
    return [int(label) if label >= 0 else f"alone {n}" for n, label in enumerate(labels)]


WAYS: Final = (
    Way(name="ours", choices=(-4.0, -3.5, -3.0), run=ours, embeds=True, streams=True),
    Way(name="single pass, TF-IDF", choices=(0.2,), run=single_pass, embeds=False, streams=True),
    Way(name="river TextClust", choices=(0.7, 0.8), run=text_stream, embeds=False, streams=True),
    Way(name="river DBSTREAM", choices=(0.3, 0.4), run=density_stream, embeds=True, streams=True),
    Way(name="HDBSCAN, batch", choices=(3, 5, 10), run=density, embeds=True, streams=False),
    Way(name="BERTopic, batch", choices=(5, 10, 20), run=topic_model, embeds=True, streams=False),
)

if __name__ == "__main__":
    sys.exit(main())
