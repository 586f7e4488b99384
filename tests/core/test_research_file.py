"""What of a run may leave: no words but shared ones, no exact counts, nobody to be pointed at."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.errors import NotAllowed
from core.findings import read_findings
from core.ports import Method
from core.privacy.disclosure import Rounding
from core.research_file import (
    TooFew,
    clusters_as_csv,
    note_taken,
    points,
    points_as_csv,
    run_as_json,
)
from core.store.research_queries import Outcome, Recipe, Run, RunState, Spot
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import START

ROUNDING = Rounding(lambda text: hashlib.sha256(text.encode()).hexdigest())
SIZES = {0: 23, 1: 11, 2: 3, -1: 6}
RUN = Run(
    id=7,
    pilot_id=1,
    recipe=Recipe(first=START.date(), last=START.date(), method=Method(seed=11)),
    state=RunState.DONE,
    step="write",
    progress=1.0,
    error=None,
    by="ron",
    at=START,
    finished_at=START,
    name="Afval",
    note="",
    from_run_id=None,
)


def made(sizes: dict[int, int] = SIZES, residents: int = 15) -> tuple[Outcome, dict[int, Spot]]:
    labels = [label for label, size in sizes.items() for _ in range(size)]
    ids = tuple(range(101, 101 + len(labels)))
    spots = {
        number: Spot(
            message_id=number,
            resident=f"r{number % residents}",
            topic="afval",
            incident_id=number // 4,
            sent_at=START + timedelta(minutes=number),
            redacted=f"grofvuil geheim{chr(97 + number % 26)}x container",
            lat=52.03,
            lon=4.29,
        )
        for number in ids
    }
    outcome = Outcome(
        message_ids=ids,
        clusters=tuple(labels),
        points=tuple((n / 7, n / 9) for n in ids),
        explained=0.4,
        found_count=len(ids),
        versions=(("hdbscan", "0.8.44"),),
        digest="abc",
    )
    return outcome, spots


def file(run: Run = RUN) -> dict[str, Any]:
    outcome, spots = made()
    found = read_findings(outcome, spots, ROUNDING)
    told: dict[str, Any] = json.loads(
        run_as_json(run, outcome, found, spots, ROUNDING, "an encoder")
    )
    return told


def test_a_file_says_how_to_do_it_again() -> None:
    told = file()
    assert told["recipe"]["method"]["seed"] == 11
    assert told["made_with"] == {
        "encoder": "an encoder",
        "versions": {"hdbscan": "0.8.44"},
        "digest_of_vectors": "abc",
    }
    assert told == file()


def test_every_count_in_a_file_is_rounded_and_a_small_cluster_only_named() -> None:
    told = file()
    counts = [told["messages"], told["outside"], *(c["messages"] for c in told["clusters"])]
    assert all(count % 5 == 0 for count in counts if isinstance(count, int))
    small = [one for one in told["clusters"] if one["messages"] == "< 5"]
    assert all((one["terms"], one["first_on"], one["incidents"]) == ("", "", None) for one in small)


def test_a_file_holds_no_text_place_moment_resident_or_id_of_a_message() -> None:
    raw = json.dumps(file())
    for secret in ("geheim", "52.03", "4.29", "20:", '"r1', "101", "incident_id"):
        assert secret not in raw.replace('"persistence"', ""), secret


def test_points_of_each_cluster_are_a_multiple_of_five_and_small_ones_lie_outside() -> None:
    outcome, spots = made()
    found = read_findings(outcome, spots, ROUNDING)
    by_cluster = Counter(row[1] for row in points(RUN, found, ROUNDING))
    assert all(count % 5 == 0 for count in by_cluster.values())
    assert by_cluster[1] == 20
    assert sum(by_cluster.values()) < 43


def test_points_of_two_runs_cannot_be_joined_by_their_names() -> None:
    outcome, spots = made()
    found = read_findings(outcome, spots, ROUNDING)
    one, other = (
        {row[0] for row in points(replace(RUN, id=number), found, ROUNDING)} for number in (7, 8)
    )
    assert one
    assert one & other == set()


@pytest.mark.parametrize(
    ("sizes", "residents"), [({0: 19}, 15), ({0: 40}, 9), ({}, 5)], ids=["messages", "people", "0"]
)
def test_of_too_few_nothing_leaves(sizes: dict[int, int], residents: int) -> None:
    outcome, spots = made(sizes, residents)
    found = read_findings(outcome, spots, ROUNDING)
    with pytest.raises(TooFew):
        run_as_json(RUN, outcome, found, spots, ROUNDING, "")
    with pytest.raises(TooFew):
        points_as_csv(RUN, found, spots, ROUNDING, "nl")


def test_the_table_of_clusters_has_what_its_heading_says() -> None:
    outcome, spots = made()
    text = clusters_as_csv(read_findings(outcome, spots, ROUNDING), "nl").lstrip("\ufeff")
    first, *_ = csv.DictReader(io.StringIO(text), delimiter=";")
    assert first["cluster"] == "1"
    assert first["terms"] == "container, grofvuil"
    assert int(first["messages"]) in (20, 25)


def test_taking_a_file_is_written_down(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        note_taken(RUN, "points", people.ron, unit)
        with pytest.raises(NotAllowed):
            note_taken(RUN, "points", people.dora, unit)
