"""The thresholds tab: seen before moved, moved with a reason, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.assess import Thresholds
from core.i18n import text_of
from core.store import Unit
from core.thresholds import current
from tests.neighbourhood import Neighbourhood
from tests.pages.conftest import Desk
from tests.quality import write_quality

URGENT = "admin.thresholds.1.urgent"
REASON = "admin.thresholds.1.reason"


def models(desk: Desk) -> Path:
    return desk.around.services.settings.models


def tab(desk: Desk, language: str = "nl") -> AppTest:
    desk.sign_in("ada", language)
    return desk.open("admin", tab="thresholds")


def holds(around: Neighbourhood) -> Thresholds:
    with around.store.read() as connection:
        return current(1, Unit(connection, around.clock()))


def press(screen: AppTest, key: str) -> AppTest:
    (button,) = [b for b in screen.button if b.label == text_of("nl", key)]
    return button.click().run()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_curve_and_both_tables_show(desk: Desk, language: str) -> None:
    write_quality(models(desk))
    screen = tab(desk, language)
    assert not screen.exception
    assert len(screen.get("plotly_chart")) == 1
    assert len(screen.table) == 2


def test_without_figures_the_sliders_stay(desk: Desk) -> None:
    screen = tab(desk)
    assert not screen.exception
    assert len(screen.warning) == 1
    assert len(screen.slider) == 4


def test_a_slider_shows_what_it_would_do(desk: Desk) -> None:
    write_quality(models(desk))
    screen = tab(desk)
    screen.slider(key=URGENT).set_value(0.06).run()
    row = screen.table[0].value.iloc[0].tolist()
    assert row[1].startswith("50%")
    assert row[2].startswith("100%")
    assert holds(desk.around) == Thresholds()


def test_a_move_needs_a_reason_then_holds_and_is_taken_back(desk: Desk) -> None:
    write_quality(models(desk))
    screen = tab(desk)
    screen.slider(key=URGENT).set_value(0.06).run()
    press(screen, "thresholds.save")
    assert holds(desk.around) == Thresholds()
    screen.text_input(key=REASON).set_value("minder missen").run()
    press(screen, "thresholds.save")
    assert holds(desk.around) == Thresholds(urgent=0.06)
    assert "minder missen" in str(screen.table[-1].value)
    press(screen, "moves.undo")
    assert holds(desk.around) == Thresholds()
    assert screen.slider(key=URGENT).value == 0.2


def test_stated_costs_lead_to_a_proposal(desk: Desk) -> None:
    write_quality(models(desk))
    screen = tab(desk)
    screen.number_input(key="admin.thresholds.1.cost").set_value(100).run()
    (button,) = [b for b in screen.button if b.key == "admin.thresholds.1.suggest"]
    button.click().run()
    assert screen.slider(key=URGENT).value <= 0.10
    assert holds(desk.around) == Thresholds()


def test_a_bad_file_is_a_sentence(desk: Desk) -> None:
    write_quality(models(desk)).write_text("{", encoding="utf-8")
    screen = tab(desk)
    assert not screen.exception
    assert "make models" in screen.warning[0].value
