"""Starting a server for a test session, waiting until it answers, and ending it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

_PATIENCE_S = 60.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start(
    command: Sequence[str], folder: Path, ready: Callable[[], bool]
) -> subprocess.Popen[bytes]:
    """Starts a server whose output goes to <folder>/log; returns when it is ready."""
    with (folder / "log").open("ab") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    until = time.monotonic() + _PATIENCE_S
    while not ready():
        if process.poll() is not None or time.monotonic() > until:
            end(process)
            raise RuntimeError(
                f"{command[0]} did not start: {(folder / 'log').read_text()[-2000:]}"
            )
        time.sleep(0.05)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=1.0, verify=False).is_success
    except httpx.HTTPError:
        return False
