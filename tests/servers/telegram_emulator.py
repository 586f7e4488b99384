"""telegram-test-api, an emulator of the Bot API that others wrote: texts both ways, no more."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.settings import ROOT
from tests.servers.start import answers, end, free_port, start

_PACKAGE = ROOT / "node_modules" / "telegram-test-api"
_START = """
const Server = require(process.argv[1]);
const Telegram = Server.TelegramServer || Server.default || Server;
new Telegram({port: Number(process.argv[2]), host: '127.0.0.1'}).start();
"""


class Emulator:
    """One emulator on a free port; residents post to it as its own client does."""

    def __init__(self, folder: Path) -> None:
        node = shutil.which("node")
        if node is None or not _PACKAGE.is_dir():
            pytest.skip("telegram-test-api is not installed (npm ci)")
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        command = [node, "-e", _START, str(_PACKAGE), str(port)]
        ready = f"{self.address}/bot1:ready/getMe"
        self._process: subprocess.Popen[bytes] = start(command, folder, lambda: answers(ready))

    def stop(self) -> None:
        end(self._process)

    def posts(self, token: str, **message: Any) -> None:
        self._ask("sendMessage", {"botToken": token, **message})

    def reads(self, token: str, chat: int) -> list[dict[str, Any]]:
        """What the bot said in a chat, oldest first."""
        found = self._ask("getUpdates", {"token": token, "chatId": chat})["result"]
        return [one["message"] for one in found]

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = httpx.post(f"{self.address}/{path}", json=body, verify=False)
        return dict(answer.raise_for_status().json())
