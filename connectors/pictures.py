"""Fetching the pictures of reports: each is asked for once its message was found relevant.

What is kept is drawn anew: no place, time, device or comment that a telephone wrote into the file,
no larger than a screen, and sealed before it touches the disk.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageOps

from connectors.listen import connection_of
from core.errors import AnswerUnreadable, DeliveryError, HNMError, SourceBusy
from core.wiring import Services

log = logging.getLogger(__name__)

_AT_ONCE: Final = 5
_MOST_PIXELS: Final = 50_000_000
_LONGEST_SIDE: Final = 1600
_QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


def fetch_pictures(services: Services, sources: dict[str, Any]) -> int:
    """Fetches those whose time has come, outside any transaction; gives how many it tried."""
    with services.store.unit() as unit:
        due = unit.pictures.due(_AT_ONCE)
    for row in due:
        try:
            raw = plain(_fetch(row, services, sources))
        except Exception as error:
            # A network is somebody else's: whatever it does, the other pictures go on.
            _put_off(row, error, services)
        else:
            with services.store.unit() as unit:
                unit.pictures.keep(row.id, services.vault.seal_bytes(raw))
    return len(due)


def _fetch(row: Any, services: Services, sources: dict[str, Any]) -> bytes:
    with services.store.unit() as unit:
        found = unit.connections.get(row.connection_id) if row.connection_id else None
    source: Any = sources.get(row.source)
    if found is None or not found.enabled or not hasattr(source, "picture"):
        raise DeliveryError(permanent=found is None)
    place = services.vault.open_original(row.sealed_where)
    raw: bytes = source.picture(connection_of(found, services.vault), place)
    return raw


def _put_off(row: Any, error: Exception, services: Services) -> None:
    permanent = isinstance(error, AnswerUnreadable) or getattr(error, "permanent", False)
    name = error.code if isinstance(error, HNMError) else type(error).__name__
    after_s = error.after_s if isinstance(error, SourceBusy) else 0.0
    log.warning("picture failed picture=%s error=%s permanent=%s", row.id, name, permanent)
    with services.store.unit() as unit:
        unit.pictures.failed(row.id, row.attempts, name, permanent=permanent, after_s=after_s)


def plain(raw: bytes) -> bytes:
    """The picture drawn anew as JPEG: upright, bounded, and nothing but its pixels.

    Raises AnswerUnreadable for what is no picture.
    """
    try:
        with Image.open(BytesIO(raw), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise AnswerUnreadable(why="too_large")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise AnswerUnreadable(why="picture") from None
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    drawn = Image.new("RGB", upright.size)  # a copy would carry comments along
    drawn.paste(upright)
    target = BytesIO()
    drawn.save(target, "JPEG", quality=_QUALITY)
    return target.getvalue()
