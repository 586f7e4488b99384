"""One word for one thing: the glossary, the types and the names in the code agree."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from core import domain
from core.settings import ROOT
from tests.test_architecture import python_files

FORBIDDEN = set(
    "signal ticket case item data info manager processor handler helper util misc common v2".split()
)
EXCEPTIONS = {
    "_from_case": "upper or lower case",
    "_from_lower_case": "upper or lower case",
}
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| English")
]
DUTCH = {word.strip() for row in ROWS for word in row[1].split(",")}
TYPES = [
    kind
    for _, kind in inspect.getmembers(domain, inspect.isclass)
    if kind.__module__ == "core.domain"
]


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_a_domain_type_starts_with_its_dutch_word(kind: type) -> None:
    word, colon, _ = (kind.__doc__ or "").partition(":")
    assert colon, kind.__doc__
    assert word in DUTCH


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_word_of_the_glossary_is_a_name_in_the_code(row: list[str]) -> None:
    missing = [word for word in re.findall(r"`(\w+)`", row[0]) if word not in all_names()]
    assert missing == []


def test_every_row_has_three_cells() -> None:
    assert [row for row in ROWS if len(row) != 3] == []
    assert len(ROWS) > 40


def test_words_that_say_nothing_are_not_used_in_names() -> None:
    assert list(empty_names(ROOT)) == []


@pytest.mark.parametrize(
    "code",
    ["class GroupManager: ...", "def f(item): ...", "userData = 1", "for case in x: ...", "MISC=1"],
)
def test_a_planted_word_is_found(code: str, tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    (tmp_path / "core" / "bad.py").write_text(code)
    assert len(list(empty_names(tmp_path))) == 1


def empty_names(root: Path) -> Iterator[str]:
    """Names given in the tree that hold a forbidden word; names of libraries are theirs."""
    for path in python_files(root):
        for name, line in given_names(path):
            if words_of(name) & FORBIDDEN and name not in EXCEPTIONS:
                yield f"{path.relative_to(root)}:{line} {name}"


@lru_cache
def all_names() -> set[str]:
    modules = {path.stem for path in python_files(ROOT)}
    return modules | {name for path in python_files(ROOT) for name, _ in given_names(path)}


def given_names(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def words_of(name: str) -> set[str]:
    """The words a name is made of, plurals without their s."""
    parts = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower().split("_")
    return {*parts, *(part.removesuffix("s") for part in parts)}
