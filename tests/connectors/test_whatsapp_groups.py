"""A group of at most eight: asked for by an administrator, made by WhatsApp, joined by its link."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from core.errors import BadInput, NotAllowed, ReasonMissing
from core.made_groups import invite_of, want_group
from core.store.tables import groups
from tests.connectors import meta
from tests.connectors.test_whatsapp_say import Line, graph, line
from tests.people import People

__all__ = ["graph", "line"]

NAME = "Buurtpreventie Singel"
ABOUT = "Wij houden samen een oogje\nin het zeil."
LINK = "https://chat.whatsapp.com/AbCdEfGhIjK"
BURGLARY = "ingebroken op de Bostonsingel 36"


def wants(line: Line, people: People, **more: Any) -> int:
    given = {"name": NAME, "about": ABOUT, "evidence": "gesprek van 3 april", **more}
    with line.here.town.store.unit() as unit:
        user = given.pop("user", people.ada)
        return want_group(
            line.here.connection_id,
            given["name"],
            given["about"],
            None,
            given["evidence"],
            user,
            unit,
        )


def the_group(line: Line) -> Any:
    with line.here.town.store.read() as opened:
        query = sa.select(groups).where(groups.c.name == NAME)
        return opened.execute(query).one()


def happens(line: Line, kind: str, field: str, **more: Any) -> None:
    stamp = str(int(line.here.town.clock().timestamp()))
    row = {"timestamp": stamp, "group_id": meta.GROUP, "type": kind, **more}
    assert line.brings(meta.change(field, groups=[row])) == 200


def made(line: Line, people: People) -> None:
    """WhatsApp made what an administrator wanted."""
    wants(line, people)
    line.goes_on()
    line.graph.groups[meta.GROUP] = {"subject": NAME}
    happens(line, "group_create", "group_lifecycle_update", subject=NAME, invite_link=LINK)


def test_a_group_is_asked_for_with_who_reads_along_in_its_description(
    line: Line, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    take = line.graph._make_group
    monkeypatch.setattr(line.graph, "_make_group", lambda given: asked.append(given) or take(given))
    wants(line, people)
    line.goes_on()
    line.goes_on()
    (given,) = asked
    assert given["subject"] == NAME
    assert given["description"].startswith("Wij houden samen een oogje in het zeil.")
    assert "leest mee" in given["description"]
    assert "112" in given["description"]


def test_who_joins_a_made_group_is_told_and_followed(line: Line, people: People) -> None:
    made(line, people)
    group = the_group(line)
    assert group.native_id == meta.GROUP
    assert invite_of(group, line.here.town.services.vault) == LINK
    assert LINK.encode() not in group.sealed_invite
    line.graph.wrote(meta.GROUP)
    happens(
        line,
        "group_participants_add",
        "group_participants_update",
        reason="invite_link",
        added_participants=[meta.ANNA],
    )
    line.goes_on()
    assert "Welkom" in line.graph.sent[-1].text
    line.writes(BURGLARY, text={"body": BURGLARY}, group_id=meta.GROUP, id="wamid.group1")
    assert line.goes_on() == [BURGLARY]


def test_a_group_that_is_there_already_is_not_made_again(line: Line, people: People) -> None:
    wants(line, people)
    with line.graph.losing_answers():
        line.goes_on()
    assert [row.error for row in line.rows()] == ["error.sent_unsure"]
    happens(line, "group_create", "group_lifecycle_update", subject=NAME, invite_link=LINK)
    line.here.later(minutes=6)
    line.goes_on()
    assert [row.state for row in line.rows()] == ["delivered"]
    assert len(line.graph.groups) == 2  # the one of the fake itself, and this one


def test_a_link_that_does_not_lead_to_whatsapp_is_not_kept(line: Line, people: People) -> None:
    wants(line, people)
    happens(
        line,
        "group_create",
        "group_lifecycle_update",
        subject=NAME,
        invite_link="https://chat.whatsapp.com.example.org/x",
    )
    assert the_group(line).sealed_invite is None


def test_a_group_that_is_deleted_has_no_consent_any_more(line: Line, people: People) -> None:
    made(line, people)
    happens(line, "group_delete", "group_lifecycle_update")
    line.goes_on()
    with line.here.town.store.unit() as unit:
        assert not unit.consents.group_consents(the_group(line).id)


def test_only_an_administrator_makes_a_group_and_says_why_it_may(
    line: Line, people: People
) -> None:
    with pytest.raises(NotAllowed):
        wants(line, people, user=people.dora)
    with pytest.raises(ReasonMissing):
        wants(line, people, evidence=" ")
    for wrong in ({"name": " "}, {"name": "a" * 101}, {"about": ""}, {"about": "a" * 1001}):
        with pytest.raises(BadInput):
            wants(line, people, **wrong)
    wants(line, people)
    with pytest.raises(BadInput):
        wants(line, people)
