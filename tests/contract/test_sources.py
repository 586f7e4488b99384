"""Every source keeps the same promises: a walk through connectors/sources.

A source of files brings two samples, tests/data/sources/<name>/first.* and later.*, which tell one
story: a burglary, a fire, talk about cake, a bicycle; later the fire is deleted, the bicycle was
edited, a wreck is new, and one row is bad.
"""

from __future__ import annotations

import base64
import importlib
import importlib.util
import io
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import connectors.sources
from connectors.imports import work_one
from core import import_batches
from core.domain import Event
from core.imports import Desk, ImportRequest, ImportResult, request_import, run
from core.ports import SourceCard
from core.settings import ROOT
from core.store import Store
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import Timepiece

SAMPLES = ROOT / "tests" / "data" / "sources"
SOURCES = {
    module.name: importlib.import_module(f"connectors.sources.{module.name}")
    for module in pkgutil.iter_modules(connectors.sources.__path__)
    if not module.name.startswith("_")
}
FILE_SOURCES = [name for name, source in SOURCES.items() if source.CARD.reads_files]
FETCHED = [
    name for name, source in SOURCES.items() if not (source.CARD.reads_files or source.CARD.is_live)
]
PERSONS = ("Vuurdoorn", "Kwikstaart", "Fluitekruid", "Egelskop", "Joost", "12345678")
CAKE = "zonnebloemtaart"


