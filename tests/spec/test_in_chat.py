"""Residents steer what is followed with a few words in the chat, which are not kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core.assess import Thresholds, assess
from core.domain import Event, EventKind, Judgement
from core.in_chat import Command, command_of, thresholds_for, without_command
from core.store.tables import consents, outbox
from tests.neighbourhood import Neighbourhood
from tests.timepiece import START

ADDRESSED = {
    "!hnm stop": Command.STOP,
    "!HNM Stop.": Command.STOP,
    "hnm: stop": Command.STOP,
    "@hnm help": Command.HELP,
    "/stop": Command.STOP,
    "/stop@hnm_bot": Command.STOP,
    "/hnm wis": Command.ERASE,
    "!hnm beheer stop": Command.END,
    "!hnm akkoord": Command.AGREE,
    "  !hnm  inzage ": Command.INSIGHT,
}
TALK = (
    "stop",
    "kunnen jullie stoppen met dat lawaai",
    "niet",
    "help er wordt ingebroken",
    "!hnm",
    "!hnm stoppen doe ik nooit",
    "hnm stop",
    "/",
    "",
    "!hnm " + "a" * 20_000,
)


def said(text: str, *, direct: bool = False) -> Event:
    return Event(
        kind=EventKind.MESSAGE,
        native_id="1",
        author="Anna",
        sent_at=START,
        text=text,
        direct=direct,
    )


@pytest.mark.parametrize(("text", "command"), ADDRESSED.items())
def test_an_addressed_word_is_a_command(text: str, command: Command) -> None:
    found = command_of(said(text))
    assert found is not None
    assert found[0] is command


@pytest.mark.parametrize("text", TALK, ids=lambda text: text[:20])
def test_talk_is_no_command(text: str) -> None:
    assert command_of(said(text)) is None


def test_alone_with_us_the_word_will_do_but_not_a_sentence() -> None:
    assert command_of(said("stop", direct=True)) == (Command.STOP, "")
    assert command_of(said("help er wordt ingebroken", direct=True)) is None
    assert command_of(said("melding glas op straat", direct=True)) == (
        Command.REPORT,
        "glas op straat",
    )


def replies(street: Neighbourhood) -> list[str]:
    with street.store.read() as connection:
        query = sa.select(outbox.c.text).where(outbox.c.group_id.is_not(None))
        return list(connection.execute(query.order_by(outbox.c.id)).scalars())


def words_about(street: Neighbourhood) -> list[tuple[str, bool]]:
    with street.store.read() as connection:
        rows: Any = connection.execute(sa.select(consents).order_by(consents.c.id))
        return [(row.by, row.given) for row in rows if row.resident]


def test_who_stops_is_not_followed_and_who_starts_is_again(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | author | text
        20:01 | a  | Anna   | !hnm stop
        20:02 | b  | Anna   | ingebroken op de Bostonsingel 36
        20:03 | c  | Anna   | /start
        20:04 | d  | Anna   | ingebroken op de Bostonsingel 38
        """
    )
    assert street.stored() == ["ingebroken op de Bostonsingel 38"]
    assert words_about(street) == [("stop", False), ("start", True)]
    assert len(replies(street)) == 2
    assert all("bel 112" in text for text in replies(street))


def test_a_command_delivered_twice_is_answered_once(street: Neighbourhood) -> None:
    for _ in range(2):
        street.writes(
            """
            at    | id | author | text
            20:01 | a  | Anna   | !hnm help
            """
        )
    assert len(replies(street)) == 1


