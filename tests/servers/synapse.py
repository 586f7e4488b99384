"""Synapse, the Matrix homeserver, and residents who use it with plain calls of the protocol."""

from __future__ import annotations

import hashlib
import hmac
import importlib.util
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.start import answers, end, free_port, start

_LIMITS = (
    "rc_message",
    "rc_registration",
    "rc_login",
    "rc_joins",
    "rc_invites",
    "rc_room_creation",
    "rc_admin_redaction",
    "rc_joins_per_room",
)
_PLENTY = {"per_second": 10_000, "burst_count": 10_000}
_SECRET = "for tests only"


class Synapse:
    """A homeserver on a free port with an SQLite database of its own."""

    name = "hnm.test"

    def __init__(self, folder: Path) -> None:
        if importlib.util.find_spec("synapse") is None:
            pytest.skip("Synapse is not installed (requirements-test.txt: matrix-synapse)")
        self.folder, port = folder, free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._numbers = itertools.count(1)
        (folder / "homeserver.yaml").write_text(json.dumps(self._settings(port)))
        (folder / "log.yaml").write_text(json.dumps({"version": 1, "root": {"level": "ERROR"}}))
        command = [sys.executable, "-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]
        keys = [*command, "--generate-keys"]
        subprocess.run(keys, cwd=folder, check=True, capture_output=True)
        self._process = start(command, folder, lambda: answers(f"{self.address}/health"))

    def stop(self) -> None:
        end(self._process)

    def account(self, name: str) -> Account:
        """A new account; its user id begins with this name."""
        user = f"{name.lower()}{next(self._numbers)}"
        path = f"{self.address}/_synapse/admin/v1/register"
        nonce = httpx.get(path, verify=False).json()["nonce"]
        said = "\0".join([nonce, user, "geheim", "notadmin"]).encode()
        body = {
            "nonce": nonce,
            "username": user,
            "password": "geheim",
            "displayname": name,
            "admin": False,
            "mac": hmac.new(_SECRET.encode(), said, hashlib.sha1).hexdigest(),
        }
        told = httpx.post(path, json=body, verify=False).raise_for_status().json()
        return Account(self.address, told["user_id"], told["access_token"])

    def _settings(self, port: int) -> dict[str, Any]:
        listener = {
            "port": port,
            "type": "http",
            "bind_addresses": ["127.0.0.1"],
            "resources": [{"names": ["client"]}],
        }
        return {
            "server_name": self.name,
            "listeners": [listener],
            "database": {"name": "sqlite3", "args": {"database": str(self.folder / "db")}},
            "log_config": str(self.folder / "log.yaml"),
            "media_store_path": str(self.folder / "media"),
            "signing_key_path": str(self.folder / "signing.key"),
            "registration_shared_secret": _SECRET,
            "macaroon_secret_key": _SECRET,
            "form_secret": _SECRET,
            "report_stats": False,
            "trusted_key_servers": [],
            "redaction_retention_period": "0s",
            "bcrypt_rounds": 4,
            "enable_registration": False,
            **dict.fromkeys(_LIMITS[:2], _PLENTY),
            "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _PLENTY),
            "rc_joins": {"local": _PLENTY, "remote": _PLENTY},
            "rc_joins_per_room": _PLENTY,
            "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _PLENTY),
            "rc_room_creation": _PLENTY,
            "rc_admin_redaction": _PLENTY,
        }


class Account:
    """Somebody at a homeserver, doing what a chat program does."""

    def __init__(self, address: str, user: str, token: str) -> None:
        self.user, self.token = user, token
        self._http = httpx.Client(
            base_url=f"{address}/_matrix/client/v3/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            verify=False,  # plain http: reading all certificates would be slow
        )
        self._numbers = itertools.count(1)

    def call(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        content = None if method == "GET" else body
        answer = self._http.request(method, path, json=content).raise_for_status().json()
        assert isinstance(answer, dict)
        return answer

    def makes_room(self, name: str = "", **more: Any) -> str:
        wanted = {"preset": "private_chat", **({"name": name} if name else {}), **more}
        return str(self.call("POST", "createRoom", **wanted)["room_id"])

    def invites(self, room: str, user: str) -> None:
        self.call("POST", f"rooms/{room}/invite", user_id=user)

    def joins(self, room: str) -> None:
        self.call("POST", f"join/{room}")

    def leaves(self, room: str) -> None:
        self.call("POST", f"rooms/{room}/leave")

    def kicks(self, room: str, user: str) -> None:
        self.call("POST", f"rooms/{room}/kick", user_id=user)

    def sends(self, room: str, kind: str = "m.room.message", **content: Any) -> str:
        return self.puts(room, kind, content)

    def puts(self, room: str, kind: str, content: dict[str, Any]) -> str:
        path = f"rooms/{room}/send/{kind}/{next(self._numbers)}"
        return str(self.call("PUT", path, **content)["event_id"])

    def sets(self, room: str, type_: str, **content: Any) -> str:
        return str(self.call("PUT", f"rooms/{room}/state/{type_}/", **content)["event_id"])

    def says(self, room: str, text: str, answers: str | None = None) -> str:
        content: dict[str, Any] = {"msgtype": "m.text", "body": text}
        if answers:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": answers}}
        return self.puts(room, "m.room.message", content)

    def edits(self, room: str, event: str, text: str) -> str:
        content: dict[str, Any] = {"msgtype": "m.text", "body": f"* {text}"}
        content["m.new_content"] = {"msgtype": "m.text", "body": text}
        content["m.relates_to"] = {"rel_type": "m.replace", "event_id": event}
        return self.puts(room, "m.room.message", content)

    def takes_back(self, room: str, event: str) -> str:
        path = f"rooms/{room}/redact/{event}/{next(self._numbers)}"
        return str(self.call("PUT", path)["event_id"])

    def reads(self, room: str) -> list[dict[str, Any]]:
        """The messages of a room, oldest first."""
        found = self.call("GET", f"rooms/{room}/messages?dir=b&limit=200")["chunk"]
        return [event for event in found[::-1] if event["type"] == "m.room.message"]

    def invitations(self) -> list[str]:
        rooms = self.call("GET", "sync?timeout=0").get("rooms", {})
        return list(rooms.get("invite", {}))
