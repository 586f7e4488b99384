"""The straight line as residents and dispatchers meet it: messages in, incidents out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.domain import Refusal
from core.store.tables import assessments
from tests.conftest import WITHOUT_CONSENT
from tests.neighbourhood import Neighbourhood


def test_a_message_becomes_an_incident_with_a_place_and_a_proposal(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
    """)
    street.must_show("""
        id | topic   | urgency    | status | messages | residents | street       | proposed
        1  | inbraak | not_urgent | new    | 1        | 1         | Bostonsingel | police_team
    """)
    assert street.history() == [("system", "opened")]


def test_neighbours_who_tell_of_one_event_are_one_incident(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel 36
        20:03 | Bram   | ja hier ook
        20:04 | Anna   | hij rent nu weg, ingebroken bij de Bostonsingel
        20:05 | Fatima | Grofvuil op de Londensingel
    """)
    street.must_show("""
        id | topic   | urgency    | messages | residents | opened | last
        1  | inbraak | urgent     | 3        | 2         | 20:01  | 20:04
        2  | afval   | not_urgent | 1        | 1         | 20:05  | 20:05
    """)


def test_off_topic_talk_is_counted_and_nothing_of_it_is_stored(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Anna   | Wie heeft er een springvorm te leen?
        20:02 | Bram   | Er is ingebroken op de Bostonsingel
        20:03 | Anna   | gezellig hoor
    """)
    assert street.stored() == ["Er is ingebroken op de Bostonsingel"]
    street.must_count("""
        group         | day        | what      | count
        HNM Hoge Veld | 2021-04-10 | discarded | 2
        HNM Hoge Veld | 2021-04-10 | kept      | 1
    """)


def test_names_are_taken_out_before_anything_is_stored(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Bram   | Bij Fatima is ingebroken op de Bostonsingel
    """)
    assert street.stored() == ["Bij [naam] is ingebroken op de Bostonsingel"]


def test_a_name_that_decided_is_not_kept_as_a_ground(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Bram   | Bij Fatima is ingebroken op de Bostonsingel
    """)
    with street.store.read() as connection:
        (grounds,) = connection.execute(sa.select(assessments.c.grounds)).scalars()
    assert [ground["what"] for ground in grounds] == ["ingebroken"]


def test_a_group_without_consent_is_counted_unread(street: Neighbourhood) -> None:
    street.writes(f"""
        at    | group             | text
        20:01 | {WITHOUT_CONSENT} | Er is ingebroken op de Bostonsingel
    """)
    assert street.judge.read_texts == []
    street.must_show("id\n")
    street.must_count("""
        group       | what       | count
        HNM Noordhof | no_consent | 1
    """)


def test_somebody_who_stopped_is_counted_unread_and_the_others_go_on(
    street: Neighbourhood,
) -> None:
    stop(street, "Anna")
    street.writes("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel
        20:02 | Bram   | Hier is ook ingebroken, Bostonsingel
    """)
    assert street.judge.read_texts == ["Hier is ook ingebroken, Bostonsingel"]
    street.must_show("""
        id | residents
        1  | 1
    """)
    street.must_count("""
        what    | count
        kept    | 1
        stopped | 1
    """)


def test_who_stops_while_a_message_waits_is_not_judged_any_more(street: Neighbourhood) -> None:
    street.receive("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel
    """)
    stop(street, "Anna")
    street.work()
    assert street.stored() == []


def test_who_stops_between_the_claim_and_the_end_is_not_stored(street: Neighbourhood) -> None:
    street.receive("""
        at    | author | text
        20:01 | Anna   | Er is ingebroken op de Bostonsingel
    """)
    read = street.judge.read
    street.judge.read = lambda texts: (stop(street, "Anna"), read(texts))[1]  # type: ignore[method-assign]
    street.work()
    assert street.stored() == []
    street.must_count("""
        what    | count
        stopped | 1
    """)


