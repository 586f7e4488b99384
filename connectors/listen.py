"""Listening: each connection gives what all its groups said since last time; sealed, in order."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from connectors.look_again import look_again, remember
from core.errors import HNMError, SourceBusy
from core.last_day import ended_pilots
from core.live_groups import take_in
from core.ports import Connection, Listened
from core.privacy.vault import Vault
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)


def listen_all(services: Services, sources: dict[str, Any]) -> int:
    """Asks every connection whose time has come once; gives how many events were new.

    Outside any transaction, so that a slow network holds nobody up; then what it gave is stored
    with the cursor, in one. A network that is down is asked less and less often.
    """
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        over = ended_pilots(unit)
        due = [row for row in unit.connections.due() if row.pilot_id not in over]
    known = [row for row in due if hasattr(sources.get(row.source), "listen")]
    return sum(
        _listen(row, sources[row.source], services)
        + _look_again(row, sources[row.source], services)
        for row in known
    )


def connection_of(row: Any, vault: Vault) -> Connection:
    """A connection with its secret opened."""
    return Connection(
        id=row.id,
        pilot_id=row.pilot_id,
        source=row.source,
        name=row.name,
        settings=dict(row.settings),
        secret=vault.open_original(row.sealed_secret) if row.sealed_secret else "",
    )


def _listen(row: Any, source: Any, services: Services) -> int:
    now, one = services.clock(), connection_of(row, services.vault)
    try:
        listened: Listened = source.listen(one, row.cursor, now)
    except Exception as error:
        _note_trouble(one, error, services)
        return 0
    same = listened.cursor == row.cursor and listened.note == (row.error or "")
    if not listened.heard and same:
        return 0
    return _store(one, listened, services, now)


def _look_again(row: Any, source: Any, services: Services) -> int:
    """Kept posts of a network that tells nobody what was deleted are looked up again."""
    if not hasattr(source, "look_again"):
        return 0
    one = connection_of(row, services.vault)
    try:
        return look_again(one, source, services)
    except Exception as error:
        _note_trouble(one, error, services)
        return 0


def _store(one: Connection, listened: Listened, services: Services, now: datetime) -> int:
    with services.store.unit(now) as unit:
        new = take_in(listened, one, unit, services.vault)
        remember(listened, one, unit, services.vault)
        heard = bool(listened.heard)
        unit.connections.listened(one.id, listened.cursor, heard, listened.note)
    return new


def _note_trouble(one: Connection, error: Exception, services: Services) -> None:
    # A network is somebody else's: one that is down or broken must not stop the others.
    name = error.code if isinstance(error, HNMError) else type(error).__name__
    log.warning("connection failed connection=%s error=%s", one.id, name)
    after_s = error.after_s if isinstance(error, SourceBusy) else None
    with services.store.unit() as unit:
        unit.connections.failed(one.id, name, after_s)
