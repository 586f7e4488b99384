"""Reading a chat written in a test, and showing what came out as text."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any

from core.clock import local
from core.domain import Event, EventKind, Group
from core.errors import SourceError

GROUP = Group(
    id=1,
    pilot_id=1,
    source="whatsapp_export",
    native_id="hoge-veld",
    name="HNM Hoge Veld",
    area_id=None,
)


def read(source: ModuleType, text: str | bytes, **options: Any) -> list[Event | SourceError]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(source.read(io.BytesIO(raw), "chat.txt", GROUP, **options))


def told(rows: list[Event | SourceError]) -> list[str]:
    """A line a row: "31-03 20:15 Annie: words", with what is special behind it."""
    return [_told(row) for row in rows]


def _told(row: Event | SourceError) -> str:
    if isinstance(row, SourceError):
        kind = "remark" if row.code.endswith("remark") else "error"
        return f"{kind} {row.params['line']} {row.params['why'].removeprefix('imports.why.')}"
    parts = [f"{local(row.sent_at):%d-%m %H:%M} {row.author}: {row.text}".strip()]
    parts += [row.kind.value] if row.kind is not EventKind.MESSAGE else []
    parts += [f"media {row.media_count}"] if row.media_count else []
    parts += [f"at {row.lat},{row.lon}"] if row.lat is not None else []
    return " | ".join(parts)