def test_outside_the_period_of_the_pilot_nothing_is_followed(street: Neighbourhood) -> None:
    street.writes("""
        day        | at    | text
        2021-03-30 | 20:01 | Er is ingebroken op de Bostonsingel
        2021-06-01 | 00:01 | Er is ingebroken op de Bostonsingel
        2021-05-31 | 23:59 | Er is ingebroken op de Bostonsingel
    """)
    street.must_show("""
        id | topic
        1  | inbraak
    """)
    street.must_count("""
        day        | what           | count
        2021-05-31 | kept           | 1
        2021-03-30 | outside_period | 1
        2021-06-01 | outside_period | 1
    """)


def test_a_delivery_that_comes_twice_is_one_message(street: Neighbourhood) -> None:
    twice = """
        id | at    | text
        a  | 20:01 | Er is ingebroken op de Bostonsingel
    """
    assert [street.receive(twice), street.receive(twice)] == [1, 0]
    street.work()
    assert street.receive(twice) == 0
    street.must_show("""
        id | messages
        1  | 1
    """)


def test_an_edit_is_judged_anew_and_the_earlier_words_are_gone(street: Neighbourhood) -> None:
    street.writes("""
        id | kind    | revision | at    | text
        a  | message | 0        | 20:01 | Er is ingebroken op de Bostonsingel
        a  | edit    | 1        | 20:02 | Grofvuil op de Bostonsingel bedoel ik
    """)
    assert street.stored() == ["Grofvuil op de Bostonsingel bedoel ik"]
    street.must_show("""
        id | topic   | status | messages
        1  | inbraak | closed | 0
        2  | afval   | new    | 1
    """)
    assert street.history(1)[-1] == ("system", "emptied")


def test_an_edit_to_something_off_topic_leaves_no_words_and_no_incident(
    street: Neighbourhood,
) -> None:
    street.writes("""
        id | kind    | revision | at    | text
        a  | message | 0        | 20:01 | Er is ingebroken op de Bostonsingel
        a  | edit    | 1        | 20:02 | laat maar
    """)
    assert street.stored() == [""]
    street.must_show("""
        id | status | messages | street
        1  | closed | 0        | -
    """)


def test_an_edit_and_back_again_is_relevant_again(street: Neighbourhood) -> None:
    street.writes("""
        id | kind    | revision | at    | text
        a  | message | 0        | 20:01 | Er is ingebroken op de Bostonsingel
        a  | edit    | 1        | 20:02 | laat maar
        a  | edit    | 2        | 20:03 | toch wel ingebroken op de Bostonsingel
    """)
    assert street.stored() == ["toch wel ingebroken op de Bostonsingel"]


def test_an_old_revision_that_comes_late_does_not_bring_old_words_back(
    street: Neighbourhood,
) -> None:
    street.receive("""
        id | kind    | revision | at    | text
        a  | edit    | 1        | 20:02 | Er is ingebroken op de Londensingel
        a  | message | 0        | 20:01 | Er is ingebroken op de Bostonsingel
    """)
    street.work()
    assert street.stored() == ["Er is ingebroken op de Londensingel"]
    street.must_count("""
        what | count
        kept | 1
    """)


def test_a_deletion_erases_the_message_everywhere(street: Neighbourhood) -> None:
    street.writes("""
        id | kind    | author | at    | text
        a  | message | Anna   | 20:01 | Er is ingebroken op de Bostonsingel 36
        b  | message | Bram   | 20:02 | ingebroken, de Bostonsingel ja
        a  | delete  | Anna   | 20:03 | -
    """)
    assert street.stored() == ["ingebroken, de Bostonsingel ja"]
    street.must_show("""
        id | status | messages | residents | opened
        1  | new    | 1        | 1         | 20:02
    """)
    assert ("system", "message_erased") in street.history()


def test_an_incident_that_loses_its_only_message_closes_and_forgets_where(
    street: Neighbourhood,
) -> None:
    street.writes("""
        id | kind    | at    | text
        a  | message | 20:01 | Er is ingebroken op de Bostonsingel 36
        a  | delete  | 20:03 | -
    """)
    street.must_show("""
        id | status | messages | residents | street | place
        1  | closed | 0        | 0         | -      | -
    """)


