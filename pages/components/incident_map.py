"""The map of incidents: topic by symbol and colour, urgency by shape, residents by size.

A circle shows the uncertainty. All stand in one layer: a rerun costs little and the view stays.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.domain import Area, PlaceKind
from pages.components.folium_frame import BaseMap, last_clicked, rendered, show_frame
from pages.components.maps import DARK, Label, Look, base_map

_JS: Final = (Path(__file__).parent / "incident_map.js").read_text(encoding="utf-8")
_MOST_SYMBOLS: Final = 300
"""Beyond this many, points are dots on a canvas: symbols are elements, and a browser tires."""

_VAGUE: Final = frozenset({PlaceKind.AREA, PlaceKind.GROUP_AREA})
_SHOWN_WITHOUT_CHOICE_M: Final = 150.0
_GOLDEN: Final = math.pi * (3 - math.sqrt(5))
_METRES_A_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """stip: an incident on the map; `label` holds our own words and numbers only."""

    id: int
    lat: float
    lon: float
    radius_m: float
    kind: PlaceKind
    topic: str
    urgent: bool
    ended: bool
    residents: int
    label: str


def base_of(
    areas: Sequence[Area],
    labels: Sequence[Label],
    topics: Mapping[str, Mapping[str, str]],
    look: Look,
) -> BaseMap:
    """What incidents are drawn on; costs tens of milliseconds, so keep it.

    `topics` are as `topic_marks` makes them: they lie in the frame, a mark only names its own.
    """
    theme = "dark" if look is DARK else "light"
    drawn = {
        name: {"symbol": mark["symbol"], "colour": mark[theme], "ink": mark[f"on_{theme}"]}
        for name, mark in topics.items()
    }
    table = json.dumps({"topics": drawn, "edge": look.edge})
    return rendered(base_map(areas, labels, look), beside=f"const hnmLook = {table};\n{_JS}")


def show_incident_map(
    marks: Sequence[str],
    *,
    base: BaseMap,
    chosen: Spot | None,
    go_to: str | None,
    on_chosen: Callable[[], None],
    key: str,
) -> None:
    """Shows incidents, each as `mark_of` made it; `chosen_on_map(key)` gives the one clicked.

    `go_to` names a choice made elsewhere: the map moves there once if it is out of view.
    """
    show_frame(base, layer_script(marks, chosen, go_to), on_change=on_chosen, key=key)


def chosen_on_map(key: str) -> int | None:
    """The id of the incident that was clicked last."""
    found = last_clicked(key).get("id")
    return found if isinstance(found, int) else None


def layer_script(
    marks: Sequence[str],
    chosen: Spot | None = None,
    go_to: str | None = None,
) -> str:
    """All incidents in one layer; on top the chosen one, with its circle however wide."""
    features = list(marks)
    if chosen is not None:
        features.append(json.dumps(_circle(chosen, chosen=True)))
        features.append(json.dumps(_point(chosen) | {"chosen": True, "goto": go_to}))
    draw = "drawIncident" if len(marks) <= _MOST_SYMBOLS else "drawDot"
    return f"var layer = incidentLayer([{','.join(features)}], {draw});"


def mark_of(spot: Spot) -> str:
    """An incident as the map's script wants it, below it its circle if that is not too wide."""
    features = [_point(spot)]
    if spot.kind not in _VAGUE and spot.radius_m <= _SHOWN_WITHOUT_CHOICE_M:
        features.insert(0, _circle(spot, chosen=False))
    return ",".join(json.dumps(feature) for feature in features)


def position(spot: Spot) -> tuple[float, float]:
    """Where the mark stands (lat, lon): moved a little, within its uncertainty, the same each time.

    Incidents known by street or area only share a point, and would hide each other.
    """
    reach_m = spot.radius_m * 0.5 if spot.kind in _VAGUE else min(spot.radius_m * 0.25, 20.0)
    away_m = reach_m * math.sqrt((spot.id * 0.618034) % 1)
    angle = spot.id * _GOLDEN
    lat = spot.lat + away_m * math.sin(angle) / _METRES_A_DEGREE
    across = _METRES_A_DEGREE * math.cos(math.radians(spot.lat))
    return round(lat, 6), round(spot.lon + away_m * math.cos(angle) / across, 6)


def size_px(residents: int) -> int:
    """Wider for more different residents, by area, within what fits a screen."""
    return int(min(52, round(22 * max(1, residents) ** 0.4)))


def _circle(spot: Spot, *, chosen: bool) -> dict[str, Any]:
    made = {"at": [spot.lat, spot.lon], "radius_m": spot.radius_m, "topic": spot.topic}
    return made | {"chosen": True} if chosen else made


def _point(spot: Spot) -> dict[str, Any]:
    """Only what holds is said: at 1,000 incidents every word counts."""
    holds = {"urgent": spot.urgent, "ended": spot.ended, "vague": spot.kind in _VAGUE}
    return {
        "id": spot.id,
        "at": position(spot),
        "topic": spot.topic,
        "size": size_px(spot.residents),
        "label": spot.label,
        **{name: True for name, value in holds.items() if value},
    }
