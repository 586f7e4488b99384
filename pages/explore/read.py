"""What the page reads of a run, kept while nothing in the store changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import streamlit as st

from core.findings import Findings, read_findings
from core.privacy.disclosure import Rounding
from core.store.queries import revision
from core.store.research_queries import Outcome, Run, Spot, outcome_of, spots
from core.wiring import Services
from pages._frame import services

_KEPT: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """geopend: a run with its outcome, what is stored of its messages, and what that says."""

    run: Run
    outcome: Outcome
    spots: dict[int, Spot]
    found: Findings
    revision: int


def opened(run: Run) -> Opened | None:
    """A run that is done, as it reads today; None when it placed nothing."""
    given = services()
    with given.store.read() as connection:
        newest = revision(connection)
    return _opened(given.store.url, run.id, newest, run, given)


def rounding() -> Rounding:
    return Rounding(services().vault.draw)


@st.cache_resource(max_entries=6, ttl=_KEPT, show_spinner=False)
def _opened(url: str, run_id: int, newest: int, _run: Run, _given: Services) -> Opened | None:
    with _given.store.read() as connection:
        outcome, seen = outcome_of(connection, run_id), spots(connection, _run)
    if outcome is None or not outcome.message_ids:
        return None
    found = read_findings(outcome, seen, Rounding(_given.vault.draw))
    return Opened(run=_run, outcome=outcome, spots=seen, found=found, revision=newest)
