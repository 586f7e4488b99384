"""The deliver role brings what is due once, and one receiver's failure is its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from connectors.deliver import deliver_due
from core import triage
from core.domain import Feedback, Group, Incident, Receipt
from core.errors import DeliveryError
from core.report_back import tell
from core.store.tables import changes, outbox
from core.undo import undo
from core.wiring import destinations
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.threads import together

NOW = timedelta(0)


class Receiver:
    """A group's channel and a destination in one, that writes down what reached it."""

    def __init__(self, answer: Callable[[], None] = lambda: None) -> None:
        self.answer = answer
        self.texts: list[str] = []
        self.incidents: list[str] = []

    def send(self, feedback: Feedback, group: Group, now: datetime) -> Receipt:
        self.answer()
        self.texts.append(f"{group.name}: {feedback.text.splitlines()[0]}")
        return Receipt(reference=f"sent-{feedback.id}", delivered_at=now)

    def deliver(self, incident: Incident, now: datetime) -> Receipt:
        self.answer()
        self.incidents.append(incident.number)
        return Receipt(reference=f"taken-{incident.id}", delivered_at=now)


@pytest.fixture
def room(street: Neighbourhood, people: People) -> Neighbourhood:
    """HNM-1, about which two groups wrote, with one text on its way to both."""
    street.writes("""
        at    | group         | author | text
        20:01 | HNM Hoge Veld | Anna   | Er is ingebroken op de Bostonsingel
        20:02 | HNM Lage Veld | Bram   | ingebroken op de Bostonsingel zie ik
    """)
    street.does(tell, 1, people.dora, "Dank u wel.", hold=timedelta(seconds=10))
    return street


def deliver(room: Neighbourhood, receiver: Any, destination: Any = None) -> int:
    return deliver_due(room.services, {"demo": receiver}, {"handhaving": destination or receiver})


def rows(room: Neighbourhood) -> list[tuple[str, str | None, str | None]]:
    with room.store.read() as connection:
        found = connection.execute(outbox.select().order_by(outbox.c.id))
        return [(row.state, row.reference, row.error) for row in found]


def test_nothing_leaves_before_its_time_and_everything_once(room: Neighbourhood) -> None:
    receiver = Receiver()
    assert deliver(room, receiver) == 0
    room.clock.forward(seconds=10)
    assert deliver(room, receiver) == 2
    assert deliver(room, receiver) == 0
    assert receiver.texts == ["HNM Hoge Veld: Dank u wel.", "HNM Lage Veld: Dank u wel."]
    assert rows(room) == [("delivered", "sent-1", None), ("delivered", "sent-2", None)]


def test_every_delivery_is_one_audit_entry_and_screens_are_told(room: Neighbourhood) -> None:
    room.clock.forward(seconds=10)
    deliver(room, Receiver())
    with room.store.unit() as unit:
        assert [entry.action for entry in unit.audit.of("outbox", 1)] == ["delivered"]
        last = unit.connection.execute(changes.select().order_by(changes.c.revision.desc())).first()
    assert last is not None
    assert (last.incident_id, last.what) == (1, "delivered")


def test_two_deliverers_at_once_send_once(room: Neighbourhood) -> None:
    room.clock.forward(seconds=10)
    receiver = Receiver()
    assert sum(together([lambda: deliver(room, receiver)] * 3)) == 2
    assert len(receiver.texts) == 2


def test_a_text_taken_back_in_time_does_not_leave(room: Neighbourhood, people: People) -> None:
    room.does(undo, 1, people.dora, room.areas)
    room.clock.forward(seconds=10)
    assert deliver(room, Receiver()) == 0


@pytest.mark.parametrize(
    ("failure", "state", "name"),
    [
        (DeliveryError(permanent=False), "queued", "error.delivery"),
        (DeliveryError(permanent=True), "failed", "error.delivery"),
        (ValueError("with words of a resident"), "queued", "ValueError"),
        (TimeoutError(), "queued", "TimeoutError"),
    ],
    ids=["passing", "permanent", "broken", "slow"],
)
def test_one_failure_does_not_send_the_others_twice(
    failure: Exception, state: str, name: str, room: Neighbourhood
) -> None:
    """The first text is sent, the second fails: after a while only the second is tried again."""
    room.clock.forward(seconds=10)
    first = iter([None])
    receiver = Receiver(lambda: _fail_unless(first, failure))
    deliver(room, receiver)
    assert rows(room) == [("delivered", "sent-1", None), (state, None, name)]
    room.clock.forward(minutes=1)
    deliver(room, receiver)
    assert len(receiver.texts) == 1


def test_a_hand_over_reaches_its_destination(room: Neighbourhood, people: People) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    receiver = Receiver()
    assert deliver(room, receiver) == 1
    assert receiver.incidents == ["HNM-1"]


def test_an_unknown_destination_or_channel_is_given_up_at_once(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "nowhere")
    room.clock.forward(seconds=10)
    deliver_due(room.services, {"demo": SimpleNamespace()}, {})
    assert {state for state, _, _ in rows(room)} == {"failed"}


def test_what_was_taken_back_on_the_way_stays_taken_back(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "handhaving")
    slow = Receiver(lambda: room.does(undo, 1, people.dora, room.areas) and None)
    deliver(room, Receiver(), slow)
    assert rows(room)[-1][0] == "withdrawn"


def test_a_slow_receiver_does_not_hold_up_the_control_room(
    room: Neighbourhood, people: People
) -> None:
    """While a text is on its way, somebody decides: on SQLite too there is one writer only."""
    room.clock.forward(seconds=10)
    decided: list[str] = []

    def decide() -> None:
        if not decided:
            decided.append(room.does(triage.accept, 1, people.dora).status)

    deliver(room, Receiver(decide))
    assert decided == ["accepted"]


def test_the_work_lists_of_the_product_take_everything(room: Neighbourhood, people: People) -> None:
    for destination in destinations():
        room.does(triage.hand_over, 1, people.dora, destination)
    deliver_due(room.services, {}, destinations())
    assert [state for state, _, _ in rows(room)][2:] == ["delivered"] * len(destinations())


def _fail_unless(first: Any, failure: Exception) -> None:
    if next(first, failure) is failure:
        raise failure
