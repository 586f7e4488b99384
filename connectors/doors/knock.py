"""Where networks knock with what is new: each connection has an address of its own here."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.listen import connection_of
from core.errors import BadInput, NotSigned
from core.i18n import DEFAULT, error_text, text_of
from core.last_day import ended_pilots
from core.live_groups import take_in
from core.ports import Knock, Listened, Posted
from core.store.unit import Unit
from core.wiring import Services, services, sources

log = logging.getLogger(__name__)
router = APIRouter(tags=["networks"])


@lru_cache
def known_sources() -> dict[str, Any]:
    return sources()


Given = Annotated[Services, Depends(services)]
Known = Annotated[dict[str, Any], Depends(known_sources)]
ConnectionId = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""Of an address with a description: no other number can be one."""


@router.get("/in/{connection_id}", summary="A network asks whether we are here")
@router.post("/in/{connection_id}", summary="A network brings what is new, signed")
async def knock(
    connection_id: int,
    request: Request,
    given: Given,
    known: Known,
) -> Response:
    brought = Knock(
        method=request.method,
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
    return await run_in_threadpool(answer, connection_id, brought, given, known)


def answer(connection_id: int, knock: Knock, given: Services, known: dict[str, Any]) -> Response:
    """Stores what a network brought, in one transaction, and says so; what is bad is refused."""
    now = given.clock()
    with given.store.read() as connection:
        unit = Unit(connection, now)
        row, over = unit.connections.get(connection_id), ended_pilots(unit)
    source = known.get(row.source) if row is not None and row.enabled else None
    if row is None or source is None or not hasattr(source, "hear"):
        raise HTTPException(404, "no such connection")
    if row.pilot_id in over:
        _count(connection_id, "pilot_over", given)
        raise HTTPException(410, text_of(DEFAULT, "connections.pilot_over"))
    one = connection_of(row, given.vault)
    try:
        posted: Posted = source.hear(one, knock, now)
    except NotSigned as error:
        _count(connection_id, "unsigned", given)
        raise HTTPException(401, error_text(DEFAULT, error)) from None
    except BadInput as error:
        _count(connection_id, "bad_request", given)
        raise HTTPException(400, error_text(DEFAULT, error)) from None
    with given.store.unit(now) as unit:
        new = take_in(Listened(heard=posted.heard, cursor=row.cursor), one, unit, given.vault)
        unit.connections.listened(connection_id, row.cursor, heard=bool(posted.heard))
    log.info("knocked connection=%s new=%s", connection_id, new)
    reply = posted.answer
    return Response(reply.body, status_code=reply.status, media_type=reply.content_type)


def _count(connection_id: int, what: str, given: Services) -> None:
    with given.store.unit() as unit:
        unit.connections.count(connection_id, {what: 1})
