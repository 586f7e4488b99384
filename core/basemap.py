"""achtergrondkaart: what lies under every map, and whom the browsers ask for it.

One choice for the whole installation, none unless an administrator says otherwise. Tiles of others
are fetched by each user's browser: the other party then sees an internet address, and which part
of the map is looked at. A file of one's own is read by this server, and nobody else sees anything.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from core.domain import User
from core.errors import BadBasemap
from core.map_file import FILE_NAME, folder_of, look
from core.permissions import Action, require
from core.settings import Settings
from core.store.unit import Unit
from core.tile_address import check_address, check_credit, demand

NAME: Final = "basemap"
SET: Final = "basemap_set"
OUR_ADDRESS: Final = "/basemap/{z}/{x}/{y}"
MOST_ZOOM: Final = 22


class BasemapKind(StrEnum):
    """soort achtergrondkaart: none, tiles of a server elsewhere, a PMTiles file of one's own."""

    NONE = "none"
    TILES = "tiles"
    PMTILES = "pmtiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basemap:
    """achtergrondkaart: checked when it is made; raises BadBasemap.

    `address` is a template with {z}, {x} and {y}; zooms are the first and the last that the tiles
    themselves have (a map may show the last one larger); `bounds` is south, west, north, east, in
    degrees, outside of which nothing is asked. `file`: its name, of one's own file.
    """

    kind: BasemapKind = BasemapKind.NONE
    address: str = ""
    credit: str = ""
    min_zoom: int = 0
    max_zoom: int = 19
    bounds: tuple[float, float, float, float] | None = None
    file: str = ""

    def __post_init__(self) -> None:
        if self.kind is BasemapKind.NONE:
            demand(not (self.address or self.credit or self.file), "none")
            return
        if self.kind is BasemapKind.TILES:
            check_address(self.address)
        else:
            demand(bool(FILE_NAME.fullmatch(self.file)), "file")
            demand(self.address.startswith(OUR_ADDRESS), "file")
        check_credit(self.credit)
        demand(0 <= self.min_zoom <= self.max_zoom <= MOST_ZOOM, "zoom")

    @property
    def host(self) -> str:
        """Whom a browser asks, as "https://tiles.example.nl"; empty when nobody but us."""
        if self.kind is not BasemapKind.TILES:
            return ""
        parts = urlsplit(self.address)
        return f"https://{parts.netloc.lower()}"

    @property
    def layer(self) -> dict[str, Any] | None:
        """What a map in the browser needs, as plain values; None without a basemap.

        `credit` is plain text and goes to the screen as text.
        """
        if self.kind is BasemapKind.NONE:
            return None
        names = ("address", "credit", "min_zoom", "max_zoom", "bounds")
        return {name: getattr(self, name) for name in names}


_BRT: Final = (
    "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/{}/EPSG:3857/{{z}}/{{x}}/{{y}}.png"
)
PDOK: Final[dict[str, Basemap]] = {
    name: Basemap(
        kind=BasemapKind.TILES,
        address=_BRT.format(name),
        credit="Kaartgegevens © Kadaster",
        min_zoom=6,
        max_zoom=19,
        bounds=(50.5, 3.25, 54.0, 7.6),
    )
    for name in ("standaard", "grijs", "pastel", "water")
}
"""BRT-Achtergrondkaart by PDOK: addresses, zooms, bounds and credit as xyzservices lists them."""


def current(unit: Unit) -> Basemap:
    """The basemap that holds; none when what is kept cannot be one: nothing is asked of anybody."""
    kept = unit.installation.value(NAME)
    try:
        return _of(kept) if kept else Basemap()
    except (BadBasemap, KeyError, TypeError, ValueError):
        return Basemap()


def set_basemap(chosen: Basemap, user: User, unit: Unit, *, confirmed: bool = False) -> None:
    """From now on this lies under every map. Raises NotAllowed, BadBasemap.

    `confirmed`: somebody read what asking another server means; demanded for tiles only.
    """
    require(user, Action.ADMINISTER)
    demand(confirmed or chosen.kind is not BasemapKind.TILES, "confirm")
    before = current(unit)
    demand(chosen != before, "same")
    unit.installation.set(NAME, asdict(chosen), user.login)
    detail = {"before": _said(before), "after": _said(chosen)}
    unit.audit.add(user.login, SET, NAME, chosen.kind.value, detail)


def tiles(address: str, credit: str, min_zoom: int, max_zoom: int) -> Basemap:
    """Tiles of a server of one's own. Raises BadBasemap."""
    return Basemap(
        kind=BasemapKind.TILES,
        address=address.strip(),
        credit=" ".join(credit.split()),
        min_zoom=min_zoom,
        max_zoom=max_zoom,
    )


def own_file(name: str, credit: str, settings: Settings) -> Basemap:
    """A PMTiles file in our own folder, looked at first. Raises BadBasemap."""
    demand(bool(FILE_NAME.fullmatch(name)), "file")
    found = look(folder_of(settings) / name)
    return Basemap(
        kind=BasemapKind.PMTILES,
        address=f"{OUR_ADDRESS}?of={found.mark}",
        credit=" ".join(credit.split()),
        min_zoom=found.min_zoom,
        max_zoom=found.max_zoom,
        bounds=found.bounds,
        file=name,
    )


def preset_of(basemap: Basemap) -> str:
    """Which of PDOK's maps it is; empty when none."""
    return next((name for name, one in PDOK.items() if one == basemap), "")


def file_of(basemap: Basemap, settings: Settings) -> Path | None:
    """Where the basemap's own file lies; None when it has none."""
    return folder_of(settings) / basemap.file if basemap.file else None


def _of(kept: dict[str, Any]) -> Basemap:
    bounds = kept["bounds"]
    plain = {"kind": BasemapKind(kept["kind"]), "bounds": tuple(bounds) if bounds else None}
    return Basemap(**{**kept, **plain})


def _said(basemap: Basemap) -> dict[str, str]:
    """What an auditor reads of it."""
    return {"kind": basemap.kind.value, "host": basemap.host, "file": basemap.file}
