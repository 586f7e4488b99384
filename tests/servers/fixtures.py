"""The servers as fixtures, started when a test first asks for one, one a test process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.synapse import Synapse


@pytest.fixture(scope="session")
def synapse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    server = Synapse(tmp_path_factory.mktemp("synapse"))
    yield server
    server.stop()
