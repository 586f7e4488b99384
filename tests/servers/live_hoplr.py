"""Hoplr: every message carries its writer's choice to share it with the municipality."""

from __future__ import annotations

from contextlib import AbstractContextManager

from tests.servers.app_maker import AppMaker, app
from tests.servers.door import Door

SERVER = "door"
FOUNDS = "hoge-veld-2548"


def network(door: Door) -> AbstractContextManager[AppMaker]:
    return app(door, FOUNDS, shared=True)
