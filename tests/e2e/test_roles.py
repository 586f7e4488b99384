"""Journeys of who is not in the control room: an officer on a phone, the lead, and a resident.

The dispatcher's, the administrator's and the researcher's stand in files of their own.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from openpyxl import load_workbook
from playwright.sync_api import Browser, Download, Page, ViewportSize, expect
from pypdf import PdfReader

from connectors.web import door
from core import triage
from core.domain import Status
from core.surveys import make, open_wave, token_of
from core.wiring import services
from tests.core.test_surveys import ASKED
from tests.e2e.dashboard import Dashboard, free_port
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.town import Town
from tests.people import People

PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENT_MS = 90_000
"""Drawing plots is what a busy machine is slowest at."""
TOLD = "We waren er; het vuil is weg."


@pytest.fixture
def door_port() -> int:
    return free_port()


@pytest.fixture
def dashboard(town: Town, door_port: int) -> Iterator[Dashboard]:
    """The town's dashboard, which knows where residents reach us."""
    with Dashboard(town.folder, web_url=f"http://127.0.0.1:{door_port}") as running:
        yield running


def people(town: Town) -> People:
    with town.store.unit() as unit:
        return People.read(unit)


def has_areas(town: Town, login: str) -> None:
    with town.store.unit() as unit:
        row = unit.accounts.row(login)
        assert row is not None
        unit.accounts.change(row.id, area_ids=[area.id for area in town.areas])


def takes(page: Page, name: str) -> bytes:
    with page.expect_download() as waited:
        page.get_by_role("button", name=name).click()
    return taken(waited.value)


def taken(download: Download) -> bytes:
    return Path(download.path()).read_bytes()


def words_of(raw: bytes) -> str:
    pages = PdfReader(io.BytesIO(raw)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_an_officer_works_through_the_shift_on_a_phone(town: Town, open_screen: OpenScreen) -> None:
    town.has_an_evening()
    has_areas(town, "hanna")
    town.does(triage.hand_over, 4, people(town).dora, "handhaving")
    screen = open_screen("hanna", "/area", viewport=PHONE, has_touch=True, is_mobile=True)
    takes_up_and_tells(screen)
    assert town.incident(4).status is Status.CLOSED
    sees_what_changed(screen)
    briefing = PdfReader(io.BytesIO(takes(screen.page, "Briefing (PDF)")))
    assert len(briefing.pages) == 1
    assert "Bostonsingel 36" in briefing.pages[0].extract_text()


def takes_up_and_tells(screen: Screen) -> None:
    page = screen.page
    page.get_by_role("button", name="Oppakken").tap()
    page.get_by_role("button", name="Afronden").tap()
    page.get_by_label("Wat hoort de buurt?").fill(TOLD)
    page.get_by_test_id("stFormSubmitButton").get_by_role("button").tap()
    expect(page.get_by_text("HNM-4 is afgerond. De buurt krijgt bericht.")).to_be_visible()
    screen.settle()


def sees_what_changed(screen: Screen) -> None:
    page = screen.page
    page.get_by_role("radio", name=re.compile("Nieuws")).tap()
    expect(page.get_by_text("Bostonsingel 36").first).to_be_visible()
    screen.settle()
    wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= PHONE["width"]


def test_the_lead_takes_a_report_whose_numbers_are_those_of_the_screen(
    town: Town, open_screen: OpenScreen
) -> None:
    town.has_an_evening()
    dora = people(town).dora
    for incident_id in (1, 2, 3):
        town.does(triage.accept, incident_id, dora)
    town.does(triage.hand_over, 1, dora, "police_team")
    screen = open_screen("lea", "/evaluation?part=publish")
    screen.page.goto(f"{screen.address}/trends?period=week")
    expect(screen.page.locator(".js-plotly-plot").first).to_be_visible(timeout=PATIENT_MS)
    screen.settle()
    shown = metrics(screen.page)
    assert shown["Incidenten"] == str(incident_count(town))
    paper = words_of(takes(screen.page, "Rapport (PDF)"))
    for name, value in shown.items():
        assert f"{name} {value}" in paper
    book = load_workbook(io.BytesIO(takes(screen.page, "Rekenblad (Excel)")))
    figures = {row[0].value: row[1].value for row in book.worksheets[0].iter_rows(min_row=2)}
    assert {name: figures[name] for name in shown} == shown
    stages = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows(min_row=2)}
    assert (stages["Besloten"], stages["Doorgezet"]) == (3, 1)


def metrics(page: Page) -> dict[str, str]:
    """The first row of figures, by name."""
    found = {}
    for one in page.get_by_test_id("stMetric").all()[:5]:
        label = one.get_by_test_id("stMetricLabel").inner_text().strip()
        found[label] = one.get_by_test_id("stMetricValue").inner_text().strip()
    return found


def incident_count(town: Town) -> int:
    with town.store.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM incidents").scalar_one())


def test_a_resident_answers_by_keyboard_and_the_lead_sees_what_all_say(
    town: Town, open_screen: OpenScreen, browser: Browser, door_port: int
) -> None:
    link = opened(town)
    with the_door(town, door_port):
        for n in range(5):
            fills_in(browser, f"http://127.0.0.1:{door_port}{link}", downs=n % 2)
    screen = open_screen("lea", "/evaluation?part=surveys")
    expect(screen.page.get_by_text(link)).to_be_visible()
    expect(screen.page.get_by_text("Uitkomsten: 5 keer ingevuld")).to_be_visible()
    expect(screen.page.get_by_text("Gemiddeld 4,4 op een schaal van 1 tot 5")).to_be_visible()
    csv = takes(screen.page, "Alle rondes (CSV)").decode()
    assert "Eens;3;5;" in csv and "Helemaal eens;2;5;" in csv


def opened(town: Town) -> str:
    lea = people(town).lea
    with town.store.unit() as unit:
        survey_id = make(town.pilot.id, "Wat merkt u ervan?", "residents", ASKED, lea, unit)
        until = unit.now + timedelta(days=3)
        wave_id = open_wave(survey_id, unit.now - timedelta(minutes=1), until, lea, unit)
    return f"/survey/{token_of(wave_id, town.services.vault)}"


def fills_in(browser: Browser, address: str, downs: int) -> None:
    """Tab to the scale, arrows along it, tab past the rest, Enter on the button."""
    page = browser.new_page(viewport=PHONE, locale="nl-NL")
    page.goto(address)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(3 + downs):
        page.keyboard.press("ArrowDown")
    button = page.get_by_role("button", name="Verstuur")
    for _ in range(8):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Dank u wel")
    page.close()


@contextmanager
def the_door(town: Town, port: int) -> Iterator[None]:
    """The door for residents over the town's store, in a thread."""
    app: Any = door()
    app.dependency_overrides[services] = lambda: town.services
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning", lifespan="off"))
    running = threading.Thread(target=server.run)
    running.start()
    try:
        yield
    finally:
        server.should_exit = True
        running.join(timeout=20)
        assert not running.is_alive()
