"""VeiligeBuurt: an administrator adds its group by the app's own id."""

from __future__ import annotations

from contextlib import AbstractContextManager

from tests.servers.app_maker import AppMaker, app
from tests.servers.door import Door

SERVER = "door"
FOUNDS = "hnm-hoge-veld"


def network(door: Door) -> AbstractContextManager[AppMaker]:
    return app(door, FOUNDS)
