"""An administrator sets up a pilot from official files and a chat; then it is on the map."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from core.clock import local
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.test_import_journey import PATIENT_MS, drop
from tests.e2e.town import Town
from tests.e2e.workers import in_a_thread

PILOT = "Delft Binnenstad"
GROUP = "Buurtapp Oude Delft"
STREET = "Oude Delft"
NORTH = ((52.016, 4.350), (52.016, 4.365), (52.011, 4.365), (52.011, 4.350))
SOUTH = ((52.011, 4.350), (52.011, 4.365), (52.006, 4.365), (52.006, 4.350))
AREAS = [("BU05030101", "Binnenstad Noord", NORTH), ("BU05030102", "Binnenstad Zuid", SOUTH)]
ADDRESSES = [
    f"Delft,{street},{house},{52.0125 + house / 1e5:.6f},{lon}"
    for street, lon in ((STREET, 4.3570), ("Koornmarkt", 4.3590))
    for house in range(1, 60, 6)
]


def test_a_pilot_from_official_files_and_a_chat_stands_on_the_map(
    town: Town, open_screen: OpenScreen
) -> None:
    with in_a_thread(town):
        screen = open_screen("ada", "/admin?tab=pilots")
        begins(screen)
        reads_areas(screen)
        reads_streets(screen)
        adds_group(screen)
        brings_chat(screen)
        is_on_the_map(screen)


def begins(screen: Screen) -> None:
    page = screen.page
    page.get_by_text("Eigen proeftuin beginnen").click()
    page.get_by_label("Naam van de proeftuin").fill(PILOT)
    press(page.get_by_role("button", name="Toevoegen"), "Proeftuin begonnen.")


def reads_areas(screen: Screen) -> None:
    """Buurten as CBS and PDOK give them; the plan is seen before it is taken over."""
    page = goes_to(screen, "areas")
    drop_into(page.get_by_test_id("stFileUploaderDropzone").first, "buurten.geojson", boundaries())
    expect(page.get_by_role("button", name="Overnemen")).to_be_visible()
    press(page.get_by_role("button", name="Overnemen"), "2 gebieden overgenomen.")


def reads_streets(screen: Screen) -> None:
    """Addresses with a place, as a table of the BAG holds them."""
    page = screen.page
    screen.settle()
    page.get_by_text("Straten inlezen").click()
    page.get_by_label("Plaats", exact=True).fill("Delft")
    page.keyboard.press("Enter")
    screen.settle()
    table = "\n".join(["woonplaats,straatnaam,huisnummer,lat,lon", *ADDRESSES])
    drop_into(page.get_by_test_id("stFileUploaderDropzone").last, "adressen.csv", table)
    page.get_by_role("button", name="Proefdraaien").click()
    take = page.locator(".st-key-admin-official-take_streets button")
    press(take, "2 straten overgenomen.")


def adds_group(screen: Screen) -> None:
    page = goes_to(screen, "groups")
    page.get_by_text("Groep toevoegen").click()
    screen.settle()
    page.get_by_label("Naam van de groep").fill(GROUP)
    press(page.get_by_role("button", name="Toevoegen"), "De groep is toegevoegd.")
    page.get_by_label("Waaruit blijkt de toestemming?").fill("Aankondiging in de groep")
    press(
        page.get_by_role("button", name="Toestemming vastleggen"), "De toestemming is vastgelegd."
    )


def brings_chat(screen: Screen) -> None:
    page = goes_to(screen, "imports")
    page.locator(".st-key-admin-import-0-group input").click()
    page.get_by_role("option", name=GROUP).click()
    drop_into(page.get_by_test_id("stFileUploaderDropzone"), "WhatsApp-chat.txt", chat())
    page.get_by_role("button", name="Inlezen").last.click()
    done = page.locator(".st-key-admin-import-1")
    expect(done).to_contain_text("inlezen · klaar", timeout=PATIENT_MS)


def is_on_the_map(screen: Screen) -> None:
    screen.page.goto(f"{screen.address}/control_room")
    expect(screen.row(STREET).first).to_be_visible(timeout=PATIENT_MS)
    expect(screen.map.locator(".ground .incident").first).to_be_visible()
    screen.choose(STREET)
    expect(screen.detail).to_contain_text("Oude Delft 12")


def goes_to(screen: Screen, tab: str) -> Page:
    """Another tab of the administrator's page, about the new pilot."""
    screen.page.goto(f"{screen.address}/admin?tab={tab}&pilot=2")
    # The bar says which theme it is drawn in, and the page may run once more for that.
    screen.page.get_by_role("button", name="Uitloggen", exact=True).wait_for()
    screen.settle()
    return screen.page


def press(button: Locator, said: str) -> None:
    """Clicks until the page says that it is done: a button drawn anew under the pointer misses a
    click, and a person clicks again.
    """
    answer = button.page.get_by_text(said)
    for _ in range(3):
        button.click()
        try:
            expect(answer).to_be_visible(timeout=8_000)
            return
        except AssertionError:
            continue
    expect(answer).to_be_visible()


def drop_into(place: Locator, name: str, content: str) -> None:
    """Drops a file until the box names it: one that is just drawn anew misses the first try."""
    for _ in range(3):
        drop(place, name, content)
        try:
            expect(place.page.get_by_text(name).first).to_be_visible(timeout=8_000)
            break
        except AssertionError:
            continue
    expect(place.page.get_by_text(name).first).to_be_visible()


def boundaries() -> str:
    """GeoJSON with the columns of "wijken en buurten"."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "buurtcode": code,
                "buurtnaam": name,
                "gemeentecode": "GM0503",
                "gemeentenaam": "Delft",
                "water": "NEE",
            },
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[lon, lat] for lat, lon in (*corners, corners[0])]],
            },
        }
        for code, name, corners in AREAS
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def chat() -> str:
    """The chat as an Android phone in Dutch exports it, of the last half hour."""
    said = (
        (31, "Anna de Vries", "Er ligt weer grofvuil naast de container, Oude Delft 12"),
        (30, "Joost", "Ja hier ook, een hele berg vuilnis op de Oude Delft 12"),
    )
    now = datetime.now(UTC)
    moments = [(local(now - timedelta(minutes=ago)), who, text) for ago, who, text in said]
    return "".join(f"{at:%d-%m-%Y %H:%M} - {who}: {text}\n" for at, who, text in moments)
