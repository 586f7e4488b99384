"""voor en na: the work now, beside the period before and beside what was measured elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.estimates import Difference
from core.work_form import Baseline, Measured
from core.work_intervals import Figure, gap
from core.work_measures import ALL_ROLES, Pace, Rekeying


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """vergelijking: one figure of one role; `gap` is against the baseline, else the period before.

    `role` is empty for all of them together.
    """

    measured: Measured
    role: str
    now: Figure
    before: Figure | None
    baseline: Baseline | None
    gap: Difference | None


def compared(
    now: Sequence[Pace],
    before: Sequence[Pace],
    typed: tuple[Rekeying, Rekeying],
    baselines: Sequence[Baseline],
) -> list[Compared]:
    """A line for each measure and role that has a figure, or had one before."""
    earlier = {pace.role: pace for pace in before}
    known = {(one.measured, one.role): one for one in reversed(baselines)}
    lines = [
        _line(
            measured, pace.role, _of(pace, measured), _of(earlier.get(pace.role), measured), known
        )
        for measured in (Measured.PACE, Measured.MINUTES)
        for pace in now
    ]
    fields_now, fields_before = (one.fields for one in typed)
    lines.append(_line(Measured.FIELDS, ALL_ROLES, fields_now, fields_before, known))
    return lines


def _line(
    measured: Measured,
    role: str,
    now: Figure | None,
    before: Figure | None,
    known: dict[tuple[Measured, str], Baseline],
) -> Compared:
    figure = now or Figure(value=None)
    baseline = known.get((measured, role))
    against = baseline or before
    return Compared(
        measured=measured,
        role=role,
        now=figure,
        before=before,
        baseline=baseline,
        gap=gap(figure, against) if against is not None else None,
    )


def _of(pace: Pace | None, measured: Measured) -> Figure | None:
    if pace is None:
        return None
    return pace.an_hour if measured is Measured.PACE else pace.minutes
