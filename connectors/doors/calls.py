"""Calls to 112 and 0900-8844 as others read it: a call system posts what was noted here."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from connectors.described import rows_of, schemas_of
from connectors.doors.knock import ConnectionId, Given, Known, knock
from connectors.sources._call_models import CallEvents

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
    **rows_of(CallEvents, "hnm.calls.v1", _AT, EXAMPLES),
)
async def calls(
    connection_id: ConnectionId, request: Request, given: Given, known: Known
) -> Response:
    """Post calls in the order in which they were noted; twice does no harm.

    Signed as Standard Webhooks (standardwebhooks.com, v1), over the bytes of the body.
    """
    return await knock(connection_id, request, given, known)
