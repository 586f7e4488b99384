"""A visit to a page of the outside door: how often, in which language, with which form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import parse_qs

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.rate import Rate
from core.i18n import DEFAULT, languages

Form = dict[str, list[str]]


async def visited(
    request: Request,
    rate: Rate,
    now: datetime,
    most: int,
    refuse: Callable[[str], Response],
    answer: Callable[[Form | None, str], Response],
) -> Response:
    """Answers a visit, with the form it posts (at most so many fields) and in its language.

    One visit too many is refused in its language, unread.
    """
    language = asked_language(request)
    if not rate.allows(request.client.host if request.client else "", now):
        return refuse(language)
    form = fields(await request.body(), most) if request.method == "POST" else None
    return await run_in_threadpool(answer, form, language)


def fields(body: bytes, most: int) -> Form:
    """The fields of a form; nothing for what is none, or has more than `most`."""
    try:
        return parse_qs(body.decode(), max_num_fields=most)
    except (UnicodeDecodeError, ValueError):
        return {}


def firsts(form: Form) -> dict[str, str]:
    """The fields of a form, the first of each."""
    return {name: values[0] for name, values in form.items()}


def asked_language(request: Request) -> str:
    """The one asked for, else the browser's, else Dutch."""
    wanted = [request.query_params.get("lang", "")]
    wanted += [
        part.strip()[:2] for part in request.headers.get("accept-language", "").split(",")[:5]
    ]
    return next((code for code in wanted if code in languages()), DEFAULT)
