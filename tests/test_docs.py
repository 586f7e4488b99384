"""What the documents point to is there."""

from __future__ import annotations

import re

import pytest

from core.settings import ROOT

DOCUMENTS = [ROOT / "core/privacy/README.md", ROOT / "docs/architecture.md"]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w/]+(?:\.py|\.md|\.toml|/))`", text))
    folders = (ROOT, document.parent, ROOT / "core", ROOT / "connectors")
    missing = {name for name in named if not any((folder / name).exists() for folder in folders)}
    assert missing == set()


EVERY = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "core").rglob("*.md")])


@pytest.mark.parametrize("document", EVERY, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_of_a_document_leads_to_a_file(document) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    own = {link for link in links if "://" not in link and not link.startswith("mailto:")}
    assert {link for link in own if not (document.parent / link).exists()} == set()


def test_every_document_is_in_the_list_of_documents() -> None:
    listed = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    there = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert {name for name in there if f"({name})" not in listed} == set()


def test_every_file_of_the_privacy_folder_is_in_its_list() -> None:
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    files = {path.name for path in (ROOT / "core/privacy").glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"`{name}`" not in text} == set()


def test_every_column_with_words_is_in_the_privacy_list() -> None:
    """The list in core/store/tables.py and the one for auditors are the same."""
    text = DOCUMENTS[0].read_text(encoding="utf-8")
    from core.store import tables

    columns = re.findall(r"(\w+\.\w+)", (tables.__doc__ or "").split(":", 1)[1])
    words = [name for name in columns if name.split(".")[0] in tables.metadata.tables]
    assert {name for name in words if name not in text and name != "outbox.text"} == set()
    assert len(words) >= 5
