"""Matrix: what its rooms say, at a real Synapse; and what bad servers answer."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources import _matrix_sync, matrix
from connectors.sources._matrix_events import NotMatrix, Raw, edit_of, message_of
from connectors.sources._matrix_server import Homeserver
from core.domain import Event, EventKind
from core.errors import (
    AnswerUnreadable,
    BadSetting,
    DeliveryError,
    NetworkDown,
    SecretRefused,
    SourceBusy,
    SourceError,
)
from core.ports import Connection, Heard, Outgoing
from tests.servers.gate import Answer, Gate
from tests.servers.synapse import Account, Synapse

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)


@dataclass(slots=True)
class Ours:
    """Our account, listening by hand."""

    connection: Connection
    user: str
    cursor: str | None = None
    bad: list[SourceError] = field(default_factory=list)

    def hears(self) -> list[Heard]:
        """What is new, in order."""
        found: list[Heard] = []
        for _ in range(3):  # an invitation is taken in one look, and its room seen in the next
            listened = matrix.listen(self.connection, self.cursor, NOW)
            self.cursor = listened.cursor
            self.bad += [one for one in listened.heard if isinstance(one, SourceError)]
            found += [one for one in listened.heard if isinstance(one, Heard)]
        return found

    def events(self) -> list[tuple[str, str]]:
        return [(heard.event.kind.value, heard.event.text) for heard in self.hears()]

    def says(self, room: str, text: str, **more: Any) -> str:
        outgoing = Outgoing(id=more.pop("id", 1), group=room, text=text, kind="reply", **more)
        return matrix.say(self.connection, outgoing, NOW).reference


def connection(address: str, secret: str) -> Connection:
    return Connection(
        id=7,
        pilot_id=1,
        source="matrix",
        name="Ons account",
        settings={"homeserver": address},
        secret=secret,
    )


@pytest.fixture
def gate(synapse: Synapse) -> Iterator[Gate]:
    with Gate(synapse.address) as opened:
        yield opened


@pytest.fixture
def ours(synapse: Synapse, gate: Gate) -> Ours:
    account = synapse.account("Melden")
    found = Ours(connection(gate.address, account.token), account.user)
    found.hears()
    return found


@pytest.fixture
def anna(synapse: Synapse) -> Account:
    return synapse.account("Anna")


@pytest.fixture
def room(ours: Ours, anna: Account) -> str:
    """A room of Anna's that we are in."""
    made = anna.makes_room("Buren")
    anna.invites(made, ours.user)
    ours.hears()
    return made


def test_an_invitation_is_a_request_with_who_asked_and_the_rooms_name(
    ours: Ours, anna: Account
) -> None:
    made = anna.makes_room("Buren")
    anna.says(made, "van voor onze tijd")
    anna.invites(made, ours.user)
    anna.says(made, "ook van voor onze tijd")
    (asked,) = ours.hears()
    assert (asked.event.kind, asked.event.text) == (EventKind.CONSENT, "asked")
    assert (asked.group, asked.group_name, asked.event.author) == (made, "Buren", anna.user)
    anna.says(made, "en nu wel")
    assert ours.events() == [("message", "en nu wel")]


def test_rooms_we_were_in_already_ask_too_and_their_past_stays_unread(
    ours: Ours, anna: Account, room: str
) -> None:
    anna.says(room, "oud nieuws")
    ours.cursor = None
    (asked,) = ours.hears()
    assert (asked.group, asked.event.author, asked.event.text) == (room, anna.user, "asked")


def test_a_place_a_picture_and_a_reply(ours: Ours, anna: Account, room: str) -> None:
    first = anna.says(room, "wat is dat daar?")
    anna.sends(room, msgtype="m.location", body="bij de vijver", geo_uri="geo:52.03,4.29;u=12")
    anna.sends(room, msgtype="m.image", body="gat in de heg", filename="a.jpg", url="mxc://x/y")
    anna.sends(room, msgtype="m.image", body="IMG_1.jpg", url="mxc://x/y")
    anna.says(room, f"> <{anna.user}> wat is dat daar?\n\nvuurwerk", answers=first)
    _, place, captioned, plain, reply = [heard.event for heard in ours.hears()]
    assert (place.text, place.lat, place.lon) == ("bij de vijver", 52.03, 4.29)
    assert (captioned.text, captioned.media_count) == ("gat in de heg", 1)
    assert (plain.text, plain.media_count) == ("", 1)
    assert (reply.text, reply.reply_to) == ("vuurwerk", first)


