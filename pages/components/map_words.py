"""The words on the live map, in the user's language."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from core.i18n import text_of

_NAMES: Final = (
    "map loading waits zoom_in zoom_out layers legend draw draw_stop draw_hint area_clear "
    "layer_officers layer_no_nearby layer_no_basemap layer_heat layer_heat_none layer_heat_day "
    "layer_heat_week layer_heat_month legend_incident legend_urgent legend_handed legend_vague "
    "legend_ended legend_circle legend_earlier legend_now legend_officers"
).split()


@lru_cache(maxsize=8)
def words_of(code: str) -> dict[str, str]:
    """Every word that the browser writes on or beside the map."""
    return {name: text_of(code, f"map.{name}") for name in _NAMES}


def credit_of(code: str) -> str:
    """Whom the outlines of official areas come from."""
    return text_of(code, "map.credit")
