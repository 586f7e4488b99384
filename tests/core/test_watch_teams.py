"""A neighbourhood-watch team sees only what somebody shared, without residents' words."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from core import triage
from core.domain import Urgency, User
from core.errors import BadInput, NotAllowed, NotFound
from core.farewell import erase_what_is_over, say_farewell
from core.last_day import PilotEnded
from core.scenes import Scenes
from core.store.share_queries import shares_of, team_reports_of
from core.watch_teams import (
    LONGEST,
    Outcome,
    Shared,
    UrgentNotShared,
    report,
    seen_by,
    share,
    unshare,
)
from tests.neighbourhood import Neighbourhood
from tests.people import People

TEAM = "Buurtpreventie Hoge Veld"
MARKER = "zwabbernoot"
EVENING = f"""
    at    | author | text
    20:01 | Anna   | Weer grofvuil {MARKER} op de Bostonsingel 36
    20:02 | Bram   | Er is nu brand op de Londensingel
"""
HOSTILE = (
    "<script>alert(1)</script>",
    "=HYPERLINK(1)",
    "\u202egnit\x07",
    "a" * LONGEST,
    "🤷‍♀️",
)


@pytest.fixture
def beat(street: Neighbourhood, people: People) -> Neighbourhood:
    """HNM-1 about waste, HNM-2 about a fire; Bep is in a team."""
    street.writes(EVENING)
    with street.store.unit() as unit:
        unit.accounts.change(people.bep.id, team=TEAM)
    return street


@pytest.fixture
def bep(people: People) -> User:
    return replace(people.bep, team=TEAM)


def shared(beat: Neighbourhood, user: User, incident_id: int = 1, note: str = "") -> int:
    with beat.store.unit() as unit:
        return share(incident_id, TEAM, note, user, unit)


def seen(beat: Neighbourhood, user: User) -> list[Shared]:
    with beat.store.unit() as unit:
        return seen_by(user, unit)


def says(
    beat: Neighbourhood, share_id: int, user: User, text: str, outcome: Outcome = Outcome.OTHER
) -> str:
    with beat.store.unit() as unit:
        places = Scenes().gazetteer_of(beat.pilot.id, unit)
        report(share_id, outcome, text, user, unit, beat.tools.names, places)
    with beat.store.read() as connection:
        return team_reports_of(connection, [share_id])[share_id][-1].redacted


def test_a_team_sees_nothing_until_somebody_shares(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    assert seen(beat, bep) == []
    shared(beat, people.wim, note="Wilt u kijken of het er nog ligt?")
    (one,) = seen(beat, bep)
    assert (one.number, one.topic, one.note) == (
        "HNM-1",
        "afval",
        "Wilt u kijken of het er nog ligt?",
    )


def test_it_sees_no_words_of_residents_and_no_house_number(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    shared(beat, people.wim)
    (one,) = seen(beat, bep)
    assert one.place.street == "Bostonsingel"
    everything = str(asdict(one))
    assert MARKER not in everything
    assert "36" not in everything
    assert one.place.lat is None


def test_another_team_sees_nothing_of_it(beat: Neighbourhood, people: People, bep: User) -> None:
    share_id = shared(beat, people.wim)
    other = replace(bep, team="Buurtpreventie Lage Veld")
    assert seen(beat, other) == []
    assert seen(beat, replace(bep, team=None)) == []
    with pytest.raises(NotFound):
        says(beat, share_id, other, "gezien")


@pytest.mark.parametrize("login", ["lea", "ron", "ada", "bep"])
def test_only_who_works_on_incidents_shares(
    beat: Neighbourhood, people: People, login: str
) -> None:
    somebody = getattr(people, login)
    with pytest.raises(NotAllowed):
        shared(beat, somebody)
    share_id = shared(beat, people.dora)
    with beat.store.unit() as unit, pytest.raises(NotAllowed):
        unshare(share_id, somebody, unit)


@pytest.mark.parametrize("login", ["dora", "wim", "hanna", "lea", "ron", "ada"])
def test_nobody_else_reports_for_a_team(beat: Neighbourhood, people: People, login: str) -> None:
    share_id = shared(beat, people.wim)
    with pytest.raises(NotAllowed):
        says(beat, share_id, replace(getattr(people, login), team=TEAM), "gezien")


def test_what_is_urgent_is_never_shared(beat: Neighbourhood, people: People, bep: User) -> None:
    with pytest.raises(UrgentNotShared):
        shared(beat, people.dora, incident_id=2)
    shared(beat, people.dora)
    beat.does(triage.set_urgency, 1, people.dora, Urgency.URGENT)
    assert seen(beat, bep) == []


def test_a_team_that_nobody_is_in_cannot_be_chosen(beat: Neighbourhood, people: People) -> None:
    with beat.store.unit() as unit:
        for team in ("", "handhaving", "Niemand", "x" * 500):
            with pytest.raises(BadInput):
                share(1, team, "", people.wim, unit)


def test_twice_to_one_team_a_long_note_or_a_closed_incident_is_refused(
    beat: Neighbourhood, people: People
) -> None:
    with pytest.raises(BadInput):
        shared(beat, people.wim, note="a" * (LONGEST + 1))
    shared(beat, people.wim)
    with pytest.raises(BadInput):
        shared(beat, people.dora)
    beat.does(triage.reject, 2, people.dora, "vals alarm")
    beat.does(triage.set_urgency, 1, people.dora, Urgency.NOT_URGENT)


def test_sharing_that_ended_shows_and_takes_nothing_more(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    share_id = shared(beat, people.wim)
    with beat.store.unit() as unit:
        unshare(share_id, people.hanna, unit)
        with pytest.raises(NotFound):
            unshare(share_id, people.hanna, unit)
    assert seen(beat, bep) == []
    with pytest.raises(NotFound):
        says(beat, share_id, bep, "gezien")
    again = shared(beat, people.wim)
    assert again != share_id


def test_what_a_team_finds_is_filed_with_the_incident(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    share_id = shared(beat, people.wim)
    assert says(beat, share_id, bep, "", Outcome.CLEARED) == ""
    assert [what for _, what in beat.history()][-2:] == ["shared", "team_reported"]
    with beat.store.read() as connection:
        (line,) = shares_of(connection, 1)
        (found,) = team_reports_of(connection, [line.id])[line.id]
    assert (found.outcome, found.by) == ("cleared", "bep")


def test_names_numbers_and_plates_are_taken_out_before_it_is_kept(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    share_id = shared(beat, people.wim)
    kept = says(beat, share_id, bep, "Fatima (06-12345678) zag 12-ABC-3 op de Bostonsingel")
    assert kept == "[naam] ([telefoon]) zag [kenteken] op de Bostonsingel"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_strange_words_are_only_words(
    beat: Neighbourhood, people: People, bep: User, text: str
) -> None:
    share_id = shared(beat, people.wim)
    assert len(says(beat, share_id, bep, text)) <= LONGEST


@pytest.mark.parametrize("text", ["", "   ", "a" * (LONGEST + 1)])
def test_words_that_say_nothing_or_too_much_are_refused(
    beat: Neighbourhood, people: People, bep: User, text: str
) -> None:
    share_id = shared(beat, people.wim)
    with pytest.raises(BadInput):
        says(beat, share_id, bep, text)


def test_a_week_after_it_ended_a_team_sees_it_no_more(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    shared(beat, people.wim)
    beat.does(triage.hand_over, 1, people.dora, "handhaving")
    beat.does(triage.take_on, 1, people.hanna)
    beat.does(triage.close, 1, people.hanna)
    assert [one.status.value for one in seen(beat, bep)] == ["closed"]
    beat.clock.forward(days=8)
    assert seen(beat, bep) == []


def test_after_the_last_day_nothing_is_shared(
    beat: Neighbourhood, people: People, bep: User
) -> None:
    share_id = shared(beat, people.wim)
    says(beat, share_id, bep, "gezien bij de speeltuin")
    beat.clock.forward(days=60)
    with beat.store.unit() as unit:
        say_farewell(unit, [])
    assert seen(beat, bep) == []
    with pytest.raises(PilotEnded):
        shared(beat, people.wim)
    beat.clock.forward(days=100)
    with beat.store.unit() as unit:
        erase_what_is_over(unit)
        assert team_reports_of(unit.connection, [share_id])[share_id][0].redacted == ""
