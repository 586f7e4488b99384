"""Spreadsheets as people save them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sources import csv_file
from core.domain import Event
from core.errors import FileUnreadable, SourceError
from tests.connectors.chats import read, told

HEAD = "group,message_id,author_id,sent_at,text\n"
ROW = "HNM Hoge Veld,{id},a1,2021-04-10T20:15:00+02:00,{text}\n"


def test_rows_are_messages_edits_and_deletes_with_place_reply_and_media() -> None:
    table = (
        "group;message_id;author_id;author_name;sent_at;text;lat;lon;reply_to;media_count;action\n"
        "HNM Hoge Veld;1;a1;Annie;2021-04-10T20:15:00+02:00;rook uit een container;52,04;4,29;;2;\n"
        "HNM Hoge Veld;2;b2;Bob;2021-04-10T18:16:00Z;ik zie het;;;1;;new\n"
        "HNM Hoge Veld;1;a1;Annie;2021-04-10 20:17;rook uit een auto;;;;;edit\n"
        "hoge-veld;2;b2;Bob;2021-04-10 20:18;;;;;;delete\n"
    )
    rows = read(csv_file, table)
    assert told(rows) == [
        "10-04 20:15 a1: rook uit een container | media 2 | at 52.04,4.29",
        "10-04 20:16 b2: ik zie het",
        "10-04 20:17 a1: rook uit een auto | edit",
        "10-04 20:18 b2: | delete",
    ]
    assert isinstance(rows[1], Event)
    assert rows[1].reply_to == "1"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_separator_and_encoding_reads_the_same(separator: str, encoding: str) -> None:
    table = (HEAD + ROW.format(id=1, text="één café")).replace(",", separator)
    assert told(read(csv_file, table.encode(encoding))) == ["10-04 20:15 a1: één café"]


def test_the_names_of_the_command_line_are_the_same_columns() -> None:
    table = "id,time,group,author,reply_to,text\n7,2021-04-10T20:15,HNM Hoge Veld,x,,hoi\n"
    assert told(read(csv_file, table)) == ["10-04 20:15 x: hoi"]


@pytest.mark.parametrize("column", ["group", "message_id", "author_id", "sent_at", "text"])
def test_a_missing_column_is_named(column: str) -> None:
    with pytest.raises(FileUnreadable) as error:
        read(csv_file, HEAD.replace(column, "iets") + ROW.format(id=1, text="hoi"))
    assert error.value.params["column"] == column


@pytest.mark.parametrize("table", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(table: str) -> None:
    with pytest.raises(FileUnreadable):
        read(csv_file, table)


def test_bad_rows_are_told_by_line_and_the_good_ones_stay() -> None:
    table = (
        HEAD
        + ROW.format(id=1, text="goed")
        + "HNM Hoge Veld,2,a1,gisteren,tekst\n"
        + "HNM Hoge Veld,,a1,2021-04-10 20:15,tekst\n"
        + "HNM Lage Veld,4,a1,2021-04-10 20:15,tekst\n"
        + "HNM Hoge Veld,5,a1\n"
        + "HNM Hoge Veld,6,a1,2021-04-10 20:15,een,komma te veel\n"
        + "HNM Hoge Veld,7,a1,9999-12-31T23:59:59-23:59,tekst\n"
        + "HNM Hoge Veld,8,a1,2021-04-10 20:15,nul\x00teken\n"
        + ROW.format(id=9, text="ook goed")
    )
    assert told(read(csv_file, table)) == [
        "10-04 20:15 a1: goed",
        "error 3 time",
        "error 4 missing_value",
        "error 5 other_group",
        "error 6 columns",
        "error 7 columns",
        "error 8 time",
        "error 9 zero_byte",
        "10-04 20:15 a1: ook goed",
    ]


def test_half_a_character_is_a_bad_row() -> None:
    table = (HEAD + ROW.format(id=1, text="goed")).encode() + ROW.format(
        id=2, text="half"
    ).encode().replace(b"half", b"half \xe2\x82")
    assert told(read(csv_file, table)) == ["10-04 20:15 a1: goed", "error 3 broken_text"]


@pytest.mark.parametrize(
    ("lat", "lon"), [("52.04", ""), ("", "4.29"), ("noord", "4"), ("91", "4"), ("nan", "4")]
)
def test_half_a_place_or_a_false_one_is_a_bad_row(lat: str, lon: str) -> None:
    table = HEAD.strip() + ",lat,lon\n" + ROW.format(id=1, text="hoi").strip() + f",{lat},{lon}\n"
    assert told(read(csv_file, table)) == ["error 2 place"]


def test_cells_may_hold_lines_quotes_formulas_and_tags_as_plain_text() -> None:
    text = '=HYPERLINK(""http://x"");<script>alert(1)</script>\nhij zei: ""rennen"", echt'
    (row,) = read(csv_file, HEAD + ROW.format(id=1, text=f'"{text}"'))
    assert isinstance(row, Event)
    assert row.text == text.replace('""', '"')


def test_20000_characters_are_kept_and_more_are_cut_with_a_remark() -> None:
    table = HEAD + ROW.format(id=1, text="x" * 20_000) + ROW.format(id=2, text="y" * 20_001)
    rows = read(csv_file, table)
    assert [len(row.text) for row in rows if isinstance(row, Event)] == [20_000, 20_000]
    assert [told([row])[0] for row in rows if isinstance(row, SourceError)] == ["remark 3 text_cut"]


def test_a_quotation_mark_that_never_closes_costs_its_row_only() -> None:
    table = (
        HEAD
        + ROW.format(id=1, text="goed")
        + ROW.format(id=2, text='"open')
        + "".join(ROW.format(id=number, text="goed") for number in range(3, 3000))
    )
    rows = read(csv_file, table)
    assert told(rows)[1] == "error 3 open_quote"
    assert len(rows) == 2999


def test_a_quotation_mark_inside_a_word_is_a_letter() -> None:
    assert told(read(csv_file, HEAD + ROW.format(id=1, text='een 5" pijp'))) == [
        '10-04 20:15 a1: een 5" pijp'
    ]


def test_rows_of_all_groups_come_with_their_group() -> None:
    table = HEAD + ROW.format(id=1, text="hier") + "HNM Lage Veld,2,a1,2021-04-10 20:15,daar\n"
    rows = csv_file.spread(io.BytesIO(table.encode()), "x.csv")
    assert [row.group for row in rows if not isinstance(row, SourceError)] == [
        "HNM Hoge Veld",
        "HNM Lage Veld",
    ]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=500))
def test_whatever_bytes_follow_the_good_row_stays(raw: bytes) -> None:
    rows = read(csv_file, (HEAD + ROW.format(id=1, text="goed")).encode() + b"\n" + raw)
    assert told(rows)[0] == "10-04 20:15 a1: goed"
    assert all(isinstance(row, (Event, SourceError)) for row in rows)
