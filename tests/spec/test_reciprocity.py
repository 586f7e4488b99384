"""Residents hear back once, are asked one thing at a time, and what they answer is filed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from core import triage
from core.domain import Asking
from core.errors import AlreadyTold, BadInput, ChangedMeanwhile, NotAllowed, QuestionOpen
from core.grouping import merge
from core.questions import Wish, end_question
from core.reach import ALONE, reach_of
from core.receipts import decline_receipt, give_receipt
from core.reciprocity import Rules, set_rules
from core.report_back import ask, tell
from core.store.tables import answers, messages, outbox, questions
from core.undo import undo
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import (
    CAN,
    HOLD,
    RULE,
    answerable,
    answered,
    deliver,
    means_of,
    must_ask,
    must_tell,
    rule,
    tick,
)
from tests.threads import together

BURGLARY = """
    at    | author | text
    20:01 | Anna   | Er wordt ingebroken op de Bostonsingel
    20:02 | Bram   | ja ingebroken hier, Bostonsingel
"""
STILL = Wish(kind=Asking.STILL, text="Is dit nog gaande?", enough=3, open_min=30)
WHERE = Wish(kind=Asking.WHERE, text="Waar precies?", enough=2, open_min=30)


@pytest.fixture
def room(street: Neighbourhood) -> Neighbourhood:
    answerable(street).writes(BURGLARY)
    return street


def asks(room: Neighbourhood, people: People, wish: Wish = STILL, **more: Any) -> Any:
    return room.does(
        ask, 1, people.dora, wish.text, hold=HOLD, means=means_of(room), wish=wish, **more
    )


def tells(room: Neighbourhood, people: People, text: str = "Opgelost.", **more: Any) -> Any:
    return room.does(tell, 1, people.dora, text, hold=HOLD, means=means_of(room), **more)


def texts(room: Neighbourhood) -> list[str]:
    return [row.text for row in _sent(room)]


def kinds(room: Neighbourhood) -> list[str]:
    return [row.kind for row in _sent(room)]


def _sent(room: Neighbourhood) -> list[Any]:
    with room.store.read() as connection:
        return list(connection.execute(sa.select(outbox).order_by(outbox.c.id)))


# One action informs everybody who wrote


def test_everybody_who_wrote_is_told_once_in_their_own_channel(
    room: Neighbourhood, people: People
) -> None:
    room.writes("""
        at    | id | author | group         | direct | text
        20:03 | c  | Cor    | HNM Lage Veld | -      | ingebroken op de Bostonsingel
        20:04 | d  | Anna   | HNM Lage Veld | -      | ingebroken Bostonsingel
        20:05 | e  | Dirk   | HNM Hoge Veld | yes    | ingebroken Bostonsingel, wil anoniem
        20:06 | f  | Bram   | HNM Hoge Veld | yes    | ingebroken Bostonsingel
    """)
    tells(room, people)
    must_tell(
        room,
        """
        kind     | group     | resident | text
        feedback | Hoge Veld | -        | Opgelost.
        feedback | Lage Veld | -        | Opgelost.
        feedback | Hoge Veld | Dirk     | Opgelost.
        """,
    )


def test_a_group_whose_writers_are_all_reached_elsewhere_hears_it_only_when_chosen(
    room: Neighbourhood, people: People
) -> None:
    room.writes("""
        at    | id | author | group         | text
        20:03 | c  | Anna   | HNM Lage Veld | ingebroken op de Bostonsingel
    """)
    with room.store.unit() as unit:
        reach = reach_of(1, unit, means_of(room))
    assert [way.group.name for way in reach.covered] == ["HNM Lage Veld"]
    tells(room, people)
    both = [room.group("HNM Hoge Veld").id, room.group("HNM Lage Veld").id]
    tells(room, people, "Toch nog dit.", group_ids=both)
    must_tell(
        room,
        """
        group     | text
        Hoge Veld | Opgelost.
        Hoge Veld | Toch nog dit.
        Lage Veld | Toch nog dit.
        """,
    )


def test_who_wrote_to_us_alone_is_answered_alone(street: Neighbourhood, people: People) -> None:
    answerable(street).writes("""
        at    | author | direct | text
        20:01 | Anna   | yes    | Er wordt ingebroken op de Bostonsingel
    """)
    tells(street, people)
    must_tell(
        street,
        """
        group     | resident | text
        Hoge Veld | Anna     | Opgelost.
        """,
    )
    with street.store.read() as connection:
        sealed = connection.execute(sa.select(outbox.c.sealed_to)).scalar_one()
    assert b"Anna" not in sealed
    assert "Anna" in street.services.vault.open_original(sealed)


def test_who_stopped_and_whose_group_stopped_hears_nothing(
    room: Neighbourhood, people: People
) -> None:
    room.writes("""
        at    | id | author | group         | direct | text
        20:03 | c  | Cor    | HNM Lage Veld | -      | ingebroken op de Bostonsingel
        20:04 | d  | Dirk   | HNM Hoge Veld | yes    | ingebroken Bostonsingel
        20:05 | s  | Dirk   | HNM Hoge Veld | -      | !hnm stop
    """)
    with room.store.unit() as unit:
        unit.consents.record(
            room.group("HNM Lage Veld").id, given=False, by="ada", text_version="1"
        )
    with room.store.unit() as unit:
        reach = reach_of(1, unit, means_of(room))
    assert sorted(why for _, _, why in reach.missed) == ["no_consent", "stopped"]
    tells(room, people)
    must_tell(
        room,
        """
        kind     | group     | resident
        reply    | Hoge Veld | -
        feedback | Hoge Veld | -
        """,
    )


def test_after_a_merge_everybody_is_told_once(room: Neighbourhood, people: People) -> None:
    room.writes("""
        at    | id | author | group         | text
        20:03 | c  | Cor    | HNM Lage Veld | vechten op de Osloweg
        20:04 | d  | Anna   | HNM Lage Veld | vechten op de Osloweg
    """)
    room.does(triage.accept, 1, people.dora)
    room.does(give_receipt, 1, people.dora, hold=HOLD, means=means_of(room))
    room.does(lambda i, v, u, unit: merge(i, v, 2, u, unit, room.areas), 1, people.dora)
    room.does(give_receipt, 1, people.dora, hold=HOLD, means=means_of(room))
    must_tell(
        room,
        """
        kind    | group
        receipt | Hoge Veld
        receipt | Lage Veld
        """,
    )
    with pytest.raises(AlreadyTold):
        room.does(give_receipt, 1, people.dora, hold=HOLD, means=means_of(room))


def test_the_same_click_twice_tells_once(room: Neighbourhood, people: People) -> None:
    version = room.incident().version

    def click() -> object:
        with room.store.unit() as unit:
            return tell(1, version, people.dora, unit, "Eens.", hold=HOLD, means=means_of(room))

    outcomes = together([click] * 4)
    assert sum(isinstance(outcome, ChangedMeanwhile) for outcome in outcomes) == 3
    must_tell(room, "text\nEens.")


def test_nobody_is_reached_is_said_and_nothing_changes(room: Neighbourhood, people: People) -> None:
    with pytest.raises(BadInput):
        tells(room, people, group_ids=[ALONE])
    assert room.incident().version == 1


# The outcome is told once


def test_an_outcome_is_told_once_until_the_incident_is_opened_again(
    room: Neighbourhood, people: People
) -> None:
    tells(room, people, "Dader aangehouden.", kind="outcome")
    with pytest.raises(AlreadyTold):
        tells(room, people, "Nog eens.", kind="outcome")
    tells(room, people, "Tussenbericht mag wel.")
    room.clock.forward(minutes=5)
    room.does(triage.close, 1, people.dora)
    room.does(triage.reopen, 1, people.dora, "toch niet klaar")
    room.clock.forward(minutes=5)
    tells(room, people, "Nu echt opgelost.", kind="outcome")


def test_an_outcome_that_was_taken_back_can_be_told(room: Neighbourhood, people: People) -> None:
    tells(room, people, "Dader aangehouden.", kind="outcome")
    room.does(undo, 1, people.dora, room.areas)
    tells(room, people, "Dader ontkomen.", kind="outcome")
    must_tell(
        room,
        """
        kind    | state     | text
        outcome | withdrawn | Dader aangehouden.
        outcome | queued    | Dader ontkomen.
        """,
    )


# Receipts


def test_a_receipt_is_proposed_and_leaves_only_when_a_person_says_so(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.hand_over, 1, people.dora, "police_team")
    tick(room, minutes=1)
    assert kinds(room) == ["hand_over"]
    room.does(give_receipt, 1, people.dora, hold=HOLD, means=means_of(room))
    text = texts(room)[-1]
    assert "doorgezet naar" in text
    assert "HNM-1" in text
    assert "bel 112" in text


def test_a_receipt_leaves_by_itself_where_a_rule_says_so_once(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, receipts=("accept",))
    tick(room, minutes=1)
    room.does(triage.accept, 1, people.dora)
    for _ in range(3):
        tick(room, seconds=10)
    must_tell(room, "kind | by\nreceipt | system")
    assert texts(room) == [
        "(automatisch) Uw melding over inbraak en diefstal bij Bostonsingel is ontvangen en wordt "
        f"bekeken. Nummer: HNM-1.\n{RULE}"
    ]


def test_several_workers_and_a_person_at_once_send_one_receipt(
    room: Neighbourhood, people: People
) -> None:
    rule(room, people, receipts=("accept",))
    room.does(triage.accept, 1, people.dora)

    def press() -> object:
        return room.does(give_receipt, 1, people.dora, hold=HOLD, means=means_of(room))

    together([lambda: tick(room, seconds=0), lambda: tick(room, seconds=0), press])
    must_tell(room, "kind\nreceipt")


def test_in_quiet_hours_nothing_leaves_by_itself(room: Neighbourhood, people: People) -> None:
    rule(room, people, receipts=("accept",), quiet_from="19:00", quiet_until="21:00")
    room.does(triage.accept, 1, people.dora)
    tick(room, minutes=1)
    must_tell(room, "kind\n")
    room.clock.now = room.clock.at("21:01")
    tick(room, seconds=1)
    must_tell(room, "kind\nreceipt")


def test_a_receipt_that_was_put_aside_or_taken_back_is_not_sent_by_itself(
    room: Neighbourhood, people: People
) -> None:
    room.does(triage.accept, 1, people.dora)
    room.does(decline_receipt, 1, people.dora)
    rule(room, people, receipts=("accept",))
    tick(room, seconds=10)
    must_tell(room, "kind\n")


# One question


def test_answers_are_filed_summed_up_and_enough_ends_the_question(
    room: Neighbourhood, people: People
) -> None:
    asks(room, people)
    deliver(room)
    room.writes("""
        at    | id | author | reply_to | text
        20:05 | c  | Cor    | ours-1   | ja nog steeds bezig
        20:06 | d  | Dirk   | -        | nee hoor alles rustig
        20:07 | e  | Evi    | -        | wie heeft er een ladder te leen?
        20:08 | f  | Cor    | -        | ja echt
        20:09 | g  | Fay    | ours-1   | weet ik niet
    """)
    must_ask(room, "kind  | state | answers\nstill | open  | 4")
    room.writes("""
        at    | id | author | text
        20:10 | h  | Evi    | ze zijn er nog
        20:11 | i  | Bram   | ja
    """)
    must_ask(room, "kind  | state    | answers\nstill | answered | 5")
    assert answered(room) == ["yes", "no", "yes", "unknown", "yes"]
    assert "wie heeft er een ladder te leen?" not in room.stored()
    must_tell(
        room,
        """
        kind     | group     | text
        question | Hoge Veld | Is dit nog gaande?
        thanks   | Hoge Veld | (automatisch) Bedankt voor uw antwoorden, de vraag is gesloten.
        """,
    )
    assert room.incident().resident_count == 2, "an answer is no witness"


def test_an_answer_that_is_a_report_too_belongs_where_we_asked(
    room: Neighbourhood, people: People
) -> None:
    asks(room, people, WHERE)
    deliver(room)
    room.writes("""
        at    | id | author | reply_to | text
        20:05 | c  | Cor    | ours-1   | ingebroken is er op de Osloweg 14
        20:06 | d  | Dirk   | -        | vechten op de Osloweg 20
    """)
    room.must_show("""
        id | topic   | messages
        1  | inbraak | 3
        2  | geweld  | 1
    """)
    assert answered(room) == ["place Osloweg 14"]


def test_a_question_to_one_resident_reaches_and_is_answered_by_that_one_alone(
    room: Neighbourhood, people: People
) -> None:
    bram = room.services.vault.pseudonym(room.group().source, "Bram")
    asks(room, people, WHERE, resident=bram)
    deliver(room)
    room.writes("""
        at    | id | author | direct | text
        20:05 | c  | Cor    | -      | Bostonsingel 12
        20:06 | d  | Bram   | yes    | nummer 36
    """)
    must_ask(room, "state    | resident | answers\nanswered | Bram     | 1")
    must_tell(
        room,
        """
        kind     | resident
        question | Bram
        thanks   | Bram
        """,
    )


def test_where_the_network_cannot_write_to_one_it_replies(
    street: Neighbourhood, people: People
) -> None:
    card = replace(CAN, direct=False)
    answerable(street, card).writes(BURGLARY)
    bram = street.services.vault.pseudonym(street.group().source, "Bram")
    street.does(
        ask,
        1,
        people.dora,
        WHERE.text,
        hold=HOLD,
        means=means_of(street, card),
        wish=WHERE,
        resident=bram,
    )
    with street.store.read() as connection:
        sealed = connection.execute(sa.select(outbox.c.sealed_to)).scalar_one()
    to = street.services.vault.open_original(sealed)
    assert '"direct": false' in to
    assert '"reply_to": "m2"' in to


def test_one_question_at_a_time(room: Neighbourhood, people: People) -> None:
    asks(room, people)
    with pytest.raises(QuestionOpen):
        asks(room, people, WHERE)
    room.does(
        lambda i, v, u, unit: end_question(i, v, u, unit, 1, hold=HOLD, means=means_of(room)),
        1,
        people.wim,
    )
    asks(room, people, WHERE)
    must_ask(
        room,
        """
        kind  | state
        still | closed
        where | open
        """,
    )


def test_two_who_ask_at_once_ask_one_question(room: Neighbourhood, people: People) -> None:
    version = room.incident().version

    def press() -> object:
        with room.store.unit() as unit:
            return ask(1, version, people.dora, unit, "?", hold=HOLD, means=means_of(room))

    outcomes = together([press] * 3)
    assert sum(isinstance(o, (ChangedMeanwhile, QuestionOpen)) for o in outcomes) == 2
    must_ask(room, "kind\nfree")


def test_a_question_ends_at_its_deadline_and_with_its_incident(
    room: Neighbourhood, people: People
) -> None:
    asks(room, people)
    tick(room, minutes=29)
    must_ask(room, "state\nopen")
    tick(room, minutes=2)
    must_ask(room, "state\nexpired")
    must_tell(room, "kind\nquestion")
    asks(room, people, WHERE)
    room.does(triage.close, 1, people.dora)
    tick(room, seconds=1)
    must_ask(room, "state\nexpired\nclosed")


def test_a_crash_between_answer_and_thanks_loses_and_repeats_nothing(
    room: Neighbourhood, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(room, people, Wish(kind=Asking.STILL, text="Nog gaande?", enough=1, open_min=30))
    deliver(room)
    room.receive("""
        at    | id | author | reply_to | text
        20:05 | c  | Cor    | ours-1   | ja
    """)

    class Killed(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("core.questions.send", killed)
        with pytest.raises(Killed):
            room.work()
    must_ask(room, "state | answers\nopen  | 0")
    room.clock.forward(minutes=6)
    room.work()
    must_ask(room, "state    | answers\nanswered | 1")
    must_tell(room, "kind\nquestion\nthanks")


def test_a_question_that_was_taken_back_is_no_question(room: Neighbourhood, people: People) -> None:
    asks(room, people)
    room.does(undo, 1, people.dora, room.areas)
    room.writes("""
        at    | id | author | text
        20:05 | c  | Cor    | ja
    """)
    must_ask(room, "state     | answers\nwithdrawn | 0")
    assert "ja" not in room.stored()
    asks(room, people)


def test_ending_a_question_can_be_taken_back_with_its_thanks(
    room: Neighbourhood, people: People
) -> None:
    asks(room, people)
    deliver(room)
    room.writes("""
        at    | id | author | reply_to | text
        20:05 | c  | Cor    | ours-1   | ja
    """)
    room.does(
        lambda i, v, u, unit: end_question(i, v, u, unit, 1, hold=HOLD, means=means_of(room)),
        1,
        people.dora,
    )
    room.does(undo, 1, people.dora, room.areas)
    must_ask(room, "state | answers\nopen  | 1")
    must_tell(
        room,
        """
        kind     | state
        question | delivered
        thanks   | withdrawn
        """,
    )


def test_erasing_a_message_erases_its_answer(room: Neighbourhood, people: People) -> None:
    asks(room, people, WHERE)
    deliver(room)
    room.writes("""
        at    | id | kind    | author | reply_to | text
        20:05 | c  | message | Cor    | ours-1   | Bostonsingel 36
        20:06 | c  | delete  | Cor    | -        | -
    """)
    must_ask(room, "state | answers\nopen  | 0")
    with room.store.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(answers)).scalar() == 0
        held = connection.execute(sa.select(messages.c.redacted)).scalars()
        assert "Bostonsingel 36" not in list(held)


def test_an_edited_answer_counts_as_it_is_now(room: Neighbourhood, people: People) -> None:
    asks(room, people)
    deliver(room)
    room.writes("""
        at    | id | kind    | revision | author | reply_to | text
        20:05 | c  | message | 0        | Cor    | ours-1   | ja
        20:06 | c  | edit    | 1        | Cor    | ours-1   | nee toch niet meer
    """)
    assert answered(room) == ["no"]


def test_a_question_goes_along_when_its_incident_is_merged(
    room: Neighbourhood, people: People
) -> None:
    room.writes("""
        at    | id | author | text
        20:03 | c  | Cor    | vechten op de Osloweg
    """)
    room.does(ask, 2, people.dora, "Nog gaande?", hold=HOLD, means=means_of(room), wish=STILL)
    deliver(room)
    room.does(lambda i, v, u, unit: merge(i, v, 2, u, unit, room.areas), 1, people.dora)
    room.writes("""
        at    | id | author | reply_to | text
        20:05 | e  | Evi    | ours-1   | ja
    """)
    tick(room, seconds=1)
    must_ask(room, "state | answers\nopen  | 1")
    with room.store.read() as connection:
        assert connection.execute(sa.select(questions.c.incident_id)).scalar() == 1


def test_what_a_resident_answers_is_not_readable_beyond_what_is_redacted(
    room: Neighbourhood, people: People
) -> None:
    asks(room, people, Wish(kind=Asking.PLATE, text="Kenteken?", enough=2, open_min=30))
    deliver(room)
    room.writes("""
        at    | id | author | reply_to | text
        20:05 | c  | Cor    | ours-1   | 12-ABC-3, de auto van Fatima
    """)
    assert room.stored()[-1] == "[kenteken], de auto van [naam]"
    assert answered(room) == ["plate"]


@pytest.mark.parametrize("text", ["", "   ", "x" * 1501])
def test_an_empty_or_endless_question_is_refused(
    text: str, room: Neighbourhood, people: People
) -> None:
    with pytest.raises(BadInput):
        room.does(ask, 1, people.dora, text, hold=HOLD, means=means_of(room))
    must_ask(room, "kind\n")


def test_who_may_not_speak_for_us_may_not_ask_confirm_or_end(
    room: Neighbourhood, people: People
) -> None:
    asks(room, people)
    for user in (people.lea, people.ron, people.ada):
        for step in (
            lambda i, v, u, unit: give_receipt(i, v, u, unit, hold=HOLD),
            lambda i, v, u, unit: end_question(i, v, u, unit, 1, hold=HOLD),
        ):
            with pytest.raises(NotAllowed):
                room.does(step, 1, user)
    with pytest.raises(NotAllowed), room.store.unit() as unit:
        set_rules(room.pilot.id, Rules(), people.dora, unit)
