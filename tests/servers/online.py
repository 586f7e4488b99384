"""A neighbourhood that is joined to a real network: it listens, works, delivers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connectors.deliver import deliver_due
from connectors.listen import listen_all
from core.domain import User
from core.live_groups import found, let_in, own_group
from core.store.tables import connections, groups, pilots
from tests.neighbourhood import Neighbourhood

FOREVER = None
OWN = ("line", "public")


class Online:
    """The product's roles by hand, over one connection; the clock follows the servers' own."""

    def __init__(
        self, town: Neighbourhood, name: str, source: Any, settings: Mapping[str, str], secret: str
    ) -> None:
        self.town, self.name, self.source = town, name, source
        self.ahead = timedelta(0)
        self._tick()
        with town.store.unit() as unit:
            unit.connection.execute(sa.update(pilots).values(ends_on=FOREVER))
            sealed = town.services.vault.seal_original(secret)
            self.connection_id = unit.connections.add(
                town.pilot.id, name, "Ons account", "ada", settings=settings, sealed_secret=sealed
            )
            unit.connections.change(self.connection_id, enabled=True)

    @property
    def sources(self) -> dict[str, Any]:
        return {self.name: self.source}

    def goes_on(self, rounds: int = 3) -> None:
        """Listens, works and delivers until there is nothing to do."""
        for _ in range(rounds):
            self._tick()
            listen_all(self.town.services, self.sources)
            self.town.work()
            deliver_due(self.town.services, self.sources, {})

    def later(self, **steps: float) -> None:
        self.ahead += timedelta(**steps)
        self._tick()

    def group(self) -> Any:
        with self.town.store.read() as connection:
            query = sa.select(groups).where(groups.c.source == self.name)
            return connection.execute(query.order_by(groups.c.id)).first()

    def connection(self) -> Any:
        with self.town.store.read() as connection:
            return connection.execute(sa.select(connections)).one()

    def goes_back(self, cursor: str | None) -> None:
        with self.town.store.unit() as unit:
            unit.connections.change(self.connection_id, cursor=cursor)

    def founds(self, native_id: str, administrator: User) -> None:
        """The group that comes with the connection, or that an administrator adds."""
        own = native_id if native_id not in OWN else own_group(native_id, self.connection_id)
        with self.town.store.unit() as unit:
            found(
                self.connection_id,
                own,
                "Buren van de Bostonsingel",
                None,
                "brief van 3 april",
                administrator,
                unit,
                is_open_source=self.source.CARD.is_open_source,
            )

    def switches(self, enabled: bool) -> None:
        with self.town.store.unit() as unit:
            unit.connections.change(self.connection_id, enabled=enabled)

    def lets_in(self, administrator: User) -> None:
        with self.town.store.unit() as unit:
            let_in(self.group().id, None, "brief van 3 april", administrator, unit)

    def _tick(self) -> None:
        self.town.clock.now = datetime.now(UTC) + self.ahead
