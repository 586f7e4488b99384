"""What every test may ask for: a clock, a store on either database, people, a neighbourhood."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

import core.accounts
import core.scenes
from core.locate import Gazetteer
from core.pilots import install, load
from core.privacy.consent import TEXT_VERSION
from core.store import Store, Unit
from tests.people import People, add_people
from tests.servers.fixtures import bluesky, mail, mastodon, synapse, telegram, telegram_emulator, x
from tests.timepiece import START, Timepiece

if TYPE_CHECKING:
    from tests.neighbourhood import Neighbourhood

__all__ = ["bluesky", "mail", "mastodon", "synapse", "telegram", "telegram_emulator", "x"]
pytest.register_assert_rewrite("tests.neighbourhood")

PILOT = "wateringse_veld_2021"
WITHOUT_CONSENT = "HNM Noordhof"
_PLENTY_OF_MEMORY = 2 << 30  # bytes; a server with its templates and copies stays below 200 MB
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI everything is installed, so a test skipped because something is missing has failed."""
    report = yield
    if report.skipped and "HNM_REQUIRE_ALL" in os.environ:
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def slow_passwords() -> PasswordHasher:
    """The product's own, which no test uses but the one that asks how slow it is."""
    return core.accounts._HASHER


@pytest.fixture(scope="session", autouse=True)
def quick_tests(slow_passwords: PasswordHasher) -> Iterator[None]:
    """What is slow on purpose, or the same for every test, costs a test process little.

    A password is hashed quickly; the gazetteer of a pilot, which never changes once it is made,
    is shared.
    """
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(core.accounts, "_HASHER", quick)
        patch.setattr(core.scenes, "Gazetteer", lru_cache(maxsize=16)(Gazetteer))
        yield


@pytest.fixture
def clock() -> Timepiece:
    """Stands at 10 April 2021, 20:00 in The Hague, until a test moves it."""
    return Timepiece()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with empty.sqlite (tables only) and pilot.sqlite (a pilot with its people)."""
    folder = tmp_path_factory.mktemp("templates")
    for name in ("empty", "pilot"):
        store = Store(f"sqlite:///{folder / name}.sqlite", lambda: START)
        store.migrate()
        if name == "pilot":
            fill(store)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        store.close()
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server of this test process, with the templates of both databases."""
    binaries = find_postgresql()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    server = Postgresql(binaries)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: each in turn."""
    return str(request.param)


@pytest.fixture
def empty_store(
    database: str, clock: Timepiece, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Store]:
    """A store with tables and nothing in them, on each database."""
    yield from _store("empty", database, clock, tmp_path, request)


@pytest.fixture
def store(
    database: str, clock: Timepiece, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Store]:
    """A store with the pilot Wateringse Veld 2021, its groups' consent and the cast of people."""
    yield from _store("pilot", database, clock, tmp_path, request)


@pytest.fixture
def sqlite_store(
    clock: Timepiece, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Store]:
    """As `store`, on SQLite only: for what both databases do alike."""
    yield from _store("pilot", "sqlite", clock, tmp_path, request)


@pytest.fixture
def unit(store: Store) -> Iterator[Unit]:
    """One open unit of work on the filled store."""
    with store.unit() as opened:
        yield opened


@pytest.fixture
def people(sqlite_templates: Path) -> People:
    """The cast, as it stands in every filled store."""
    store = Store(f"sqlite:///{sqlite_templates / 'pilot.sqlite'}", lambda: START)
    with store.read() as connection:
        found = People.read(Unit(connection, START))
    store.close()
    return found


@pytest.fixture
def street(store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    """A neighbourhood on each database."""
    from tests.neighbourhood import Neighbourhood

    return Neighbourhood(store, clock, tmp_path / "var")


@pytest.fixture
def sqlite_street(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    """As `street`, on SQLite only."""
    from tests.neighbourhood import Neighbourhood

    return Neighbourhood(sqlite_store, clock, tmp_path / "var")


def fill(store: Store) -> None:
    """Installs the pilot, the people, and consent for every group but one."""
    with store.unit() as unit:
        add_people(unit)
        pilot_id = install(unit, load(PILOT))
        for group in unit.pilots.groups(pilot_id):
            if group.name != WITHOUT_CONSENT:
                unit.consents.record(group.id, given=True, by="ada", text_version=TEXT_VERSION)


def _store(
    template: str, database: str, clock: Timepiece, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Store]:
    if database == "sqlite":
        path = tmp_path / "hnm.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_templates") / f"{template}.sqlite", path)
        store = Store(f"sqlite:///{path}", clock)
        yield store
        store.close()
        return
    server: Postgresql = request.getfixturevalue("postgresql")
    name = server.copy(template)
    store = Store(server.url(name), clock)
    yield store
    store.close()
    server.drop(name)


def find_postgresql() -> Path | None:
    """The newest PostgreSQL of Debian's packages, or the one on the path."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(versions, key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def quick_folder() -> str:
    """Memory where there is plenty (containers often have 64 MB of it), otherwise the disk.

    A copy of a database is hundreds of small files: ten times quicker in memory.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > _PLENTY_OF_MEMORY:
        return str(memory)
    return "/tmp"


class Postgresql:
    """A throw-away server on a unix socket; unsafe and fast on purpose."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        # A socket's path is at most about 100 characters: pytest's own folders are too deep.
        self.folder = Path(tempfile.mkdtemp(prefix="hnm-pg-", dir=quick_folder()))
        self.number = 0

    def start(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        cluster = self.folder / "cluster"
        self._run(
            "initdb",
            "-D",
            cluster,
            "-U",
            "hnm",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off "
            "-c full_page_writes=off -c synchronous_commit=off -c max_connections=60 "
            "-c shared_buffers=32MB -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
        )
        self._run(
            "pg_ctl", "start", "-w", "-s", "-D", cluster, "-l", self.folder / "log", "-o", options
        )
        for template in ("empty", "pilot"):
            self._admin(f'CREATE DATABASE "{template}"')
            store = Store(self.url(template), lambda: START)
            store.migrate()
            if template == "pilot":
                fill(store)
            store.close()

    def stop(self) -> None:
        if (self.folder / "cluster" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-s", "-m", "immediate", "-D", self.folder / "cluster")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://hnm@/{name}?host={self.folder}"

    def database(self, name: str) -> str:
        """An empty database for another program; gives its address as such programs write it."""
        self._admin(f'CREATE DATABASE "{name}"')
        return f"postgresql://hnm@localhost/{name}?host={self.folder}"

    def copy(self, template: str) -> str:
        """A fresh database from a template; gives its name."""
        self.number += 1
        name = f"t{self.number}"
        self._admin(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return name

    def drop(self, name: str) -> None:
        self._admin(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _admin(self, statement: str) -> None:
        engine = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()

    def _run(self, program: str, *arguments: Any) -> None:
        command = [str(self.binaries / program), *map(str, arguments)]
        if os.geteuid() == 0:  # the server refuses to run as root
            command = ["runuser", "-u", "postgres", "--", *command]
        # To files, not pipes: the server keeps what it inherits open for as long as it lives.
        with (self.folder / "out").open("ab") as output:
            subprocess.run(
                command,
                check=True,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
            )
