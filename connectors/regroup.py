"""Proposes to group anew: now and then, the latest weeks of each pilot; never applies anything."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from core.ports import PairClusters, Weigher
from core.regroup import MOST_MESSAGES, PERIOD, distances, proposals
from core.store.queries import revision
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

EVERY: Final = timedelta(minutes=10)


class Regrouper:
    """hergroepeerder: looks again when something changed, at most every ten minutes."""

    def __init__(
        self,
        services: Services,
        weigher: Callable[[], Weigher | None],
        clusters: Callable[[], PairClusters],
    ) -> None:
        self._services, self._weigher, self._clusters = services, weigher, clusters
        self._looked_at: datetime | None = None
        self._revision = -1

    def step(self) -> int:
        """Proposes for every pilot; 0 when there was nothing to look at."""
        now = self._services.clock()
        if self._looked_at is not None and now - self._looked_at < EVERY:
            return 0
        with self._services.store.read() as connection:
            newest = revision(connection)
            pilots = [pilot.id for pilot in Unit(connection, now).pilots.all()]
        self._looked_at = now
        weigher = self._weigher() if newest != self._revision else None
        if weigher is None:
            return 0
        self._revision = newest
        for pilot_id in pilots:
            propose(pilot_id, self._services, weigher, self._clusters())
        return 1


def propose(pilot_id: int, services: Services, weigher: Weigher, clusters: PairClusters) -> int:
    """Clusters a pilot's latest weeks and writes what differs; gives how many are new.

    Nothing is locked while it computes: what changed meanwhile makes a proposal fall away.
    """
    now = services.clock()
    with services.store.read() as connection:
        unit = Unit(connection, now)
        found, incident_of = unit.regroupings.material(pilot_id, now - PERIOD, MOST_MESSAGES)
    apart = distances(found, weigher)
    ids = [one[3].message_id for one in found]
    wanted = proposals(ids, incident_of, clusters.labels(apart), apart)
    with services.store.unit() as unit:
        count = unit.regroupings.propose(pilot_id, [asdict(one) for one in wanted])
    log.info("regrouping pilot=%s messages=%s proposals=%s", pilot_id, len(ids), count)
    return count
