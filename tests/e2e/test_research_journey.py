"""A researcher lets the real role compute twice, sees it done, chooses in the plot and compares."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from core.settings import ROOT, child_environment
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.town import Town

PATIENT_MS = 90_000
"""Two processes load their libraries, one after the other."""


def test_a_researcher_computes_chooses_and_compares(town: Town, open_screen: OpenScreen) -> None:
    for n in range(12):
        town.says(f"Buur {n}", "Weer grofvuil naast de container in de Berlijnstraat")
        town.says(f"Buur {n}", "Er is ingebroken op de Bostonsingel, deur open")
    # 25 in all: a multiple of five is shown as it is.
    town.says("Buur 12", "Weer grofvuil naast de container in de Berlijnstraat")
    with the_role(town):
        screen = open_screen("ron", "/research")
        computes(screen)
        chooses_by_hand(screen)
        changes(screen)
        compares(screen)
        stays_without_words(screen)


def computes(screen: Screen) -> None:
    screen.page.get_by_role("button", name="Bereken").click()
    expect(screen.page.locator(".linked canvas.plane")).to_be_visible(timeout=PATIENT_MS)
    expect(screen.page.locator(".linked .count")).to_contain_text("25 berichten")


def chooses_by_hand(screen: Screen) -> None:
    """A cluster chosen by its button; the timeline and the words below follow."""
    first = screen.page.locator(".linked .legend button").last
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(screen.page.locator(".linked .count")).to_contain_text("gekozen")
    expect(screen.page.get_by_text("Gekozen:")).to_be_visible()
    screen.settle()
    screen.page.locator(".linked .clear").click()
    expect(screen.page.locator(".linked .count")).not_to_contain_text("gekozen")
    screen.settle()


def changes(screen: Screen) -> None:
    """The same once more, with broad clusters."""
    screen.page.get_by_role("button", name="Wijzig").click()
    expect(screen.page.get_by_text("Uitgaand van nr. 1.")).to_be_visible()
    screen.settle()
    screen.page.get_by_role("radio", name="Grof").click()
    screen.settle()
    computes(screen)


def compares(screen: Screen) -> None:
    """Two heaps that differ in every word: fine and broad find the same two clusters."""
    screen.page.goto(f"{screen.address}/research?run=2&view=beside")
    screen.settle()
    expect(screen.page.get_by_text("Anders gekozen")).to_be_visible()
    expect(screen.page.get_by_text("Zelfde uitkomst als nr. 1")).to_be_visible()


def stays_without_words(screen: Screen) -> None:
    """A researcher reads no messages."""
    assert "Weer grofvuil naast" not in screen.page.content()


@contextmanager
def the_role(town: Town) -> Iterator[None]:
    """The research role as the supervisor starts it."""
    environment = {**child_environment(), "HNM_FOLDER": str(town.folder)}
    with (town.folder / "research.log").open("ab") as log:
        role = subprocess.Popen(
            [sys.executable, "-m", "connectors", "research"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        role.terminate()
        try:
            role.wait(timeout=20)
        except subprocess.TimeoutExpired:
            role.kill()
            role.wait()
    assert os.path.getsize(town.folder / "research.log") < 20_000