@pytest.fixture
def town(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(sqlite_store, clock, tmp_path)


def faults(name: str, source: Any) -> Iterator[str]:
    """What a source fails to be: a card in both languages, and the functions its card promises."""
    card = getattr(source, "CARD", None)
    if not isinstance(card, SourceCard):
        yield f"{name}: no CARD"
        return
    if not card.name_nl.strip() or not card.name_en.strip():
        yield f"{name}: a name in each language"
    if card.reads_files != bool(card.file_types):
        yield f"{name}: file types, exactly when it reads files"
    if any(kind != kind.lower().strip(". ") for kind in card.file_types):
        yield f"{name}: file types in small letters without a dot"
    if card.is_live and not live_driver(name):
        yield f"{name}: tests/servers/live_{name}.py, by which tests/contract/test_live_sources.py"
    needed = _needed(card)
    yield from (f"{name}: {what}()" for what in needed if not callable(getattr(source, what, None)))
    if card.reads_files and not {"first", "later"} <= {p.stem for p in samples(name)}:
        yield f"{name}: samples first and later in tests/data/sources/{name}"


def _needed(card: SourceCard) -> set[str]:
    """The functions that a source has by its card."""
    answers = card.group_send or card.direct
    if card.is_live:
        heard = ({"listen"} if card.listens else set()) | ({"hear"} if card.posts else set())
        return heard | ({"say"} if answers else set())
    return {"read" if card.reads_files else "fetch"} | ({"send"} if card.group_send else set())


def live_driver(name: str) -> bool:
    return importlib.util.find_spec(f"tests.servers.live_{name}") is not None


def samples(name: str) -> list[Path]:
    return list((SAMPLES / name).glob("*.*"))


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_what_its_card_says(name: str) -> None:
    assert list(faults(name, SOURCES[name])) == []


def test_no_two_sources_read_the_same_kind_of_file() -> None:
    kinds = [kind for name in FILE_SOURCES for kind in SOURCES[name].CARD.file_types]
    assert len(kinds) == len(set(kinds))


def test_a_bad_source_is_found() -> None:
    planted: Any = ModuleType("planted")
    assert list(faults("planted", planted)) == ["planted: no CARD"]
    planted.CARD = SourceCard(
        name_nl="Iets", name_en=" ", reads_files=True, file_types=(".TXT",), group_send=True
    )
    assert len(list(faults("planted", planted))) == 5
    planted.CARD = SourceCard(name_nl="Net", name_en="Net", listens=True, group_send=True)
    assert len(list(faults("planted", planted))) == 3


def bring(town: Neighbourhood, name: str, sample: str, **options: Any) -> ImportResult:
    (path,) = [path for path in samples(name) if path.stem == sample]
    vault = town.services.vault
    with path.open("rb") as file:
        return run(SOURCES[name], file, path.name, town.group(), town.store, vault, **options)


@pytest.mark.parametrize("name", FILE_SOURCES)
def test_what_is_new_arrives_once(town: Neighbourhood, name: str) -> None:
    assert bring(town, name, "first").new_count == 4
    assert bring(town, name, "first").new_count == 0
    town.work()
    assert bring(town, name, "first").new_count == 0
    assert len(town.stored()) == 3  # the cake is no report


@pytest.mark.parametrize("name", FILE_SOURCES)
def test_an_edit_and_a_delete_reach_what_is_stored(town: Neighbourhood, name: str) -> None:
    bring(town, name, "first")
    town.work()
    later = bring(town, name, "later")
    assert (later.new_count, later.erased_count, later.error_count) == (2, 1, 1)
    town.work()
    texts = " | ".join(town.stored())
    assert "scooter" in texts
    assert "wrak" in texts
    assert "fiets" not in texts
    assert "brand" not in texts


@pytest.mark.parametrize("name", FILE_SOURCES)
def test_an_older_file_brings_nothing_back(town: Neighbourhood, name: str) -> None:
    for sample in ("first", "later", "first", "later"):
        bring(town, name, sample)
        town.work()
    texts = " | ".join(town.stored())
    assert "brand" not in texts
    assert "fiets" not in texts
    assert len([text for text in town.stored() if text]) == 3


@pytest.mark.parametrize("name", FILE_SOURCES)
def test_a_bad_row_names_its_line_and_keeps_no_words(town: Neighbourhood, name: str) -> None:
    result = bring(town, name, "later")
    (error,) = result.errors
    assert error.params["line"] >= 6
    assert not any(word in str(result.errors_json()) for word in (*PERSONS, "bestaat"))


@pytest.mark.parametrize("name", FILE_SOURCES)
def test_a_restart_in_the_middle_loses_and_doubles_nothing(
    town: Neighbourhood, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batches, "BATCH", 2)
    with pytest.raises(ZeroDivisionError):
        bring(town, name, "first", progress=lambda result: 1 // (2 - result.row_count))
    town.work()
    assert bring(town, name, "first").new_count == 2
    town.work()
    assert len(town.stored()) == 3


@pytest.mark.parametrize("name", FILE_SOURCES)
def test_no_persons_name_survives_readable_anywhere(
    town: Neighbourhood, people: People, name: str, tmp_path: Path, caplog: Any
) -> None:
    services = town.services
    desk = Desk(store=services.store, vault=services.vault, settings=services.settings)
    for sample in ("first", "later"):
        (path,) = [path for path in samples(name) if path.stem == sample]
        request = ImportRequest(
            source=name, group_id=town.group().id, file_name=f"met Joost Vuurdoorn{path.suffix}"
        )
        request_import(io.BytesIO(path.read_bytes()), request, people.ada, desk)
        assert list(found_in(tmp_path)) == []  # sealed, and waiting
        work_one(services)
        assert list(found_in(tmp_path)) == []  # in the inbox
        town.work()
        assert list(found_in(tmp_path)) == []  # judged
    assert not any(word in caplog.text for word in (*PERSONS, CAKE))


def test_the_search_finds_a_name_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(base64.b64encode(b"xx Vuurdoorn"))
    (tmp_path / "b").write_bytes("Egelskop".encode("utf-16-le"))
    assert sorted(found_in(tmp_path)) == ["a", "b"]


def found_in(folder: Path) -> Iterator[str]:
    """Names of files (database, log, keys, uploads) in which a person or the cake can be read."""
    wanted = [form for word in (*PERSONS, CAKE) for form in forms(word)]
    for path in folder.rglob("*"):
        if path.is_file() and any(form in path.read_bytes() for form in wanted):
            yield path.name


def forms(word: str) -> Iterator[bytes]:
    """A word as bytes: two encodings, and base64 at each of its three offsets."""
    yield word.encode()
    yield word.encode("utf-16-le")
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + word.encode())
        # Only the letters that hang on the word alone, not on what stands beside it.
        yield coded[-(-offset * 8 // 6) : (offset + len(word)) * 8 // 6]


@pytest.mark.parametrize("name", FETCHED)
def test_a_fetched_source_gives_the_same_again_from_the_same_cursor(
    town: Neighbourhood, clock: Timepiece, name: str
) -> None:
    source, group = SOURCES[name], town.group()
    first = source.fetch(group, None, clock())
    ids = [event.native_id for event in first.events if isinstance(event, Event)]
    assert len(ids) == len(set(ids))
    clock.forward(minutes=5)
    once, again = (source.fetch(group, first.cursor, clock()) for _ in range(2))
    assert once == again
    assert not set(ids) & {event.native_id for event in once.events if isinstance(event, Event)}