def test_our_own_words_and_other_bots_are_not_heard(ours: Ours, anna: Account, room: str) -> None:
    ours.says(room, "Dit is Het Nieuwe Melden.")
    anna.sends(room, msgtype="m.notice", body="ik ben een bot")
    anna.sends(room, "m.reaction", **{"m.relates_to": {"rel_type": "m.annotation"}})
    assert ours.events() == []
    assert ours.bad == []


def test_an_edit_names_the_original_and_keeps_what_it_answers(
    ours: Ours, anna: Account, room: str
) -> None:
    first = anna.says(room, "wat is dat?")
    answer = anna.says(room, "vuurwrk", answers=first)
    anna.edits(room, answer, "vuurwek")
    anna.edits(room, answer, "vuurwerk")
    *_, earlier, later = [heard.event for heard in ours.hears()]
    assert (later.kind, later.native_id, later.text) == (EventKind.EDIT, answer, "vuurwerk")
    assert later.reply_to == first
    assert later.revision > earlier.revision > 0


def test_nobody_edits_what_another_wrote(
    ours: Ours, anna: Account, room: str, synapse: Synapse
) -> None:
    first = anna.says(room, "brand op de Osloweg")
    mallory = synapse.account("Mallory")
    anna.invites(room, mallory.user)
    mallory.joins(room)
    ours.hears()
    mallory.edits(room, first, "loos alarm")
    assert ours.events() == []


def test_an_edit_that_is_taken_back_gives_back_the_words_before_it(
    ours: Ours, anna: Account, room: str
) -> None:
    first = anna.says(room, "een")
    second, third = anna.edits(room, first, "twee"), anna.edits(room, first, "drie")
    newest = max(heard.event.revision for heard in ours.hears())
    anna.takes_back(room, third)
    (back,) = ours.hears()
    assert (back.event.text, back.event.native_id) == ("twee", first)
    assert back.event.revision > newest
    anna.takes_back(room, second)
    assert ours.events() == [("edit", "een")]
    anna.takes_back(room, first)
    (gone,) = ours.hears()
    assert (gone.event.kind, gone.event.native_id) == (EventKind.DELETE, first)
    assert first not in str(ours.cursor)


def test_who_comes_and_goes_but_not_who_takes_another_name(
    ours: Ours, anna: Account, room: str, synapse: Synapse
) -> None:
    nina = synapse.account("Nina")
    anna.invites(room, nina.user)
    nina.joins(room)
    nina.call("PUT", f"profile/{nina.user}/displayname", displayname="Nina van 12")
    nina.leaves(room)
    anna.invites(room, nina.user)
    nina.leaves(room)  # she declines
    heard = [(one.event.kind, one.event.author) for one in ours.hears()]
    assert heard == [(EventKind.JOIN, nina.user), (EventKind.LEAVE, nina.user)]


def test_a_room_gets_another_name_and_moves(ours: Ours, anna: Account, room: str) -> None:
    anna.sets(room, "m.room.name", name="Buren van de Osloweg")
    moved = anna.call("POST", f"rooms/{room}/upgrade", new_version="11")["replacement_room"]
    anna.invites(moved, ours.user)
    anna.says(moved, "hier verder")
    heard = [(one.group, one.event.kind.value, one.event.text) for one in ours.hears()]
    assert (room, "group_renamed", "Buren van de Osloweg") in heard
    assert (room, "group_moved", moved) in heard
    anna.says(moved, "horen jullie ons?")
    assert ours.events() == [("message", "horen jullie ons?")]


@pytest.mark.parametrize("way", ["kick", "ban"])
def test_being_thrown_out_withdraws_consent_after_what_was_said(
    ours: Ours, anna: Account, room: str, way: str
) -> None:
    anna.says(room, "tot zover")
    anna.call("POST", f"rooms/{room}/{way}", user_id=ours.user)
    heard = ours.hears()
    assert [one.event.text for one in heard] == ["tot zover", "withdrawn"]
    assert heard[-1].event.author == anna.user
    assert ours.events() == []


def test_an_encrypted_room_is_loudly_unreadable(ours: Ours, anna: Account, room: str) -> None:
    anna.sets(room, "m.room.encryption", algorithm="m.megolm.v1.aes-sha2")
    anna.sends(room, "m.room.encrypted", algorithm="m.megolm.v1.aes-sha2", ciphertext="x")
    assert [one.unreadable for one in ours.hears()] == [True, True]


