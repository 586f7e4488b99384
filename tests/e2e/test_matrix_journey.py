"""A group in a real Matrix room asks, agrees, is let in, reports, is asked and told, erases."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from core.settings import ROOT
from core.store.tables import groups, messages
from tests.contract.test_sources import forms
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.town import Town
from tests.e2e.workers import as_processes
from tests.servers.live_matrix import MatrixNetwork, network
from tests.servers.synapse import Synapse

MODELS = ROOT / "var" / "models"
PATIENT_MS = 60_000
STREET = "Bostonsingel"
MARK = "rabarbertaart"
REPORTS = (
    ("Anna", f"Er wordt nu ingebroken op de {STREET} 36! {MARK}"),
    ("Piet", f"Ja ik zie ze ook, twee mannen bij de achterdeur op de {STREET} 36"),
    ("Nina", f"Ze breken in bij {STREET} 36, ze hebben een busje"),
)
ASKED = "Welke kant gingen ze op?"
TOLD = "De politie is ter plaatse geweest. Dank u wel."


@pytest.fixture(autouse=True)
def as_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    """No demonstration; texts leave soon."""
    monkeypatch.setenv("HNM_DEMO", "false")
    monkeypatch.setenv("HNM_UNDO_SECONDS", "1")


@pytest.mark.skipif(not (MODELS / "stamp").exists(), reason="no trained models: make models")
def test_a_burglary_is_told_seen_asked_about_answered_and_erased(
    town: Town, open_screen: OpenScreen, synapse: Synapse
) -> None:
    with town.store.unit() as unit:  # the demo's own messages stay away
        unit.connection.execute(sa.update(groups).values(source="whatsapp_export"))
    with network(synapse) as room, as_processes(town.folder, MODELS):
        room.joins("Nina")
        desk = open_screen("ada", "/admin?tab=connections").page
        joins_the_network(desk, room)
        agrees(room)
        lets_in(desk, town)
        until(lambda: "leest mee" in room.read()[-1].text)
        reports = [room.says(who, text) for who, text in REPORTS]
        screen = open_screen("dora")
        sees_one_incident(screen)
        asks_the_group(screen, room)
        hands_over_and_tells(screen, room)
        room.deletes("Anna", reports[0])
        until(lambda: not holds(town, MARK))
    town.store.empty_log()
    assert list(found_in(town.folder, MARK)) == []


def joins_the_network(page: Page, room: MatrixNetwork) -> None:
    page.get_by_text("Netwerk aansluiten").click()
    page.get_by_role("combobox", name="Netwerk").click()
    page.get_by_role("option", name="Matrix", exact=True).click()
    expect(page.get_by_role("textbox", name="Adres van de thuisserver")).to_be_visible()
    page.get_by_role("textbox", name="Naam", exact=True).fill("Account van de proeftuin")
    page.get_by_role("textbox", name="Adres van de thuisserver").fill(room.settings["homeserver"])
    page.get_by_role("textbox", name="Wachtwoord of sleutel").fill(room.secret)
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_text("Aangesloten. Zet de aansluiting aan")).to_be_visible()
    expect(page.get_by_text(room.secret)).to_have_count(0)
    page.get_by_test_id("stExpander").filter(has_text="Account van de proeftuin").click()
    page.get_by_role("button", name="Zet aan").click()
    expect(page.get_by_text("De aansluiting staat aan.")).to_be_visible()


def agrees(room: MatrixNetwork) -> None:
    """Anna invites us; what is said before consent is read by nobody."""
    room.asks()
    until(lambda: any("akkoord" in read.text for read in room.read()))
    room.says("Piet", f"inbraak op de {STREET} 2, niemand mag dit lezen")
    room.says("Anna", "!hnm akkoord")
    until(lambda: "De gemeente kijkt ernaar" in room.read()[-1].text)


def lets_in(page: Page, town: Town) -> None:
    page.reload()
    expect(page.get_by_text("vraagt om mee te doen")).to_be_visible(timeout=PATIENT_MS)
    page.get_by_role("textbox", name="Waaruit de toestemming blijkt").fill(
        "gesprek met de beheerder, 3 april"
    )
    page.get_by_role("button", name="Laat meedoen").click()
    expect(page.get_by_text("De groep doet mee")).to_be_visible()
    assert not holds(town, "niemand mag dit lezen")


def sees_one_incident(screen: Screen) -> None:
    expect(screen.row(STREET).first).to_contain_text("3 bewoners", timeout=PATIENT_MS)
    expect(screen.row(STREET)).to_have_count(1)
    screen.choose(STREET)
    expect(screen.detail).to_contain_text("3 verschillende bewoners, 3 berichten")
    screen.press("a")
    expect(screen.detail).to_contain_text("Aangenomen")


def asks_the_group(screen: Screen, room: MatrixNetwork) -> None:
    sends(screen, "v", ASKED)
    until(lambda: any(ASKED in read.text for read in room.read()))
    room.says("Nina", f"Ze rijden weg van de {STREET} richting de Laan van Wateringse Veld")
    expect(screen.detail).to_contain_text("4 berichten", timeout=PATIENT_MS)
    expect(screen.detail).to_contain_text("Ze rijden weg")


def hands_over_and_tells(screen: Screen, room: MatrixNetwork) -> None:
    screen.press("d")
    screen.submit("hand_over").click()
    expect(screen.detail).to_contain_text("Doorgezet")
    sends(screen, "i", TOLD)
    until(lambda: any(TOLD in read.text and "bel 112" in read.text for read in room.read()))


def sends(screen: Screen, key: str, text: str) -> None:
    screen.press(key)
    screen.page.locator("textarea").fill(text)
    screen.page.locator(".send").click()
    expect(screen.page.get_by_test_id("stToast").last).to_contain_text("staat klaar")


def until(holds_now: Callable[[], Any]) -> None:
    """Waits for what other processes do, as long as a patient person would."""
    end = time.monotonic() + PATIENT_MS / 1000
    while not holds_now():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.2)


def holds(town: Town, words: str) -> bool:
    with town.store.read() as connection:
        texts = connection.execute(sa.select(messages.c.redacted)).scalars()
        return any(words in (text or "") for text in texts)


def found_in(folder: Path, mark: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(f in path.read_bytes() for f in forms(mark))]
