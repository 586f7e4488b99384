"""A real dashboard in a process of its own, on a free port of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

from core.settings import ROOT
from tests.e2e.town import PASSWORD

_READY_WITHIN_S = 120


class Dashboard:
    """Starts `uvicorn app:app` as the supervisor does, over the store in a folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Dashboard:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--timeout-graceful-shutdown", "3"]
        command += ["--log-level", "warning"]
        names = {f"HNM_{name.upper()}": value for name, value in self._settings.items()}
        environment = {**os.environ, "HNM_FOLDER": str(self.folder), **names}
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "dashboard.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> float:
        """Ends the process as a supervisor does; gives how many seconds that took."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        return time.monotonic() - began

    def log(self) -> str:
        return (self.folder / "dashboard.log").read_text(encoding="utf-8", errors="replace")

    def client(self) -> httpx.Client:
        """A browser without a screen, which has visited nothing yet."""
        return httpx.Client(base_url=self.address, timeout=20)

    def signed_in(self, login: str, password: str = PASSWORD) -> httpx.Client:
        client = self.client()
        answer = client.post(
            "/login",
            data={"login": login, "password": password},
            headers={"origin": self.address},
        )
        assert answer.status_code == 303, answer.text
        return client

    def _wait(self) -> None:
        until = time.monotonic() + _READY_WITHIN_S
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.address}/healthz", timeout=2).status_code in (200, 503):
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"the dashboard does not answer\n{self.log()}")


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])
