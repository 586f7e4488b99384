"""Telegram: what its updates say, at an emulator and our own fake, read by a second reader too."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import telegram as theirs  # python-telegram-bot, the second reader
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, RetryAfter

from connectors.sources import telegram
from connectors.sources._telegram_look import View, _take
from connectors.sources._telegram_server import Bot, Us
from connectors.sources._telegram_updates import ASKED_FOR
from core.domain import Event, EventKind
from core.errors import (
    AnswerUnreadable,
    BadSetting,
    DeliveryError,
    InUseElsewhere,
    NetworkDown,
    SecretRefused,
    SourceBusy,
    SourceError,
)
from core.ports import Connection, Heard, Outgoing
from tests.servers.fake_telegram import BotAccount, Chat, FakeTelegram
from tests.servers.gate import Answer, Gate
from tests.servers.telegram_emulator import Emulator

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)


@dataclass(slots=True)
class Ours:
    """Our account, listening by hand."""

    connection: Connection
    cursor: str | None = None
    note: str = ""
    bad: list[SourceError] = field(default_factory=list)

    def hears(self) -> list[Heard]:
        listened = telegram.listen(self.connection, self.cursor, NOW)
        self.cursor, self.note = listened.cursor, listened.note
        self.bad += [one for one in listened.heard if isinstance(one, SourceError)]
        return [one for one in listened.heard if isinstance(one, Heard)]

    def events(self) -> list[tuple[str, str]]:
        return [(heard.event.kind.value, heard.event.text) for heard in self.hears()]

    def says(self, chat: Any, text: str = "Dank u.", **more: Any) -> str:
        kind, now = more.pop("kind", "reply"), more.pop("now", NOW)
        outgoing = Outgoing(id=1, group=str(chat), text=text, kind=kind, **more)
        return telegram.say(self.connection, outgoing, now).reference


def connection(address: str, token: str) -> Connection:
    return Connection(
        id=7,
        pilot_id=1,
        source="telegram",
        name="Ons account",
        settings={"telegram_server": address},
        secret=token,
    )


@pytest.fixture
def gate(telegram: FakeTelegram) -> Iterator[Gate]:
    with Gate(telegram.address) as opened:
        yield opened


@pytest.fixture
def bot(telegram: FakeTelegram) -> BotAccount:
    return telegram.bot()


@pytest.fixture
def ours(gate: Gate, bot: BotAccount) -> Ours:
    return Ours(connection(gate.address, bot.token))


@pytest.fixture
def anna(telegram: FakeTelegram) -> int:
    return telegram.person("Anna")


@pytest.fixture
def group(telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int) -> Chat:
    """A group of Anna's that we are in."""
    made = telegram.group(anna, "Buren")
    telegram.invites(made, anna, bot)
    ours.hears()
    return made


def test_being_added_is_a_request_with_who_asked_and_the_groups_name(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int
) -> None:
    made = telegram.group(anna, "Buren")
    telegram.writes(made, anna, "van voor onze tijd")
    telegram.invites(made, anna, bot)
    (asked,) = ours.hears()
    assert (asked.event.kind, asked.event.text) == (EventKind.CONSENT, "asked")
    assert (asked.group, asked.group_name) == (str(made.id), "Buren")
    assert asked.event.author == str(anna)


@pytest.mark.parametrize("status", ["left", "kicked"])
def test_being_removed_withdraws_and_being_made_administrator_is_nothing(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int, group: Chat, status: str
) -> None:
    telegram.invites(group, anna, bot, "administrator")
    assert ours.events() == []
    telegram.removes(group, anna, bot, status)
    assert ours.events() == [("consent", "withdrawn")]


