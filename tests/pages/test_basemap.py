"""The basemap: an administrator sets it knowing what it means, and browsers may ask no other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from core.basemap import PDOK, Basemap, current, own_file, set_basemap, tiles
from core.i18n import text_of
from core.map_file import folder_of
from core.store import Unit
from pages.server import basemap
from pages.server.headers import SecurityHeaders
from tests.map_files import AROUND, map_file, picture
from tests.pages.conftest import Desk
from tests.pages.conftest import words as escaped_words
from tests.people import People


@pytest.fixture
def server(desk: Desk) -> Iterator[TestClient]:
    """The tiles' address behind the headers that every answer gets."""
    basemap.forget()
    routes = [
        Route("/basemap/{z:int}/{x:int}/{y:int}", basemap.tile),
        Route("/", lambda _: PlainTextResponse("")),
        Route("/login", _page),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders)])
    with TestClient(app) as client:
        yield client
    basemap.forget()


def _page(request: Request) -> PlainTextResponse:
    return PlainTextResponse("")


def words(screen: AppTest) -> str:
    return escaped_words(screen).replace("\\", "")


def put(desk: Desk, chosen: Basemap) -> None:
    with desk.around.store.unit() as unit:
        set_basemap(chosen, People.read(unit).ada, unit, confirmed=True)
    basemap.forget()


def now(desk: Desk) -> Basemap:
    with desk.around.store.read() as connection:
        return current(Unit(connection, desk.around.clock()))


def pictures_from(server: TestClient, path: str = "/") -> str:
    policy = str(server.get(path).headers["content-security-policy"])
    (part,) = [part for part in policy.split("; ") if part.startswith("img-src")]
    return part


def tab(desk: Desk, kind: str, language: str = "nl", login: str = "ada") -> AppTest:
    desk.sign_in(login, language)
    screen = desk.open("admin", tab="basemap", basemap=kind)
    assert not screen.exception
    return screen


def press(screen: AppTest, key: str = "basemap.set") -> AppTest:
    (button,) = [b for b in screen.button if b.label == text_of("nl", key)]
    screen = button.click().run()
    assert not screen.exception
    return screen


def test_a_browser_asks_nobody_else_unless_it_was_set(desk: Desk, server: TestClient) -> None:
    ours = "img-src 'self' data: blob:"
    assert pictures_from(server) == ours
    put(desk, PDOK["grijs"])
    assert pictures_from(server) == f"{ours} https://service.pdok.nl"
    assert pictures_from(server, "/login") == "img-src 'self'"
    put(desk, tiles("https://tegels.example.nl:8443/{z}/{x}/{y}?stijl=a", "", 3, 9))
    assert pictures_from(server) == f"{ours} https://tegels.example.nl:8443"
    put(desk, Basemap())
    assert pictures_from(server) == ours


def test_nothing_else_of_the_policy_changes(desk: Desk, server: TestClient) -> None:
    before = server.get("/").headers["content-security-policy"]
    put(desk, PDOK["water"])
    after = server.get("/").headers["content-security-policy"]
    assert after.replace(" https://service.pdok.nl", "") == before


def test_it_is_not_read_from_the_database_for_every_answer(
    desk: Desk, server: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Basemap] = []

    def read() -> Basemap:
        reads.append(Basemap())
        return reads[-1]

    monkeypatch.setattr(basemap, "_read", read)
    for _ in range(5):
        server.get("/")
    assert len(reads) == 1


