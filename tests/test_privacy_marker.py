"""What residents said off-topic never reaches the disk, and what was erased is nowhere left.

A marker is written, the product works, and then every byte it left behind is searched.
"""

from __future__ import annotations

import base64
import logging
import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connectors.housekeeping import keep_house
from connectors.process import process_waiting
from core.domain import Asking
from core.inbox import receive, unseal
from core.privacy.vault import KeyDestroyed
from core.questions import Wish
from core.report_back import ask
from core.store import Store
from core.store.tables import answers
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import HOLD, answerable, deliver, means_of
from tests.tables import table

MARKER = "Zwaluwstaartverbinding"
OFF_TOPIC = f"""
    id | at    | author        | text
    a  | 20:01 | Jan {MARKER}  | wie leent mij een {MARKER} uit?
    b  | 20:02 | Anna          | een {MARKER} heb ik nog
"""
RELEVANT = f"""
    id | at    | author | text
    a  | 20:01 | Anna   | Er is ingebroken op de Bostonsingel, {MARKER} weg
"""
ERASURE = """
    id | kind   | at    | text
    a  | delete | 20:03 | -
"""


class Killed(BaseException):
    """Stands for a process that is gone."""


@pytest.fixture
def searched(
    sqlite_street: Neighbourhood,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Neighbourhood]:
    """A neighbourhood with its database, keys, uploads, temporary files and log in tmp_path."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("SQLITE_TMPDIR", str(temporary))
    log = logging.FileHandler(tmp_path / "log.txt")
    logging.getLogger().addHandler(log)
    with caplog.at_level(logging.DEBUG):
        yield sqlite_street
    logging.getLogger().removeHandler(log)


def test_the_search_finds_a_marker_in_any_of_its_forms(tmp_path: Path) -> None:
    for number, form in enumerate(forms(MARKER)):
        (tmp_path / str(number)).write_bytes(b"before " + form + b" after")
    assert len(found(tmp_path)) == len(forms(MARKER))


def test_off_topic_words_are_nowhere_even_before_they_are_judged(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.receive(OFF_TOPIC)
    assert found(tmp_path) == []
    searched.work()
    assert found(tmp_path) == []
    assert searched.judge.read_texts[0].count(MARKER) == 1, "the judge did read it"


def test_a_whole_file_at_once_leaves_nothing_either(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    rows = table(OFF_TOPIC) * 300
    events = [searched.event({**row, "id": str(number)}, number) for number, row in enumerate(rows)]
    with searched.store.unit() as unit:
        assert receive(events, searched.group(), unit, searched.services.vault) == 600
    searched.work()
    assert found(tmp_path) == []


def test_a_worker_killed_in_the_middle_leaves_nothing(
    searched: Neighbourhood, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched.receive(OFF_TOPIC)
    with monkeypatch.context() as patch:
        patch.setattr(type(searched.judge), "judge", killed)
        with pytest.raises(Killed):
            searched.work()
    assert found(tmp_path) == []
    searched.clock.forward(minutes=6)
    searched.work()
    assert found(tmp_path) == []


def test_a_process_killed_while_it_stores_leaves_nothing_and_loses_nothing(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.receive(OFF_TOPIC.replace("een", "ingebroken, een"))
    searched.store.close()
    child = os.fork()
    if child == 0:
        die_while_storing(searched, tmp_path)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert found(tmp_path) == []
    searched.clock.forward(minutes=6)
    searched.work()
    assert len(searched.stored()) == 2


def test_a_message_that_fails_and_is_given_up_leaves_nothing(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.writes(f"""
        at    | text
        20:01 | {MARKER} onverteerbaar
    """)
    assert found(tmp_path) == []


def test_a_payload_copied_earlier_does_not_open_once_its_key_is_destroyed(
    searched: Neighbourhood,
) -> None:
    searched.receive(OFF_TOPIC)
    with searched.store.unit() as unit:
        copied = unit.inbox.claim(1)[0]
    assert MARKER in unseal(copied, searched.services.vault).text
    searched.clock.forward(minutes=6)
    searched.work()
    searched.clock.forward(hours=1)
    keep_house(searched.services)
    with pytest.raises(KeyDestroyed):
        unseal(copied, searched.services.vault)


def test_a_relevant_message_is_there_so_that_the_search_means_something(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.writes(RELEVANT)
    assert {path.name for path in found(tmp_path)} == {"hnm.sqlite-wal"}
    searched.store.empty_log()
    assert {path.name for path in found(tmp_path)} == {"hnm.sqlite"}


@pytest.mark.parametrize("before", ["in the log", "in the file"])
def test_after_erasure_and_a_minute_of_housekeeping_the_words_are_nowhere(
    before: str, searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.writes(RELEVANT)
    if before == "in the file":
        searched.store.empty_log()
    searched.writes(ERASURE)
    keep_house(searched.services)
    assert found(tmp_path) == []


def test_an_answer_to_our_question_is_erased_with_all_that_was_made_of_it(
    searched: Neighbourhood, tmp_path: Path, people: People
) -> None:
    answerable(searched).writes(RELEVANT.replace(MARKER, "fiets").replace("a  |", "r  |"))
    wish = Wish(kind=Asking.WHERE, text="Waar precies?", enough=9, open_min=30)
    searched.does(ask, 1, people.dora, wish.text, hold=HOLD, means=means_of(searched), wish=wish)
    deliver(searched)
    searched.writes(f"""
        id | at    | author | reply_to | text
        a  | 20:02 | Cor    | ours-1   | bij de {MARKER} op Madridweg 3
    """)
    assert found(tmp_path) != []
    searched.writes(ERASURE)
    keep_house(searched.services)
    assert found(tmp_path) == []
    with searched.store.read() as connection:
        assert connection.execute(sa.select(answers)).all() == []


def test_talk_that_answers_nothing_is_forgotten_while_a_question_is_open(
    searched: Neighbourhood, tmp_path: Path, people: People
) -> None:
    answerable(searched).writes(RELEVANT.replace(MARKER, "fiets").replace("a  |", "r  |"))
    searched.does(ask, 1, people.dora, "Wat zag u?", hold=HOLD, means=means_of(searched))
    deliver(searched)
    searched.writes(OFF_TOPIC)
    assert found(tmp_path) == []


def test_erasing_reaches_the_words_that_decided_and_the_reasons(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    """Single words of a message also stand in its grounds and in the reasons of its link."""
    searched.writes(RELEVANT)
    assert b'"ingebroken"' in everything(tmp_path)
    searched.writes(ERASURE)
    keep_house(searched.services)
    assert b'"ingebroken"' not in everything(tmp_path)


def test_an_edit_leaves_nothing_of_the_earlier_words(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.writes(RELEVANT)
    searched.writes("""
        id | kind | revision | at    | text
        a  | edit | 1        | 20:02 | Er is ingebroken op de Bostonsingel
    """)
    keep_house(searched.services)
    assert found(tmp_path) == []


def test_a_reader_in_the_way_only_delays_the_emptying_of_the_log(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.writes(RELEVANT)
    other = sqlite3.connect(tmp_path / "hnm.sqlite", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM messages").fetchone()
    searched.writes(ERASURE)
    assert not searched.store.empty_log()
    other.close()
    assert searched.store.empty_log()
    assert found(tmp_path) == []


def test_a_name_stands_nowhere_as_the_source_gave_it(
    searched: Neighbourhood, tmp_path: Path
) -> None:
    searched.writes(f"""
        at    | author   | text
        20:01 | {MARKER} | Er is ingebroken op de Bostonsingel
    """)
    assert len(searched.stored()) == 1
    assert found(tmp_path) == []


def test_on_postgresql_no_row_holds_off_topic_or_erased_words(
    street: Neighbourhood, database: str
) -> None:
    """What its files hold until vacuumed and overwritten is said in core/privacy/README.md."""
    street.writes(OFF_TOPIC.replace("a  |", "c  |", 1))
    street.writes(RELEVANT)
    assert MARKER in rows_as_text(street.store)
    street.writes(ERASURE)
    assert MARKER not in rows_as_text(street.store)


def test_several_steps_of_a_batch_leave_nothing(searched: Neighbourhood, tmp_path: Path) -> None:
    for _ in range(3):
        searched.receive(OFF_TOPIC)
        process_waiting(searched.services, searched.tools, searched.scenes)
        assert found(tmp_path) == []


def die_while_storing(searched: Neighbourhood, folder: Path) -> None:
    """In a process of its own: stops dead when the first message is half stored."""
    try:
        again = Neighbourhood(
            Store(searched.store.url, searched.clock), searched.clock, folder / "var"
        )
        again.tools.clusterer.link = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
        again.work()
    finally:
        os._exit(1)


def found(folder: Path) -> list[Path]:
    """The files that hold the marker in any form."""
    looked_for = forms(MARKER)
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(form in path.read_bytes() for form in looked_for)
    ]


def forms(text: str) -> list[bytes]:
    """How a text may stand in a file: plain, in two bytes a letter, in base64 at any offset."""
    encoded = [text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")]
    for offset in range(3):
        whole = base64.b64encode(b"\0" * offset + text.encode())
        encoded.append(whole[4:-4] if offset else whole[:-4])
    return encoded


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def rows_as_text(store: Store) -> str:
    from core.store.tables import metadata

    with store.read() as connection:
        return "\n".join(
            str(tuple(row))
            for table_ in metadata.sorted_tables
            for row in connection.execute(table_.select())
        )


def killed(*_: object) -> None:
    raise Killed
