"""What is usual: one regression of counts for a whole pilot, in which areas and topics help others.

Poisson regression on topic, area, weekday, part of the day, trend and season with overdispersion
and with weights that make past outbreaks count less, after Farrington et al. (1996, J. R. Stat.
Soc. A 159:547-563) and Noufaily et al. (2013, Stat. Med. 32:1206-1222). A neighbourhood counts far
less than their laboratories, so every effect has a normal prior (a ridge): where there is little
to learn from, an area's baseline is that of its topic and pilot; the more there is, the more it
is its own. The fit is scikit-learn's; draws come from the normal approximation at its optimum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import nbinom, norm
from sklearn.linear_model import PoissonRegressor

from core.ports import Baseline, History

Numbers = NDArray[np.float64]

PARTS: Final = 4
OUTLIER: Final = 2.58
"""Counts beyond this many standard deviations weigh less (Noufaily et al., 2013)."""

_CLEAR: Final = (OUTLIER / 4.0) ** 2
"""The weight of a count four standard deviations up: above that, more than chance is at work."""

_PRIORS: Final = {
    "topic": 2.0,
    "bin": 1.0,
    "topic_bin": 0.7,
    "part": 0.7,
    "weekday": 0.3,
    "topic_part": 0.7,
    "topic_weekday": 0.3,
    "trend": 0.3,
    "topic_trend": 0.3,
    "season": 0.3,
    "topic_season": 0.3,
}
"""Standard deviation of each kind of effect, in logarithms, before any count is seen."""

_TREND_AFTER_DAYS: Final = 42
_SEASON_AFTER_DAYS: Final = 400
_TREND_UNIT_DAYS: Final = 56.0
_YEAR_DAYS: Final = 365.25
_SHRINK_DAYS: Final = 30.0
_TRIALS: Final = 3
_LEAST_MEAN: Final = 1e-9


class PooledBaselines:
    """basislijnen: fits a pilot's counts anew and draws what is to be expected."""

    def baseline(self, history: History, *, last: int, draw_count: int, seed: int) -> Baseline:
        """Draws for the last `last` parts (some of them ahead); the same for the same seed."""
        design = _design(history)
        weights = history.weights[..., : history.known]
        counts = history.counts[..., : history.known]
        first = _fit(design, counts, weights)
        mean = _mean(design, first, history)
        weights = weights * _past_outbreaks(counts, mean, np.maximum(1.0, first.dispersion))
        fit = _fit(design, counts, weights)
        fit = replace(fit, dispersion=_dispersion_as_tried(fit, design, mean, weights, seed))
        fit = _put_back(fit, mean, seed)
        draws = _draws(design, fit, counts.shape, history, last, draw_count, seed)
        return Baseline(draws=draws, dispersion=fit.dispersion)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """effects (the constant first), what each row weighs in them, the dispersion by topic."""

    effects: Numbers
    row_weight: Numbers
    dispersion: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Design:
    """A row for [topic, bin, slot]; parts that nothing tells apart share a slot."""

    rows: sparse.csr_matrix
    slot_of: NDArray[np.int64]
    slot_count: int


def _design(history: History) -> _Design:
    topics, bins, _ = history.counts.shape
    week = np.arange(len(history.parts)) // (7 * PARTS)
    days = history.known / PARTS
    changing = days >= _TREND_AFTER_DAYS
    codes = np.stack([history.weekdays, history.parts, week if changing else np.zeros_like(week)])
    slots, slot_of = np.unique(codes, axis=1, return_inverse=True)
    slot_of = slot_of.reshape(-1)
    count = slots.shape[1]
    topic, place, slot = (one.ravel() for one in np.indices((topics, bins, count), dtype=np.int64))
    weekday, part, when = slots[0][slot], slots[1][slot], slots[2][slot]
    within_day = [
        _one_hot(place, bins, "bin"),
        _one_hot(topic * bins + place, topics * bins, "topic_bin"),
        _one_hot(part, PARTS, "part"),
        _one_hot(topic * PARTS + part, topics * PARTS, "topic_part"),
    ]
    by_day = [
        _one_hot(topic, topics, "topic"),
        _one_hot(weekday, 7, "weekday"),
        _one_hot(topic * 7 + weekday, topics * 7, "topic_weekday"),
    ]
    day = 7.0 * when - days
    if changing:
        by_day += _by_topic(day / _TREND_UNIT_DAYS, topic, topics, "trend")
    if days >= _SEASON_AFTER_DAYS:
        for wave in (np.sin, np.cos):
            by_day += _by_topic(wave(2 * np.pi * day / _YEAR_DAYS), topic, topics, "season")
    return _Design(
        rows=sparse.hstack([*within_day, *by_day]).tocsr(),
        slot_of=slot_of,
        slot_count=count,
    )


