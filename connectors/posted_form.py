"""What a browser brings to a page of the outside door: the fields of a form, and its language."""

from __future__ import annotations

from urllib.parse import parse_qs

from fastapi import Request

from core.i18n import DEFAULT, languages


def fields(body: bytes, most: int) -> dict[str, list[str]]:
    """The fields of a form; nothing for what is none, or has more than `most`."""
    try:
        return parse_qs(body.decode(), max_num_fields=most)
    except (UnicodeDecodeError, ValueError):
        return {}


def first_fields(body: bytes, most: int) -> dict[str, str]:
    """The fields of a form, the first of each."""
    return {name: values[0] for name, values in fields(body, most).items()}


def asked_language(request: Request) -> str:
    """The one asked for, else the browser's, else Dutch."""
    wanted = [request.query_params.get("lang", "")]
    wanted += [
        part.strip()[:2] for part in request.headers.get("accept-language", "").split(",")[:5]
    ]
    return next((code for code in wanted if code in languages()), DEFAULT)