def test_an_erased_message_does_not_come_back(street: Neighbourhood) -> None:
    message = """
        id | at    | text
        a  | 20:01 | Er is ingebroken op de Bostonsingel
    """
    street.writes(message)
    street.writes("""
        id | kind   | at    | text
        a  | delete | 20:02 | -
    """)
    assert street.receive(message) == 0
    edit = """
        id | kind | revision | at    | text
        a  | edit | 3        | 20:04 | Er is ingebroken op de Bostonsingel
    """
    assert street.receive(edit) == 0
    assert street.stored() == []


def test_a_deletion_that_overtakes_its_message_wins(street: Neighbourhood) -> None:
    street.receive("""
        id | kind    | at    | text
        a  | delete  | 20:02 | -
        a  | message | 20:01 | Er is ingebroken op de Bostonsingel
    """)
    street.work()
    assert street.stored() == []
    street.must_show("id\n")


def test_after_an_erasure_the_conversation_goes_on(street: Neighbourhood) -> None:
    street.writes("""
        id | kind    | reply_to | author | at    | text
        a  | message | -        | Anna   | 20:01 | Er is ingebroken op de Bostonsingel
        a  | delete  | -        | Anna   | 20:02 | -
        b  | message | a        | Bram   | 20:03 | ja hier ook
        c  | message | -        | Bram   | 20:04 | Grofvuil op de Bostonsingel
    """)
    assert street.stored() == ["Grofvuil op de Bostonsingel"]


def test_old_turns_are_forgotten_and_the_conversation_goes_on(street: Neighbourhood) -> None:
    from connectors.housekeeping import keep_house

    street.writes("""
        id | at    | text
        a  | 20:01 | Er is ingebroken op de Bostonsingel
    """)
    street.clock.forward(hours=49)
    keep_house(street.services)
    with street.store.unit() as unit:
        turn = unit.messages.turn(street.services.vault.message_key(street.group().id, "a"))
        assert (turn.topics, turn.resident, turn.urgent) == (None, None, None)
    street.clock.now = street.clock.at("20:05")
    street.writes("""
        id | reply_to | at    | text
        b  | a        | 20:10 | ja hier ook
    """)
    assert len(street.stored()) == 1


def test_an_all_clear_takes_the_urgency_away(street: Neighbourhood) -> None:
    street.writes("""
        at    | author | text
        20:01 | Anna   | Help er is brand op de Bostonsingel
        20:02 | Bram   | brand loos alarm, Bostonsingel
    """)
    street.must_show("""
        id | topic    | urgency    | messages
        1  | noodgeval | not_urgent | 2
    """)


def test_an_urgent_incident_is_proposed_to_the_police_whatever_its_topic(
    street: Neighbourhood,
) -> None:
    street.writes("""
        at    | text
        20:01 | help nu vuilnis op de Bostonsingel
    """)
    street.must_show("""
        id | topic | urgency | proposed
        1  | afval | urgent  | police_team
    """)


def test_two_topics_in_one_message_are_two_incidents_of_one_message(street: Neighbourhood) -> None:
    street.writes("""
        at    | text
        20:01 | Ingebroken en vuilnis op de Bostonsingel
    """)
    street.must_show("""
        id | messages | residents
        1  | 1        | 1
        2  | 1        | 1
    """)
    assert len(street.stored()) == 1


def test_joining_and_leaving_is_no_message(street: Neighbourhood) -> None:
    street.writes("""
        kind  | at    | text
        join  | 20:01 | ingebroken
        leave | 20:02 | -
    """)
    assert street.judge.read_texts == []
    street.must_count("what\n")


def test_what_no_database_can_store_is_left_out_and_the_rest_kept(street: Neighbourhood) -> None:
    street.writes("""
        at    | author   | text
        20:01 | An\ud83d | Er is\x00 ingebroken\ud83d op de Bostonsingel
    """)
    assert street.stored() == ["Er is ingebroken op de Bostonsingel"]


def stop(street: Neighbourhood, author: str) -> Any:
    group = street.group()
    resident = street.services.vault.pseudonym(group.source, author)
    with street.store.unit() as unit:
        unit.consents.record(
            group.id, given=False, by=resident, text_version="1", resident=resident
        )


def test_the_refusals_are_all_counted_by_their_own_name() -> None:
    assert set(Refusal) == {"no_consent", "stopped", "outside_period", "erased"}