def test_a_room_that_was_encrypted_from_the_start_says_so_when_it_asks(
    ours: Ours, anna: Account
) -> None:
    state = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    anna.invites(anna.makes_room("Geheim", initial_state=[state]), ours.user)
    assert [(one.event.text, one.unreadable) for one in ours.hears()] == [
        ("asked", False),
        ("", True),
    ]


def test_who_writes_alone_is_heard_for_the_groups_they_share_with_us(
    ours: Ours, anna: Account, room: str
) -> None:
    anna.makes_room("Elders")
    anna.makes_room(is_direct=True, invite=[ours.user], preset="trusted_private_chat")
    assert ours.hears() == []
    alone = anna.call("GET", "joined_rooms")["joined_rooms"]
    (direct,) = [one for one in alone if one != room and _is_direct(anna, one, ours.user)]
    anna.says(direct, "inzage")
    (heard,) = ours.hears()
    assert (heard.group, heard.event.text, heard.event.direct) == (room, "inzage", True)


def test_a_stranger_who_writes_alone_is_not_heard(ours: Ours, anna: Account) -> None:
    direct = anna.makes_room(is_direct=True, invite=[ours.user])
    ours.hears()
    anna.says(direct, "ik woon hier niet")
    assert ours.events() == []


def test_a_nameless_room_of_two_becomes_a_group_when_others_come(
    ours: Ours, anna: Account, synapse: Synapse
) -> None:
    piet = synapse.account("Piet")
    made = anna.makes_room(invite=[ours.user])
    assert ours.hears() == []
    anna.invites(made, piet.user)
    piet.joins(made)
    (asked,) = ours.hears()
    assert (asked.group, asked.event.text) == (made, "asked")


def test_one_person_is_written_to_in_one_room_of_their_own(
    ours: Ours, anna: Account, room: str
) -> None:
    ours.says(room, "een", id=1, to=anna.user)
    ours.says(room, "twee", id=2, to=anna.user)
    (direct,) = anna.invitations()
    anna.joins(direct)
    assert [event["content"]["body"] for event in anna.reads(direct)] == ["een", "twee"]
    assert all(event["content"]["msgtype"] == "m.notice" for event in anna.reads(direct))
    ours.hears()
    anna.says(direct, "status")
    (heard,) = ours.hears()
    assert (heard.group, heard.event.direct) == (room, True)
    anna.leaves(direct)
    ours.says(room, "drie", id=3, to=anna.user)
    assert len(anna.invitations()) == 1


def test_the_room_in_which_somebody_began_is_the_room_we_answer_in(
    ours: Ours, anna: Account, room: str
) -> None:
    direct = anna.makes_room(is_direct=True, invite=[ours.user])
    ours.hears()
    ours.says(room, "antwoord", to=anna.user)
    assert [event["content"]["body"] for event in anna.reads(direct)] == ["antwoord"]


def test_the_same_text_twice_is_said_once_and_answers_what_it_is_about(
    ours: Ours, anna: Account, room: str
) -> None:
    asked = anna.says(room, "!hnm status")
    assert ours.says(room, "Ja.", reply_to=asked) == ours.says(room, "Ja.", reply_to=asked)
    (_, said) = anna.reads(room)
    assert said["content"]["m.relates_to"] == {"m.in_reply_to": {"event_id": asked}}


