"""Calls to 112 and 0900-8844 as others read it: a call system posts what was noted here."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request, Response

from connectors.described import ANSWERS, body_of, schemas_of, signed
from connectors.doors.knock import knock, known_sources
from connectors.sources._call_models import CallEvents
from core.wiring import Services, services

SCHEMAS: Final[dict[str, Any]] = schemas_of(CallEvents)

_AT: Final = "2026-11-21T20:03:11+01:00"
_CALL: Final = {
    "type": "call",
    "call": "gms-2026-118822",
    "at": _AT,
    "called": "112",
    "what": "Man klimt over de schutting bij de buren",
    "where": "Bostonsingel 36",
    "topic": "inbraak",
    "urgent": True,
    "caller": "+31612345678",
}
EXAMPLES: Final[dict[str, list[dict[str, Any]]]] = {
    "call": [_CALL],
    "changed": [{**_CALL, "type": "call_changed", "revision": 1, "where": "Bostonsingel 38"}],
    "withdrawn": [{"type": "call_withdrawn", "call": "gms-2026-118822", "at": _AT}],
}

router = APIRouter(tags=["partners"])


@router.post(
    "/calls/{connection_id}",
    summary="A call system brings what was called in",
    response_class=Response,
    responses=ANSWERS,
    openapi_extra={
        "requestBody": body_of(CallEvents, "hnm.calls.v1", _AT, EXAMPLES),
        **signed(),
    },
)
async def calls(
    connection_id: Annotated[int, Path(ge=1, le=2**31 - 1)],
    request: Request,
    given: Annotated[Services, Depends(services)],
    known: Annotated[dict[str, Any], Depends(known_sources)],
) -> Response:
    """Post calls in the order in which they were noted; twice does no harm.

    Signed as Standard Webhooks (standardwebhooks.com, v1), over the bytes of the body.
    """
    return await knock(connection_id, request, given, known)
