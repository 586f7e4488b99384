"""The pages before the dashboard: sign in, sign out, and making the first administrator."""

from __future__ import annotations

from html import escape
from typing import Final

import anyio
import anyio.to_thread
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from core.accounts import NewUser, set_up, set_up_code, sign_in, sign_out
from core.domain import Role
from core.errors import HNMError
from core.i18n import error_text, languages, text_of
from core.wiring import services
from pages.server.gate import COOKIE
from pages.server.theme import COOKIE as THEME
from pages.server.theme import form_theme

_LANGUAGE_COOKIE: Final = "hnm_language"
_AT_ONCE: Final = 2
"""Passwords checked at the same moment: each takes 64 MiB and a core."""

_LARGEST_FORM: Final = 16_384

_limit = anyio.CapacityLimiter(_AT_ONCE)


async def show_login(request: Request) -> Response:
    if await anyio.to_thread.run_sync(_code):
        return RedirectResponse("/setup", status_code=303)
    return _login_page(request)


async def login(request: Request) -> Response:
    form = await _form(request)
    name, password = _field(form, "login"), _field(form, "password")
    language = _language(request)
    try:
        token = await anyio.to_thread.run_sync(
            sign_in, name, password, services().store, limiter=_limit
        )
    except HNMError as error:
        return _login_page(request, error_text(language, error), status=403)
    answer = RedirectResponse("/", status_code=303)
    _set_cookie(answer, token)
    return answer


async def logout(request: Request) -> Response:
    token = request.cookies.get(COOKIE)
    if token:
        await anyio.to_thread.run_sync(sign_out, token, services().store)
    answer = RedirectResponse("/login", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


async def show_setup(request: Request) -> Response:
    if not await anyio.to_thread.run_sync(_code):
        return RedirectResponse("/login", status_code=303)
    return _setup_page(request)


async def setup(request: Request) -> Response:
    form = await _form(request)
    language = _language(request)
    new = NewUser(
        login=_field(form, "login"),
        name=_field(form, "name"),
        password=_field(form, "password"),
        roles=frozenset({Role.ADMINISTRATOR}),
        language=language,
    )
    given = services()
    try:
        await anyio.to_thread.run_sync(
            set_up, _field(form, "code"), new, given.settings, given.store, limiter=_limit
        )
    except HNMError as error:
        return _setup_page(request, error_text(language, error), status=403)
    return RedirectResponse("/login", status_code=303)


async def _form(request: Request) -> FormData:
    """The fields sent; none of a body that is larger than our forms can be."""
    if int(request.headers.get("content-length") or _LARGEST_FORM + 1) > _LARGEST_FORM:
        return FormData()
    return await request.form(max_files=0, max_fields=10)


def _code() -> str | None:
    given = services()
    return set_up_code(given.settings, given.store)


def _language(request: Request) -> str:
    """The language asked for, remembered, or preferred by the browser; else the default."""
    wishes = [request.query_params.get("lang"), request.cookies.get(_LANGUAGE_COOKIE)]
    accepted = request.headers.get("accept-language", "").split(",")
    wishes += [wish.split(";")[0].strip()[:2].lower() for wish in accepted]
    return next((wish for wish in wishes if wish in languages()), services().settings.language)


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _set_cookie(answer: Response, token: str) -> None:
    given = services().settings
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(given.session_idle.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=given.secure_cookies,
    )


def _login_page(request: Request, error: str = "", status: int = 200) -> Response:
    language = _language(request)
    fields = _input(language, "login", "text", "username") + _input(
        language, "password", "password", "current-password"
    )
    demo = services().settings.demo
    note = f"<p class='note'>{escape(text_of(language, 'sign_in.demo'))}</p>" if demo else ""
    return _form_page(request, "/login", "sign_in", fields, error, note, status)


def _setup_page(request: Request, error: str = "", status: int = 200) -> Response:
    language = _language(request)
    fields = "".join(
        _input(language, name, kind, completion)
        for name, kind, completion in (
            ("code", "text", "one-time-code"),
            ("name", "text", "name"),
            ("login", "text", "username"),
            ("password", "password", "new-password"),
        )
    )
    note = f"<p class='note'>{escape(text_of(language, 'set_up.note'))}</p>"
    return _form_page(request, "/setup", "set_up", fields, error, note, status)


def _input(language: str, name: str, kind: str, completion: str) -> str:
    label = escape(text_of(language, f"sign_in.{name}"))
    return (
        f"<label for='{name}'>{label}</label>"
        f"<input id='{name}' name='{name}' type='{kind}' autocomplete='{completion}' required>"
    )


def _form_page(
    request: Request, path: str, key: str, fields: str, error: str, note: str, status: int
) -> Response:
    given, language = services(), _language(request)
    theme = form_theme(request.cookies.get(THEME), given.clock(), given.settings)
    warning = f"<p class='error' role='alert'>{escape(error)}</p>" if error else ""
    title, button = (escape(text_of(language, f"{key}.{part}")) for part in ("title", "button"))
    others = " ".join(
        f"<a href='{path}?lang={code}' lang='{code}' hreflang='{code}'>"
        f"{escape(text_of(code, 'language.name'))}</a>"
        for code in languages()
        if code != language
    )
    answer = HTMLResponse(
        f"<!doctype html><html lang='{language}' data-theme='{theme}'><head>"
        "<meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{title} – Het Nieuwe Melden</title>"
        "<link rel='icon' href='/assets/icon.png'><link rel='stylesheet' href='/assets/forms.css'>"
        f"</head><body><main><img src='/assets/icon.png' alt='' width='48' height='48'>"
        f"<p class='brand'>Het Nieuwe Melden</p><h1>{title}</h1>{warning}{note}"
        f"<form method='post' action='{path}'>{fields}<button>{button}</button></form>"
        f"<nav>{others}</nav></main></body></html>",
        status_code=status,
        headers={"cache-control": "no-store"},
    )
    answer.set_cookie(_LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax", httponly=True)
    return answer
