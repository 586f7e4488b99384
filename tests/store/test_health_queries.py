"""The health of sources: what came, how late, what was refused."""

from __future__ import annotations

from datetime import timedelta

from core.store.health_queries import source_health
from tests.neighbourhood import Neighbourhood

EVENING = """
| at    | author | text                                 |
| 20:01 | Anna   | Weer grofvuil op de Bostonsingel 36  |
| 20:03 | Anna   | wie gaat er morgen mee voetballen    |
"""


def test_a_connection_says_what_came_and_what_was_refused(street: Neighbourhood) -> None:
    with street.store.unit() as unit:
        number = unit.connections.add(street.pilot.id, "matrix", "Ons account", "ada", settings={})
        group_id = unit.pilots.add_group(
            street.pilot.id, source="matrix", native_id="!a", name="Buren", connection_id=number
        )
        unit.connections.count(number, {"unknown_group": 3})
        unit.connections.count(number, {"unknown_group": 1, "bad_row": 1})
        unit.connections.noted(group_id, street.clock())
        unit.connections.noted(group_id, street.clock() - timedelta(hours=1))
        unit.connections.failed(number, "error.network_down")
    street.writes(EVENING)
    with street.store.read() as connection:
        lines = source_health(connection, street.clock() - timedelta(hours=24))
    first, others = lines[0], lines[1:]
    assert (first.source, first.group_count, first.stored_count) == ("matrix", 1, 0)
    assert first.refused == {"unknown_group": 4, "bad_row": 1}
    assert first.last_message_at is not None
    assert (first.error, first.lag) == ("error.network_down", None)
    assert sum(line.stored_count for line in others) == 1
    assert all(line.lag is None or line.lag >= timedelta(0) for line in others)
