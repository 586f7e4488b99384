"""A desk: somebody signed in behind a page, over a store of their own; no browser, no server."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import core.settings
import core.wiring
import pages._frame
from core.accounts import hash_token
from core.domain import Incident
from core.settings import ROOT
from core.store import Store
from tests.neighbourhood import Neighbourhood
from tests.timepiece import Timepiece


class Desk:
    """Signs people in and opens pages for them."""

    def __init__(self, around: Neighbourhood, monkeypatch: pytest.MonkeyPatch) -> None:
        self.around = around
        self._monkeypatch = monkeypatch
        self.leave()

    def sign_in(self, login: str, language: str = "nl") -> None:
        """The next pages are this person's, in this language."""
        token = f"token of {login}"
        with core.wiring.services().store.unit() as unit:
            row = unit.accounts.row(login)
            assert row is not None
            unit.accounts.change(row.id, language=language)
            unit.accounts.end_session(hash_token(token))
            unit.accounts.open_session(row.id, hash_token(token))
        self._monkeypatch.setattr(pages._frame, "session_token", lambda: token)

    def leave(self) -> None:
        self._monkeypatch.setattr(pages._frame, "session_token", lambda: None)

    def open(self, page: str, **query: str) -> AppTest:
        """Opens pages/<page>.py alone, as its main guard does."""
        screen = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=30)
        screen.query_params.update(query)
        return screen.run()

    def open_frame(self, address: str = "http://127.0.0.1/") -> AppTest:
        """Opens the dashboard as a browser does: the frame, with the page of the address."""
        screen = AppTest.from_file(str(ROOT / "pages" / "_start.py"), default_timeout=30)
        screen.context["url"] = address
        return screen.run()

    def incident(self, incident_id: int = 1) -> Incident:
        return self.around.incident(incident_id)


@pytest.fixture(scope="session", autouse=True)
def packages_read_once() -> Iterator[None]:
    """Streamlit looks through every installed package for components, anew for each AppTest: most
    of what a page's test would cost. What is installed does not change while tests run."""
    found = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: list(found()))
        yield


@pytest.fixture
def around(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    """The neighbourhood behind the desk, empty until its residents write."""
    return Neighbourhood(sqlite_store, clock, tmp_path)


@pytest.fixture
def desk(around: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk on that neighbourhood's store."""
    monkeypatch.setenv("HNM_FOLDER", str(tmp_path))
    monkeypatch.setenv("HNM_DATABASE_URL", around.store.url)
    is_new = {around.store.url: False}
    migrate = Store.migrate
    monkeypatch.setattr(
        Store, "migrate", lambda store: migrate(store) if is_new.get(store.url, True) else None
    )
    forget_services()
    yield Desk(around, monkeypatch)
    core.wiring.services().store.close()
    forget_services()


def forget_services() -> None:
    core.settings.settings.cache_clear()
    core.wiring.services.cache_clear()


def words(screen: AppTest) -> str:
    """Everything a screen says, in one text."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "error", "warning")
    said = [element.value for kind in kinds for element in getattr(screen, kind)]
    said += [button.label for button in screen.button]
    said += [tab.label for tab in screen.tabs]
    return "\n".join(str(text) for text in said)
