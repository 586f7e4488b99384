"""How far two groupings of the same messages agree, in the measures that papers use.

None of them knows which grouping is right; precision and recall take the second as the truth.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """overeenkomst: 1 is the same everywhere; 0 is chance for `rand` and `mutual` only.

    `rand`: adjusted Rand index; `mutual`: adjusted mutual information; `v_measure` with its
    homogeneity and completeness; `precision`, `recall` and `f1`: B-cubed.
    """

    count: int
    rand: float | None
    mutual: float | None
    homogeneity: float
    completeness: float
    v_measure: float
    precision: float
    recall: float
    f1: float


def agreement(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> Agreement | None:
    """All measures at once; None for fewer than two messages."""
    if len(ours) < 2:
        return None
    both = Counter(zip(ours, theirs, strict=True))
    one, other = Counter(ours), Counter(theirs)
    homogeneity, completeness = _homogeneity(both, one, other), _completeness(both, one, other)
    precision, recall = bcubed(both, one, other)
    return Agreement(
        count=len(ours),
        rand=adjusted_rand(ours, theirs),
        mutual=adjusted_mutual(ours, theirs),
        homogeneity=homogeneity,
        completeness=completeness,
        v_measure=_harmonic(homogeneity, completeness),
        precision=precision,
        recall=recall,
        f1=_harmonic(precision, recall),
    )


def adjusted_rand(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> float | None:
    """How far two groupings agree: 1 is the same, 0 what chance gives (Hubert & Arabie, 1985).

    None for fewer than two messages, or when neither says anything (all together, or all apart).
    """
    total = math.comb(len(ours), 2)
    both = _pairs(Counter(zip(ours, theirs, strict=True)))
    one, other = _pairs(Counter(ours)), _pairs(Counter(theirs))
    if total == 0:
        return None
    expected, most = one * other / total, (one + other) / 2
    return None if most == expected else (both - expected) / (most - expected)


def adjusted_mutual(ours: Sequence[Hashable], theirs: Sequence[Hashable]) -> float | None:
    """Shared information above chance, against the mean of both (Vinh, Epps & Bailey, 2010).

    None where chance gives as much as there is to have.
    """
    one, other = Counter(ours), Counter(theirs)
    mutual = _mutual(Counter(zip(ours, theirs, strict=True)), one, other)
    expected = _expected_mutual(one, other)
    most = (_entropy(one) + _entropy(other)) / 2
    return None if abs(most - expected) < 1e-12 else (mutual - expected) / (most - expected)


def bcubed(
    both: Counter[tuple[Hashable, Hashable]], one: Counter[Hashable], other: Counter[Hashable]
) -> tuple[float, float]:
    """Precision and recall of the first grouping against the second (Bagga & Baldwin, 1998)."""
    total = one.total()
    precision = sum(count * count / one[ours] for (ours, _), count in both.items()) / total
    recall = sum(count * count / other[theirs] for (_, theirs), count in both.items()) / total
    return precision, recall


def _homogeneity(both: Counter[Any], one: Counter[Any], other: Counter[Any]) -> float:
    """Whether a cluster holds one thing only (Rosenberg & Hirschberg, 2007)."""
    whole = _entropy(other)
    return _mutual(both, one, other) / whole if whole > 0 else 1.0


def _completeness(both: Counter[Any], one: Counter[Any], other: Counter[Any]) -> float:
    """Whether one thing lies in one cluster only."""
    whole = _entropy(one)
    return _mutual(both, one, other) / whole if whole > 0 else 1.0


def _mutual(both: Counter[Any], one: Counter[Any], other: Counter[Any]) -> float:
    total = one.total()
    shared = sum(
        count / total * math.log(total * count / (one[ours] * other[theirs]))
        for (ours, theirs), count in both.items()
    )
    return max(0.0, shared)


def _entropy(counts: Counter[Any]) -> float:
    total = counts.total()
    return -sum(count / total * math.log(count / total) for count in counts.values())


def _expected_mutual(one: Counter[Any], other: Counter[Any]) -> float:
    """What two groupings with these sizes share by chance; sizes that recur are done once."""
    total = one.total()
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])
    return sum(
        first_count * second_count * _expected_cell(first, second, total, log_factorial)
        for first, first_count in _sizes(one)
        for second, second_count in _sizes(other)
    )


def _expected_cell(first: int, second: int, total: int, log_factorial: NDArray[Any]) -> float:
    shared = np.arange(max(1, first + second - total), min(first, second) + 1)
    logs = (
        log_factorial[first]
        + log_factorial[second]
        + log_factorial[total - first]
        + log_factorial[total - second]
        - log_factorial[total]
        - log_factorial[shared]
        - log_factorial[first - shared]
        - log_factorial[second - shared]
        - log_factorial[total - first - second + shared]
    )
    worth = shared / total * np.log(total * shared / (first * second))
    return float((worth * np.exp(logs)).sum())


def _sizes(counts: Counter[Any]) -> Iterable[tuple[int, int]]:
    return Counter(counts.values()).items()


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other > 0 else 0.0


def _pairs(counts: Counter[Any]) -> int:
    return sum(math.comb(count, 2) for count in counts.values())
