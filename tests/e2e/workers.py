"""The workers behind a town: its own in a thread, or the product's processes with its models."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.deliver import deliver_due
from connectors.imports import work_one
from core.settings import ROOT
from core.wiring import destinations, sources
from tests.e2e.town import Town

ROLES = ("fetch", "process", "deliver")


@contextmanager
def in_a_thread(town: Town) -> Iterator[None]:
    """Imports, the plain judge of the tests, and delivery, one after the other."""
    stop = threading.Event()
    receivers, channels = destinations(), sources()

    def work() -> None:
        while not stop.is_set():
            work_one(town.services)
            town.work()
            deliver_due(town.services, channels, receivers)
            stop.wait(0.1)

    working = threading.Thread(target=work)
    working.start()
    try:
        yield
    finally:
        stop.set()
        working.join(timeout=20)


@contextmanager
def as_processes(folder: Path, models: Path) -> Iterator[None]:
    """The roles as the supervisor starts them, with the models as they were trained."""
    environment = {
        **os.environ,
        "HNM_FOLDER": str(folder),
        "HNM_MODEL_FOLDER": str(models),
        "HNM_DEMO_INTERVAL_S": "86400",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    with (folder / "workers.log").open("ab") as log:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "connectors", role],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
            for role in ROLES
        ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
