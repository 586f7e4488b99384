"""Early warning on simulated pilots: false alarms asked and obtained, delay by size of the rise.

    python -m tests.benchmarks.early_warning [pilots a scenario]

Each pilot is drawn anew: which topics and areas are busy, at what hours, and everything that
happens. The product's own functions learn its past, choose their levels and look at weeks that
they have not seen, learning again before each. Prints Markdown tables for docs/early-warning.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.early_warning import DRAWN_WEEKS, DRAWS
from core.ports import History
from core.warning.bounds import (
    FEWEST_INCIDENTS,
    FEWEST_RESIDENTS,
    Outlook,
    bounds,
    known_parts,
    outlook_of,
    tested_of,
    trailing,
    windows_for,
)
from core.warning.false_alarms import (
    QUIET_PARTS,
    Levels,
    begins,
    calibrate,
    draw_weeks,
    over,
    smallest,
)
from core.warning.ledger import PARTS, WEEK, Counts, Tree
from core.warning.sizes import blended
from models.surveillance import PooledBaselines

TOPICS: Final = 8
NEIGHBOURHOODS: Final = 6
SCORED_WEEKS: Final = 4
RISES: Final = (2.0, 3.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a kind of pilot is like."""

    name: str
    a_week: float = 30.0
    past_days: int = 56
    dispersion: float = 1.0
    cycles: bool = True
    growth_a_week: float = 0.0
    outbreaks: int = 0
    asked: float = 1.0


