"""Whoever took an incident over says how it goes: by the link they were sent, or signed by machine.

The link is the only key: it cannot be guessed, ends after 60 days or when the hand-over was taken
back, and what it opens shows no more than its holder was sent. Opening it changes nothing, for mail
programs open links; only the form does, once for each time it was drawn.
"""

from __future__ import annotations

import logging
import secrets
from datetime import datetime
from functools import lru_cache, partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from connectors.answer_page import HEADERS, Sheet, page
from connectors.posted_form import Form, firsts, visited
from connectors.rate import Rate
from core.answer_link import hand_over_behind
from core.errors import BadInput, BadSetting, NotSigned
from core.hand_over_steps import incident_now
from core.hand_over_words import text_for, title_of
from core.handing_over import account_of
from core.i18n import DEFAULT, error_text, text_of
from core.outside_news import hear
from core.ports import Knock, News
from core.store.unit import Unit
from core.wiring import Services, outside_destinations, services

log = logging.getLogger(__name__)
router = APIRouter(tags=["destinations"])

BY_LINK: Final = "answer_link"
"""Who says so, in the history: somebody who holds the link."""
CHOICES: Final = ("acknowledged", "in_progress", "done", "question", "rejected")
_NEEDS_TEXT: Final = ("question", "rejected")
_LONGEST_ONCE: Final = 64
_LONGEST_TEXT: Final = 2000
_MOST_FIELDS: Final = 10


@lru_cache
def known_destinations() -> dict[str, Any]:
    return outside_destinations()


@lru_cache
def visits() -> Rate:
    """Of one address on the net; enough for an office behind one, too few to guess a link."""
    return Rate(burst=60, per_minute=30)


@router.get("/answer/{token}", response_class=HTMLResponse, include_in_schema=False)
@router.post("/answer/{token}", response_class=HTMLResponse, include_in_schema=False)
async def answer(
    token: str,
    request: Request,
    given: Annotated[Services, Depends(services)],
    rate: Annotated[Rate, Depends(visits)],
) -> Response:
    taken = partial(_answer, token, given)
    return await visited(request, rate, given.clock(), _MOST_FIELDS, _refused, taken)


def _refused(language: str) -> HTMLResponse:
    return _shown(_plain(language, "too_often"), 429)


def _answer(token: str, given: Services, form: Form | None, language: str) -> HTMLResponse:
    if form is None:
        with given.store.read() as connection:
            return _show(token, language, Unit(connection, given.clock()), given)
    with given.store.unit() as unit:
        row = hand_over_behind(token, unit, given.vault)
        if row is None:
            return _show(token, language, unit, given)
        wrong = _take(firsts(form), row, unit)
        return _show(token, language, unit, given, wrong, "" if wrong else "answer.taken")


def _show(
    token: str, language: str, unit: Unit, given: Services, wrong: str = "", said: str = ""
) -> HTMLResponse:
    row = hand_over_behind(token, unit, given.vault)
    if row is None and said:
        return _shown(_plain(language, "taken"), 200)  # it was erased, and the link with it
    if row is None:
        return _shown(_plain(language, "unknown"), 404)
    words = [text_of(language, key) if key else "" for key in (said, wrong)]
    return _shown(_sheet(row, language, unit, given, *words), 400 if wrong else 200)


def _take(form: dict[str, str], row: Any, unit: Unit) -> str:
    """Takes what the form says; gives the key of what is wrong with it."""
    state, text, once = (form.get(name, "") for name in ("state", "text", "once"))
    if state not in _choices(row) or not 0 < len(once) <= _LONGEST_ONCE:
        return "answer.wrong_choice"
    if state in _NEEDS_TEXT and not text.strip():
        return "answer.wrong_text"
    news = News(
        reference=row.reference or "", state=state, text=text, at=unit.now, native_id=f"link:{once}"
    )
    hear(news, row, unit, by=BY_LINK)
    return ""


def _choices(row: Any) -> tuple[str, ...]:
    if row.state == "withdrawn":
        return ()
    return ("withdrawn",) if row.state == "asked_back" else CHOICES


def _sheet(row: Any, language: str, unit: Unit, given: Services, said: str, wrong: str) -> Sheet:
    """The hand-over as its receiver was sent it; what was asked back is not shown again."""
    account = unit.hand_overs.account(row.account_id)
    destination = known_destinations().get(account.destination) if account is not None else None
    incident = incident_now(row.incident_id, unit)
    title, text = incident.number, ""
    if row.state not in ("asked_back", "withdrawn") and destination is not None:
        title = f"{incident.number} · {title_of(incident, destination.CARD, given.topics)}"
        text = text_for(incident, destination.CARD, given.topics, note=row.note)
    elif row.state == "asked_back":
        text = text_of(language, "answer.please_erase")
    return Sheet(
        language=language,
        title=title,
        text=text,
        state=row.state,
        choices=_choices(row),
        once=secrets.token_urlsafe(16),
        said=said,
        wrong=wrong,
        longest=_LONGEST_TEXT,
    )


def _plain(language: str, what: str) -> Sheet:
    title, text = text_of(language, "answer.title"), text_of(language, f"answer.{what}")
    return Sheet(language=language, title=title, text=text, state="", choices=())


def _shown(sheet: Sheet, status: int) -> HTMLResponse:
    return HTMLResponse(page(sheet), status_code=status, headers=HEADERS)


@router.post("/answers/{account_id}", summary="A destination says how a hand-over goes, signed")
async def answers(
    account_id: int,
    request: Request,
    given: Annotated[Services, Depends(services)],
    known: Annotated[dict[str, Any], Depends(known_destinations)],
) -> dict[str, int]:
    knock = Knock(
        method=request.method,
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
    return await run_in_threadpool(take_posted, account_id, knock, given, known)


def take_posted(
    account_id: int, knock: Knock, given: Services, known: dict[str, Any]
) -> dict[str, int]:
    """Takes what a destination posts, of its own hand-overs alone; the same post counts once."""
    now = given.clock()
    with given.store.unit(now) as unit:
        row = unit.hand_overs.account(account_id)
        destination = known.get(row.destination) if row is not None and row.enabled else None
        if row is None or not hasattr(destination, "hear"):
            raise HTTPException(404, "no such account")
        news = _heard(destination, row, knock, now, given)
        theirs = {one.reference: one for one in unit.hand_overs.known_there(account_id)}
        if any(one.reference not in theirs for one in news):
            raise HTTPException(404, "no such reference")
        taken = sum(hear(one, theirs[one.reference], unit) for one in news)
        unit.hand_overs.change_account(account_id, heard_at=now, error=None, failure_count=0)
    return {"taken": taken}


def _heard(destination: Any, row: Any, knock: Knock, now: datetime, given: Services) -> list[News]:
    try:
        found: list[News] = destination.hear(account_of(row, given.vault), knock, now)
    except (NotSigned, BadSetting):
        log.warning("answer not signed account=%s", row.id)
        raise HTTPException(401, error_text(DEFAULT, NotSigned())) from None
    except BadInput as error:
        raise HTTPException(400, error_text(DEFAULT, error)) from None
    return found
