"""Listening to a network: groups ask, are let in, told; trouble is waited out, nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from connectors.deliver import deliver_due
from connectors.listen import listen_all
from core.domain import Event, EventKind, Receipt
from core.errors import BadInput, DeliveryError, NotAllowed, ReasonMissing, SourceBusy, SourceError
from core.live_groups import announce_again, found, let_in, refuse
from core.ports import Connection, Heard, Listened, Outgoing
from core.store.tables import connections, consents, groups, inbox
from tests.neighbourhood import Neighbourhood
from tests.people import People

ROOM = "!room:example.org"


class FakeNetwork:
    """A network in memory whose cursor is how much it gave; residents write with `says`."""

    def __init__(self, street: Neighbourhood) -> None:
        self.street = street
        self.events: list[Heard | SourceError] = []
        self.said: list[Outgoing] = []
        self.trouble: Exception | None = None
        self.asked = 0

    def says(
        self, author: str, text: str, kind: EventKind = EventKind.MESSAGE, **more: Any
    ) -> None:
        number = len(self.events)
        self.events.append(
            Heard(
                group=more.pop("group", ROOM),
                group_name="Straat",
                unreadable=more.pop("unreadable", False),
                event=Event(
                    kind=kind,
                    native_id=more.pop("native_id", f"e{number}"),
                    author=author,
                    sent_at=self.street.clock(),
                    text=text,
                    **more,
                ),
            )
        )

    def listen(self, connection: Connection, cursor: str | None, now: datetime) -> Listened:
        self.asked += 1
        if self.trouble is not None:
            raise self.trouble
        assert connection.secret == "geheim"
        given = int(cursor or 0)
        return Listened(heard=tuple(self.events[given:]), cursor=str(len(self.events)))

    def say(self, connection: Connection, outgoing: Outgoing, now: datetime) -> Receipt:
        if self.trouble is not None:
            raise self.trouble
        self.said.append(outgoing)
        return Receipt(reference=f"sent-{outgoing.id}", delivered_at=now)


@pytest.fixture
def network(street: Neighbourhood) -> FakeNetwork:
    with street.store.unit() as unit:
        connection_id = unit.connections.add(
            street.pilot.id,
            "net",
            "Ons account",
            "beheerder",
            settings={},
            sealed_secret=street.services.vault.seal_original("geheim"),
        )
        unit.connections.change(connection_id, enabled=True)
    return FakeNetwork(street)


def goes_on(street: Neighbourhood, network: FakeNetwork) -> None:
    """The product listens, works and delivers until there is nothing to do."""
    for _ in range(4):
        listen_all(street.services, {"net": network})
        street.work()
        deliver_due(street.services, {"net": network}, {})


def the_group(street: Neighbourhood) -> Any:
    with street.store.read() as connection:
        query = sa.select(groups).where(groups.c.source == "net")
        return connection.execute(query).first()


def joins_in(street: Neighbourhood, network: FakeNetwork, people: People) -> None:
    """A group invites us, agrees, and is let in."""
    network.says("Anna", "asked", EventKind.CONSENT)
    network.says("Anna", "!hnm akkoord")
    goes_on(street, network)
    with street.store.unit() as unit:
        let_in(the_group(street).id, None, "brief van 3 april", people.ada, unit)
    goes_on(street, network)


def test_nothing_is_kept_before_the_group_agreed_and_was_let_in(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    network.says("Anna", "ingebroken op de Bostonsingel 36")
    goes_on(street, network)
    assert the_group(street) is None
    network.says("Anna", "asked", EventKind.CONSENT)
    network.says("Piet", "ingebroken op de Bostonsingel 38")
    goes_on(street, network)
    assert street.stored() == []
    assert "akkoord" in network.said[0].text
    with street.store.unit() as unit, pytest.raises(BadInput):
        let_in(the_group(street).id, None, "brief", people.ada, unit)
    network.says("Anna", "!hnm akkoord")
    goes_on(street, network)
    with street.store.unit() as unit, pytest.raises(ReasonMissing):
        let_in(the_group(street).id, None, " ", people.ada, unit)
    with street.store.unit() as unit, pytest.raises(NotAllowed):
        let_in(the_group(street).id, None, "brief", people.dora, unit)
    with street.store.unit() as unit:
        let_in(the_group(street).id, None, "brief", people.ada, unit)
    network.says("Piet", "ingebroken op de Bostonsingel 40")
    goes_on(street, network)
    assert street.stored() == ["ingebroken op de Bostonsingel 40"]
    assert "leest mee" in network.said[-1].text
    assert all("bel 112" in outgoing.text for outgoing in network.said)


def test_a_refused_group_is_told_and_not_asked_about_again(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    network.says("Anna", "asked", EventKind.CONSENT)
    goes_on(street, network)
    with street.store.unit() as unit:
        refuse(the_group(street).id, "geen groep van deze wijk", people.ada, unit)
        assert unit.connections.asking(street.pilot.id) == []
    goes_on(street, network)
    assert "volgt deze groep niet" in network.said[-1].text


def test_who_joins_is_told_alone_and_counts_from_then_on(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Nina", "", EventKind.JOIN)
    network.says("Nina", "ingebroken op de Bostonsingel 36")
    goes_on(street, network)
    assert street.stored() == []
    assert network.said[-1].to == "Nina"
    street.clock.forward(minutes=1)
    network.says("Nina", "brand op de Osloweg 2")
    goes_on(street, network)
    assert street.stored() == ["brand op de Osloweg 2"]


def test_who_stopped_while_being_told_stays_out(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Nina", "", EventKind.JOIN)
    network.says("Nina", "!hnm stop")
    goes_on(street, network)
    network.says("Nina", "brand op de Osloweg 2")
    goes_on(street, network)
    assert street.stored() == []


def test_a_reply_answers_the_message_in_the_networks_own_ids(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Anna", "!hnm status", native_id="$vraag")
    network.says("Anna", "status", native_id="$alleen", direct=True)
    goes_on(street, network)
    in_group, alone = network.said[-2:]
    assert (in_group.reply_to, in_group.to, in_group.group) == ("$vraag", None, ROOM)
    assert (alone.reply_to, alone.to) == ("$alleen", "Anna")


def test_a_group_that_moves_or_is_renamed_stays_the_same_group(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    before = the_group(street).id
    network.says("Anna", "Nieuwe naam", EventKind.GROUP_RENAMED)
    network.says("Anna", "!elders", EventKind.GROUP_MOVED)
    network.says("Piet", "ingebroken op de Bostonsingel 36", group="!elders")
    goes_on(street, network)
    row = the_group(street)
    assert (row.id, row.name, row.native_id) == (before, "Nieuwe naam", "!elders")
    assert len(street.stored()) == 1


def test_what_cannot_be_read_is_said_loudly_and_once(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    for _ in range(2):
        network.says("Anna", "", unreadable=True)
        goes_on(street, network)
    assert the_group(street).unreadable
    assert ["versleuteld" in outgoing.text for outgoing in network.said].count(True) == 1


def test_who_writes_alone_unreadably_is_told_alone(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    for _ in range(2):
        network.says("Anna", "", unreadable=True, direct=True)
        goes_on(street, network)
    (told,) = [outgoing for outgoing in network.said if "versleuteld" in outgoing.text]
    assert told.to == "Anna"
    assert not the_group(street).unreadable


def test_nobody_moves_into_a_group_that_is_known(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Bert", "asked", EventKind.CONSENT, group="!other")
    network.says("Bert", "!other", EventKind.GROUP_MOVED)
    network.says("Piet", "ingebroken op de Bostonsingel 36")
    goes_on(street, network)
    assert the_group(street).native_id == ROOM
    assert len(street.stored()) == 1


def test_who_throws_us_out_and_asks_again_starts_anew(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Bert", "withdrawn", EventKind.CONSENT)
    network.says("Piet", "ingebroken op de Bostonsingel 36")
    goes_on(street, network)
    row = the_group(street)
    assert (row.requested_by, row.agreed_at) == (None, None)
    for _ in range(2):
        network.says("Bert", "asked", EventKind.CONSENT, native_id="$again")
        goes_on(street, network)
    network.says("Piet", "ingebroken op de Bostonsingel 38")
    network.says("Anna", "!hnm akkoord")
    goes_on(street, network)
    assert street.stored() == []
    asked = [outgoing for outgoing in network.said if "Gaat de groep akkoord" in outgoing.text]
    assert len(asked) == 2
    assert "Alleen wie deze groep heeft aangemeld" in network.said[-1].text
    network.says("Bert", "!hnm akkoord")
    goes_on(street, network)
    assert the_group(street).agreed_at is not None


def test_a_report_to_us_alone_is_one_message_whatever_groups_its_writer_is_in(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Bert", "asked", EventKind.CONSENT, group="!another")
    for group in ("!another", ROOM):
        text = "ingebroken op de Bostonsingel 36"
        network.says("Piet", text, group=group, native_id="$alone", direct=True)
    goes_on(street, network)
    assert street.stored() == ["ingebroken op de Bostonsingel 36"]


def test_who_was_told_counts_even_when_the_networks_clock_is_ahead(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    street.clock.forward(minutes=3)
    network.says("Nina", "", EventKind.JOIN)
    street.clock.forward(minutes=-3)
    goes_on(street, network)
    network.says("Nina", "brand op de Osloweg 2")
    goes_on(street, network)
    assert street.stored() == ["brand op de Osloweg 2"]


def test_a_busy_network_is_asked_again_when_it_said(
    street: Neighbourhood, network: FakeNetwork
) -> None:
    network.trouble = SourceBusy(after_s=90)
    goes_on(street, network)
    assert network.asked == 1
    street.clock.forward(seconds=89)
    goes_on(street, network)
    assert network.asked == 1
    street.clock.forward(seconds=2)
    network.trouble = None
    goes_on(street, network)
    assert network.asked > 1


def test_an_outage_of_five_minutes_loses_nothing(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.trouble = ConnectionError()
    network.says("Anna", "ingebroken op de Bostonsingel 36")
    for _ in range(60):
        goes_on(street, network)
        street.clock.forward(seconds=5)
    asked = network.asked
    assert asked < 20
    with street.store.read() as connection:
        row = connection.execute(sa.select(connections)).one()
    assert row.error == "ConnectionError"
    network.trouble = None
    street.clock.forward(minutes=11)
    goes_on(street, network)
    assert street.stored() == ["ingebroken op de Bostonsingel 36"]
    with street.store.read() as connection:
        assert connection.execute(sa.select(connections.c.error)).scalar() is None


def test_what_is_given_twice_is_one_message(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Anna", "ingebroken op de Bostonsingel 36", native_id="$1")
    network.says("Anna", "ingebroken op de Bostonsingel 36", native_id="$1")
    goes_on(street, network)
    assert len(street.stored()) == 1


def test_a_text_that_could_not_be_said_is_said_later_under_the_same_id(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.says("Anna", "!hnm help")
    listen_all(street.services, {"net": network})
    street.work()
    network.trouble = DeliveryError(permanent=False)
    deliver_due(street.services, {"net": network}, {})
    before = len(network.said)
    network.trouble = None
    street.clock.forward(minutes=2)
    goes_on(street, network)
    assert len(network.said) == before + 1


def test_a_followed_group_is_told_again_each_month_and_only_then(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)

    def again() -> int:
        with street.store.unit() as unit:
            return announce_again(unit.pilots.groups(), ["net"], unit)

    assert again() == 0
    street.clock.forward(days=31)
    assert again() == 1
    assert again() == 0


def test_a_group_that_an_administrator_added_is_told_as_well(
    street: Neighbourhood, people: People
) -> None:
    with street.store.unit() as unit:
        connection_id = unit.connections.add(street.pilot.id, "net", "Net", "ada")
        for native_id in ("added", "line:1", "wanted:Plein"):
            found(connection_id, native_id, native_id, None, "brief van 3 mei", people.ada, unit)
        found(connection_id, "open", "open", None, "taak", people.ada, unit, is_open_source=True)
    for days, told in ((0, 1), (0, 0), (31, 1)):
        street.clock.forward(days=days)
        with street.store.unit() as unit:
            assert announce_again(unit.pilots.groups(), ["net"], unit) == told


def test_who_asked_is_kept_as_a_pseudonym_and_talk_before_consent_nowhere(
    street: Neighbourhood, network: FakeNetwork
) -> None:
    network.says("Anna Vuurdoorn", "asked", EventKind.CONSENT)
    goes_on(street, network)
    with street.store.read() as connection:
        rows = [*connection.execute(sa.select(groups)), *connection.execute(sa.select(consents))]
        waiting = connection.execute(sa.select(sa.func.count()).select_from(inbox)).scalar()
    assert "Vuurdoorn" not in str(rows)
    assert waiting == 0


def test_a_bad_row_does_not_stop_the_rest(
    street: Neighbourhood, network: FakeNetwork, people: People
) -> None:
    joins_in(street, network, people)
    network.events.append(SourceError(line=0, why="half"))
    network.says("Anna", "ingebroken op de Bostonsingel 36")
    goes_on(street, network)
    assert len(street.stored()) == 1


def test_a_connection_waits_longer_each_time_but_not_for_ever(
    street: Neighbourhood, network: FakeNetwork
) -> None:
    with street.store.unit() as unit:
        (row,) = unit.connections.all()
        for _ in range(40):
            unit.connections.failed(row.id, "ConnectionError")
        row = unit.connections.get(row.id)
        assert row is not None
        assert row.retry_at - unit.now == timedelta(minutes=10)
