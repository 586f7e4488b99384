"""How an address that reads raw bytes is described in /openapi.json.

The signature stands over the bytes, so nothing may parse the body before it was checked, and the
web framework cannot see from our code what it holds: we say it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from connectors.sources._posted_rows import Problem, RowsAnswer

_PLACE: Final = "#/components/schemas/{model}"

ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": RowsAnswer, "description": "Kept; rows that were not taken are named."},
    400: {"model": Problem, "description": "No such body: mend it, do not send it again."},
    401: {"model": Problem, "description": "Not signed with our secret, or too old."},
    404: {"model": Problem, "description": "No such connection, or it is switched off."},
    413: {"model": Problem, "description": "Too large: send fewer rows."},
    "4XX": {"model": Problem, "description": "Do not send it again."},
    503: {"model": Problem, "description": "Not now: send it again later."},
}

_HEADERS: Final = {
    "webhook-id": ("Of this request; the same when it is sent again.", "msg_2b1f", None),
    "webhook-timestamp": ("Seconds since 1970; at most five minutes off.", "1795287791", "[0-9]+"),
    "webhook-signature": (
        'HMAC-SHA256 over "id.timestamp.body"; during a rotation two, apart by a space.',
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        "^v1,",
    ),
}


def signed() -> dict[str, Any]:
    """The headers of a signed request."""
    return {
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": what,
                "schema": {"type": "string", **({"pattern": pattern} if pattern else {})},
                "example": example,
            }
            for name, (what, example, pattern) in _HEADERS.items()
        ]
    }


def body_of(
    model: type[BaseModel], kind: str, at: str, examples: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """The body of a signed request: a delivery of rows, with an example a kind of row."""
    return {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"$ref": _PLACE.format(model=model.__name__)},
                "examples": {
                    name: {"value": {"type": kind, "timestamp": at, "data": rows}}
                    for name, rows in examples.items()
                },
            }
        },
    }


def rows_of(
    model: type[BaseModel], kind: str, at: str, examples: Mapping[str, list[dict[str, Any]]]
) -> dict[str, Any]:
    """How an address that takes signed rows is declared: its body, its headers, its answers."""
    return {
        "response_class": Response,
        "responses": ANSWERS,
        "openapi_extra": {"requestBody": body_of(model, kind, at, examples), **signed()},
    }


def schemas_of(*models: type[BaseModel]) -> dict[str, Any]:
    """The schemas of models and all they are made of, by name."""
    _, found = models_json_schema([(model, "validation") for model in models], ref_template=_PLACE)
    return dict(found["$defs"])
