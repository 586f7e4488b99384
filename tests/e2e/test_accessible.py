"""Every page, in both themes, has no serious finding by axe-core (WCAG 2.2 A and AA)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from core.settings import ROOT
from pages.admin import TABS
from pages.evaluation import PARTS
from tests.e2e.screen import OpenScreen
from tests.e2e.town import Town

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PAGES = {
    "dora": ("/", "/doubt", "/regroup", "/conversations", "/warnings", "/trends"),
    "wim": ("/area", "/tips", "/exercise", "/help"),
    "lea": ("/archive", *(f"/evaluation?part={part}" for part in PARTS)),
    "ron": ("/research",),
    "ada": tuple(f"/admin?tab={tab}" for tab in TABS),
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """async (rules) => {
    const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
    return found.violations
        .filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
}"""


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("login", PAGES)
def test_a_page_has_no_serious_finding(
    town: Town, open_screen: OpenScreen, login: str, theme: str
) -> None:
    town.says("Anna", "Er is ingebroken op de Bostonsingel 36")
    town.says("Piet", "Weer grofvuil op de Osloweg 2")
    screen = open_screen(login, PAGES[login][0], color_scheme=theme, bypass_csp=True)
    found = dict(looked_at(screen.page, screen.address, path) for path in PAGES[login])
    assert {path: said for path, said in found.items() if said} == {}


def looked_at(page: Page, address: str, path: str) -> tuple[str, list[str]]:
    """(path, what axe finds there)."""
    page.goto(f"{address}{path}")
    page.get_by_test_id("stMainBlockContainer").wait_for()
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector('[data-testid="stSkeleton"]', state="detached")
    page.get_by_role("button", name="Uitloggen", exact=True).wait_for()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    said: list[str] = page.evaluate(LOOK, RULES)
    return path, said
