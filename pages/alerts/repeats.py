"""After a burglary: where the risk is raised now, and whether near repeats are seen here at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.sheet import Cell
from core.store.alert_queries import WatchSettings
from core.warning.near_repeats import FEWEST_BURGLARIES, beyond_chance
from pages._frame import number, t
from pages.alerts.words import knox_params, p_value
from pages.components.plot import Sheet, palette, show_plot
from pages.components.words import escaped

Band = Mapping[str, Any]


def show_repeats(knox: Mapping[str, Any] | None, settings: WatchSettings) -> None:
    """The test on the pilot's own burglaries, or what is known elsewhere while there are few."""
    st.markdown(f"**{t('warnings.knox_title')}**")
    used = knox["used"] if knox else 0
    if knox is None or knox["zone"] is None:
        few = t("warnings.knox_too_few", used=number(used), fewest=number(FEWEST_BURGLARIES))
        st.info(escaped(few), icon=":material/science:")
        return
    zone = knox["zone"]
    key = "knox_shows" if beyond_chance(zone) else "knox_shows_not"
    params = knox_params(zone)
    metres, days = number(zone["to_m"]), number(zone["to_days"])
    st.markdown(escaped(t(f"warnings.{key}", metres=metres, days=days, **params)))
    figure, sheet = bands_plot([zone, *knox["bands"]])
    show_plot(
        t("warnings.column_ratio"),
        figure,
        sheet,
        key="warnings.knox",
        note=t("warnings.knox_note", used=number(used), all=number(knox["burglaries"])),
        height=380,
    )


def bands_plot(bands: Sequence[Band]) -> tuple[go.Figure, Sheet]:
    """For each band its ratio with the interval, beside the line of mere chance."""
    names = [_name(band) for band in bands]
    known = [band for band in bands if band["ratio"] is not None]
    colours = palette()
    figure = go.Figure(
        go.Scatter(
            x=[band["ratio"] for band in known],
            y=[_name(band) for band in known],
            mode="markers",
            marker={
                "color": [
                    colours.second if beyond_chance(band) else colours.first for band in known
                ],
                "size": 11,
                "symbol": ["diamond" if beyond_chance(band) else "circle" for band in known],
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [band["high"] - band["ratio"] for band in known],
                "arrayminus": [band["ratio"] - band["low"] for band in known],
                "color": colours.faint,
            },
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    )
    figure.add_vline(x=1, line={"color": colours.text, "width": 1, "dash": "dot"})
    figure.update_layout(showlegend=False)
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(autorange="reversed", categoryorder="array", categoryarray=names)
    return figure, _sheet(bands)


def _sheet(bands: Sequence[Band]) -> Sheet:
    columns = ("band", "pairs", "by_chance", "ratio", "low", "high", "p")
    rows: list[tuple[Cell, ...]] = [
        (
            _name(band),
            band["pairs"],
            band["expected"],
            *(band[name] for name in ("ratio", "low", "high")),
            p_value(band["p_value"]),
        )
        for band in bands
    ]
    return Sheet(columns=tuple(t(f"warnings.column_{name}") for name in columns), rows=tuple(rows))


def _name(band: Band) -> str:
    return t(
        "warnings.band",
        from_m=number(band["from_m"]),
        to_m=number(band["to_m"]),
        from_days=number(band["from_days"]),
        to_days=number(band["to_days"]),
    )
