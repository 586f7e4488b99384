"""The colours of topics on screen, each with the ink that reads on it."""

from __future__ import annotations

from collections.abc import Mapping

from core.topics import Topic


def topic_marks(topics: Mapping[str, Topic], language: str) -> dict[str, dict[str, str]]:
    """What a browser needs to draw each topic: name, symbol, colours and ink for both themes."""
    return {
        topic.id: {
            "name": topic.name(language),
            "symbol": topic.symbol,
            "light": topic.colour_light,
            "dark": topic.colour_dark,
            "on_light": ink_on(topic.colour_light),
            "on_dark": ink_on(topic.colour_dark),
        }
        for topic in topics.values()
    }


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours "#rrggbb" (WCAG 2.2), 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
