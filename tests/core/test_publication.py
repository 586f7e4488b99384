"""What a public body publishes: within the register's limits, with the figures of the page."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from core.assess import Thresholds
from core.domain import Pilot
from core.errors import NotFound
from core.evaluation import decide
from core.model_card import model_card
from core.publication import facts_of, publication, write
from core.quality_file import FiguresMissing, read_quality
from core.register import LIMITS, Facts, register_entry
from core.store import Store
from core.topics import topics
from tests.neighbourhood import Neighbourhood
from tests.quality import write_quality

PILOT = Pilot(
    id=1,
    name="Wateringse Veld",
    starts_on=date(2021, 3, 31),
    ends_on=date(2021, 5, 31),
    topics=tuple(topics()),
)
MITCHELL = (
    "Model details",
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data",
    "Training data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
)


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    write_quality(tmp_path)
    quality = read_quality(tmp_path)
    return Facts(
        quality=quality,
        said=decide(quality.judged, Thresholds()),
        thresholds=Thresholds(),
        pilot=PILOT,
        group_count=6,
        open_source_count=3,
        topics=topics(),
        today=date(2021, 4, 10),
    )


def test_every_text_fits_its_field(facts: Facts) -> None:
    for name, value in register_entry(facts, "G" * 500, "c" * 900).values.items():
        if LIMITS[name] and isinstance(value, str):
            assert 0 < len(value) <= LIMITS[name], name


def test_what_only_the_organisation_knows_is_left_to_it(facts: Facts) -> None:
    entry = register_entry(facts)
    assert "organization" in entry.to_fill
    assert "lawful_basis" in entry.to_fill
    assert entry.values["impacttoetsen_grouping"] == []
    named = register_entry(facts, " Gemeente Den Haag ", "algoritmes@denhaag.nl")
    assert named.values["organization"] == "Gemeente Den Haag"
    assert "organization" not in named.to_fill
    assert "contact_email" not in named.to_fill


def test_choices_are_those_of_the_standard(facts: Facts) -> None:
    values = register_entry(facts).values
    assert values["publication_category"] == "Hoog-risico AI-systeem"
    assert values["category"] == ["Openbare orde en veiligheid"]
    assert (values["lang"], values["standard_version"]) == ("nld", "1.0")
    assert values["source_id"] == "judge-test"


@pytest.mark.parametrize(
    ("today", "status", "ended"),
    [
        (date(2021, 1, 1), "In ontwikkeling", None),
        (date(2021, 5, 31), "In gebruik", None),
        (date(2021, 6, 1), "Buiten gebruik", "2021-05"),
    ],
)
def test_the_status_follows_the_pilot(
    facts: Facts, today: date, status: str, ended: str | None
) -> None:
    values = register_entry(replace(facts, today=today)).values
    assert (values["status"], values["begin_date"]) == (status, "2021-03")
    assert values["end_date"] == ended


def test_the_files_hold_the_same_figures(facts: Facts) -> None:
    files = publication(facts).files
    assert set(files) == {
        "algoritmeregister.json",
        "algoritmeregister.csv",
        "model-card-nl.md",
        "model-card-en.md",
    }
    entry = json.loads(files["algoritmeregister.json"])
    assert list(entry) == list(LIMITS)
    assert "spoed gevonden 50%" in entry["risks"]
    assert "| Spoed gevonden | 50%" in files["model-card-nl.md"]
    assert "| Urgency found | 50%" in files["model-card-en.md"]


def test_the_sheet_opens_safely(facts: Facts) -> None:
    text = publication(facts, organisation="=HYPERLINK(1)").files["algoritmeregister.csv"]
    rows = {row[0]: row for row in csv.reader(io.StringIO(text[1:]), delimiter=";")}
    assert rows["organization"][2] == "'=HYPERLINK(1)"
    assert rows["contact_email"][2] == "[door de organisatie in te vullen]"


def test_the_card_has_the_headings_of_mitchell(facts: Facts) -> None:
    lines = model_card(facts, "en").splitlines()
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert tuple(headings) == MITCHELL
    dutch = [line for line in model_card(facts, "nl").splitlines() if line.startswith("## ")]
    assert len(dutch) == len(MITCHELL)


def test_the_card_gives_no_percentage_of_few(tmp_path: Path, facts: Facts) -> None:
    from tests.quality import rows_of

    write_quality(tmp_path, rows_of())
    quality = read_quality(tmp_path)
    said = decide(quality.judged, Thresholds())
    card = model_card(replace(facts, quality=quality, said=said), "nl")
    (row,) = [line for line in card.splitlines() if line.startswith("| Afval |")]
    assert "%" not in row
    assert "te weinig" in row


def test_a_name_does_not_break_out_of_its_table(tmp_path: Path, facts: Facts) -> None:
    from tests.quality import rows_of

    rows = [{**row, "group": "a | b <script>\n# c"} for row in rows_of()]
    write_quality(tmp_path, rows)
    quality = read_quality(tmp_path)
    said = decide(quality.judged, Thresholds())
    card = model_card(replace(facts, quality=quality, said=said), "nl")
    assert "a \\| b &lt;script> # c" in card
    assert "\n# c" not in card


def test_files_are_written_into_a_new_folder(facts: Facts, tmp_path: Path) -> None:
    paths = write(publication(facts), tmp_path / "a" / "b")
    assert len(paths) == 4
    assert all(path.stat().st_size > 500 for path in paths)
    assert b"\r\r\n" not in (tmp_path / "a/b/algoritmeregister.csv").read_bytes()


def test_facts_come_from_the_running_system(sqlite_street: Neighbourhood) -> None:
    folder = sqlite_street.services.settings.models
    with pytest.raises(FiguresMissing):
        facts_of(sqlite_street.services)
    write_quality(folder)
    with sqlite_street.store.unit() as unit:
        unit.pilots.set_thresholds(1, {"urgent": 0.4})
    found = facts_of(sqlite_street.services)
    assert found.thresholds == Thresholds(urgent=0.4)
    groups = sqlite_street.groups.values()
    assert found.open_source_count == sum(group.is_open_source for group in groups)
    assert found.group_count == len(groups) - found.open_source_count - 1  # one did not consent
    assert found.today == date(2021, 4, 10)


def test_without_a_pilot_there_is_nothing_to_register(empty_store: Store, tmp_path: Path) -> None:
    from core.settings import Settings
    from core.wiring import Services

    settings = Settings(folder=tmp_path, database_url=empty_store.url)
    write_quality(settings.models)
    services = Services(
        settings=settings,
        store=empty_store,
        topics=topics(),
        vault=None,  # type: ignore[arg-type]  # nothing here is sealed
        clock=empty_store.clock,
    )
    with pytest.raises(NotFound):
        facts_of(services)