def test_a_database_that_is_away_changes_nothing(
    desk: Desk, server: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> Basemap:
        raise OSError

    monkeypatch.setattr(basemap, "_read", away)
    assert server.get("/").status_code == 200


def test_tiles_of_our_own_file_come_from_us(desk: Desk, server: TestClient) -> None:
    settings = desk.around.services.settings
    map_file(folder_of(settings) / "wijk.pmtiles")
    chosen = own_file("wijk.pmtiles", "", settings)
    put(desk, chosen)
    z, x, y = AROUND
    address = chosen.address.format(z=z, x=x, y=y)
    answer = server.get(address)
    assert (answer.status_code, answer.content) == (200, picture((200, 40, 40)))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert server.get("/basemap/14/1/1").status_code == 204
    assert server.get("/basemap/99/1/1").status_code == 204
    assert server.get("/basemap/14/1/../x").status_code == 404
    assert pictures_from(server) == "img-src 'self' data: blob:"


def test_without_a_file_of_our_own_there_are_no_tiles(desk: Desk, server: TestClient) -> None:
    assert server.get("/basemap/14/1/1").status_code == 404


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["none", "pdok", "tiles", "pmtiles"])
def test_every_kind_shows(desk: Desk, kind: str, language: str) -> None:
    screen = tab(desk, kind, language)
    assert text_of(language, "basemap.now_none") in words(screen)
    assert len(screen.warning) == (kind in ("pdok", "tiles"))


def test_pdok_is_set_only_after_saying_to_know_what_it_means(desk: Desk) -> None:
    screen = tab(desk, "pdok")
    assert "service.pdok.nl" in screen.warning[0].value
    screen = press(screen)
    assert now(desk) == Basemap()
    screen.checkbox[0].check().run()
    screen = press(screen)
    assert now(desk) == PDOK["grijs"]
    said = text_of("nl", "basemap.now_pdok", style=text_of("nl", "basemap.style_grijs"))
    assert said in words(screen)
    assert not screen.checkbox[0].value


def test_a_server_of_ones_own_is_set(desk: Desk) -> None:
    screen = tab(desk, "tiles")
    screen.text_input(key="admin.basemap.address").set_value("https://a.nl/{z}/{x}/{y}.png")
    screen.text_input(key="admin.basemap.credit").set_value("Gemeente")
    screen.checkbox[0].check().run()
    press(screen)
    assert now(desk) == tiles("https://a.nl/{z}/{x}/{y}.png", "Gemeente", 8, 18)


def test_a_wrong_address_is_said_and_changes_nothing(desk: Desk) -> None:
    screen = tab(desk, "tiles")
    screen.text_input(key="admin.basemap.address").set_value("http://a.nl/{z}/{x}/{y}.png")
    screen.checkbox[0].check().run()
    press(screen)
    assert now(desk) == Basemap()


def test_a_file_that_is_there_is_set_and_taken_away_again(desk: Desk) -> None:
    map_file(folder_of(desk.around.services.settings) / "wijk.pmtiles")
    screen = press(tab(desk, "pmtiles"))
    assert now(desk).file == "wijk.pmtiles"
    assert text_of("nl", "basemap.now_pmtiles", file="wijk.pmtiles") in words(screen)
    press(tab(desk, "none"), "basemap.set_none")
    assert now(desk) == Basemap()


def test_a_spoiled_file_is_shown_as_such(desk: Desk) -> None:
    folder = folder_of(desk.around.services.settings)
    folder.mkdir()
    (folder / "stuk.pmtiles").write_bytes(b"x" * 500)
    (folder / "Ook niet.pmtiles").write_bytes(b"x")
    screen = tab(desk, "pmtiles")
    assert text_of("nl", "basemap.why.no_pmtiles") in screen.error[0].value
    press(screen)
    assert now(desk) == Basemap()


def test_an_upload_is_looked_at_and_kept(desk: Desk) -> None:
    content = map_file(desk.around.services.settings.folder / "x.pmtiles").read_bytes()
    screen = tab(desk, "pmtiles")
    (uploader,) = screen.file_uploader
    uploader.upload("Den Haag.pmtiles", content, "application/octet-stream").run()
    assert not screen.exception
    assert screen.selectbox(key="admin.basemap.file").options == ["den-haag.pmtiles"]


def test_nobody_but_an_administrator_sees_it(desk: Desk) -> None:
    for login in ("dora", "lea", "wim"):
        assert not tab(desk, "pdok", login=login).checkbox
