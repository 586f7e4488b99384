"""Copies what the browser needs from installed Python packages into static/vendor, with licences.

Run once at set-up (`python static/fetch_assets.py`), after requirements.txt was installed. Nothing
is downloaded here; the folder is made anew each time and is not in version control.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
VENDOR: Final = HERE / "vendor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """What is taken from a package: its files by their place in the package and their new name."""

    package: str
    licence: str
    licence_file: str
    files: dict[str, str]


LIBRARIES: Final = (
    Library(
        package="XStatic-Leaflet",
        licence="BSD-2-Clause",
        licence_file="leaflet.txt",
        files={
            "xstatic/pkg/leaflet/data/leaflet.js": "leaflet/leaflet.js",
            "xstatic/pkg/leaflet/data/leaflet.css": "leaflet/leaflet.css",
            "xstatic/pkg/leaflet/data/images/layers.png": "leaflet/images/layers.png",
            "xstatic/pkg/leaflet/data/images/layers-2x.png": "leaflet/images/layers-2x.png",
            "xstatic/pkg/leaflet/data/images/marker-icon.png": "leaflet/images/marker-icon.png",
            "xstatic/pkg/leaflet/data/images/marker-icon-2x.png": (
                "leaflet/images/marker-icon-2x.png"
            ),
            "xstatic/pkg/leaflet/data/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
        },
    ),
)


def fetch(folder: Path = VENDOR) -> dict[str, str]:
    """Fills the folder anew; gives the version of each library.

    Raises PackageNotFoundError or FileNotFoundError, leaving what was there as it was.
    """
    draft = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    versions = {library.package: _copy(library, draft) for library in LIBRARIES}
    _describe(versions, draft)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return versions


def _copy(library: Library, folder: Path) -> str:
    package = distribution(library.package)
    for inside, name in library.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(package.locate_file(inside)), target)
    licences = folder / "licences"
    licences.mkdir(exist_ok=True)
    shutil.copyfile(HERE / "licences" / library.licence_file, licences / library.licence_file)
    return package.version


def _describe(versions: dict[str, str], folder: Path) -> None:
    """Writes versions.json: what was taken, of which version, under which licence."""
    lines = {
        library.package: {
            "version": versions[library.package],
            "licence": library.licence,
            "licence_file": f"licences/{library.licence_file}",
            "files": sorted(library.files.values()),
        }
        for library in LIBRARIES
    }
    (folder / "versions.json").write_text(json.dumps(lines, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    try:
        versions = fetch()
    except (PackageNotFoundError, FileNotFoundError) as error:
        sys.stderr.write(f"browser assets: {error}; install requirements.txt first\n")
        return 1
    sys.stdout.write("".join(f"{name} {version}\n" for name, version in versions.items()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
