"""What is held of a resident, by the personal link that the command inzage gave them.

The link is the only key. Opening it shows a button and no more, because chat programs fetch links
to show a preview; what is held is shown when its owner presses it, and that is logged. Every look
and every step costs a visit, wrong links too.
"""

from __future__ import annotations

import json
from functools import lru_cache, partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from connectors.answer_page import HEADERS
from connectors.mine_page import held_page, landing, readable, said
from connectors.posted_form import Form, firsts, visited
from connectors.rate import Rate
from core.errors import BadInput, NotFound
from core.i18n import languages, text_of
from core.residents import (
    Resident,
    as_json,
    behind,
    correct,
    erase_all,
    erase_one,
    look,
    start,
    stop,
)
from core.store.unit import Unit
from core.wiring import Services, services

router = APIRouter(tags=["residents"])

_MOST_FIELDS: Final = 10
_LONGEST_NUMBER: Final = 9
_FILES: Final = {
    "json": ("application/json", "mijn-gegevens.json"),
    "text": ("text/plain; charset=utf-8", "mijn-gegevens.txt"),
}


@lru_cache
def visits() -> Rate:
    """Of one address on the net; a household may be behind it, and nobody guesses so few."""
    return Rate(burst=60, per_minute=30)


@router.get("/mijn/{token}", response_class=HTMLResponse, include_in_schema=False)
@router.post("/mijn/{token}", response_class=HTMLResponse, include_in_schema=False)
async def mine(
    token: str,
    request: Request,
    given: Annotated[Services, Depends(services)],
    rate: Annotated[Rate, Depends(visits)],
) -> Response:
    taken = partial(_answer, token, given)
    return await visited(request, rate, given.clock(), _MOST_FIELDS, _refused, taken)


def _refused(language: str) -> HTMLResponse:
    return _shown(said(language, "too_often"), 429)


def _answer(token: str, given: Services, posted: Form | None, asked: str) -> Response:
    """In the language that the page's own form names, else as the browser asked."""
    form = firsts(posted or {})
    language = form["lang"] if form.get("lang") in languages() else asked
    with given.store.unit() as unit:
        resident = behind(token, unit)
        if resident is None:
            return _shown(said(language, "unknown"), 404)
        do = form.get("do", "")
        if not do:
            return _shown(landing(language, resident))
        if do in _FILES:
            return _file(do, language, resident, unit, given)
        done, wrong = _take(do, form, language, resident, unit, given)
        held = look(resident, unit, given.vault)
        shown = held_page(language, resident, held, done=done, wrong=wrong)
        return _shown(shown, 400 if wrong else 200)


def _take(
    do: str, form: dict[str, str], language: str, resident: Resident, unit: Unit, given: Services
) -> tuple[str, str]:
    """Does what the form asks; gives what was done and what was wrong, in words."""
    try:
        match do:
            case "look":
                return "", ""
            case "correct":
                words = form.get("words", "")
                correct(resident, _number(form), words, unit, given.vault)
            case "erase":
                erase_one(resident, _number(form), unit)
            case "erase_all":
                if form.get("sure") != "1":
                    return "", text_of(language, "mine.wrong_sure")
                erase_all(resident, unit)
            case "stop":
                stop(resident, unit)
            case "start":
                start(resident, unit)
            case _:
                return "", text_of(language, "mine.wrong_form")
    except (NotFound, BadInput):
        return "", text_of(language, "mine.wrong_form")
    return text_of(language, f"mine.done_{do}"), ""


def _number(form: dict[str, str]) -> int:
    """The message that a form is about. Raises BadInput."""
    written = form.get("message", "")
    if not (written.isascii() and written.isdecimal()) or len(written) > _LONGEST_NUMBER:
        raise BadInput(field="message", why="")
    return int(written)


def _file(do: str, language: str, resident: Resident, unit: Unit, given: Services) -> Response:
    held = look(resident, unit, given.vault, taken_along=True)
    kind, name = _FILES[do]
    body = (
        json.dumps(as_json(held), ensure_ascii=False, indent=2)
        if do == "json"
        else readable(language, held)
    )
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body.encode("utf-8", "replace"), media_type=kind, headers=headers)


def _shown(page: str, status: int = 200) -> HTMLResponse:
    content = page.encode("utf-8", "replace")
    return HTMLResponse(content, status_code=status, headers=HEADERS)
