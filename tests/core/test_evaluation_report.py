"""The evaluation on the command line, and the figures that outlive their model."""

from __future__ import annotations

from pathlib import Path

import pytest

import core.commands
from connectors.housekeeping import keep_house
from core import triage
from core.__main__ import main
from core.evaluation_report import report
from core.measured import remember_figures
from core.quality_file import FiguresMissing
from core.store.evaluation_queries import model_before
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.quality import write_quality


@pytest.fixture
def measured(sqlite_street: Neighbourhood) -> Neighbourhood:
    write_quality(sqlite_street.services.settings.models)
    return sqlite_street


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", "| Spoed gevonden | 50%"), ("en", "| Urgency found | 50%")],
)
def test_every_figure_stands_in_the_report(
    measured: Neighbourhood, language: str, expected: str
) -> None:
    text = "\n".join(report(measured.services, language))
    assert expected in text
    assert "HNM Lage Veld" in text
    assert measured.pilot.name in text


def test_no_message_stands_in_the_report(measured: Neighbourhood, people: People) -> None:
    measured.writes("""
        at    | author | text
        19:10 | Bram   | grofvuil naast de container in de Londensingel
    """)
    measured.does(triage.reject, 1, people.dora, "Geen melding")
    text = "\n".join(report(measured.services, "nl"))
    assert "0 van 1, te weinig" in text
    assert "container" not in text
    assert "er is *iets*" not in text


def test_figures_outlive_their_model(measured: Neighbourhood) -> None:
    folder, store = measured.services.settings.models, measured.store
    assert remember_figures(measured.services)
    assert not remember_figures(measured.services)
    measured.clock.forward(days=1)
    write_quality(folder, model="judge-next")
    with store.read() as connection:
        before = model_before(connection, "judge-next")
    assert before is not None
    assert before.model == "judge-test"
    assert before.figures["figures"]["urgent_recall"][0] == 0.5
    assert "judge-test" in "\n".join(report(measured.services, "nl"))
    assert remember_figures(measured.services)
    with store.read() as connection:
        assert model_before(connection, "judge-test") is None


def test_a_model_that_nobody_measured_is_passed_over(sqlite_street: Neighbourhood) -> None:
    folder = sqlite_street.services.settings.models
    assert not remember_figures(sqlite_street.services)
    folder.mkdir(parents=True)
    (folder / "quality.json").write_text("{", encoding="utf-8")
    assert not remember_figures(sqlite_street.services)
    with pytest.raises(FiguresMissing):
        (folder / "quality.json").unlink()
        list(report(sqlite_street.services, "nl"))


def test_the_verbs_print_and_write(
    measured: Neighbourhood,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(core.commands, "services", lambda: measured.services)
    assert main(["evaluate", "--language", "en"]) == 0
    assert "Urgency found" in capsys.readouterr().out
    assert main(["register", "--output", str(tmp_path / "out"), "--organisation", "Gemeente"]) == 0
    said = capsys.readouterr()
    assert "algoritmeregister.json" in said.out
    assert "Organisatie" not in said.err
    assert "Wettelijke basis" in said.err
    assert '"Gemeente"' in (tmp_path / "out/algoritmeregister.json").read_text(encoding="utf-8")


def test_without_figures_the_verbs_say_so_in_a_sentence(
    sqlite_street: Neighbourhood,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(core.commands, "services", lambda: sqlite_street.services)
    assert main(["evaluate"]) == 1
    assert "nog niet gemeten" in capsys.readouterr().err
    assert main(["register", "--output", str(tmp_path)]) == 1


def test_housekeeping_keeps_the_figures(measured: Neighbourhood) -> None:
    keep_house(measured.services)
    with measured.store.read() as connection:
        known = model_before(connection, "another")
    assert known is not None
    assert known.model == "judge-test"
