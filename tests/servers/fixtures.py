"""The servers as fixtures, started when a test first asks for one, one a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.bluesky_network import BlueskyNetwork
from tests.servers.fake_telegram import FakeTelegram
from tests.servers.fake_x import FakeX
from tests.servers.mail_servers import MailServers
from tests.servers.mastodon_mock import MastodonMock
from tests.servers.synapse import Synapse
from tests.servers.telegram_emulator import Emulator


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    server = Synapse(tmp_path_factory.mktemp("synapse"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def telegram() -> Iterator[FakeTelegram]:
    server = FakeTelegram()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mastodon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    server = MastodonMock(tmp_path_factory.mktemp("mastodon"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def telegram_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    server = Emulator(tmp_path_factory.mktemp("telegram"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def bluesky(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[BlueskyNetwork]:
    if missing := BlueskyNetwork.is_missing():
        pytest.skip(missing)
    postgresql = request.getfixturevalue("postgresql")
    url = postgresql.database("bluesky")
    server = BlueskyNetwork(tmp_path_factory.mktemp("bluesky"), url)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mail() -> Iterator[MailServers]:
    servers = MailServers()
    yield servers
    servers.stop()


@pytest.fixture
def x() -> Iterator[FakeX]:
    with FakeX() as server:
        yield server
