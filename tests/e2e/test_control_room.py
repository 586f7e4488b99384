"""The control room in a real browser: pushed, shared, by keyboard, and asking nobody else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core.domain import Status
from tests.e2e.dashboard import Dashboard
from tests.e2e.screen import OpenScreen, Screen
from tests.e2e.town import Town


@pytest.fixture
def evening(town: Town) -> Town:
    town.has_an_evening()
    return town


HELD_BACK = """
    window.tones = 0;
    const waiting = [];
    window.AudioContext = class {
        constructor() { this.state = "suspended"; this.currentTime = 0; }
        resume() {
            const started = new Promise((go) => waiting.push(go));
            if (window.mayOpen) { this.state = "running"; waiting.forEach((go) => go()); }
            return started;
        }
        createOscillator() {
            window.tones += 1;
            return { frequency: {}, connect: (to) => to, start() {}, stop() {} };
        }
        createGain() {
            const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
            return { gain, connect: (to) => to };
        }
    };
"""
"""A browser that lets a page sound only once it is told to."""


def appears(screen: Screen, text: str) -> None:
    """Waits for a row with the text; nobody clicks, so only a push can bring it."""
    expect(screen.row(text).first).to_be_visible()


def test_an_empty_room_fills_by_itself(town: Town, open_screen: OpenScreen) -> None:
    screen = open_screen("dora")
    expect(screen.page.get_by_text("Er staat niets open.")).to_be_visible()
    expect(screen.live).to_contain_text("Live")
    town.says("Anna", "Er is ingebroken op de Bostonsingel 36")
    appears(screen, "Bostonsingel 36")


def test_what_arrives_takes_away_neither_typed_text_nor_choice_nor_view(
    evening: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    screen.choose("Overlast")
    screen.press("i")
    text = screen.page.locator("textarea")
    text.fill("Half getypt")
    screen.move_map(52.0200, 4.3000, 16.5)
    view = screen.map_view()
    screen.map.locator(".layers").evaluate("layers => { layers.open = true; }")
    drawn = screen.map.element_handle()
    for number in (11, 13, 15):
        evening.says(f"Nieuw {number}", f"Er is ingebroken op de Vuurland {number}")
        if number == 11:
            appears(screen, "Vuurland 11")
        screen.page.keyboard.type("x")
    expect(screen.row("Vuurland")).to_contain_text("3 bewoners")
    expect(text).to_have_value("Half getyptxxx")
    expect(text).to_be_focused()
    expect(screen.heading).to_contain_text("HNM-2 ")
    expect(screen.row("Overlast")).to_have_attribute("aria-selected", "true")
    assert screen.map_view() == view
    assert drawn.evaluate("map => map.isConnected && map.querySelector('.layers').open")


def test_the_chosen_incident_follows_its_new_messages(
    evening: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    screen.choose("Overlast")
    evening.says("Hans", "Ja ook muziek hier op het Ko van Dijkplein", "HNM Zonne Veld")
    expect(screen.detail).to_contain_text("2 verschillende bewoners, 2 berichten")
    expect(screen.detail.locator(".talk li")).to_have_count(2)


def test_sound_that_is_held_back_says_so_and_keys_can_be_switched_off(
    town: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    page, bell = screen.page, screen.page.locator(".sound")
    page.add_init_script(HELD_BACK)
    page.reload()
    screen.settle()
    expect(bell).to_contain_text("Klik voor geluid")
    town.says("Karel", "help brand op de Waterbiesweg 3", "HNM Zonne Veld")
    expect(page.locator(".waiting")).to_have_text("1 spoed te doen")
    assert page.evaluate("window.tones") == 0
    page.evaluate("window.mayOpen = true")
    bell.click()
    expect(bell).to_have_attribute("aria-label", "Geluid bij spoed staat aan")
    assert page.evaluate("window.tones") == 2
    bell.click()
    expect(bell).to_have_attribute("aria-label", "Geluid bij spoed staat uit")
    town.says("Hans", "help brand op de Bostonsingel 36")
    expect(page.locator(".waiting")).to_have_text("2 spoed te doen")
    assert page.evaluate("window.tones") == 2
    help_keys = page.locator("dialog.keyboard")
    screen.press("?")
    expect(help_keys).to_be_visible()
    help_keys.get_by_role("button").click()
    page.get_by_role("button", name="Toetsen: aan").click()
    screen.press("?")
    expect(help_keys).to_be_hidden()
    page.get_by_role("button", name="Toetsen: uit").click()
    screen.press("?")
    expect(help_keys).to_be_visible()


def test_something_urgent_is_called_out_and_counted_in_the_title(
    evening: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    expect(screen.page.locator(".waiting")).to_have_text("2 spoed te doen")
    evening.says("Karel", "help brand op de Waterbiesweg 3", "HNM Zonne Veld")
    expect(screen.page.locator(".waiting")).to_have_text("3 spoed te doen")
    expect(screen.page.get_by_test_id("stToast")).to_contain_text("Waterbiesweg 3")
    expect(screen.page).to_have_title(re.compile(r"^\(3\) "))
    expect(screen.rows.first).to_contain_text("Waterbiesweg 3")


def test_the_second_dispatcher_sees_it_and_nothing_is_overwritten(
    evening: Town, open_screen: OpenScreen
) -> None:
    dora, daan = open_screen("dora"), open_screen("daan")
    for screen in (dora, daan):
        screen.choose("Bostonsingel 36")
    daan.press("d")
    expect(daan.detail).to_contain_text("Doorzetten naar")
    dora.press("a")
    expect(daan.page.get_by_test_id("stToast")).to_contain_text("Dora Meldkamer: aangenomen")
    daan.submit("hand_over").click()
    expect(daan.detail).to_contain_text("HNM-1 is intussen gewijzigd door Dora Meldkamer")
    assert evening.incident(1).status is Status.ACCEPTED
    daan.submit("hand_over").click()
    expect(dora.row("Bostonsingel 36")).to_contain_text("Doorgezet · Politieteam")
    assert evening.incident(1).status is Status.HANDED_OVER


def test_from_new_to_closed_by_keyboard_with_the_neighbourhood_told(
    evening: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    page = screen.page
    screen.press("j")
    expect(screen.heading).to_contain_text("Noodgeval")
    screen.press("j")
    screen.press("k")
    expect(screen.heading).to_contain_text("HNM-5 ")
    screen.press("a")
    expect(screen.detail).to_contain_text("Aangenomen")
    screen.press("d")
    screen.press_by_tab(screen.submit("hand_over"))
    expect(screen.detail).to_contain_text("Doorgezet")
    screen.press("i")
    expect(page.locator(".bubble")).to_contain_text("Bij spoed: bel 112.")
    screen.press_by_tab(page.locator(".send"))
    expect(page.get_by_test_id("stToast").last).to_contain_text("staat klaar om te vertrekken")
    screen.press("f")
    screen.press_by_tab(screen.submit("close"))
    expect(screen.detail).to_contain_text("Afgehandeld")
    assert evening.incident(5).status is Status.CLOSED
    assert [what for who, what in evening.history(5) if who == "dora"] == [
        "accept",
        "hand_over",
        "tell",
        "close",
    ]


def test_the_last_step_is_taken_back_with_one_key(evening: Town, open_screen: OpenScreen) -> None:
    screen = open_screen("dora")
    screen.choose("Overlast")
    screen.press("a")
    expect(screen.detail).to_contain_text("Aangenomen")
    screen.press("z")
    expect(screen.detail.get_by_text("Nieuw", exact=True)).to_be_visible()
    assert evening.incident(2).status is Status.NEW


def test_letters_typed_in_a_field_are_text_and_no_steps(
    evening: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    screen.choose("Overlast")
    screen.press("/")
    screen.page.keyboard.type("jakxz Berlijn")
    expect(screen.page.locator(".st-key-q input")).to_have_value("jakxz Berlijn")
    expect(screen.heading).to_contain_text("HNM-2 ")
    assert evening.incident(2).status is Status.NEW


def test_an_incident_is_chosen_on_the_map(evening: Town, open_screen: OpenScreen) -> None:
    screen = open_screen("dora")
    screen.map.locator(".ground .incident", has_text="O").click()
    expect(screen.heading).to_contain_text("Overlast")
    expect(screen.row("Overlast")).to_have_attribute("aria-selected", "true")


def test_a_map_whose_script_failed_tries_again_and_keeps_its_view(
    evening: Town, open_screen: OpenScreen
) -> None:
    screen = open_screen("dora")
    screen.move_map(52.0200, 4.3000, 16.5)
    view = screen.map_view()
    screen.page.route("**/leaflet.js", lambda route: route.abort(), times=1)
    screen.page.reload()
    assert screen.map_view() == view


def test_an_area_is_drawn_and_a_link_opens_it_for_a_colleague(
    evening: Town, open_screen: OpenScreen
) -> None:
    first = open_screen("dora")
    appears(first, "Overlast")
    all_rows = first.rows.count()
    first.map.get_by_role("button", name="Gebied tekenen").click()
    mark = first.map.locator(".ground .incident", has_text="O").bounding_box()
    assert mark is not None
    first.page.mouse.move(mark["x"] - 12, mark["y"] - 12)
    first.page.mouse.down()
    first.page.mouse.move(mark["x"] + 20, mark["y"] + 20, steps=3)
    first.page.mouse.move(mark["x"] + mark["width"] + 12, mark["y"] + mark["height"] + 12)
    first.page.mouse.up()
    expect(first.row("Overlast")).to_have_count(1)
    expect(first.rows).not_to_have_count(all_rows)
    first.settle()
    second = open_screen("daan", first.page.url.removeprefix(first.address))
    expect(second.rows).to_have_count(first.rows.count())
    second.map.locator(".within").click()
    expect(second.rows).to_have_count(all_rows)


def test_an_original_is_shown_after_a_reason_and_that_is_in_the_history(
    evening: Town, open_screen: OpenScreen
) -> None:
    evening.says("Ida", "Fatima op Osloweg 7 belde: ingebroken, 06 12345678", "HNM Zonne Veld")
    screen = open_screen("dora")
    screen.choose("Osloweg 7")
    expect(screen.detail).not_to_contain_text("12345678")
    screen.detail.get_by_role("button", name="Origineel").click()
    screen.detail.get_by_label("Reden").fill("terugbellen")
    screen.submit("original").click()
    expect(screen.detail).to_contain_text("12345678")
    screen.detail.get_by_test_id("stTab").filter(has_text="Verloop").click()
    expect(screen.detail).to_contain_text("“terugbellen”")


def test_a_message_with_markup_is_text(evening: Town, open_screen: OpenScreen) -> None:
    attack = "<img src=x onerror=\"document.title='gekaapt'\"> ingebroken op de Limastraat 9"
    evening.says("<b>Mallory</b>", attack)
    screen = open_screen("dora")
    screen.choose("Limastraat 9")
    expect(screen.detail).to_contain_text("<img src=x onerror")
    expect(screen.map.locator(".ground .incident").nth(5)).to_be_visible()
    assert "gekaapt" not in screen.page.title()
    assert screen.page.locator(".talk img").count() == 0


def test_a_link_opens_the_same_view_for_a_colleague(evening: Town, open_screen: OpenScreen) -> None:
    first = open_screen("dora")
    first.page.locator(".st-key-q input").fill("Berlijn")
    expect(first.rows).to_have_count(1)
    first.choose("Berlijnstraat")
    address = first.page.url
    second = open_screen("daan", address.removeprefix(first.address))
    expect(second.heading).to_contain_text("HNM-3 ")
    expect(second.rows).to_have_count(1)


def test_a_screen_says_so_when_it_is_no_longer_live(
    evening: Town, open_screen: OpenScreen, dashboard: Dashboard
) -> None:
    screen = open_screen("dora")
    expect(screen.live).to_contain_text("Live")
    assert screen.map_view()  # a map that is still fetching its scripts fails when nobody answers
    dashboard.stop()
    expect(screen.live).to_contain_text("NIET LIVE", timeout=20_000)
    evening.says("Laat", "Er is ingebroken op de Santiagosingel 5")
    dashboard.start()
    expect(screen.row("Santiagosingel 5")).to_be_visible(timeout=30_000)
    expect(screen.live).to_contain_text("Live")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (2560, 1440)])
def test_the_room_fits_the_screen_without_scrolling(
    evening: Town, open_screen: OpenScreen, width: int, height: int
) -> None:
    evening.says("Zoë", "Harde muziek op de Bostonsingel 38")
    screen = open_screen("dora", "/?incident=1", viewport={"width": width, "height": height})
    assert screen.map_view()
    # What goes on nearby is there at the first drawing.
    expect(screen.map).to_have_attribute("data-lines", re.compile("[1-9]"))
    script = "e => [e.scrollHeight - e.clientHeight, e.scrollWidth - e.clientWidth]"
    main = screen.page.get_by_test_id("stMain")
    assert main.evaluate(script) == [0, 0]


def test_the_language_is_chosen_and_remembered(evening: Town, open_screen: OpenScreen) -> None:
    screen = open_screen("dora")
    assert screen.page.evaluate("document.documentElement.lang") == "nl"
    screen.page.get_by_role("button", name="English").click()
    expect(screen.page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(screen.row("Bostonsingel 36")).to_contain_text("2 residents")
    screen.page.reload()
    screen.settle()
    expect(screen.page.get_by_role("button", name="Sign out")).to_be_visible()
    assert screen.page.evaluate("document.documentElement.lang") == "en"


def test_signing_out_ends_every_tab(evening: Town, open_screen: OpenScreen) -> None:
    screen = open_screen("dora")
    other = screen.page.context.new_page()
    other.goto(screen.address)
    other.wait_for_selector("li[role=option]")
    screen.page.get_by_role("button", name="Uitloggen", exact=True).click()
    expect(screen.page.locator("#password")).to_be_visible()
    # A tab that was still drawing learns of it by itself, and has no row left to click on.
    other.locator("li[role=option]").evaluate_all("rows => rows[0]?.click()")
    expect(other.get_by_text("U bent niet (meer) ingelogd.").first).to_be_visible()
