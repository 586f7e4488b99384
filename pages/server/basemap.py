"""The basemap as the browser meets it: whom it may ask for tiles, and tiles of our own file.

    show_live_map(…, basemap=layer())      # on a page

It is the installation's own, also where an exercise is shown.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from typing import Any, Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from core import basemap, map_file
from core.basemap import Basemap
from core.store import Unit
from core.wiring import services

log = logging.getLogger("pages")

KEPT_S: Final = 3.0
_CACHED: Final = {"cache-control": "private, max-age=86400"}


@dataclass(slots=True)
class _Kept:
    """What was read last; asked at every answer, so read from the database only now and then."""

    until: float = 0.0
    found: Basemap = field(default_factory=Basemap)


_kept = _Kept()


def layer() -> dict[str, Any] | None:
    """What a map of this page lies on, at most a few seconds old; None without a basemap."""
    _refresh()
    return _kept.found.layer


async def host() -> str:
    """Whom browsers may ask for tiles; empty when nobody but us."""
    return (await _now()).host


async def tile(request: Request) -> Response:
    """One picture of our own file; nothing where it has none."""
    path = basemap.file_of(await _now(), services().settings)
    if path is None:
        return Response(status_code=404)
    z, x, y = (int(request.path_params[name]) for name in ("z", "x", "y"))
    found = await anyio.to_thread.run_sync(map_file.tile, path, z, x, y)
    if found is None:
        return Response(status_code=204, headers=_CACHED)
    content, media_type = found
    return Response(content, media_type=media_type, headers=_CACHED)


def forget() -> None:
    """The next answer reads anew: somebody changed it here."""
    _kept.until = 0.0


async def _now() -> Basemap:
    if time.monotonic() > _kept.until:
        await anyio.to_thread.run_sync(_refresh)
    return _kept.found


def _refresh() -> None:
    if time.monotonic() <= _kept.until:
        return
    _kept.until = time.monotonic() + KEPT_S
    try:
        _kept.found = _read()
    except Exception as error:  # every answer passes here; the database being away is told there
        log.warning("basemap not read: %s", type(error).__name__)


def _read() -> Basemap:
    given = services()
    with given.store.read() as connection:
        return basemap.current(Unit(connection, given.clock()))
