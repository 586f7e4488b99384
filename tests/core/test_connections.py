"""Networks are joined by an administrator; what is typed is checked, a secret is sealed."""

from __future__ import annotations

from typing import Any

import pytest

from core import connections
from core.errors import BadInput, NotAllowed, NotFound
from core.ports import SourceCard
from tests.neighbourhood import Neighbourhood
from tests.people import People

CARD = SourceCard(name_nl="Net", name_en="Net", listens=True, settings=("server", "user"))
FILLED = {"server": "https://example.org", "user": "hnm"}


def add(street: Neighbourhood, user: Any, card: SourceCard = CARD, **given: Any) -> int:
    values: dict[str, Any] = {"name": "Ons account", "settings": FILLED, "secret": "geheim"}
    values |= given
    with street.store.unit() as unit:
        return connections.add(
            street.pilot.id,
            "net",
            card,
            values["name"],
            values["settings"],
            values["secret"],
            user,
            unit,
            street.services.vault,
        )


def row(street: Neighbourhood, connection_id: int) -> Any:
    with street.store.unit() as unit:
        return unit.connections.get(connection_id)


def test_a_new_connection_is_off_and_its_secret_sealed(
    street: Neighbourhood, people: People
) -> None:
    made = row(street, add(street, people.ada))
    assert not made.enabled
    assert b"geheim" not in made.sealed_secret
    assert street.services.vault.open_original(made.sealed_secret) == "geheim"


@pytest.mark.parametrize(
    "given",
    [
        {"name": "  "},
        {"name": "a" * 201},
        {"name": "a\nb"},
        {"settings": {}},
        {"settings": {"server": "x" * 501, "user": "hnm"}},
        {"settings": {"server": "x\x00", "user": "hnm"}},
    ],
)
def test_what_cannot_be_used_is_refused(
    street: Neighbourhood, people: People, given: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        add(street, people.ada, **given)


def test_a_source_that_does_not_listen_cannot_be_joined(
    street: Neighbourhood, people: People
) -> None:
    with pytest.raises(BadInput):
        add(street, people.ada, SourceCard(name_nl="Bestand", name_en="File"))


def test_only_administrators_join_networks(street: Neighbourhood, people: People) -> None:
    for user in (people.dora, people.lea):
        with pytest.raises(NotAllowed):
            add(street, user)


def test_settings_change_and_the_secret_stays_unless_given(
    street: Neighbourhood, people: People
) -> None:
    made, vault = add(street, people.ada), street.services.vault
    for secret, expected in (("", "geheim"), ("nieuw", "nieuw")):
        with street.store.unit() as unit:
            connections.change(made, CARD, FILLED, secret, people.ada, unit, vault)
        assert vault.open_original(row(street, made).sealed_secret) == expected


def test_switching_leaves_its_trace_and_keeps_the_place(
    street: Neighbourhood, people: People
) -> None:
    made = add(street, people.ada)
    with street.store.unit() as unit:
        unit.connections.change(made, cursor="17")
        connections.switch(made, True, people.ada, unit)
        connections.switch(made, False, people.ada, unit)
        entries = unit.audit.of("connection", made)
    assert row(street, made).cursor == "17"
    assert [entry.action for entry in entries] == [
        "connection_added",
        "connection_on",
        "connection_off",
    ]


def test_an_unknown_connection_is_said_to_be_so(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit, pytest.raises(NotFound):
        connections.switch(99, True, people.ada, unit)
