"""Every language says the same things; what code asks for is there; nothing is there for nobody."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import connectors
import core
from core.errors import HNMError
from core.i18n import catalogue, languages
from core.settings import ROOT
from tests.test_architecture import python_files

ASKS = {"t", "text_of"}
FAMILIES = {
    "sign_in.": "fields of the sign-in form, pages/server/forms.py",
    "set_up.": "fields of the set-up form, pages/server/forms.py",
    "destination.": "destinations and teams by their id, core/telling.py",
}
"""Keys put together from parts, so that no search finds them whole."""


@pytest.mark.parametrize("language", languages())
def test_a_language_has_the_keys_of_dutch(language: str) -> None:
    assert differences(catalogue("nl"), catalogue(language)) == []


def test_a_missing_key_and_a_missing_parameter_are_found() -> None:
    dutch = {"a": "Ja", "b": "{count} berichten"}
    assert differences(dutch, {"b": "messages"}) == ["a", "b"]


@pytest.mark.parametrize("language", languages())
def test_texts_are_plain_words(language: str) -> None:
    for key, text in catalogue(language).items():
        assert text.strip() == text, key
        assert text, key
        assert not re.search(r"</?[a-z]+>", text), key


def test_every_key_that_code_asks_for_is_there() -> None:
    known = catalogue("nl")
    assert [key for key, _ in asked(ROOT) if not fits_one(key, known)] == []


def test_every_key_is_asked_for() -> None:
    patterns = {key for key, _ in mentioned(ROOT)}
    whole = {re.sub(r"\\(.)", r"\1", pattern) for pattern in patterns if ".+" not in pattern}
    parts = re.compile("|".join(sorted(pattern for pattern in patterns if ".+" in pattern)))
    unused = [
        key
        for key in catalogue("nl")
        if not any(form in whole or parts.fullmatch(form) for form in (key, stem(key)))
        and not key.startswith(tuple(FAMILIES))
    ]
    assert unused == []


def test_every_parameter_of_a_text_is_given() -> None:
    """Looked at where the key and the parameters stand in one call."""
    missing = [
        (key, sorted(parameters(catalogue("nl")[key]) - given))
        for key, given in asked(ROOT)
        if given is not None
        and key in catalogue("nl")
        and not parameters(catalogue("nl")[key]) <= given
    ]
    assert missing == []


def test_every_error_has_its_sentence() -> None:
    assert [error for error in errors() if error.code not in catalogue("nl")] == []


def test_every_error_is_raised_with_what_its_sentence_names() -> None:
    sentences = {error.__name__: parameters(catalogue("nl")[error.code]) for error in errors()}
    lacking = [
        f"{path.relative_to(ROOT)}:{node.lineno} {name}"
        for path in python_files(ROOT)
        for name, node, given in raised(path)
        if name in sentences and not sentences[name] <= given
    ]
    assert lacking == []


def test_a_missing_text_in_code_is_found(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "bad.py").write_text('t("no.such", a=1)\nt(f"role.{x}")\nt(f"rol.{x}")')
    wrong = [key for key, _ in asked(tmp_path) if not fits_one(key, catalogue("nl"))]
    assert wrong == [r"no\.such", r"rol\..+"]


def differences(dutch: dict[str, str], other: dict[str, str]) -> list[str]:
    """Keys that only one of two languages has, or whose parameters differ."""
    return sorted(
        key
        for key in {*dutch, *other}
        if key not in dutch or key not in other or parameters(dutch[key]) != parameters(other[key])
    )


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def fits_one(pattern: str, known: dict[str, str]) -> bool:
    whole = re.sub(r"\\(.)", r"\1", pattern)
    if whole in known or f"{whole}.one" in known:  # nearly always: no need to try every key
        return True
    return any(re.fullmatch(pattern, form) for key in known for form in (key, stem(key)))


def stem(key: str) -> str:
    """What code asks for when a text differs for one and for more."""
    return key.removesuffix(".one").removesuffix(".many")


def asked(root: Path) -> Iterator[tuple[str, set[str] | None]]:
    """(pattern of a key, names of the parameters or None) for every t(…) and text_of(…, …)."""
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in ASKS:
                place = 1 if _name(node.func) == "text_of" else 0
                pattern = _pattern(node.args[place]) if len(node.args) > place else None
                if pattern and pattern != ".+":
                    whole = all(keyword.arg for keyword in node.keywords)
                    given = {keyword.arg or "" for keyword in node.keywords}
                    yield pattern, given if whole else None


def mentioned(root: Path) -> Iterator[tuple[str, None]]:
    """Patterns of every text in code that could be a key, asked for there or elsewhere."""
    for path in python_files(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            pattern = _pattern(node) if isinstance(node, (ast.Constant, ast.JoinedStr)) else None
            if pattern and re.match(r"[a-z_]+\\\.", pattern):
                yield pattern, None


def raised(path: Path) -> Iterator[tuple[str, ast.Call, set[str]]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and all(keyword.arg for keyword in node.keywords):
            yield _name(node.func), node, {keyword.arg or "" for keyword in node.keywords}


def errors() -> list[type[HNMError]]:
    """Every failure of the product that a user can be told about."""
    for package in (core, connectors):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__") and ".migrations" not in module.name:
                importlib.import_module(module.name)
    return _below(HNMError)


def _below(error: type[HNMError]) -> list[type[HNMError]]:
    found = [error]
    for child in error.__subclasses__():
        if child.__module__.split(".")[0] in ("core", "connectors"):
            found += _below(child)
    return found


def _pattern(node: ast.expr) -> str | None:
    """A regular expression for the texts an expression can give; None when it is no text."""
    if isinstance(node, ast.Constant):
        return re.escape(node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
            for part in node.values
        ]
        return "".join(parts)
    return None


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