def test_more_than_fits_in_one_answer_is_read_back_in_order(
    ours: Ours, anna: Account, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = json.loads(_matrix_sync._FILTER)
    small["room"]["timeline"]["limit"] = 5
    monkeypatch.setattr(_matrix_sync, "_FILTER", json.dumps(small))
    monkeypatch.setattr(_matrix_sync, "_EVENTS_AT_ONCE", 7)
    texts = [f"bericht {number}" for number in range(40)]
    for text in texts:
        anna.says(room, text)
    assert [one.event.text for one in ours.hears()] == texts


def test_the_past_of_a_room_is_not_read_though_its_history_is_open(
    ours: Ours, anna: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = json.loads(_matrix_sync._FILTER)
    small["room"]["timeline"]["limit"] = 3
    monkeypatch.setattr(_matrix_sync, "_FILTER", json.dumps(small))
    made = anna.makes_room("Buren")
    for number in range(6):
        anna.says(made, f"oud {number}")
    anna.invites(made, ours.user)
    matrix.listen(ours.connection, ours.cursor, NOW)  # takes the invitation, and then it dies
    for number in range(6):
        anna.says(made, f"nieuw {number}")
    texts = [text for _, text in ours.events()]
    assert texts == ["asked", *(f"nieuw {number}" for number in range(6))]


def test_a_gap_that_cannot_be_read_now_keeps_us_where_we_were(
    ours: Ours, anna: Account, room: str, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = json.loads(_matrix_sync._FILTER)
    small["room"]["timeline"]["limit"] = 2
    monkeypatch.setattr(_matrix_sync, "_FILTER", json.dumps(small))
    for number in range(6):
        anna.says(room, str(number))
    broken = Answer(status=502, body=b"<html>Bad gateway</html>")
    fault = gate.failing(lambda _, path: broken if "/messages" in path else None)
    with fault, pytest.raises(NetworkDown):
        ours.hears()
    assert [text for _, text in ours.events()] == ["0", "1", "2", "3", "4", "5"]


def test_an_account_that_was_changed_begins_anew(
    ours: Ours, anna: Account, room: str, synapse: Synapse, gate: Gate
) -> None:
    other = synapse.account("Ander")
    anna.invites(room, other.user)
    other.joins(room)
    ours.connection = connection(gate.address, other.token)
    assert ours.events() == [("consent", "asked")]


def test_an_invitation_that_was_taken_back_does_no_harm(
    ours: Ours, anna: Account, gate: Gate
) -> None:
    made = anna.makes_room("Buren")
    anna.invites(made, ours.user)
    gone = Answer.json(403, errcode="M_FORBIDDEN")
    with gate.failing(lambda _, path: gone if "/join/" in path else None):
        assert ours.hears() == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=0), NetworkDown),
        (Answer(status=500, body=b"{}"), NetworkDown),
        (Answer(status=502, body=b"<html>Bad gateway</html>"), NetworkDown),
        (Answer(body=b"<html>Welkom</html>"), AnswerUnreadable),
        (Answer(body=b'{"next_batch": "s1", "roo'), AnswerUnreadable),
        (Answer(body=b"[" * 100_000), AnswerUnreadable),
        (Answer(body=b"[]"), AnswerUnreadable),
        (Answer(body=b"\xff\xfe"), AnswerUnreadable),
        (Answer(body=b"{}"), AnswerUnreadable),
        (Answer.json(200, next_batch=7), AnswerUnreadable),
        (Answer.json(200, next_batch="s1", rooms=[]), AnswerUnreadable),
        (Answer.json(200, next_batch="s1", rooms={"join": "x"}), AnswerUnreadable),
        (Answer(status=302, headers={"Location": "https://example.org"}), AnswerUnreadable),
        (Answer.json(401, errcode="M_UNKNOWN_TOKEN"), SecretRefused),
        (Answer.json(403, errcode="M_USER_DEACTIVATED"), SecretRefused),
        (Answer.json(403, errcode="M_FORBIDDEN"), DeliveryError),
        (Answer.json(429, retry_after_ms=1500), SourceBusy),
        (Answer(status=429, body=b"slow down"), SourceBusy),
        (Answer(status=429, headers={"Retry-After": "nan"}), SourceBusy),
    ],
    ids=str,
)
def test_a_bad_answer_has_a_name_and_nothing_is_lost(
    ours: Ours, anna: Account, room: str, gate: Gate, answer: Answer, error: type[Exception]
) -> None:
    anna.says(room, "brand op de Osloweg")
    with gate.failing(lambda *_: answer), pytest.raises(error) as raised:
        ours.hears()
    assert type(raised.value).__name__ != "HNMError"
    with gate.failing(lambda *_: answer), pytest.raises((error, AnswerUnreadable)):
        ours.says(room, "hallo")
    assert ours.events() == [("message", "brand op de Osloweg")]


def test_a_busy_server_says_for_how_long(ours: Ours, gate: Gate) -> None:
    waits = [
        Answer.json(429, retry_after_ms=1500),
        Answer(status=429, body=b"{}", headers={"Retry-After": "90"}),
        Answer(status=429, body=b"niet nu"),
    ]
    found = []
    for answer in waits:
        with gate.failing(lambda *_, given=answer: given), pytest.raises(SourceBusy) as busy:
            ours.hears()
        found.append(busy.value.after_s)
    assert found == [1.5, 90.0, 5.0]


