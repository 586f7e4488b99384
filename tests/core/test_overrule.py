"""What a person set stays whatever residents write; handed back, it follows the messages again."""

from __future__ import annotations

import pytest

from core import triage
from core.domain import Location, PlaceKind, Urgency
from core.errors import BadInput, ChangedMeanwhile, NotAllowed, NotPossible
from core.overrule import follow, places_named, set_place, set_title, within_radius
from core.scenes import Scenes
from core.store.tables import audit_entries
from core.topics import topics
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People

HERE = Location(
    kind=PlaceKind.ADDRESS,
    lat=52.03,
    lon=4.29,
    radius_m=25.0,
    street="Havannasingel",
    house_number=8,
    name="Havannasingel 8",
)


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    street.writes("""
        id | at    | author | text
        a  | 20:01 | Anna   | Grofvuil op de Londensingel
    """)
    return street


def more(room: Neighbourhood) -> None:
    """Somebody writes on: more precisely, and that it is urgent."""
    room.writes("""
        id | at    | author | text
        b  | 20:05 | Bram   | help nu vuilnis Londensingel 12
    """)


def test_a_title_stays_and_is_handed_back(room: Neighbourhood, people: People) -> None:
    room.does(set_title, 1, people.dora, "  Matrassen bij\n de school ")
    more(room)
    assert room.incident().title == "Matrassen bij de school"
    room.does(follow, 1, people.dora, ["title"], room.areas)
    assert room.incident().title is None
    assert room.incident().overruled == frozenset()


@pytest.mark.parametrize("title", ["", "   ", "x" * 121, "a\x00b", "kop\u202eom"])
def test_a_title_that_is_none_is_refused(title: str, room: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        room.does(set_title, 1, people.dora, title)


def test_a_place_with_its_radius_stays_and_is_handed_back(
    room: Neighbourhood, people: People
) -> None:
    room.does(set_place, 1, people.dora, HERE, room.areas)
    more(room)
    found = room.incident().location
    assert (found.name, found.radius_m, found.lat) == ("Havannasingel 8", 25.0, 52.03)
    room.does(follow, 1, people.dora, ["location"], room.areas)
    assert room.incident().location.street == "Londensingel"


def test_topic_and_urgency_follow_again_when_handed_back(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.set_topic, 1, people.dora, "overlast", topics())
    room.does(triage.set_urgency, 1, people.dora, Urgency.NOT_URGENT)
    more(room)
    kept = room.incident()
    assert (kept.topic, kept.urgency) == ("overlast", Urgency.NOT_URGENT)
    room.does(follow, 1, people.dora, ["topic", "urgency"], room.areas)
    found = room.incident()
    assert (found.topic, found.urgency, found.overruled) == (
        "afval",
        Urgency.URGENT,
        frozenset(),
    )


def test_where_it_should_go_follows_too(room: Neighbourhood, people: People) -> None:
    assert room.incident().proposed_destination == "handhaving"
    more(room)
    assert room.incident().proposed_destination == "police_team"
    room.does(triage.set_urgency, 1, people.dora, Urgency.NOT_URGENT)
    assert room.incident().proposed_destination == "handhaving"
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().proposed_destination == "police_team"


def test_each_of_them_is_taken_back(room: Neighbourhood, people: People) -> None:
    first = room.incident()
    room.does(set_title, 1, people.dora, "Een")
    room.does(set_title, 1, people.dora, "Twee")
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().title == "Een"
    room.does(set_place, 1, people.dora, HERE, room.areas)
    room.does(set_place, 1, people.dora, within_radius(HERE, 250), room.areas)
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().location.radius_m == 25.0
    room.does(follow, 1, people.dora, ["title", "location"], room.areas)
    room.does(undo, 1, people.dora, room.areas)
    assert (room.incident().title, room.incident().location.name) == ("Een", "Havannasingel 8")
    room.does(undo, 1, people.dora, room.areas)
    assert room.incident().location == first.location


def test_the_history_does_not_say_where_messages_had_it(
    room: Neighbourhood, people: People
) -> None:
    room.does(set_place, 1, people.dora, HERE, room.areas)
    with room.store.read() as connection:
        (entry,) = connection.execute(
            audit_entries.select().where(audit_entries.c.action == "set_place")
        ).all()
    assert "Londensingel" not in str(entry.detail)


@pytest.mark.parametrize("radius_m", [0, -5, 9e9, float("nan")])
def test_a_radius_that_is_none_is_refused(radius_m: float) -> None:
    with pytest.raises(BadInput):
        within_radius(HERE, radius_m)


def test_nothing_is_handed_back_that_was_not_taken(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotPossible):
        room.does(follow, 1, people.dora, ["topic"], room.areas)
    room.does(set_title, 1, people.dora, "Een")
    with pytest.raises(BadInput):
        room.does(follow, 1, people.dora, ["topic"], room.areas)


def test_who_may_not_correct_may_not_overrule(room: Neighbourhood, people: People) -> None:
    with pytest.raises(NotAllowed):
        room.does(set_title, 1, people.hanna, "Een")
    with pytest.raises(NotAllowed):
        room.does(set_place, 1, people.ron, HERE, room.areas)


def test_who_comes_second_is_told(room: Neighbourhood, people: People) -> None:
    with room.store.unit() as unit:
        set_title(1, 1, people.dora, unit, "Een")
        with pytest.raises(ChangedMeanwhile):
            set_title(1, 1, people.daan, unit, "Twee")


def test_what_is_typed_is_found_among_the_places_of_the_pilot(room: Neighbourhood) -> None:
    with room.store.unit() as unit:
        scene = Scenes().of(room.group().id, unit)
    assert scene is not None
    named = places_named("bostonsingel 36", scene.places, None)
    assert named[0].street == "Bostonsingel"
    assert places_named("nergens", scene.places, None) == []


def test_what_a_person_called_it_goes_with_its_messages(
    room: Neighbourhood, people: People
) -> None:
    room.does(set_title, 1, people.dora, "Matrassen")
    room.writes("""
        id | kind   | author | at    | text
        a  | delete | Anna   | 20:09 | -
    """)
    assert room.incident().title is None
