"""JSONL as other systems write it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sources import jsonl_file
from core.domain import Event
from core.errors import FileUnreadable, SourceError
from tests.connectors.chats import read, told

GOOD = {
    "group": "HNM Hoge Veld",
    "message_id": "1",
    "author_id": "a1",
    "sent_at": "2021-04-10T20:15:00",
    "text": "goed",
}


def _lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_rows_are_messages_edits_and_deletes() -> None:
    rows = read(
        jsonl_file,
        _lines(
            GOOD | {"lat": 52.04, "lon": 4.29, "media_count": 1},
            {"id": 2, "time": "2021-04-10T20:16:00", "group": "HNM Hoge Veld", "author": 17,
             "reply_to": 1, "text": "ja"},
            GOOD | {"action": "edit", "text": "beter", "sent_at": "2021-04-10T18:17:00Z"},
            {name: GOOD[name] for name in GOOD if name != "text"} | {"action": "delete"},
        ),
    )  # fmt: skip
    assert told(rows) == [
        "10-04 20:15 a1: goed | media 1 | at 52.04,4.29",
        "10-04 20:16 17: ja",
        "10-04 20:17 a1: beter | edit",
        "10-04 20:15 a1: | delete",
    ]
    assert isinstance(rows[1], Event)
    assert rows[1].reply_to == "1"


def test_bad_lines_are_told_and_the_good_ones_stay() -> None:
    text = _lines(
        GOOD,
        '{"group": "HNM Hoge Veld", "text": "half een reg',
        "[1, 2]",
        "[" * 5_000,
        GOOD | {"text": None, "author_id": ""},
        GOOD | {"text": ["lijst"]},
        GOOD | {"text": "nul\x00"},
        json.dumps(GOOD).replace("goed", "\\ud83d half"),
        GOOD | {"lat": True, "lon": 4},
        GOOD | {"action": "gooi weg"},
        {"group": "HNM Hoge Veld", "text": "geen id"},
        GOOD | {"message_id": "x" * 201},
        GOOD | {"message_id": "12"},
    )
    assert told(read(jsonl_file, text)) == [
        "10-04 20:15 a1: goed",
        "error 2 not_json",
        "error 3 not_json",
        "error 4 not_json",
        "error 5 missing_value",
        "error 6 not_text",
        "error 7 zero_byte",
        "error 8 broken_text",
        "error 9 place",
        "error 10 action",
        "error 11 missing_value",
        "error 12 id_too_long",
        "10-04 20:15 a1: goed",
    ]


def test_a_file_without_the_columns_is_refused_and_the_column_named() -> None:
    with pytest.raises(FileUnreadable) as error:
        read(jsonl_file, _lines({"naam": "x"}, {"naam": "y"}))
    assert error.value.params["column"] == "group"
    with pytest.raises(FileUnreadable, match="not_json"):
        read(jsonl_file, "geen json\n")
    with pytest.raises(FileUnreadable, match="empty"):
        read(jsonl_file, "\n")


def test_a_line_that_never_ends_costs_that_line() -> None:
    long = '{"text": "' + "x" * 2_000_000
    assert told(read(jsonl_file, _lines(GOOD, long, GOOD))) == [
        "10-04 20:15 a1: goed",
        "error 2 line_too_long",
        "10-04 20:15 a1: goed",
    ]


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*GOOD, "lat", "lon", "action", "media_count", "reply_to"]),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3),
        ),
    )
)
def test_whatever_values_come_it_is_a_message_or_a_bad_row(values: dict[str, object]) -> None:
    rows = read(jsonl_file, _lines(GOOD, GOOD | values))
    assert all(isinstance(row, (Event, SourceError)) for row in rows)
    assert len(rows) == 2
