"""A neighbourhood app of any maker: its groups ask to take part themselves."""

from __future__ import annotations

from contextlib import AbstractContextManager

from tests.servers.app_maker import AppMaker, app
from tests.servers.door import Door

SERVER = "door"
FOUNDS = None


def network(door: Door) -> AbstractContextManager[AppMaker]:
    return app(door, "straat-7")