def test_a_place_a_picture_a_venue_and_a_reply(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    first = telegram.writes(group, anna, "wat is dat daar?")
    telegram.writes(group, anna, location={"latitude": 52.03, "longitude": 4.29})
    telegram.writes(group, anna, photo=[], caption="gat in de heg")
    telegram.writes(group, anna, video_note={})
    place = {"location": {"latitude": 52.0, "longitude": 4.0}}
    venue = {"title": "De Dekker", "address": "Bostonsingel 1", **place}
    telegram.writes(group, anna, venue=venue, **place)
    telegram.writes(group, anna, "vuurwerk", answers=first)
    _, spot, captioned, plain, pub, reply = [heard.event for heard in ours.hears()]
    assert (spot.text, spot.lat, spot.lon) == ("", 52.03, 4.29)
    assert (captioned.text, captioned.media_count) == ("gat in de heg", 1)
    assert (plain.text, plain.media_count) == ("", 1)
    assert (pub.text, pub.lat) == ("De Dekker, Bostonsingel 1", 52.0)
    assert (reply.text, reply.reply_to) == ("vuurwerk", f"{group.id}:{first}")


def test_a_live_place_moves_by_edits_each_newer_than_the_last(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    live = {"latitude": 52.03, "longitude": 4.29, "live_period": 900}
    first = telegram.writes(group, anna, location=live)
    for step in range(1, 4):
        moved = {"latitude": 52.03 + step / 100, "longitude": 4.29, "live_period": 900}
        telegram.edits(group, first, location=moved)
    events = [heard.event for heard in ours.hears()]
    assert {event.native_id for event in events} == {f"{group.id}:{first}"}
    assert [event.kind.value for event in events] == ["message", "edit", "edit", "edit"]
    assert [round(event.lat or 0, 2) for event in events] == [52.03, 52.04, 52.05, 52.06]
    revisions = [event.revision for event in events]
    assert revisions == sorted(set(revisions))
    assert revisions[-1] < 2**31


def test_an_edit_keeps_its_id_and_what_it_answers(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    first = telegram.writes(group, anna, "wat is dat?")
    answer = telegram.writes(group, anna, "vuurwrk", answers=first)
    telegram.edits(group, answer, text="vuurwerk")
    edit = ours.hears()[-1].event
    assert (edit.kind, edit.text) == (EventKind.EDIT, "vuurwerk")
    assert (edit.native_id, edit.reply_to) == (f"{group.id}:{answer}", f"{group.id}:{first}")


def test_who_comes_and_goes_is_heard_once_also_where_we_are_administrator(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int, group: Chat
) -> None:
    piet = telegram.person("Piet")
    telegram.joins(group, piet)
    telegram.leaves(group, piet)
    assert [event for event, _ in ours.events()] == ["join", "leave"]
    telegram.invites(group, anna, bot, "administrator")
    telegram.joins(group, piet)
    telegram.leaves(group, piet)
    heard = ours.hears()
    assert [one.event.kind.value for one in heard] == ["join", "leave"]
    assert {one.event.author for one in heard} == {str(piet)}


def test_bots_channels_and_commands_to_other_bots_are_not_heard(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int, group: Chat
) -> None:
    other = telegram.bot()
    telegram.users[other.id] = other.user
    telegram.writes(group, other.id, "ik ben een bot")
    telegram.writes(group, anna, "gekozen", via_bot=other.user)
    channel = {"id": -1001, "type": "channel", "title": "Nieuws"}
    telegram.writes(group, anna, "nieuws", sender_chat=channel, is_automatic_forward=True)
    telegram.writes(group, anna, f"/help@{other.username}")
    telegram.writes(group, anna, sticker={"emoji": "x"})
    assert ours.events() == []
    telegram.writes(group, anna, f"/help@{bot.username.upper()}")
    assert ours.events() == [("message", f"/help@{bot.username.upper()}")]
    assert ours.bad == []


def test_an_unnamed_administrator_is_one_person_who_asks_and_agrees(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int
) -> None:
    unnamed = 1087968824
    telegram.users[unnamed] = {"id": unnamed, "is_bot": True, "first_name": "Group"}
    made = telegram.group(anna, "Buren")
    telegram.invites(made, unnamed, bot)
    telegram.writes(made, unnamed, "/akkoord", sender_chat=made.told)
    asked, agreed = [heard.event for heard in ours.hears()]
    assert asked.author == agreed.author == str(made.id)


def test_what_is_written_to_us_alone_belongs_to_the_groups_we_share(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int, group: Chat
) -> None:
    other, stranger = telegram.group(anna, "Sportclub"), telegram.person("Vreemde")
    telegram.invites(other, anna, bot)
    ours.hears()
    telegram.writes(telegram.opens_chat(anna, bot), anna, "wis")
    telegram.writes(telegram.opens_chat(stranger, bot), stranger, "hallo")
    heard = ours.hears()
    assert {one.group for one in heard} == {str(group.id), str(other.id)}
    assert all(one.event.direct and one.event.text == "wis" for one in heard)


def test_a_group_that_becomes_a_supergroup_stays_the_same_group(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int
) -> None:
    small = telegram.group(anna, "Buren", "group")
    telegram.invites(small, anna, bot)
    ours.hears()
    before = telegram.writes(small, anna, "voor de verhuizing")
    new = telegram.upgrades(small, anna)
    after = telegram.writes(new, anna, "na de verhuizing")
    heard = ours.hears()
    assert [one.event.kind.value for one in heard] == ["group_moved"] * 2 + ["message"] * 2
    assert (heard[0].group, heard[0].event.text) == (str(small.id), str(new.id))
    assert {one.group for one in heard[2:]} == {str(new.id)}
    ids = [one.event.native_id for one in heard[2:]]
    assert ids == [f"{small.id}:{before}", f"{new.id}:{after}"]


def test_a_text_to_a_group_that_moved_follows_it(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int
) -> None:
    small = telegram.group(anna, "Buren", "group")
    telegram.invites(small, anna, bot)
    new = telegram.upgrades(small, anna)
    assert ours.says(small.id).startswith(f"{new.id}:")
    assert new.messages[-1]["text"] == "Dank u."


def test_another_name_is_the_same_group(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    telegram.renames(group, anna, "Buren van de singel")
    assert ours.events() == [("group_renamed", "Buren van de singel")]


def test_a_topic_of_a_forum_is_not_an_answer(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    topic = telegram.writes(group, anna, forum_topic_created={"name": "Overlast"})
    telegram.writes(group, anna, "herrie", answers=topic, is_topic_message=True)
    assert [heard.event.reply_to for heard in ours.hears()] == [None]


def test_privacy_mode_is_noted_for_the_administrator(
    telegram: FakeTelegram, gate: Gate, anna: int
) -> None:
    deaf = telegram.bot(reads_all=False)
    ours = Ours(connection(gate.address, deaf.token))
    made = telegram.group(anna, "Buren")
    telegram.invites(made, anna, deaf)
    telegram.writes(made, anna, "ingebroken")
    telegram.writes(made, anna, "/akkoord")
    assert ours.events() == [("consent", "asked"), ("message", "/akkoord")]
    assert ours.note == "error.reads_commands_only"


def test_what_was_stored_is_forgotten_there_and_what_was_not_comes_again(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int, group: Chat
) -> None:
    telegram.writes(group, anna, "een")
    before = ours.cursor
    assert ours.events() == [("message", "een")]
    ours.cursor = before
    assert ours.events() == [("message", "een")]
    assert ours.events() == []
    assert bot.waiting == []


def test_another_account_begins_anew(
    telegram: FakeTelegram, ours: Ours, gate: Gate, anna: int, group: Chat
) -> None:
    other = telegram.bot()
    now = Ours(connection(gate.address, other.token), cursor=ours.cursor)
    telegram.invites(telegram.group(anna, "Elders"), anna, other)
    assert now.events() == [("consent", "asked")]


def test_only_what_we_read_is_asked_for(ours: Ours, bot: BotAccount) -> None:
    ours.hears()
    assert bot.allowed == set(ASKED_FOR)


def test_a_reply_stands_under_what_it_answers_and_has_no_mark_up(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    asked = telegram.writes(group, anna, "/status")
    text = "<b>Deze</b> *groep* doet _mee_ [x](http://y)"
    reference = ours.says(group.id, text, reply_to=f"{group.id}:{asked}")
    told = group.messages[-1]
    assert reference == f"{group.id}:{told['message_id']}"
    assert (told["text"], told["reply_to_message"]["message_id"]) == (text, asked)


def test_an_answer_to_what_is_gone_or_stood_elsewhere_is_said_all_the_same(
    telegram: FakeTelegram, ours: Ours, group: Chat
) -> None:
    ours.says(group.id, "een", reply_to=f"{group.id}:999")
    ours.says(group.id, "twee", reply_to="-100:1")
    assert [one.get("reply_to_message") for one in group.messages[-2:]] == [None, None]


def test_who_never_wrote_to_us_is_welcomed_in_the_group(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, group: Chat
) -> None:
    nina = telegram.person("Nina")
    ours.says(group.id, "Welkom", to=str(nina), kind="notice")
    assert group.messages[-1]["text"] == "Welkom"
    telegram.opens_chat(nina, bot)
    ours.says(group.id, "Welkom", to=str(nina), kind="notice")
    assert telegram.chats[nina].messages[-1]["text"] == "Welkom"


def test_what_is_for_one_person_is_never_said_to_all(
    telegram: FakeTelegram, ours: Ours, group: Chat
) -> None:
    nina, before = telegram.person("Nina"), len(group.messages)
    with pytest.raises(DeliveryError) as refused:
        ours.says(group.id, "Van u zijn 3 berichten bekend", to=str(nina))
    assert refused.value.permanent
    assert len(group.messages) == before


@pytest.mark.parametrize("chat", ["-1", "geen getal"])
def test_an_unknown_group_is_refused_for_good(ours: Ours, chat: str) -> None:
    with pytest.raises(DeliveryError) as refused:
        ours.says(chat)
    assert refused.value.permanent


def test_a_long_text_is_cut_before_its_last_line() -> None:
    rule = "Spoed? Bel 112."
    cut = telegram.fitted("😀" * 4000 + "\n" + rule)
    assert cut.endswith("😀…\n" + rule)
    assert len(cut.encode("utf-16-le")) // 2 in (4095, 4096)
    assert telegram.fitted("a" * 4096) == "a" * 4096


def test_we_speak_no_faster_than_a_group_may_be_spoken_to(ours: Ours, group: Chat) -> None:
    moment = NOW
    for _ in range(20):
        ours.says(group.id, now=moment)
        moment += timedelta(seconds=2)
    with pytest.raises(SourceBusy) as busy:
        ours.says(group.id, now=moment)
    assert 0 < busy.value.after_s <= 60
    ours.says(group.id, now=moment + timedelta(seconds=busy.value.after_s))


def test_a_burst_in_one_chat_waits_for_its_turn(ours: Ours, group: Chat) -> None:
    with pytest.raises(SourceBusy):
        for _ in range(10):
            ours.says(group.id)
    assert len([one for one in group.messages if one.get("text") == "Dank u."]) == 5


@pytest.mark.parametrize("token", ["", "geen sleutel", "12:kort", "1" * 30 + ":" + "a" * 35])
def test_what_is_no_key_is_never_sent_anywhere(gate: Gate, token: str) -> None:
    with pytest.raises(SecretRefused):
        Ours(connection(gate.address, token)).hears()
    assert gate.asked == []


def test_an_unknown_key_a_webhook_and_an_unsafe_address_have_names(
    telegram: FakeTelegram, gate: Gate, ours: Ours, bot: BotAccount
) -> None:
    with pytest.raises(SecretRefused):
        Ours(connection(gate.address, f"1:{'x' * 35}")).hears()
    with pytest.raises(BadSetting):
        Ours(connection("http://api.telegram.org", bot.token)).hears()
    bot.webhook = True
    with pytest.raises(InUseElsewhere):
        ours.hears()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer.json(429, ok=False, parameters={"retry_after": 33}), SourceBusy),
        (Answer.json(502, ok=False), NetworkDown),
        (Answer(status=0), NetworkDown),
        (Answer(status=200, body=b"<html>"), AnswerUnreadable),
        (Answer.json(200, ok=False), AnswerUnreadable),
        (Answer.json(200, ok=True, result={"a": 1}), AnswerUnreadable),
        (Answer(status=302, headers={"Location": "http://x"}), AnswerUnreadable),
        (Answer(status=400, body=b"nee"), AnswerUnreadable),
        (Answer(status=404, body=b'{"ok":false}'), SecretRefused),
    ],
)
def test_a_bad_server_has_a_name_and_moves_nothing(
    gate: Gate, ours: Ours, group: Chat, answer: Answer, error: type[Exception]
) -> None:
    before = ours.cursor
    refused = gate.failing(lambda _, path: answer if "getUpdates" in path else None)
    with refused, pytest.raises(error):
        ours.hears()
    assert ours.cursor == before


def test_the_key_is_in_no_error(gate: Gate, ours: Ours, bot: BotAccount) -> None:
    faults = [Answer(status=0), Answer(status=500), Answer(status=302), Answer(status=401)]
    for fault in faults:
        with gate.failing(lambda *_, fault=fault: fault), pytest.raises(Exception) as raised:
            ours.hears()
        assert bot.token.partition(":")[2] not in f"{raised.value!r}{raised.value}"


# A second reader: python-telegram-bot.


def test_a_second_reader_reads_the_same_in_every_update(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int
) -> None:
    for update in lived(telegram, bot, anna):
        view = View(bot=Bot(ours.connection), us=Us(id=bot.id, username="", reads_all=True))
        _take(update, view)
        read = theirs.Update.de_json(update, None)
        assert read.update_id + 1 == view.offset
        for one in view.heard:
            assert isinstance(one, Heard)
            same_as(read, one)


def lived(server: FakeTelegram, bot: BotAccount, anna: int) -> list[dict[str, Any]]:
    """All the kinds of updates there are, as the fake gives them."""
    bot.allowed = set(ASKED_FOR)
    made, piet = server.group(anna, "Buren", "group"), server.person("Piet")
    server.invites(made, anna, bot)
    first = server.writes(made, anna, "er staat iemand te klooien 😀")
    server.edits(made, first, text="er staat iemand te rommelen")
    server.writes(made, anna, "waar?", answers=first)
    server.writes(made, anna, location={"latitude": 52.03, "longitude": 4.29})
    server.invites(made, anna, bot, "administrator")
    server.joins(made, piet)
    server.leaves(made, piet)
    server.renames(made, anna, "Buren 2")
    server.upgrades(made, anna)
    return list(bot.waiting)


def same_as(read: theirs.Update, one: Heard) -> None:
    event, message = one.event, read.effective_message
    changed = read.my_chat_member or read.chat_member
    if event.kind is EventKind.GROUP_MOVED:
        old = message.migrate_from_chat_id or message.chat.id
        assert (one.group, event.text) == (
            str(old),
            str(message.migrate_to_chat_id or message.chat.id),
        )
        return
    assert one.group == str(read.effective_chat.id)
    if changed is not None:
        assert event.sent_at == changed.date
        who = changed.from_user if read.my_chat_member else changed.new_chat_member.user
        assert event.author == str(who.id)
    elif event.kind in (EventKind.MESSAGE, EventKind.EDIT):
        assert event.native_id == f"{message.chat.id}:{message.message_id}"
        assert (event.text, event.author) == (message.text or "", str(message.from_user.id))
        assert event.sent_at == (message.edit_date or message.date)
        assert (event.kind is EventKind.EDIT) == (read.edited_message is not None)
        answered = message.reply_to_message
        assert (event.reply_to is None) == (answered is None)
        if message.location is not None:
            assert (event.lat, event.lon) == (message.location.latitude, message.location.longitude)


def test_a_second_client_can_use_our_fake(
    telegram: FakeTelegram, bot: BotAccount, anna: int, group: Chat
) -> None:
    """So that the fake is not only right by our own reading of the documentation."""
    asyncio.run(_used_by_another(telegram, bot, anna))


async def _used_by_another(server: FakeTelegram, bot: BotAccount, anna: int) -> None:
    async with theirs.Bot(bot.token, base_url=f"{server.address}/bot") as other:
        assert (await other.get_me()).username == bot.username
        made = server.group(anna, "Buren", "group")
        server.invites(made, anna, bot)
        asked = server.writes(made, anna, "/status")
        updates = await other.get_updates(offset=1, allowed_updates=list(ASKED_FOR))
        assert [one.effective_chat.id for one in updates][-1] == made.id
        assert updates[-1].message.text == "/status"
        assert await other.get_updates(offset=updates[-1].update_id + 1) == ()
        parameters = theirs.ReplyParameters(message_id=asked)
        sent = await other.send_message(made.id, "Dank u.", reply_parameters=parameters)
        assert sent.reply_to_message.message_id == asked
        assert (await other.get_chat_member(made.id, anna)).status == "creator"
        await _refused_by_name(server, bot, other, made, anna)


async def _refused_by_name(
    server: FakeTelegram, bot: BotAccount, other: theirs.Bot, made: Chat, anna: int
) -> None:
    with pytest.raises(Forbidden):
        await other.send_message(anna, "hallo")
    with pytest.raises(BadRequest):
        await other.send_message(-5, "hallo")
    new = server.upgrades(made, anna)
    with pytest.raises(ChatMigrated) as moved:
        await other.send_message(made.id, "hallo")
    assert moved.value.new_chat_id == new.id
    bot.webhook = True
    with pytest.raises(Conflict):
        await other.get_updates()


def test_a_second_client_is_told_to_wait_as_we_are(
    telegram: FakeTelegram, gate: Gate, bot: BotAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.servers.live_telegram import TelegramNetwork

    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as its next version will be; it warns otherwise

    async def ask() -> float:
        async with theirs.Bot(bot.token, base_url=f"{gate.address}/bot") as other:
            with network.busy(33), pytest.raises(RetryAfter) as busy:
                await other.get_updates()
        return float(busy.value._retry_after.total_seconds())

    network = TelegramNetwork(telegram, gate)
    assert asyncio.run(ask()) == 33


# The emulator that others wrote.

TOKEN = "123456:AAF_voorbeeldvoorbeeldvoorbeeld"


def test_a_text_and_its_answer_at_the_emulator(telegram_emulator: Emulator) -> None:
    ours = Ours(connection(telegram_emulator.address, TOKEN))
    chat = {"id": -100500, "type": "supergroup", "title": "Buren"}
    anna = {"id": 501, "is_bot": False, "first_name": "Anna"}
    common = {"chat": chat, "from": anna, "date": 1_775_000_000}
    telegram_emulator.posts(TOKEN, text="ingebroken op de Bostonsingel 36", **common)
    telegram_emulator.posts(TOKEN, location={"latitude": 52.03, "longitude": 4.29}, **common)
    text, place = ours.hears()
    assert (text.group, text.group_name, text.event.author) == ("-100500", "Buren", "501")
    assert text.event.text == "ingebroken op de Bostonsingel 36"
    assert (place.event.lat, place.event.lon) == (52.03, 4.29)
    assert ours.events() == []
    # It does not say which account sees what, and it tells a chat's id back as it was given.
    assert ours.note == ""
    ours.says(-100500, "Doorgezet.", reply_to=text.event.native_id)
    (told,) = telegram_emulator.reads(TOKEN, -100500)
    assert told["text"] == "Doorgezet."
    assert told["reply_parameters"]["message_id"] == int(text.event.native_id.partition(":")[2])


# Whatever a server may give.

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
_USER = st.fixed_dictionaries({"id": st.integers() | _JSON, "is_bot": st.booleans() | _JSON})
_CHAT = st.fixed_dictionaries(
    {"id": st.integers() | _JSON, "type": st.sampled_from(["group", "supergroup", "channel"])},
    optional={"title": st.text(max_size=5) | _JSON},
)
_MESSAGE = st.fixed_dictionaries(
    {"message_id": st.integers() | _JSON, "chat": _CHAT | _JSON, "date": st.integers() | _JSON},
    optional={
        name: _JSON | _USER | st.lists(_USER, max_size=2)
        for name in (
            "from",
            "text",
            "caption",
            "location",
            "venue",
            "photo",
            "edit_date",
            "sender_chat",
            "reply_to_message",
            "new_chat_members",
            "left_chat_member",
            "new_chat_title",
            "migrate_to_chat_id",
        )
    },
)
_CHANGE = st.fixed_dictionaries(
    {"chat": _CHAT | _JSON, "from": _USER | _JSON, "date": st.integers() | _JSON},
    optional={"old_chat_member": _JSON, "new_chat_member": _JSON},
)
_UPDATE = _JSON | st.fixed_dictionaries(
    {"update_id": st.integers(min_value=0, max_value=2**31)},
    optional={
        "message": _MESSAGE | _JSON,
        "edited_message": _MESSAGE | _JSON,
        "my_chat_member": _CHANGE | _JSON,
        "chat_member": _CHANGE | _JSON,
    },
)


@given(st.lists(_UPDATE, max_size=4))
def test_whatever_comes_is_an_event_or_a_bad_row(updates: list[Any]) -> None:
    bot = Bot(connection("http://localhost:1", TOKEN))
    view = View(bot=bot, us=Us(id=1, username="x", reads_all=True))
    for update in updates:
        _take(update, view)
    assert all(isinstance(one, Heard | SourceError) for one in view.heard)
    view.arrived()


def test_a_huge_page_of_huge_texts_is_read_whole(
    telegram: FakeTelegram, ours: Ours, anna: int, group: Chat
) -> None:
    for _ in range(150):
        telegram.writes(group, anna, "\u202e\x00😀" * 4000)
    pages = [len(ours.hears()) for _ in range(3)]
    assert pages == [100, 50, 0]


def test_a_message_of_two_kinds_at_once_and_odd_numbers_are_bad_rows(
    telegram: FakeTelegram, ours: Ours, bot: BotAccount, anna: int, group: Chat
) -> None:
    numbers = itertools.count(max((one["update_id"] for one in bot.waiting), default=900) + 1000)
    good = {"message_id": 5, "chat": group.told, "date": 1, "from": {"id": anna}, "text": "ja"}
    wrong: list[dict[str, Any]] = [
        {"date": 10**18},
        {"date": -(10**14)},
        {"date": True},
        {"message_id": "5"},
        {"from": None},
        {"location": {"latitude": float("1e400"), "longitude": 0}},
        {"location": {"latitude": 91, "longitude": 0}},
        {"text": ["a"]},
    ]
    for change in [*wrong, {}]:
        bot.waiting.append({"update_id": next(numbers), "message": good | change})
    assert ours.events() == [("message", "ja")]
    assert len(ours.bad) == len(wrong)


def test_an_event_holds_no_name(telegram: FakeTelegram, ours: Ours, anna: int, group: Chat) -> None:
    telegram.writes(group, anna, "ingebroken")
    (heard,) = ours.hears()
    assert isinstance(heard.event, Event)
    assert "Anna" not in repr(heard)
