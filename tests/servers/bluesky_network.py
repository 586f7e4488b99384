"""Bluesky's own servers (directory, PDS, AppView), and residents who post with plain calls.

They are large, so `make test` does not install them: `npm ci` in tests/servers/bluesky does, and
Debian's redis-server; CI installs both.
"""

from __future__ import annotations

import itertools
import json
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.start import answers, end, free_port, start

HERE = Path(__file__).parent / "bluesky"
_PATIENCE_S = 20.0
POSTS = "app.bsky.feed.post"


class BlueskyNetwork:
    """A PDS with an AppView behind it, on free ports; their rows in a database of PostgreSQL."""

    def __init__(self, folder: Path, database_url: str) -> None:
        redis_port = free_port()
        redis = ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1"]
        self._redis = start([*redis, "--save", "", "--appendonly", "no"], folder, lambda: True)
        environment = {
            "DB_POSTGRES_URL": database_url,
            "REDIS_HOST": f"127.0.0.1:{redis_port}",
            "LOG_ENABLED": "false",
            "TMPDIR": str(folder),
        }
        given = [f"{name}={value}" for name, value in environment.items()]
        self._log = folder / "log"
        shim = ["--require", str(HERE / "here_only.js")]  # it would listen on every interface
        command = ["env", *given, "node", *shim, str(HERE / "network.js")]
        try:
            self._process = start(command, folder, lambda: bool(self._told()))
        except BaseException:
            end(self._redis)
            raise
        self.address = self._told()["pds"].replace("localhost", "127.0.0.1")
        assert answers(f"{self.address}/xrpc/_health")
        self.numbers = itertools.count(1)

    @staticmethod
    def is_missing() -> str | None:
        """What has to be installed first."""
        if not (HERE / "node_modules" / "@atproto" / "dev-env").is_dir():
            return "Bluesky's servers are not installed (npm ci in tests/servers/bluesky)"
        missing = [name for name in ("node", "redis-server") if shutil.which(name) is None]
        return f"not installed: {', '.join(missing)}" if missing else None

    def stop(self) -> None:
        end(self._process)
        end(self._redis)

    def account(self, name: str) -> Account:
        """A new account; its handle begins so."""
        handle = f"{name.lower()}{next(self.numbers)}.test"
        body = {"handle": handle, "email": f"{handle}@example.org", "password": "geheim-woord"}
        path = f"{self.address}/xrpc/com.atproto.server.createAccount"
        told = httpx.post(path, json=body, timeout=30, verify=False).raise_for_status().json()
        return Account(self.address, told["did"], handle, told["accessJwt"])

    def _told(self) -> dict[str, str]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        found = [line for line in lines if line.startswith('{"pds"')]
        return json.loads(found[0]) if found else {}


class Account:
    """Somebody at the PDS, doing what an app does; waits until the AppView has seen it too."""

    password = "geheim-woord"

    def __init__(self, address: str, did: str, handle: str, token: str) -> None:
        self.did, self.handle = did, handle
        self._http = httpx.Client(
            base_url=f"{address}/xrpc/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
            verify=False,  # plain http: reading all certificates would be slow
        )

    def get(self, name: str, **query: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._http.get(name, params=query).raise_for_status().json()
        return found

    def post(self, name: str, **values: Any) -> dict[str, Any]:
        answer = self._http.post(name, json=values).raise_for_status()
        return dict(answer.json()) if answer.content else {}

    def posts(self, text: str, facets: list[dict[str, Any]] | None = None, **more: Any) -> str:
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        record = {"$type": POSTS, "text": text, "createdAt": now, **more}
        if facets:
            record["facets"] = facets
        told = self.post(
            "com.atproto.repo.createRecord", repo=self.did, collection=POSTS, record=record
        )
        self._until(lambda: told["uri"] in self.sees(told["uri"]))
        return str(told["uri"])

    def deletes(self, uri: str) -> None:
        key = uri.rpartition("/")[2]
        self.post("com.atproto.repo.deleteRecord", repo=self.did, collection=POSTS, rkey=key)
        self._until(lambda: uri not in self.sees(uri))

    def goes_away(self, uri: str) -> None:
        """Deactivates the account; `uri` is a post of theirs."""
        self.post("com.atproto.server.deactivateAccount")
        self._until(lambda: uri not in self.sees(uri, as_anybody=True))

    def sees(self, *uris: str, as_anybody: bool = False) -> dict[str, dict[str, Any]]:
        found = self.get("app.bsky.feed.getPosts", uris=list(uris))["posts"]
        return {post["uri"]: post for post in found}

    def wrote(self) -> list[dict[str, Any]]:
        """What this account posted, oldest first."""
        where = {"repo": self.did, "collection": POSTS, "limit": 100}
        found = self.get("com.atproto.repo.listRecords", **where)["records"]
        return sorted(found, key=lambda one: str(one["value"]["createdAt"]))

    def ref(self, uri: str) -> dict[str, str]:
        return {"uri": uri, "cid": self.sees(uri)[uri]["cid"]}

    @staticmethod
    def _until(is_so: Any) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not is_so():
            if time.monotonic() > until:
                pytest.fail("the AppView did not follow")
            time.sleep(0.02)


def marked(text: str, part: str, **feature: str) -> dict[str, Any]:
    """A facet: part of a text, by its place in bytes."""
    start = len(text[: text.index(part)].encode())
    return {
        "index": {"byteStart": start, "byteEnd": start + len(part.encode())},
        "features": [{f"${name}" if name == "type" else name: v for name, v in feature.items()}],
    }