def _one_hot(codes: NDArray[np.int64], count: int, kind: str) -> sparse.csr_matrix:
    """Columns scaled by their prior, so that one penalty fits all."""
    ones = np.full(len(codes), _PRIORS[kind])
    return sparse.csr_matrix((ones, (np.arange(len(codes)), codes)), shape=(len(codes), count))


def _by_topic(
    values: Numbers, topic: NDArray[np.int64], topics: int, kind: str
) -> list[sparse.csr_matrix]:
    """A column for all topics together and one for each."""
    together = sparse.csr_matrix(values[:, None] * _PRIORS[kind])
    each = _one_hot(topic, topics, f"topic_{kind}").multiply(values[:, None])
    return [together, each.tocsr()]


def _fit(design: _Design, counts: NDArray[np.int64], weights: Numbers) -> _Fit:
    """Parts of one slot are added up first: for these counts their sum says all they say."""
    seen = _by_slot(design, counts * weights).ravel()
    exposure = _by_slot(design, weights).ravel()
    used = exposure > 0
    if not used.any() or seen.sum() == 0:
        return _nothing_known(design, counts.shape[0], exposure.sum())
    model = PoissonRegressor(alpha=1 / exposure.sum(), max_iter=500, tol=1e-5)
    model.fit(design.rows[used], (seen / np.maximum(exposure, _LEAST_MEAN))[used], exposure[used])
    effects = np.concatenate([[model.intercept_], model.coef_])
    rate = np.exp(np.clip(_with_constant(design.rows) @ effects, -30, 30))
    mean = rate.reshape(*counts.shape[:2], design.slot_count)[..., design.slot_of]
    dispersion = _dispersion(counts, mean[..., : counts.shape[2]], weights)
    return _Fit(effects=effects, row_weight=rate * exposure, dispersion=dispersion)


def _nothing_known(design: _Design, topics: int, exposure: float) -> _Fit:
    """Nothing was ever seen: less than one in all that was looked at."""
    width = design.rows.shape[1] + 1
    effects = np.zeros(width)
    effects[0] = np.log(0.5 / max(exposure, 1.0))
    rows = design.rows.shape[0]
    return _Fit(effects=effects, row_weight=np.zeros(rows), dispersion=np.ones(topics))


def _information(design: _Design, weight: Numbers) -> Numbers:
    """The curvature at the optimum: what the counts say plus the prior (none on the constant)."""
    rows = _with_constant(design.rows)
    told = (rows.T @ rows.multiply(weight[:, None])).toarray()
    prior = np.eye(len(told))
    prior[0, 0] = _LEAST_MEAN
    found: Numbers = told + prior
    return found


def _dispersion_as_tried(
    fit: _Fit, design: _Design, mean: Numbers, weights: Numbers, seed: int
) -> Numbers:
    """The dispersion, corrected by what it comes out as for counts of which it is known.

    A fit follows part of what it is fitted to, the more so with few counts in clusters, and what
    is left looks steadier than it was.
    """
    draw = np.random.default_rng([seed, 2])
    used = np.maximum(1.0, fit.dispersion)
    excess = np.maximum(used - 1, 1e-6)[:, None, None]
    size, share = np.maximum(mean, _LEAST_MEAN) / excess, 1 / (1 + excess)
    tried = [
        _fit(design, draw.negative_binomial(size, share), weights).dispersion
        for _ in range(_TRIALS)
    ]
    found: Numbers = np.maximum(1.0, fit.dispersion * used.sum() / np.mean(tried, axis=0).sum())
    return found


def _put_back(fit: _Fit, mean: Numbers, seed: int) -> _Fit:
    """The fit with what the weights took of mere chance put back.

    High counts weigh less, those that chance made too, so that the mean comes out low: by how
    much is drawn from counts in which there are no outbreaks.
    """
    draw = np.random.default_rng([seed, 1])
    excess = np.maximum(fit.dispersion - 1, 1e-6)[:, None, None]
    counts = draw.negative_binomial(np.maximum(mean, _LEAST_MEAN) / excess, 1 / (1 + excess))
    weights = _past_outbreaks(counts, mean, fit.dispersion)
    taken = float((weights * counts).sum() / max((weights * mean).sum(), _LEAST_MEAN))
    by_chance = float(counts.sum() / max(mean.sum(), _LEAST_MEAN))
    effects = fit.effects.copy()
    effects[0] -= np.log(taken / by_chance) if taken > 0 and by_chance > 0 else 0.0
    return replace(fit, effects=effects)


def _with_constant(rows: sparse.csr_matrix) -> sparse.csr_matrix:
    return sparse.hstack([np.ones((rows.shape[0], 1)), rows]).tocsr()


