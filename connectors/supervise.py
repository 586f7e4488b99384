"""One supervisor for one machine: starts the dashboard and the workers, ends them together."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from typing import Final

from core.accounts import set_up_code
from core.demo import ACCOUNTS, PASSWORD, seed_demo
from core.i18n import text_of
from core.settings import ROOT, Settings, child_environment
from core.wiring import Services, services

log = logging.getLogger(__name__)

_WORKERS: Final = ("fetch", "process", "deliver", "research", "learn", "web", "watch")
_GRACE_S: Final = 10.0
_RESTART_AFTER_S: Final = 2.0
_READY_WITHIN_S: Final = 60.0


def commands(given: Settings) -> dict[str, list[str]]:
    """How each process is started."""
    python = sys.executable
    dashboard = [python, "-m", "uvicorn", "app:app", "--host", given.host]
    dashboard += ["--port", str(given.port), "--timeout-graceful-shutdown", "3"]
    dashboard += ["--log-level", "warning"]
    roles = [*_WORKERS, *(["geocode"] if given.geocoder_url else [])]
    workers = {role: [python, "-m", "connectors", role] for role in roles}
    return {"dashboard": dashboard, **workers}


def run() -> None:
    """Starts everything, says where it is, and ends everything at Ctrl-C or SIGTERM."""
    given = services()
    if given.settings.demo:
        seed_demo(given)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: stop.set())
    running = {name: _start(command) for name, command in commands(given.settings).items()}
    try:
        if _wait_until_ready(given.settings, stop):
            print(greeting(given), flush=True)
        while not stop.wait(1.0):
            _restart_fallen(running, given.settings)
    finally:
        _end(running)


def greeting(given: Services) -> str:
    """What the terminal shows once the dashboard answers."""
    language = given.settings.language
    address = f"http://{given.settings.host}:{given.settings.port}"
    lines = [text_of(language, "start.ready", address=address)]
    if given.settings.demo:
        lines += [text_of(language, "start.demo_accounts"), *_demo_accounts()]
    else:
        lines += _set_up_hint(given)
    return "\n".join([*lines, text_of(language, "start.stop")])


def _demo_accounts() -> list[str]:
    return [f"  {account.login:<14} {PASSWORD}   ({account.name})" for account in ACCOUNTS]


def _set_up_hint(given: Services) -> list[str]:
    code = set_up_code(given.settings, given.store)
    return [text_of(given.settings.language, "start.set_up", code=code)] if code else []


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C reaches the supervisor only, which then ends each in order.
    return subprocess.Popen(  # noqa: S603 - our own command line, no outside words in it
        command, cwd=ROOT, env=child_environment(), start_new_session=True
    )


def _wait_until_ready(given: Settings, stop: threading.Event) -> bool:
    url = f"http://{given.host}:{given.port}/healthz"
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until and not stop.is_set():
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            stop.wait(0.3)
    return False


def _restart_fallen(running: dict[str, subprocess.Popen[bytes]], given: Settings) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            log.warning(
                "process ended name=%s code=%s; starting it again", name, process.returncode
            )
            time.sleep(_RESTART_AFTER_S)
            running[name] = _start(commands(given)[name])


def _end(running: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in running.values():
        process.terminate()
    until = time.monotonic() + _GRACE_S
    for process in running.values():
        try:
            process.wait(timeout=max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
