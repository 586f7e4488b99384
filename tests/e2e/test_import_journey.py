"""A WhatsApp export dropped on the admin page becomes an incident that is followed to its end."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Locator, Page, expect

from core.clock import local
from core.domain import Incident, Status
from core.settings import ROOT
from core.store.room_queries import queue
from core.store.tables import groups
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.town import Town
from tests.e2e.workers import as_processes, in_a_thread
from tests.neighbourhood import GROUP

STREET = "Bostonsingel 36"
CHAT = """
90 | - | Berichten en gesprekken worden end-to-end versleuteld.
42 | Anna de Vries | Er ligt weer grofvuil naast de container, Bostonsingel 36
41 | +31 6 12345678 | Ja hier ook, een hele berg vuilnis op de Bostonsingel 36
30 | Joost | wie gaat er morgen mee voetballen?
"""
ANSWER = "Het grofvuil is opgehaald. Bedankt voor het melden."
MODELS = ROOT / "var" / "models"
PATIENT_MS = 60_000
"""The models take some seconds to load."""


def test_with_the_plain_judge_of_the_tests(town: Town, open_screen: OpenScreen) -> None:
    has_no_story(town)
    with in_a_thread(town):
        journey(town, open_screen)


@pytest.mark.skipif(not (MODELS / "stamp").exists(), reason="no trained models: make models")
def test_with_the_worker_processes_and_their_models(town: Town, open_screen: OpenScreen) -> None:
    has_no_story(town)
    with as_processes(town.folder, MODELS):
        journey(town, open_screen)


def journey(town: Town, open_screen: OpenScreen) -> None:
    """The administrator imports, the dispatcher hands over, the officer ends it, residents see."""
    brings_a_chat(open_screen("ada", "/admin?tab=imports").page)
    incident = is_handed_over(open_screen("dora"), town)
    is_finished(open_screen("hanna", "/area").page, incident)
    is_answered(open_screen("dora", f"/conversations?group={town.group().id}").page)
    ended = waste(town)
    assert ended.status is Status.CLOSED
    assert steps(town, ended.id) == [
        ("dora", "accept"),
        ("dora", "hand_over"),
        ("hanna", "take_on"),
        ("hanna", "tell"),
        ("hanna", "close"),
    ]
    assert keeps_no_readable_name(town.folder)


def has_no_story(town: Town) -> None:
    """The demo's own messages stay away: only what is imported is there."""
    with town.store.unit() as unit:
        unit.connection.execute(sa.update(groups).values(source="whatsapp_export"))


def brings_a_chat(page: Page) -> None:
    page.locator(".st-key-admin-import-0-group input").click()
    page.get_by_role("option", name=GROUP).click()
    drop_chat(page)
    page.get_by_role("button", name="Proefdraaien").click()
    trial = page.locator(".st-key-admin-import-1")
    expect(trial).to_contain_text("proef · klaar", timeout=PATIENT_MS)
    page.get_by_role("button", name="Inlezen").last.click()
    done = page.locator(".st-key-admin-import-2")
    expect(done).to_contain_text("inlezen · klaar", timeout=PATIENT_MS)
    assert done.locator("tbody td").all_inner_texts()[1] == "3"


def drop_chat(page: Page) -> None:
    """Drops the file; a page that is just being drawn anew does not see the first try."""
    known = page.get_by_text("Herkend als: WhatsApp-export")
    for _ in range(3):
        drop(page.get_by_test_id("stFileUploaderDropzone"), "WhatsApp-chat.txt", chat())
        with suppress(AssertionError):
            expect(known).to_be_visible(timeout=15_000)
            return
    expect(known).to_be_visible()


def is_handed_over(screen: Screen, town: Town) -> Incident:
    """Accepted and handed over from the control room, where it stands on the map."""
    expect(screen.row(STREET).first).to_be_visible(timeout=PATIENT_MS)
    expect(screen.row(STREET).first).to_contain_text("2 bewoners", timeout=PATIENT_MS)
    screen.map.locator(".ground .incident").first.wait_for()
    screen.choose(STREET)
    screen.press("a")
    expect(screen.detail).to_contain_text("Aangenomen")
    screen.press("d")
    screen.submit("hand_over").click()
    expect(screen.detail).to_contain_text("Doorgezet")
    return waste(town)


def is_finished(page: Page, incident: Incident) -> None:
    card = page.locator(f".st-key-area-work-{incident.id}")
    expect(card).to_contain_text(STREET)
    card.get_by_role("button", name="Oppakken").click()
    card.get_by_role("button", name="Afronden").click()
    page.locator("textarea").fill(ANSWER)
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Afronden").click()
    expect(page.get_by_text(f"{incident.number} is afgerond.")).to_be_visible()


def is_answered(page: Page) -> None:
    """The group's view shows the text with the rule of 112, to be posted; then somebody did."""
    answer = page.locator(".bubble.ours").filter(has_text=ANSWER)
    expect(answer).to_contain_text("Bij spoed: bel 112.")
    expect(answer).to_contain_text("zelf plaatsen", timeout=PATIENT_MS)
    answer.get_by_role("button", name="Geplaatst").click()
    expect(answer.locator(".state")).to_have_text("geplaatst", timeout=PATIENT_MS)
    expect(page.locator(".bubble:not(.ours)").first).to_contain_text(STREET)


def drop(place: Locator, name: str, content: str) -> None:
    """Drops a file as somebody's hand does."""
    encoded = base64.b64encode(content.encode()).decode()
    transfer = place.page.evaluate_handle(
        """([name, encoded]) => {
            const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
            const transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, { type: "text/plain" }));
            return transfer;
        }""",
        [name, encoded],
    )
    place.dispatch_event("drop", {"dataTransfer": transfer})


def chat() -> str:
    """The chat as an Android phone in Dutch exports it, of the last hours."""
    lines = []
    for line in CHAT.strip().splitlines():
        minutes, author, text = (part.strip() for part in line.split("|"))
        at = local(datetime.now(UTC) - timedelta(minutes=int(minutes)))
        who = "" if author == "-" else f"{author}: "
        lines.append(f"{at:%d-%m-%Y %H:%M} - {who}{text}")
    return "\n".join(lines) + "\n"


def waste(town: Town) -> Incident:
    with town.store.read() as connection:
        found = [one for one in queue(connection) if one.topic == "afval"]
    return found[0]


def steps(town: Town, incident_id: int) -> list[tuple[str, str]]:
    """What people did, in order."""
    return [(who, what) for who, what in town.history(incident_id) if who in ("dora", "hanna")]


def keeps_no_readable_name(folder: Path) -> bool:
    written = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return not any(b"de Vries" in raw or b"12345678" in raw for raw in written)