def _by_slot(design: _Design, values: Numbers) -> Numbers:
    """[topic, bin, slot]: what the parts of each slot add up to."""
    slot_of = design.slot_of[: values.shape[2]]
    joins = sparse.csr_matrix(
        (np.ones(len(slot_of)), (np.arange(len(slot_of)), slot_of)),
        shape=(len(slot_of), design.slot_count),
    )
    flat = values.reshape(-1, values.shape[2])
    found: Numbers = (joins.T @ flat.T).T.reshape(*values.shape[:2], design.slot_count)
    return found


def _mean(design: _Design, fit: _Fit, history: History) -> Numbers:
    """[topic, bin, part] of the past: what was to be expected."""
    rate = np.exp(np.clip(_with_constant(design.rows) @ fit.effects, -30, 30))
    shaped: Numbers = rate.reshape(*history.counts.shape[:2], design.slot_count)
    return shaped[..., design.slot_of[: history.known]]


def _dispersion(counts: NDArray[np.int64], mean: Numbers, weights: Numbers) -> Numbers:
    """For each topic Pearson's statistic over days, drawn to that of all topics together.

    A day of few incidents says little about how much they vary.
    Only a day with a clear outbreak is left out: to weigh every high count down, as the mean does,
    would make counts look steadier than they are.
    """
    plain = weights >= _CLEAR
    seen, expected, share = (
        _days(one).sum(axis=1) for one in (counts * plain, mean * plain, plain)
    )
    expected = np.maximum(expected, _LEAST_MEAN)
    residual = (seen - expected) ** 2 / expected
    used = share > 0.5 * PARTS * counts.shape[1]
    telling = used * 2 / (2 + 1 / expected)
    told, off = telling.sum(axis=1), (telling * residual).sum(axis=1)
    together = float(off.sum() / told.sum()) if told.sum() > 0 else 1.0
    found: Numbers = (off + _SHRINK_DAYS * together) / (told + _SHRINK_DAYS)
    return found


def _past_outbreaks(counts: NDArray[np.int64], mean: Numbers, dispersion: Numbers) -> Numbers:
    """Weights by [topic, bin, part]: a day far above what it should be counts less.

    Looked at for each bin and for the pilot as a whole, because an outbreak may be in either.
    """
    each = _day_weights(_days(counts), _days(mean), dispersion[:, None, None])
    whole = _day_weights(_days(counts).sum(axis=1), _days(mean).sum(axis=1), dispersion[:, None])
    lowest = np.minimum(each, whole[:, None, :])
    return np.repeat(lowest, PARTS, axis=2)[..., : counts.shape[2]]


def _day_weights(counts: Numbers, mean: Numbers, dispersion: Numbers) -> Numbers:
    excess = np.maximum(dispersion - 1, 1e-6)
    law = nbinom(np.maximum(mean, _LEAST_MEAN) / excess, 1 / (1 + excess))
    # Half of the chance of the count itself: else a count of one would be improbable by definition.
    rarity = law.sf(counts) + 0.5 * law.pmf(counts)
    deviation = norm.isf(np.clip(rarity, 1e-12, 1 - 1e-12))
    found: Numbers = np.where(
        deviation > OUTLIER, (OUTLIER / np.maximum(deviation, OUTLIER)) ** 2, 1.0
    )
    return found


def _days(values: NDArray[Any]) -> Numbers:
    """Parts added up to days (last axis); a last day that has not ended counts as it is."""
    missing = -values.shape[-1] % PARTS
    padded = np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, missing)])
    found: Numbers = padded.reshape(*values.shape[:-1], -1, PARTS).sum(axis=-1)
    return found


def _draws(
    design: _Design,
    fit: _Fit,
    shape: tuple[int, ...],
    history: History,
    last: int,
    draw_count: int,
    seed: int,
) -> Numbers:
    """Effects as they may be, each turned into what is expected: [draw, topic, bin, part]."""
    draw = np.random.default_rng(seed)
    by_row = np.repeat(fit.dispersion, len(fit.row_weight) // len(fit.dispersion))
    information = _information(design, fit.row_weight / by_row)
    root = np.linalg.cholesky(np.linalg.inv(information))
    spread = root @ draw.standard_normal((len(fit.effects), draw_count))
    rows = _with_constant(design.rows)
    # The optimum in logarithms is the mean of what is expected; drawn, that mean would come out
    # higher by half the variance.
    unsure = np.square(rows @ root).sum(axis=1)
    logs = rows @ (fit.effects[:, None] + spread) - unsure[:, None] / 2
    rates = np.exp(np.clip(logs, -30, 10)).T.reshape(draw_count, *shape[:2], design.slot_count)
    found: Numbers = rates[..., design.slot_of[-last:]]
    return found
