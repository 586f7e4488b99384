"""What each way carries here and now: tags, names, subjects, and how long somebody is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.channel_limits import Limits
from core.live_groups import window_key
from core.ports import SourceCard
from core.reach import ALONE, Means, Way, sealed_from
from core.store import Unit
from core.store.tables import groups
from core.way_limits import LONGEST_APPROVED, limits_of
from tests.neighbourhood import Neighbourhood

CARD = SourceCard(name_nl="Net", name_en="Net", group_send=True, direct=True, replies=True)
WINDOW = replace(CARD, answer_hours=24)
PUBLIC = replace(CARD, threads=True, names_whom=True, longest_text=300)


@pytest.fixture
def connected(street: Neighbourhood) -> Neighbourhood:
    """Hoge Veld is followed through an account with tags and an approved text."""
    with street.store.unit() as unit:
        settings = {"tags": "#Melden, wijk", "template": "hnm_bericht"}
        account = unit.connections.add(
            street.pilot.id, "demo", "Account", "ada", settings=settings, sealed_secret=b""
        )
        mine = sa.update(groups).where(groups.c.id == street.group().id)
        unit.connection.execute(mine.values(connection_id=account))
    return street


def limits(street: Neighbourhood, card: SourceCard, *ways: Way) -> list[Limits]:
    means = Means(cards={"demo": card}, vault=street.services.vault)
    with street.store.read() as connection:
        return limits_of(ways, Unit(connection, street.clock()), means)


def way(street: Neighbourhood, kind: str, author: str = "Anna") -> Way:
    alone = kind in ("direct", "reply")
    return Way(
        kind=kind,
        group=street.group(),
        residents=frozenset({author}),
        resident=author if alone else None,
        sealed_from=sealed_from("1", author, street.services.vault) if alone else None,
    )


def opens(street: Neighbourhood, author: str, hours: int) -> None:
    with street.store.unit() as unit:
        account = unit.connections.group_row(street.group().id).connection_id
        key = window_key(account, author, street.services.vault)
        unit.windows.open(key, unit.now + timedelta(hours=hours))


def test_what_goes_to_all_in_public_ends_with_the_tag(connected: Neighbourhood) -> None:
    (found,) = limits(connected, PUBLIC, way(connected, "group"))
    assert (found.tag, found.room) == ("#melden", 300 - len("\n\n#melden"))
    (reply,) = limits(connected, PUBLIC, way(connected, "reply"))
    assert reply.tag == ""
    assert reply.room < 300


def test_ways_that_carry_the_same_are_one(connected: Neighbourhood) -> None:
    other = replace(way(connected, "group"), group=connected.group("HNM Lage Veld"))
    alone = [way(connected, "direct", name) for name in ("Anna", "Bram")]
    found = limits(connected, CARD, way(connected, "group"), other, *alone)
    assert [one.ways for one in found] == [
        (connected.group().id, other.group.id),
        (ALONE,),
    ]


def test_who_wrote_lately_is_answered_in_free_words(connected: Neighbourhood) -> None:
    opens(connected, "Anna", hours=3)
    (found,) = limits(connected, WINDOW, way(connected, "direct"))
    assert found.until == connected.clock() + timedelta(hours=3)
    assert not found.is_closed


def test_after_the_window_only_the_approved_text_goes_out(connected: Neighbourhood) -> None:
    opens(connected, "Anna", hours=3)
    connected.clock.forward(hours=4)
    for author in ("Anna", "Bram"):
        (found,) = limits(connected, WINDOW, way(connected, "direct", author))
        assert (found.is_closed, found.approved) == (True, "hnm_bericht")
        assert found.room == LONGEST_APPROVED
        assert not found.is_shut


def test_without_an_approved_text_nothing_goes_out(connected: Neighbourhood) -> None:
    with connected.store.unit() as unit:
        account = unit.connections.group_row(connected.group().id).connection_id
        unit.connections.change(account, settings={})
    (found,) = limits(connected, WINDOW, way(connected, "direct"))
    assert found.is_shut


def test_a_group_without_an_account_has_what_its_card_says(street: Neighbourhood) -> None:
    (found,) = limits(street, replace(PUBLIC, has_subject=True), way(street, "group"))
    assert (found.tag, found.room) == ("", 300)
    assert found.subject == "Het Nieuwe Melden: bericht voor uw buurt"
    (unknown,) = limits(street, CARD, replace(way(street, "copy"), kind="copy"))
    assert unknown.kind == "copy"