SCENARIOS: Final = (
    Scenario(name="chance alone, no cycles", cycles=False),
    Scenario(name="day and week cycles"),
    Scenario(name="cycles, asked 0.25", asked=0.25),
    Scenario(name="cycles, asked 4", asked=4.0),
    Scenario(name="overdispersed 1.5", dispersion=1.5),
    Scenario(name="overdispersed 2.5", dispersion=2.5),
    Scenario(name="growing 5 % a week", growth_a_week=0.05),
    Scenario(name="short past, 14 days", past_days=14),
    Scenario(name="outbreaks in the past", outbreaks=4),
    Scenario(name="busy: 150 a week, half a year", a_week=150.0, past_days=182, dispersion=1.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """A drawn pilot: what is to be expected, and what happened."""

    scenario: Scenario
    expected: NDArray[np.float64]
    incidents: Counts
    reports: Counts
    sizes: tuple[tuple[Counts, Counts], ...]
    """For each topic how many residents wrote about each incident, and in which part it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the product made of a pilot's past, for the week after it."""

    outlook: Outlook
    levels: Levels
    tree: Tree


def main(pilot_count: int) -> None:
    print("| pilots | asked a week | obtained a week (95 %) | mean + 3 deviations a day (95 %) |")
    print("|---|---|---|---|")
    for scenario in SCENARIOS:
        rates = [false_alarms(scenario, seed) for seed in range(pilot_count)]
        naive = [naive_rate(draw_pilot(scenario, seed), 3.0) for seed in range(pilot_count)]
        print(f"| {scenario.name} | {scenario.asked} | {_interval(rates)} | {_interval(naive)} |")
        sys.stdout.flush()
    for where in ("one neighbourhood", "the whole pilot"):
        print(f"\nA rise of one topic in {where}, cycles, overdispersed 1.5, asked 1 a week\n")
        print("| times as much | found within a day | within a week | median delay when found |")
        print("|---|---|---|---|")
        for row in delays(where, pilot_count):
            print(row)
            sys.stdout.flush()


def false_alarms(scenario: Scenario, seed: int) -> float:
    """Alerts a week in weeks in which nothing is the matter."""
    pilot = draw_pilot(scenario, seed)
    raised = 0
    for week in range(SCORED_WEEKS):
        end = scenario.past_days * PARTS + week * WEEK
        learned = learn(pilot, end, seed)
        reached = look(
            learned, pilot.incidents[..., : end + WEEK], pilot.reports[..., : end + WEEK]
        )
        fresh = begins(smallest(reached, learned.tree), learned.tree)
        raised += int(fresh[..., -WEEK:].sum())
    return raised / SCORED_WEEKS


def delays(where: str, pilot_count: int) -> Iterator[str]:
    """A row a size: how soon a rise is found, beside a count far above the mean of a day.

    How far is chosen on other pilots, of which it is known that nothing is the matter, so that it
    raises as many false alarms as were asked of the product.
    """
    scenario = Scenario(name="rise", dispersion=1.5)
    ours: dict[float, list[float]] = {size: [] for size in RISES}
    naive: dict[float, list[float]] = {size: [] for size in RISES}
    deviations = _fair_deviations(scenario)
    naive_false: list[float] = []
    for seed in range(pilot_count):
        pilot = draw_pilot(scenario, seed)
        end = scenario.past_days * PARTS
        learned = learn(pilot, end, seed)
        naive_false.append(naive_rate(pilot, deviations))
        for size in RISES:
            risen, topic, bins = rise(pilot, end, size, where, seed)
            areas = [a for a, held in enumerate(learned.tree.holds) if held[bins].any()]
            stop = end + WEEK
            reached = look(learned, risen.incidents[..., :stop], risen.reports[..., :stop])
            ours[size].append(_delay(reached[topic][areas][:, -WEEK:]))
            simple = naive_reached(risen, end, deviations)
            naive[size].append(_delay(simple[topic][areas]))
    for size in RISES:
        yield f"| {size:g} | {_found(ours[size])} |"
    yield f"| mean + {deviations} deviations ({_interval(naive_false)} false a week): | | | |"
    for size in RISES:
        yield f"| {size:g} (so) | {_found(naive[size])} |"


def draw_pilot(scenario: Scenario, seed: int) -> Pilot:
    """A pilot of 8 topics and 6 neighbourhoods of one district, and some places unknown."""
    draw = np.random.default_rng([seed, 20210331])
    bins = NEIGHBOURHOODS + 2
    level = draw.gamma(1.2, 1.0, (TOPICS, 1)) * draw.gamma(2.0, 1.0, (1, bins))
    level = level * draw.gamma(4.0, 0.25, (TOPICS, bins))
    day_count = scenario.past_days + 7 * SCORED_WEEKS
    part = np.tile(np.arange(PARTS), day_count)
    weekday = np.repeat(np.arange(day_count) % 7, PARTS)
    shape = np.ones((TOPICS, day_count * PARTS))
    if scenario.cycles:
        hours = draw.gamma(3.0, 1.0, (TOPICS, PARTS)) * np.array([0.3, 0.8, 1.2, 1.7])
        days = draw.gamma(12.0, 1 / 12, (TOPICS, 7)) * np.where(np.arange(7) >= 5, 1.3, 0.9)
        shape = hours[:, part] * days[:, weekday]
    expected = level[:, :, None] * shape[:, None, :]
    expected *= scenario.a_week / (expected.sum() / day_count * 7)
    weeks = np.arange(day_count * PARTS) / WEEK
    expected = expected * (1 + scenario.growth_a_week) ** (weeks - weeks[-1] / 2)
    counts = _draw_counts(expected, scenario.dispersion, draw)
    for _ in range(scenario.outbreaks):
        at = int(draw.integers(scenario.past_days * PARTS - WEEK))
        topic, place = int(draw.integers(TOPICS)), int(draw.integers(bins))
        counts[topic, place, at : at + 2 * PARTS] += draw.poisson(1.0, 2 * PARTS)
    sizes = draw.geometric(0.55, size=counts.sum())
    return Pilot(
        scenario=scenario,
        expected=expected,
        incidents=counts,
        reports=_reports(counts, sizes),
        sizes=_by_topic(counts, sizes),
    )


def rise(
    pilot: Pilot, end: int, size: float, where: str, seed: int
) -> tuple[Pilot, int, NDArray[np.int64]]:
    """The pilot with one topic `size` times as busy from `end` on, for a week; which, where."""
    draw = np.random.default_rng([seed, 7, int(size)])
    busy = pilot.expected[:, 2:, :end].sum(axis=(1, 2))
    topic = int(np.argsort(busy)[TOPICS // 2])
    place = 2 + int(np.argmax(pilot.expected[topic, 2:, :end].sum(axis=-1)))
    bins = np.array([place]) if where == "one neighbourhood" else np.arange(NEIGHBOURHOODS + 2)
    more = np.zeros_like(pilot.incidents)
    extra = pilot.expected[topic, bins, end : end + WEEK] * (size - 1)
    more[topic, bins, end : end + WEEK] = _draw_counts(extra, pilot.scenario.dispersion, draw)
    reports = _reports(more, draw.geometric(0.55, size=more.sum()))
    risen = replace(pilot, incidents=pilot.incidents + more, reports=pilot.reports + reports)
    return risen, topic, bins


def learn(pilot: Pilot, end: int, seed: int) -> Learned:
    """What the product does before a week begins, with what is known by then."""
    tree, past_days = _tree(), end // PARTS
    known = known_parts(past_days)
    counts, part = pilot.incidents[..., :known], np.arange(end + WEEK)
    history = History(
        counts=counts,
        weights=np.ones(counts.shape),
        weekdays=part // PARTS % 7,
        parts=part % PARTS,
        known=known,
    )
    last = min(end, WEEK + QUIET_PARTS) + WEEK
    baseline = PooledBaselines().baseline(history, last=last, draw_count=DRAWS, seed=seed)
    sizes = blended([each[when < known] for each, when in pilot.sizes])
    tested = tested_of(counts, tree)
    outlook = outlook_of(baseline, tree, sizes, tested, windows_for(past_days))
    weeks = draw_weeks(baseline, outlook, sizes, DRAWN_WEEKS, seed)
    return Learned(outlook=outlook, levels=calibrate(weeks, pilot.scenario.asked), tree=tree)


def look(learned: Learned, incidents: Counts, reports: Counts) -> NDArray[np.bool_]:
    """[topic, area, part]: what is reached in the last week and the day before it."""
    outlook, levels = learned.outlook, learned.levels
    last = WEEK + QUIET_PARTS
    found = np.zeros((*outlook.tested.shape, last), dtype=bool)
    for counts, mean, variance, level, fewest in (
        (
            incidents,
            outlook.incident_mean,
            outlook.incident_variance,
            levels.incidents,
            FEWEST_INCIDENTS,
        ),
        (
            reports,
            outlook.resident_mean,
            outlook.resident_variance,
            levels.residents,
            FEWEST_RESIDENTS,
        ),
    ):
        held = np.einsum("tbp,ab->tap", counts, outlook.tree.holds.astype(np.int64))
        windows = np.stack([trailing(held, w)[..., -last:] for w in outlook.windows], axis=-1)
        limit = bounds(mean[:, :, -last:], variance[:, :, -last:], level, fewest)
        found |= over(windows, limit, outlook.tested)
    return found


def naive_reached(pilot: Pilot, end: int, deviations: float) -> NDArray[np.bool_]:
    """[topic, area, part] of a week: 24 hours so far above the mean of a day, and at least 3."""
    held = np.einsum("tbp,ab->tap", pilot.incidents, _tree().holds.astype(np.int64))
    days = held[..., :end].reshape(*held.shape[:2], -1, PARTS).sum(axis=-1)
    limit = days.mean(axis=-1) + deviations * days.std(axis=-1)
    limit = np.maximum(limit, FEWEST_INCIDENTS - 0.5)
    found: NDArray[np.bool_] = trailing(held, PARTS)[..., end : end + WEEK] > limit[..., None]
    return found


def naive_rate(pilot: Pilot, deviations: float) -> float:
    reached = naive_reached(pilot, pilot.scenario.past_days * PARTS, deviations)
    return float(begins(smallest(reached, _tree()), _tree()).sum())


def _fair_deviations(scenario: Scenario) -> float:
    """How many deviations give at most the false alarms that the product was asked for."""
    others = [draw_pilot(scenario, seed) for seed in range(1000, 1100)]
    for deviations in np.arange(1.0, 12.0, 0.5):
        if np.mean([naive_rate(pilot, deviations) for pilot in others]) <= scenario.asked:
            return float(deviations)
    return 12.0


def _tree() -> Tree:
    """Bins: unknown, the district itself, its neighbourhoods."""
    bins = (None, *range(1, NEIGHBOURHOODS + 2))
    district = np.array([bin_ is not None for bin_ in bins])
    rows = [np.ones(len(bins), dtype=bool), district, *np.eye(len(bins), dtype=bool)[2:]]
    return Tree(bins=bins, areas=(None, *range(1, NEIGHBOURHOODS + 2)), holds=np.array(rows))


def _draw_counts(
    expected: NDArray[np.float64], dispersion: float, draw: np.random.Generator
) -> Counts:
    if dispersion == 1.0:
        return draw.poisson(expected)
    return draw.negative_binomial(expected / (dispersion - 1), 1 / dispersion)


def _reports(counts: Counts, sizes: NDArray[np.int64]) -> Counts:
    owners = np.repeat(np.arange(counts.size), counts.ravel())
    return np.bincount(owners, sizes, minlength=counts.size).reshape(counts.shape).astype(np.int64)


def _by_topic(counts: Counts, sizes: Counts) -> tuple[tuple[Counts, Counts], ...]:
    owners = np.repeat(np.arange(counts.size), counts.ravel())
    topic, _, part = np.unravel_index(owners, counts.shape)
    return tuple((sizes[topic == t], part[topic == t]) for t in range(TOPICS))


def _delay(reached: NDArray[np.bool_]) -> float:
    """Hours until the end of the first part in which a bound is reached; infinite when never."""
    parts = np.flatnonzero(reached.any(axis=0))
    return float((parts[0] + 1) * 24 / PARTS) if len(parts) else float("inf")


def _found(hours: Sequence[float]) -> str:
    found = np.array(hours)
    known = found[np.isfinite(found)]
    middle = f"{np.median(known):.0f} h" if len(known) else "-"
    return f"{(found <= 24).mean():.0%} | {np.isfinite(found).mean():.0%} | {middle}"


def _interval(rates: Sequence[float]) -> str:
    """The mean with a 95 % interval over pilots."""
    values = np.array(rates)
    error = 1.96 * values.std(ddof=1) / np.sqrt(len(values))
    return f"{values.mean():.2f} ({values.mean() - error:.2f}-{values.mean() + error:.2f})"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
