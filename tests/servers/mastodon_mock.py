"""Mastodon as mastodon-mock has it (not ours), and residents who post with plain calls."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.start import answers, end, free_port, start


class MastodonMock:
    """An instance on a free port that keeps all in memory."""

    def __init__(self, folder: Path) -> None:
        if importlib.util.find_spec("mastodon_mock") is None:
            pytest.skip("mastodon-mock is not installed (requirements-test.txt)")
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.numbers = itertools.count(1)
        command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory"]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        self._process = start(command, folder, lambda: answers(f"{self.address}/api/v1/instance"))

    def stop(self) -> None:
        end(self._process)

    def account(self, name: str) -> Account:
        """A new account; its name begins so."""
        body = {"username": f"{name.lower()}{next(self.numbers)}", "display_name": name}
        told = httpx.post(f"{self.address}/api/v1/_mock/dev_user", json=body, verify=False).json()
        return Account(self.address, told["id"], told["username"], told["access_token"])

    def fails(self, path: str, kind: str, **effect: Any) -> None:
        """The mock's own faults: "ratelimit", "malformed", "status"."""
        rule = {"match": {"path": path}, "effect": {"type": kind, **effect}}
        path = f"{self.address}/api/v1/_mock/faults"
        httpx.post(path, json=rule, verify=False).raise_for_status()

    def recovers(self) -> None:
        httpx.delete(f"{self.address}/api/v1/_mock/faults", verify=False).raise_for_status()


class Account:
    """Somebody at an instance, doing what an app does."""

    def __init__(self, address: str, id_: str, name: str, token: str) -> None:
        self.id, self.name, self.token = id_, name, token
        self._http = httpx.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            verify=False,  # plain http: reading all certificates would be slow
        )

    def call(self, method: str, path: str, **body: Any) -> Any:
        content = None if method == "GET" else body
        return self._http.request(method, f"/api/v1/{path}", json=content).raise_for_status().json()

    def posts(self, text: str, **more: Any) -> str:
        return str(self.call("POST", "statuses", status=text, **more)["id"])

    def edits(self, post: str, text: str) -> None:
        self.call("PUT", f"statuses/{post}", status=text)

    def deletes(self, post: str) -> None:
        self.call("DELETE", f"statuses/{post}")

    def wrote(self) -> list[dict[str, Any]]:
        """What this account posted, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", f"accounts/{self.id}/statuses?limit=40")
        return found[::-1]

    def sees(self, post: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"statuses/{post}")
        return found