def test_one_erases_ones_own_message_and_nobody_elses(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | author | reply_to | text
        20:01 | a  | Anna   | -        | ingebroken op de Bostonsingel 36
        20:02 | b  | Piet   | -        | brand op de Osloweg 2
        20:03 | c  | Piet   | a        | !hnm wis
        20:04 | d  | Anna   | a        | !hnm wis
        """
    )
    assert street.stored() == ["brand op de Osloweg 2"]
    assert ["schreef" in text for text in replies(street)] == [True, False]


def test_one_erases_ones_own_message_when_its_turn_is_long_forgotten(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | author | text
        20:01 | a  | Anna   | ingebroken op de Bostonsingel 36
        20:02 | b  | Anna   | wat een weer
        """
    )
    with street.store.unit() as unit:
        unit.messages.forget_turns(START + timedelta(days=3))
    street.writes(
        """
        at    | id | author | reply_to | text
        20:03 | c  | Piet   | a        | !hnm wis
        20:04 | d  | Anna   | a        | !hnm wis
        20:05 | e  | Piet   | nobody   | !hnm wis
        """
    )
    assert street.stored() == []
    assert ["schreef" in text for text in replies(street)] == [True, False, True]


def test_erase_alone_goes_on_until_all_is_gone(
    street: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.in_chat._ERASED_AT_ONCE", 2)
    lines = [f"20:{at:02} | {at} | Anna | brand op de Osloweg {at}" for at in range(1, 6)]
    street.writes("\n".join(["at | id | author | text", *lines, "20:09 | x | Anna | !hnm wis"]))
    assert street.stored() == []
    assert "Gewist: 5." in replies(street)[-1]


def test_erase_alone_erases_all_of_ones_own(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | author | text
        20:01 | a  | Anna   | ingebroken op de Bostonsingel 36
        20:02 | b  | Anna   | brand op de Osloweg 2
        20:03 | c  | Piet   | vechten op de Osloweg 4
        20:04 | d  | Anna   | !hnm wis
        """
    )
    assert street.stored() == ["vechten op de Osloweg 4"]


def test_what_somebody_insists_on_is_a_report_that_a_person_looks_at() -> None:
    hardly = Judgement(
        topics={"geen": 0.97, "vernieling": 0.03}, urgent=0.0, retracts=0.0, grounds=(), model="m"
    )
    insists = said("!hnm melding er ligt glas op de stoep")
    assert without_command(insists).text == "er ligt glas op de stoep"
    (found,) = assess(hardly, thresholds_for(insists, Thresholds()), ("vernieling",))
    assert (found.topic, found.doubtful) == ("vernieling", True)
    assert assess(hardly, thresholds_for(said("glas"), Thresholds()), ("vernieling",)) == []


def test_insight_is_given_to_its_owner_alone(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | author | text
        20:01 | a  | Anna   | ingebroken op de Bostonsingel 36
        20:02 | b  | Anna   | !hnm inzage
        """
    )
    (text,) = replies(street)
    assert "persoonlijk bericht" in text


def test_who_joined_counts_only_once_told(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | kind    | author | text
        20:01 | j  | join    | Nina   | -
        20:02 | a  | message | Nina   | ingebroken op de Bostonsingel 36
        """
    )
    assert street.stored() == []
    assert words_about(street) == [("joined", False)]
    assert "Welkom" in replies(street)[0]


def test_who_leaves_is_followed_no_more(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | kind    | author | text
        20:01 | l  | leave   | Anna   | -
        20:02 | a  | message | Anna   | ingebroken op de Bostonsingel 36
        """
    )
    assert street.stored() == []


def test_removing_us_withdraws_the_groups_consent(street: Neighbourhood) -> None:
    street.writes(
        """
        at    | id | kind    | author | text
        20:01 | w  | consent | Anna   | withdrawn
        20:02 | a  | message | Piet   | ingebroken op de Bostonsingel 36
        """
    )
    assert street.stored() == []


def test_only_who_registered_the_group_ends_it(street: Neighbourhood) -> None:
    vault = street.services.vault
    with street.store.unit() as unit:
        asked = vault.pseudonym(street.group().source, "Anna")
        unit.connections.change_group(street.group().id, requested_by=asked)
    street.writes(
        """
        at    | id | author | text
        20:01 | a  | Piet   | !hnm beheer stop
        20:02 | b  | Piet   | ingebroken op de Bostonsingel 36
        20:03 | c  | Anna   | !hnm beheer stop
        20:04 | d  | Piet   | ingebroken op de Bostonsingel 38
        """
    )
    assert street.stored() == ["ingebroken op de Bostonsingel 36"]
