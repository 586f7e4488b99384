"""The partner webhook as others read it: a neighbourhood app posts its groups' events here.

The same door as /in: this address has a description, by which a maker can build its side.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from connectors.described import rows_of, schemas_of
from connectors.doors.knock import ConnectionId, Given, Known, knock
from connectors.sources._partner_models import PartnerEvents, PartnerText

SCHEMAS: Final[dict[str, Any]] = schemas_of(PartnerEvents)

_AT: Final = "2026-11-21T20:03:11+01:00"
_ROW: Final = {"group": "wijk-hoge-veld", "sent_at": _AT}
_MESSAGE: Final = {
    **_ROW,
    "type": "message",
    "message": "m-90210",
    "author": "lid-4711",
    "text": "Ingebroken op de Bostonsingel 36",
    "shared_with_municipality": True,
}
EXAMPLES: Final[dict[str, list[dict[str, Any]]]] = {
    "message": [_MESSAGE],
    "edit": [{**_MESSAGE, "type": "edit", "revision": 1, "text": "Nummer 38, niet 36"}],
    "delete": [{**_ROW, "type": "delete", "message": "m-90210"}],
    "unshare": [{**_ROW, "type": "unshare", "message": "m-90210"}],
    "members": [
        {**_ROW, "type": "join", "id": "e-1", "member": "lid-4712"},
        {**_ROW, "type": "leave", "id": "e-2", "member": "lid-4711"},
    ],
    "consent": [
        {
            **_ROW,
            "type": "consent_asked",
            "id": "e-3",
            "member": "lid-4711",
            "group_name": "Hoge Veld",
        },
        {**_ROW, "type": "consent_withdrawn", "id": "e-4", "member": "lid-4711"},
    ],
    "group": [
        {**_ROW, "type": "group_renamed", "id": "e-5", "name": "Hoge Veld en Park"},
        {**_ROW, "type": "group_moved", "id": "e-6", "to": "wijk-hoge-veld-2"},
    ],
    "delivery": [{**_ROW, "type": "delivery", "text": "hnm-7-123", "state": "read"}],
}

texts = APIRouter()


_TAKEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Kept."},
    "4XX": {"description": "Not taken: 401 when it is not signed by us. We do not try again."},
    "5XX": {"description": "Not now: we try again."},
}


@texts.post("{endpoint}", response_class=Response, responses=_TAKEN)
def text(body: PartnerText) -> None:
    """A text of ours for a group or one member, posted to the endpoint that you gave us.

    Signed as yours are. Answer 2xx once it is kept; we try again on 429 (after Retry-After) and on
    5xx or no answer, and give up on any other 4xx. The same `data.id` is the same text.
    """


router = APIRouter(tags=["partners"])


@router.post(
    "/partner/{connection_id}",
    summary="A neighbourhood app brings what happened in its groups",
    callbacks=[route for route in texts.routes if isinstance(route, APIRoute)],
    **rows_of(PartnerEvents, "hnm.events.v1", _AT, EXAMPLES),
)
async def partner(
    connection_id: ConnectionId, request: Request, given: Given, known: Known
) -> Response:
    """Post rows in the order in which they happened, one or many at a time; twice does no harm.

    Signed as Standard Webhooks (standardwebhooks.com, v1), over the bytes of the body.
    """
    return await knock(connection_id, request, given, known)
