"""Chat exports as phones write them: Dutch and English, Android and iOS."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sources import whatsapp_export
from core.domain import Event
from core.errors import FileUnreadable, SourceError
from tests.connectors.chats import read, told

ANDROID_NL = """\
31-03-2021 20:14 - Berichten en oproepen worden end-to-end versleuteld. Tik voor meer informatie.
31-03-2021 20:14 - Annie heeft de groep "Buurt: Hoge Veld" gemaakt
31-03-2021 20:14 - Annie heeft het onderwerp gewijzigd van "A: b" in "HNM Hoge Veld"
31-03-2021 20:14 - Bob is deelnemer geworden via de uitnodigingslink van deze groep
31-03-2021 20:15 - Annie: Er staat iemand bij de fietsen
met een betonschaar: kijk maar
31-03-2021 20:15 - +31 6 12345678: <Media weggelaten>
31-03-2021 20:16 - Bob: IMG-20210331-WA0001.jpg (bestand bijgevoegd)
dit is hem
31-03-2021 20:17 - Bob: Dit bericht is verwijderd
31-03-2021 20:17 - Annie: U hebt dit bericht verwijderd
31-03-2021 20:18 - Annie: hij rent weg <Dit bericht is bewerkt>
31-03-2021 20:19 - Bob: locatie: https://maps.google.com/?q=52.0421,4.2987
01-04-2021 00:05 - Bob heeft de groep verlaten
"""
IOS_NL = """\
\u200e[31-03-2021 20:14:00] HNM Hoge Veld: \u200eBerichten en oproepen zijn end-to-end versleuteld.
[31-03-2021 20:14:01] HNM Hoge Veld: \u200eAnnie heeft Bob toegevoegd
[31-03-2021 20:14:02] Annie: \u200eAnnie heeft de groepsafbeelding gewijzigd
[31-03-2021 20:15:32] Annie: Er staat iemand bij de fietsen
met een betonschaar: kijk maar
\u200e[31-03-2021 20:15:40] \u202a+31\u00a06\u00a012345678\u202c: \u200eafbeelding weggelaten
[31-03-2021 20:16:01] Bob: \u200e<bijgevoegd: 00000014-PHOTO-2021-03-31-20-16-01.jpg>
dit is hem
[31-03-2021 20:17:10] Bob: \u200eDit bericht is verwijderd.
[31-03-2021 20:17:11] Annie: \u200eJe hebt dit bericht verwijderd.
[31-03-2021 20:18:00] Annie: hij rent weg \u200e<Dit bericht is bewerkt>
[31-03-2021 20:19:00] Bob: \u200eLocatie: https://maps.google.com/?q=52.0421,4.2987
[01-04-2021 00:05:00] HNM Hoge Veld: \u200eBob heeft de groep verlaten
"""
ANDROID_EN = """\
3/31/21, 8:14 PM - Messages and calls are end-to-end encrypted. Tap to learn more.
3/31/21, 8:14 PM - Annie created group "Block: Hoge Veld"
3/31/21, 8:14 PM - Annie changed the subject from "A: b" to "HNM Hoge Veld"
3/31/21, 8:14 PM - Bob joined using this group's invite link
3/31/21, 8:15 PM - Annie: Er staat iemand bij de fietsen
met een betonschaar: kijk maar
3/31/21, 8:15 PM - +31 6 12345678: <Media omitted>
3/31/21, 8:16 PM - Bob: IMG-20210331-WA0001.jpg (file attached)
dit is hem
3/31/21, 8:17 PM - Bob: This message was deleted
3/31/21, 8:17 PM - Annie: You deleted this message
3/31/21, 8:18 PM - Annie: hij rent weg <This message was edited>
3/31/21, 8:19 PM - Bob: location: https://maps.google.com/?q=52.0421,4.2987
4/1/21, 12:05 AM - Bob left
"""
IOS_EN = """\
[3/31/21, 8:14:00\u202fPM] HNM Hoge Veld: \u200eMessages and calls are end-to-end encrypted.
[3/31/21, 8:14:01\u202fPM] HNM Hoge Veld: \u200eAnnie added Bob
[3/31/21, 8:15:32\u202fPM] Annie: Er staat iemand bij de fietsen
met een betonschaar: kijk maar
[3/31/21, 8:15:40\u2009PM] \u202a+31\u00a06\u00a012345678\u202c: \u200eimage omitted
[3/31/21, 8:16:01\u202fPM] Bob: \u200e<attached: 00000014-PHOTO-2021-03-31-20-16-01.jpg>
dit is hem
[3/31/21, 8:17:10\u202fPM] Bob: \u200eThis message was deleted.
[3/31/21, 8:17:11\u202fPM] Annie: \u200eYou deleted this message.
[3/31/21, 8:18:00\u202fPM] Annie: hij rent weg \u200e<This message was edited>
[3/31/21, 8:19:00\u202fPM] Bob: \u200eLocation: https://maps.google.com/?q=52.0421,4.2987
[4/1/21, 12:05:00\u202fAM] HNM Hoge Veld: \u200eBob left
"""
EVENING = [
    "31-03 20:15 Annie: Er staat iemand bij de fietsen\nmet een betonschaar: kijk maar",
    "31-03 20:15 +31 6 12345678: | media 1",
    "31-03 20:16 Bob: dit is hem | media 1",
    "31-03 20:17 Bob: | delete",
    "31-03 20:17 Annie: | delete",
    "31-03 20:18 Annie: hij rent weg | edit",
    "31-03 20:19 Bob: | at 52.0421,4.2987",
]


@pytest.mark.parametrize(
    "chat",
    [
        ANDROID_NL,
        IOS_NL,
        ANDROID_EN,
        IOS_EN,
        "\ufeff" + ANDROID_NL,
        IOS_NL.replace("\n", "\r\n"),
        ANDROID_NL.replace("31-03-2021 ", "31/03/2021, ").replace("01-04-2021 ", "01/04/2021, "),
        ANDROID_NL.replace("31-03-2021 ", "31.03.21, ").replace("01-04-2021 ", "01.04.21, "),
        ANDROID_NL.replace("31-03-2021", "2021-03-31").replace("01-04-2021", "2021-04-01"),
        IOS_NL.replace("31-03-2021 ", "31/03/2021, ").replace("01-04-2021 ", "01/04/2021, "),
        ANDROID_EN.replace(" PM", " p.m.").replace(" AM", " a.m."),
    ],
    ids=[
        "android-nl", "ios-nl", "android-en", "ios-en", "byte-order-mark", "crlf", "slashes",
        "dots", "iso", "ios-comma", "p.m.",
    ],
)  # fmt: skip
def test_every_phone_tells_the_same_evening(chat: str) -> None:
    assert told(read(whatsapp_export, chat)) == EVENING


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_chat_saved_again_in_another_encoding_reads_the_same(encoding: str) -> None:
    chat = "31-03-2021 20:15 - Renée: hé, een café aan het kanaal\n31-03-2021 20:16 - Bob: ja\n"
    assert told(read(whatsapp_export, chat.encode(encoding))) == [
        "31-03 20:15 Renée: hé, een café aan het kanaal",
        "31-03 20:16 Bob: ja",
    ]


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        ("13/04/2021 02/05/2021", "13-04 02-05"),  # a field above 12 is the day
        ("04/13/2021 05/02/2021", "13-04 02-05"),
        ("03/04/2021 01/05/2021", "03-04 01-05"),  # month first, time would go back
        ("04/03/2021 05/01/2021", "03-04 01-05"),  # day first, time would go back
        ("03-04-2021 03-04-2021", "03-04 03-04"),  # dashes: no language puts the month first
    ],
)
def test_the_order_of_day_and_month_is_found_in_the_file(dates: str, days: str) -> None:
    chat = "".join(f"{date}, 20:15 - Annie: hoi {date}\n" for date in dates.split())
    assert [line[:5] for line in told(read(whatsapp_export, chat))] == days.split()


def test_an_order_that_cannot_be_decided_is_asked_for() -> None:
    chat = "03/04/2021, 20:15 - Annie: hoi\n05/04/2021, 20:15 - Annie: hoi\n"
    with pytest.raises(FileUnreadable, match="day_order"):
        read(whatsapp_export, chat)
    assert told(read(whatsapp_export, chat, day_first=True))[0] == "03-04 20:15 Annie: hoi"
    assert told(read(whatsapp_export, chat, day_first=False))[0] == "04-03 20:15 Annie: hoi"


@pytest.mark.parametrize("chat", ["", "zomaar een brief\nzonder berichten\n", "\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_no_chat_is_refused(chat: str) -> None:
    with pytest.raises(FileUnreadable, match="no_chat"):
        read(whatsapp_export, chat)


def test_a_bad_line_is_told_and_the_good_ones_stay() -> None:
    chat = (
        "staart van een eerder bericht\n"
        "31-03-2021 20:15 - Annie: eerste\n"
        "45-03-2021 20:15 - Bob: onmogelijke dag\n"
        "hoort daarbij\n"
        "31-03-2021 20:16 - Bob: tweede\n"
    )
    assert told(read(whatsapp_export, chat)) == [
        "error 1 no_head",
        "31-03 20:15 Annie: eerste",
        "error 3 time",
        "31-03 20:16 Bob: tweede",
    ]


def test_half_a_character_costs_that_character_not_the_message() -> None:
    chat = "31-03-2021 20:15 - Annie: brand é ".encode() + b"\xf0\x9f\n"
    rows = read(whatsapp_export, chat)
    assert told(rows) == ["remark 1 broken_kept", "31-03 20:15 Annie: brand é \ufffd"]


def test_a_text_beyond_20000_characters_is_cut_with_a_remark() -> None:
    chat = "31-03-2021 20:15 - Annie: " + "x" * 19_990 + "\n" + "y" * 500_000 + "\n"
    rows = read(whatsapp_export, chat)
    assert told(rows)[0] == "remark 1 text_cut"
    assert isinstance(rows[1], Event)
    assert rows[1].text == "x" * 19_990 + "\n" + "y" * 9


def test_a_chat_pasted_from_another_phone_is_part_of_the_message() -> None:
    chat = (
        "31-03-2021 20:15 - Annie: Bob schreef:\n"
        "[31-03-2021 20:10:00] Bob: ik steek de boel in brand\n"
    )
    assert [row.author for row in read(whatsapp_export, chat) if isinstance(row, Event)] == [
        "Annie"
    ]


def test_words_that_only_look_like_whatsapps_own_are_kept() -> None:
    chat = (
        "31-03-2021 20:15 - Annie: de buurman heeft de groep verlaten\n"
        "31-03-2021 20:15 - Annie: ik heb het document weggelaten\n"
        "31-03-2021 20:16 - Annie: U hebt gelijk, hij heeft alles verwijderd\n"
    )
    assert len(read(whatsapp_export, chat)) == 3


def test_the_hour_that_comes_twice_is_flagged_and_a_step_back_is_the_second_round() -> None:
    chat = (
        "31-10-2021 01:55 - Annie: een\n"
        "31-10-2021 02:50 - Annie: twee\n"
        "31-10-2021 02:10 - Annie: drie\n"
        "31-10-2021 03:10 - Annie: vier\n"
    )
    rows = read(whatsapp_export, chat)
    assert told(rows)[1] == "remark 2 doubled_hour"
    assert [f"{row.sent_at:%H:%M}" for row in rows if isinstance(row, Event)] == [
        "23:55",
        "00:50",
        "01:10",
        "02:10",
    ]


def test_ids_do_not_change_when_the_export_grows_or_loses_its_head() -> None:
    lines = [f"31-03-2021 20:{minute:02} - Annie: ja\n" for minute in (15, 15, 16, 17)]
    whole, longer = (
        read(whatsapp_export, "".join(lines)),
        read(whatsapp_export, "".join([*lines, "31-03-2021 20:18 - Bob: nee\n"])),
    )
    tail = read(whatsapp_export, "".join(lines[2:]))
    ids = [row.native_id for row in whole if isinstance(row, Event)]
    assert len(set(ids)) == 4
    assert [row.native_id for row in longer[:4] if isinstance(row, Event)] == ids
    assert [row.native_id for row in tail if isinstance(row, Event)] == ids[2:]


def _zip(**members: str | bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "."), text)
    return packed.getvalue()


def test_the_chat_is_found_in_a_zip_among_its_pictures() -> None:
    packed = _zip(IMG__jpg=b"\xff\xd8", lees__txt="niet dit", _chat__txt=IOS_NL)
    assert told(read(whatsapp_export, packed)) == EVENING


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        (_zip(IMG__jpg=b"\xff\xd8"), "zip_no_chat"),
        (_zip(_chat__txt="0" * (60 << 20)), "zip_too_large"),
        (_zip(_chat__txt=ANDROID_NL)[:-30], "zip_broken"),
        (_zip(_chat__txt=ANDROID_NL).replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08"),
         "zip_locked"),
        (b"PK\x03\x04" + b"\x00" * 60, "zip_broken"),
        (b"PK\x03\x04PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 9, 9, 90 << 20, 0, 0),
         "zip_too_large"),
    ],
    ids=["no-chat", "bomb", "cut", "locked", "junk", "huge-directory"],
)  # fmt: skip
def test_a_zip_that_cannot_be_read_is_refused_with_the_reason(packed: bytes, why: str) -> None:
    with pytest.raises(FileUnreadable, match=why):
        read(whatsapp_export, packed)


def test_a_zip_with_flipped_bytes_never_escapes_as_another_error() -> None:
    sound = _zip(_chat__txt=ANDROID_NL)
    for at in range(0, len(sound), 7):
        broken = sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :]
        with contextlib.suppress(FileUnreadable):
            assert read(whatsapp_export, broken) == read(whatsapp_export, sound)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_whatever_a_resident_types_is_one_message_of_theirs(words: str) -> None:
    spoken = " ".join(words.split()) or "x"
    chat = f"31-03-2021 20:15 - Annie: hoi\n31-03-2021 20:16 - Bob: zei {spoken}\n"
    rows = read(whatsapp_export, chat.encode("utf-8", "replace"))
    events = [row for row in rows if isinstance(row, Event)]
    assert [event.author for event in events] == ["Annie", "Bob"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_bytes_come_the_reader_answers_with_rows_or_a_reason(raw: bytes) -> None:
    for start in (b"", ANDROID_NL.encode()[:300]):
        try:
            rows = read(whatsapp_export, start + raw)
        except FileUnreadable:
            continue
        assert all(isinstance(row, (Event, SourceError)) for row in rows)
