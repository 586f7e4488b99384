"""Is the product alive, and how far behind is it: numbers for a watchman, no words."""

from __future__ import annotations

from typing import Any, Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.store.queries import lag, pulse
from core.wiring import services

_TOO_FAR_BEHIND_S: Final = 120.0


async def healthz(request: Request) -> Response:
    figures = await anyio.to_thread.run_sync(_figures)
    return JSONResponse(figures, status_code=200 if figures["ok"] else 503)


def _figures() -> dict[str, Any]:
    given = services()
    now = given.clock()
    with given.store.read() as connection:
        found = pulse(connection)
    behind_s = lag(found, now).total_seconds()
    last = found.last_message_at
    return {
        "ok": behind_s < _TOO_FAR_BEHIND_S,
        "queue_count": found.waiting_count,
        "queue_lag_s": round(behind_s, 1),
        "last_message_age_s": round((now - last).total_seconds(), 1) if last else None,
        "seen_s_ago": {
            role: round((now - at).total_seconds(), 1) for role, at in found.seen_at.items()
        },
    }
