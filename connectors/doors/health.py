"""Is the outside door open: for a watchman; no figures, since anybody may ask."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Alive")
def healthz() -> dict[str, bool]:
    return {"ok": True}
