"""The exercises that this process shows: their stores, opened once for all screens."""

from __future__ import annotations

from typing import Final

from core.rehearsal import Stage
from core.store.exercise_queries import going_on
from core.wiring import Services, services


class Stages(Stage):
    """tonelen: closes what another process has ended."""

    def close_unused(self, house: Services) -> None:
        if not self.is_empty():
            with house.store.read() as connection:
                self.close_all_but({one.id for one in going_on(connection)})


stage: Final = Stages(lambda: services())
