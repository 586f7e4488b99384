"""The process that judges, beside a dashboard; and residents who write."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from typing import Self

from core.domain import Event, EventKind
from core.inbox import receive
from core.settings import ROOT
from core.wiring import Services

_STREETS = ("Bostonsingel", "Athenesingel", "Londensingel", "Keukenhoflaan", "Polanenhof")


class Worker:
    """The process role, over the same folder."""

    def __init__(self, given: Services) -> None:
        self._folder = str(given.settings.folder)
        self._models = str(given.settings.models)

    def __enter__(self) -> Self:
        own = {"HNM_FOLDER": self._folder, "HNM_MODEL_FOLDER": self._models, "HNM_DEMO": "0"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "connectors", "process"],
            cwd=ROOT,
            env=os.environ | own,  # no demo: its made-up past would decide on what was filled in
            stderr=subprocess.DEVNULL,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=20)


class Residents:
    """bewoners: one of them writes every so many seconds, until the end."""

    def __init__(self, given: Services, every_s: float) -> None:
        self._given, self._every_s = given, every_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=20)

    def _write(self) -> None:
        number = 0
        while not self._ended.wait(self._every_s):
            street = _STREETS[number % len(_STREETS)]
            write(
                self._given, number, f"Er ligt grofvuil naast de container op de {street} {number}"
            )
            number += 1


def write(given: Services, number: int, text: str) -> None:
    """One resident writes; it is stored in the inbox when this returns."""
    with given.store.unit() as unit:
        groups = [group for group in unit.pilots.groups() if not group.is_open_source]
        event = Event(
            kind=EventKind.MESSAGE,
            native_id=f"benchmark-{time.time_ns()}-{number}",
            author=f"resident {number}",
            sent_at=datetime.now(UTC),
            text=text,
        )
        receive([event], groups[number % len(groups)], unit, given.vault)
