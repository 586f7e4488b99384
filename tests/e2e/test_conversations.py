"""Conversations in a real browser: nothing moves by itself, and a thread is split as it is sent."""

from __future__ import annotations

import base64
import random

from playwright.sync_api import Browser, expect

from core.channel_limits import parts_of
from core.settings import ROOT
from tests.e2e.screen import OpenScreen
from tests.e2e.town import Town

COMPOSER = ROOT / "pages" / "components" / "composer.js"


def test_what_arrives_moves_nothing_and_an_answer_can_be_taken_back(
    town: Town, open_screen: OpenScreen
) -> None:
    town.has_an_evening()
    screen = open_screen("dora", "/conversations")
    screen.row("Ko van Dijkplein").click()
    text = screen.page.locator("textarea")
    expect(text).to_be_visible()
    text.fill("Half getypt")
    before = screen.rows.all_text_contents()
    town.says("Anna", "Er is nu weer ingebroken op de Vuurland 11", "HNM Erasmusveld")
    fresh = screen.page.locator("button.fresh")
    expect(fresh).to_be_visible()
    assert [row[:12] for row in screen.rows.all_text_contents()] == [row[:12] for row in before]
    expect(text).to_have_value("Half getypt")
    fresh.click()
    expect(screen.rows.first).to_contain_text("Vuurland")
    screen.page.locator("select.templates").select_option(label="Dank")
    screen.page.keyboard.press("Control+Enter")
    ours = screen.page.locator("li.ours")
    expect(ours).to_contain_text("Bij spoed: bel 112.")
    expect(text).to_have_value("")
    ours.get_by_role("button", name="Terughalen").click()
    expect(screen.page.locator("li.withdrawn")).to_be_visible()
    assert screen.failures == []


def test_the_preview_splits_a_thread_as_it_is_sent(browser: Browser) -> None:
    draw = random.Random(7)
    letters = "ab. !?\n🚓é,   "
    texts = ["".join(draw.choices(letters, k=draw.randint(0, 150))) for _ in range(300)]
    wanted = [parts_of(text, 12) for text in texts]
    source = base64.b64encode(COMPOSER.read_bytes()).decode()
    page = browser.new_page()
    found = page.evaluate(
        """async ([source, texts]) => {
            const { partsOf } = await import(`data:text/javascript;base64,${source}`);
            return texts.map((text) => partsOf(text, 12));
        }""",
        [source, texts],
    )
    page.close()
    assert found == wanted
