"""Every page loads as the first of a process: none leans on another having been there before."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core.settings import ROOT

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("[!_]*.py"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_loads_alone(page: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", f"import pages.{page}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr[-800:]
