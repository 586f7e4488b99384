"""`make run` on one machine: everything starts, Ctrl-C ends everything, and nothing is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from core.i18n import text_of
from core.settings import ROOT
from core.store.tables import audit_entries, messages
from tests.servers.start import free_port

MODELS = ROOT / "var" / "models"
PATIENCE_S = 150.0


def started(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The supervisor, once it has said where the product is."""
    environment = {
        **os.environ,
        "HNM_FOLDER": str(folder),
        "HNM_MODEL_FOLDER": str(MODELS),
        "HNM_PORT": str(port),
        "HNM_WEB_PORT": str(free_port()),
        "HNM_DEMO_INTERVAL_S": "86400",
    }
    said = folder / f"said-{time.monotonic_ns()}"
    with said.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "connectors", "run"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    greeting = text_of("nl", "start.ready", address=f"http://127.0.0.1:{port}")
    must(lambda: greeting in said.read_text(encoding="utf-8"))
    return running


def ended(running: subprocess.Popen[bytes], folder: Path) -> None:
    """Ctrl-C, as a terminal sends it; then no process of this folder is left."""
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    assert processes_of(folder) == []


def must(happen: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not happen():
        assert time.monotonic() < until
        time.sleep(0.1)


def processes_of(folder: Path) -> list[str]:
    wanted = f"HNM_FOLDER={folder}\0".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
    return found


def kept(folder: Path) -> tuple[int, int]:
    """How many messages and audit entries the store holds."""
    engine = sa.create_engine(f"sqlite:///{folder / 'hnm.sqlite'}")
    with engine.connect() as connection:
        counts = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in (messages, audit_entries)
        ]
    engine.dispose()
    return counts[0], counts[1]


@pytest.mark.skipif(not (MODELS / "stamp").exists(), reason="no trained models: make models")
def test_it_starts_ends_at_ctrl_c_and_goes_on_where_it_was(tmp_path: Path) -> None:
    port = free_port()
    running = started(tmp_path, port)
    try:
        assert httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=10).status_code == 200
        must(lambda: kept(tmp_path)[0] > 0)
        ended(running, tmp_path)
        before = kept(tmp_path)
        running = started(tmp_path, port)
        ended(running, tmp_path)
        assert kept(tmp_path) >= before
    finally:
        running.terminate()  # never kill: its children would stay
        running.wait(60)
