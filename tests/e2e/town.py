"""A town for the browser tests: the pilot today, its people with passwords, residents who write."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from core.accounts import hash_password
from core.domain import Event, EventKind
from core.inbox import receive
from core.store import Store
from tests.conftest import fill
from tests.neighbourhood import GROUP, Neighbourhood
from tests.people import CAST
from tests.timepiece import Timepiece

PASSWORD = "een lang wachtwoord"
EVENING = (
    ("HNM Hoge Veld", "Anna", 42, "Er is ingebroken op de Bostonsingel 36, achterdeur open"),
    (
        "HNM Hoge Veld",
        "Bram",
        39,
        "Bij ons Bostonsingel 40 ook ingebroken, fiets weg uit de schuur",
    ),
    ("HNM Zonne Veld", "Carla", 35, "Harde muziek op het Ko van Dijkplein, al uren"),
    ("HNM Lage Veld", "Dirk", 31, "Weer grofvuil naast de container in de Berlijnstraat"),
    ("HNM Hoge Veld", "Els", 20, "Ze zijn nu aan het vechten bij tramhalte Hoge Veld"),
    ("HNM Parkbuurt Oosteinde", "Fatima", 12, "brand in een container, Treslonglaan 12"),
    ("HNM Erasmusveld", "Gijs", 8, "Er ligt weer vuilnis in de buurt"),
)
"""group, author, minutes ago, text."""


class Town(Neighbourhood):
    """A neighbourhood on the real clock, for a dashboard that runs on it too."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hnm.sqlite").write_bytes(inhabited())
        store = Store(f"sqlite:///{folder / 'hnm.sqlite'}", lambda: datetime.now(UTC))
        super().__init__(store, Timepiece(datetime.now(UTC)), folder)
        self.folder = folder
        self._numbers = itertools.count(1)

    def says(self, author: str, text: str, group: str = GROUP, minutes_ago: float = 0.0) -> None:
        """A resident writes, and the worker has done it."""
        self.clock.now = datetime.now(UTC)
        event = Event(
            kind=EventKind.MESSAGE,
            native_id=f"t{next(self._numbers)}",
            author=author,
            sent_at=self.clock.now - timedelta(minutes=minutes_ago),
            text=text,
        )
        with self.store.unit() as unit:
            receive([event], self.group(group), unit, self.services.vault)
        self.work()

    def has_an_evening(self) -> None:
        for group, author, minutes_ago, text in EVENING:
            self.says(author, text, group, minutes_ago)


@cache
def inhabited() -> bytes:
    """The database of a town in which nothing was said yet; made once a test process."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hnm.sqlite"
        store = Store(f"sqlite:///{path}", lambda: datetime.now(UTC))
        store.migrate()
        fill(store)
        with store.unit() as unit:
            pilot = unit.pilots.all()[0]
            unit.pilots.set_period(pilot.id, date(2021, 3, 31), None)
            hashed = hash_password(PASSWORD)
            for login in CAST:
                row = unit.accounts.row(login)
                assert row is not None
                unit.accounts.change(row.id, password_hash=hashed)
        store.close()  # the last one to close folds the log into the file
        return path.read_bytes()
