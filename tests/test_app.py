"""The dashboard's own server: who comes in, what every answer carries, what is pushed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.e2e.dashboard import Dashboard
from tests.e2e.town import PASSWORD, Town

HTML = {"accept": "text/html"}
OPEN_TO_ALL = ["/login", "/healthz", "/_stcore/health", "/assets/icon.png", "/assets/forms.css"]
CLOSED = ["/", "/control_room", "/_stcore/host-config", "/media/x", "/component/x/index.html"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    made = Town(tmp_path_factory.mktemp("server") / "town")
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def server(town: Town) -> Iterator[Dashboard]:
    with Dashboard(town.folder) as running:
        yield running


def listen(server: Dashboard, token: str | None, **headers: str) -> ClientConnection:
    if token is not None:
        headers["Cookie"] = f"hnm_session={token}"
    return connect(f"ws://127.0.0.1:{server.port}/events", additional_headers=headers)


def token_of(server: Dashboard, login: str) -> str:
    return str(server.signed_in(login).cookies["hnm_session"])


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_what_is_open_to_all(server: Dashboard, path: str) -> None:
    assert server.client().get(path).status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_a_page_without_a_session_leads_to_the_sign_in(server: Dashboard, path: str) -> None:
    answer = server.client().get(path, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", CLOSED)
def test_anything_else_without_a_session_is_refused(server: Dashboard, path: str) -> None:
    assert server.client().get(path).status_code == 401


@pytest.mark.parametrize("path", ["/events", "/_stcore/stream"])
@pytest.mark.parametrize("token", [None, "x", "a" * 43])
def test_no_web_socket_opens_without_a_session(
    server: Dashboard, path: str, token: str | None
) -> None:
    headers = {} if token is None else {"Cookie": f"hnm_session={token}"}
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        connect(f"ws://127.0.0.1:{server.port}{path}", additional_headers=headers).recv(timeout=5)


@pytest.mark.parametrize("path", ["/events", "/_stcore/stream"])
def test_no_web_socket_opens_from_another_site(server: Dashboard, path: str) -> None:
    headers = {"Cookie": f"hnm_session={token_of(server, 'dora')}", "Origin": "https://evil.test"}
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{server.port}{path}", additional_headers=headers)


@pytest.mark.parametrize("path", ["/login", "/", "/assets/icon.png", "/healthz"])
def test_every_answer_keeps_the_browser_with_us(server: Dashboard, path: str) -> None:
    headers = server.client().get(path, headers=HTML).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy or "default-src 'none'" in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Dashboard) -> None:
    answer = server.client().post(
        "/login", data={"login": "dora", "password": PASSWORD}, headers={"origin": server.address}
    )
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_cannot_sign_anybody_in_or_out(
    server: Dashboard, headers: dict[str, str]
) -> None:
    form = {"login": "dora", "password": PASSWORD}
    assert server.client().post("/login", data=form, headers=headers).status_code == 403
    client = server.signed_in("dora")
    assert client.post("/logout", headers=headers).status_code == 403
    assert client.get("/", headers=HTML).status_code == 200


def test_a_wrong_password_is_one_sentence_in_the_reader_s_language(server: Dashboard) -> None:
    form = {"login": "dora<script>", "password": "mis"}
    headers = {"origin": server.address, "accept-language": "en-GB,en;q=0.9"}
    answer = server.client().post("/login", data=form, headers=headers)
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert "<script>" not in answer.text


def test_an_endless_form_is_not_read(server: Dashboard) -> None:
    form = {"login": "dora", "password": "x" * 100_000}
    answer = server.client().post("/login", data=form, headers={"origin": server.address})
    assert answer.status_code == 403


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_start_page_speaks_the_user_s_language(
    server: Dashboard, town: Town, language: str
) -> None:
    with town.store.unit() as unit:
        row = unit.accounts.row("wim")
        assert row is not None
        unit.accounts.change(row.id, language=language)
    page = server.signed_in("wim").get("/", headers={**HTML, "accept-encoding": "gzip"})
    assert f'<html lang="{language}">' in page.text
    assert "<title>Het Nieuwe Melden</title>" in page.text


@pytest.mark.parametrize("path", ["/nowhere", "/admin/nowhere", "/.env", "/control_room.py"])
def test_a_page_that_there_is_not_leads_to_the_page_that_says_so(
    server: Dashboard, path: str
) -> None:
    answer = server.signed_in("dora").get(path, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/no_page")


@pytest.mark.parametrize("path", ["/", "/control_room", "/watch_team"])
def test_every_page_is_found_whoever_may_see_it(server: Dashboard, path: str) -> None:
    assert server.signed_in("dora").get(path, headers=HTML).status_code == 200


def test_signing_out_ends_the_session_on_the_server(server: Dashboard) -> None:
    client = server.signed_in("dora")
    token = client.cookies["hnm_session"]
    assert client.post("/logout", headers={"origin": server.address}).status_code == 303
    again = server.client()
    again.cookies.set("hnm_session", token)
    assert again.get("/", headers=HTML).status_code == 303


def test_health_tells_how_far_behind_and_nothing_else(server: Dashboard) -> None:
    figures = server.client().get("/healthz").json()
    assert set(figures) == {"ok", "queue_count", "queue_lag_s", "last_message_age_s", "seen_s_ago"}
    assert figures["ok"] is True


def test_a_screen_is_told_that_something_is_new(server: Dashboard, town: Town) -> None:
    with listen(server, token_of(server, "dora")) as socket:
        before = json.loads(socket.recv(timeout=5))["revision"]
        town.says("Anna", "help brand op de Bostonsingel 36")
        heard = next_that(socket, lambda message: bool(message["urgent"]))
        drawn = next_after(socket, before)
    assert heard["urgent"] == drawn["changed"] != []
    assert heard["revision"] == before, "heard at once, drawn in its turn"
    assert set(drawn) == {"server", "revision", "changed", "urgent", "lag_s"}


def test_many_screens_are_told_the_same(server: Dashboard, town: Town) -> None:
    token = token_of(server, "dora")
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(listen(server, token)) for _ in range(20)]
        before = [json.loads(socket.recv(timeout=5))["revision"] for socket in sockets][-1]
        town.says("Bram", "harde muziek op het Ko van Dijkplein", "HNM Zonne Veld")
        told = {next_after(socket, before)["revision"] for socket in sockets}
    assert len(told) == 1


def test_who_may_not_see_incidents_is_not_told_of_them(server: Dashboard) -> None:
    with pytest.raises((InvalidStatus, ConnectionClosed)):
        listen(server, token_of(server, "ron")).recv(timeout=5)


def test_an_open_stream_does_not_hold_up_the_end(tmp_path: Path) -> None:
    made = Town(tmp_path / "town")
    with Dashboard(made.folder) as running, ExitStack() as open_sockets:
        token = token_of(running, "dora")
        for _ in range(3):
            assert open_sockets.enter_context(listen(running, token)).recv(timeout=5)
        assert running.stop() < 8.0
    made.store.close()


def test_the_first_start_asks_for_the_code_and_makes_an_administrator(tmp_path: Path) -> None:
    with Dashboard(tmp_path / "new", demo="false", secure_cookies="true") as running:
        client = running.client()
        assert client.get("/login").headers["location"] == "/setup"
        headers = {"origin": running.address}
        form = {"code": "fout", "name": "Ada", "login": "ada", "password": PASSWORD}
        assert client.post("/setup", data=form, headers=headers).status_code == 403
        form["code"] = (tmp_path / "new" / "set_up_code").read_text()
        assert client.post("/setup", data=form, headers=headers).status_code == 303
        assert client.get("/setup").headers["location"] == "/login"
        answer = client.post("/login", data=form, headers=headers)
        assert answer.status_code == 303
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age" in answer.headers["strict-transport-security"]


def next_after(socket: ClientConnection, revision: int) -> dict[str, object]:
    """The first message that tells of a newer revision."""
    return next_that(socket, lambda message: int(str(message["revision"])) > revision)


def next_that(
    socket: ClientConnection, fits: Callable[[dict[str, object]], bool]
) -> dict[str, object]:
    while True:
        message: dict[str, object] = json.loads(socket.recv(timeout=5))
        if fits(message):
            return message