def test_an_answer_that_does_not_end_is_not_read_to_its_end(
    ours: Ours, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = importlib.import_module("connectors.call")
    monkeypatch.setattr(server, "_LARGEST_ANSWER", 1000)
    huge = Answer(body=b'{"next_batch": "' + b"x" * 5000 + b'"}')
    with gate.failing(lambda *_: huge), pytest.raises(AnswerUnreadable):
        ours.hears()


@pytest.mark.parametrize("status", [403, 404, 400, 413])
def test_what_a_server_refuses_for_good_is_not_tried_again(
    ours: Ours, room: str, gate: Gate, status: int
) -> None:
    refused = Answer.json(status, errcode="M_FORBIDDEN")
    with gate.failing(lambda *_: refused), pytest.raises(DeliveryError) as raised:
        ours.says(room, "hallo")
    assert raised.value.permanent


def test_a_wrong_key_is_named(ours: Ours, gate: Gate) -> None:
    ours.connection = connection(gate.address, "verkeerd")
    with pytest.raises(SecretRefused):
        ours.hears()


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(NetworkDown):
        Homeserver(connection("http://127.0.0.1:9", "x")).get("sync")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://example.org",
        "ftp://127.0.0.1",
        "https://",
        "https://naam:geheim@example.org",
        "https://example.org?x=1",
        "file:///etc/passwd",
        "https://[::1",
        "https://example.org:0",
    ],
)
def test_an_address_that_would_give_the_key_away_is_refused(address: str) -> None:
    with pytest.raises(BadSetting):
        Homeserver(connection(address, "x"))


def test_ids_of_a_hostile_server_stay_in_their_place(ours: Ours, gate: Gate) -> None:
    refused = Answer.json(404, errcode="M_NOT_FOUND")
    with gate.failing(lambda *_: refused), pytest.raises(DeliveryError):
        ours.says("../../../_synapse/admin?x=#", "hallo")
    assert "%2F..%2F" in gate.asked[-1][1]
    assert "?" not in gate.asked[-1][1]


def test_bad_events_among_good_ones_are_noted_and_the_good_ones_heard(
    ours: Ours, anna: Account, room: str, gate: Gate
) -> None:
    anna.says(room, "eerste")
    anna.says(room, "tweede")
    gate.after = lambda _, path, raw: spoiled(raw) if "/sync" in path else raw
    assert [text for _, text in ours.events()] == ["eerste", "tweede"]
    assert len(ours.bad) == len(BAD)


ENVELOPE: dict[str, Any] = {
    "event_id": "$1",
    "type": "m.room.message",
    "sender": "@a:b",
    "origin_server_ts": 1_700_000_000_000,
    "content": {"msgtype": "m.text", "body": "hallo"},
}
BAD: list[Any] = [
    None,
    7,
    "tekst",
    [],
    {},
    ENVELOPE | {"event_id": 7},
    ENVELOPE | {"event_id": "x" * 300},
    ENVELOPE | {"sender": None},
    ENVELOPE | {"origin_server_ts": "1"},
    ENVELOPE | {"origin_server_ts": True},
    ENVELOPE | {"origin_server_ts": -1},
    ENVELOPE | {"origin_server_ts": 10**30},
    ENVELOPE | {"content": []},
    ENVELOPE | {"content": {"msgtype": "m.location", "body": "x"}},
    ENVELOPE | {"content": {"msgtype": "m.location", "body": "x", "geo_uri": "geo:99,999"}},
    ENVELOPE | {"content": {"m.relates_to": {"rel_type": "m.replace", "event_id": 7}}},
    ENVELOPE | {"type": "m.room.redaction", "content": {}},
    ENVELOPE | {"type": "m.room.tombstone", "content": {"replacement_room": 7}},
]


def spoiled(raw: bytes) -> bytes:
    """The answer of a sync with bad events before the good ones of each room."""
    answer = json.loads(raw)
    for told in answer.get("rooms", {}).get("join", {}).values():
        told["timeline"]["events"] = [*BAD, *told["timeline"]["events"]]
    return json.dumps(answer).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*ENVELOPE, "msgtype", "body", "m.relates_to", "m.new_content"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_whatever_a_server_says_is_an_event_or_named_as_none(value: Any) -> None:
    for content in (value, {"msgtype": "m.text", "body": "x", "m.relates_to": value}):
        try:
            raw = Raw.of(ENVELOPE | {"content": content})
            found = [message_of(raw, direct=False)]
            found.append(edit_of(raw, None, direct=False) if raw.edits else None)
        except NotMatrix:
            continue
        assert all(one is None or isinstance(one, Event) for one in found)


def _is_direct(account: Account, room: str, other: str) -> bool:
    members = account.call("GET", f"rooms/{room}/members")["chunk"]
    return any(one["state_key"] == other for one in members)
