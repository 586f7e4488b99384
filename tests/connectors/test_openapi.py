"""The door does what its description says: schemathesis posts what that allows, and what not.

Each request is signed anew by a hook, as a partner would; generation is bounded and the same each
time.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectors.signed import sign
from connectors.sources import _call_models, _partner_models
from connectors.sources._posted_rows import read_row, rows_of
from connectors.web import door as every_door
from core.domain import User
from core.errors import SourceError
from core.ports import Knock
from core.settings import ROOT
from core.store import Store
from core.store.tables import inbox
from tests.contract.test_sources import SOURCES
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.app_maker import SECRET
from tests.servers.door import Door
from tests.servers.online import Online
from tests.timepiece import Timepiece

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
DESCRIBED = {"/partner/{connection_id}": "veiligebuurt", "/calls/{connection_id}": "calls"}
ROWS = (_partner_models.ROW, _call_models.ROW)
COPY = ROOT / "docs" / "partner-webhook.openapi.json"
EXAMPLES = 60


def description() -> dict[str, Any]:
    """What a maker reads: the two described addresses and what they are made of."""
    whole = every_door().openapi()
    paths = {path: whole["paths"][path] for path in DESCRIBED}
    return {**whole, "paths": paths, "components": {"schemas": _named_in(paths, whole)}}


def _named_in(paths: Any, whole: dict[str, Any]) -> dict[str, Any]:
    known, found = whole["components"]["schemas"], dict[str, Any]()
    waiting = [paths]
    while waiting:
        text = json.dumps(waiting.pop())
        for name, schema in known.items():
            if f'"#/components/schemas/{name}"' in text and name not in found:
                found[name] = schema
                waiting.append(schema)
    return dict(sorted(found.items()))


def as_text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def test_the_copy_in_the_documents_is_what_the_door_says() -> None:
    """Made anew by: python -c "from tests.connectors.test_openapi import *; write_copy()"."""
    assert COPY.read_text(encoding="utf-8") == as_text(description())


def write_copy() -> None:
    COPY.write_text(as_text(description()), encoding="utf-8")


@pytest.fixture(params=DESCRIBED)
def described(
    request: pytest.FixtureRequest,
    sqlite_store: Store,
    clock: Timepiece,
    tmp_path: Path,
    people: People,
) -> Iterator[tuple[str, Door, Online]]:
    """An address, its door, and the neighbourhood behind it with a group called "g"."""
    town = Neighbourhood(sqlite_store, clock, tmp_path / "var")
    name = DESCRIBED[request.param]
    with Door(town.services, SOURCES) as door:
        here = Online(town, name, SOURCES[name], {"endpoint": "https://app.example.nl"}, SECRET)
        found_group(here, people.ada)
        yield request.param, door, here


def found_group(here: Online, administrator: User) -> None:
    here.founds(here.source.CARD.founds or "g", administrator)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_the_door_answers_as_it_is_described(
    described: tuple[str, Door, Online], mode: GenerationMode
) -> None:
    path, door, here = described
    operation = operation_of(path, door)
    seen = {"taken": 0, "refused": 0, "bad": 0}

    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Any) -> None:
        case.path_parameters = {"connection_id": door.connection_id}
        case.headers = None
        answer = case.call(base_url=door.address, auth=Signed(door))
        case.validate_response(answer, checks=CHECKS)
        note(answer, seen)

    each()
    if mode is GenerationMode.POSITIVE:
        assert seen["bad"] == 0
        assert seen["taken"] > 0
    else:
        assert seen["bad"] + seen["refused"] > EXAMPLES // 3
    here.goes_on(rounds=1)
    assert waiting(here) == 0


class Signed(AuthBase):
    """The hook: signs the bytes that leave."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        request.headers.update(sign(SECRET, "msg_1", self.door.clock(), body))
        return request


def note(answer: Any, seen: dict[str, int]) -> None:
    if answer.status_code != 200:
        seen["bad"] += 1
        return
    said = answer.json()
    seen["taken"] += said["taken"]
    seen["refused"] += len(said["refused"])


def operation_of(path: str, door: Door) -> Any:
    schema = schemathesis.openapi.from_dict(description())
    schema.config.base_url = door.address
    return schema[path]["POST"]


@pytest.mark.parametrize(("path", "adapter"), list(zip(DESCRIBED, ROWS, strict=True)))
def test_every_example_of_the_description_can_be_read(path: str, adapter: Any) -> None:
    post = description()["paths"][path]["post"]
    examples = post["requestBody"]["content"]["application/json"]["examples"]
    for name, example in examples.items():
        body = json.dumps(example["value"]).encode()
        knock = Knock(method="POST", query={}, headers={}, body=body)
        for row in rows_of(knock, example["value"]["type"]):
            assert not isinstance(read_row(row, adapter, 0), SourceError), name


def waiting(here: Online) -> int:
    with here.town.store.read() as connection:
        return len(connection.execute(inbox.select()).all())


def test_an_unsigned_request_is_401_whatever_it_holds(described: tuple[str, Door, Online]) -> None:
    path, door, _ = described
    address = door.address + path.format(connection_id=door.connection_id)
    for body in (b"", b"{}", base64.b64encode(b"x" * 999)):
        assert httpx.post(address, content=body).status_code == 401
    assert httpx.post(door.address + path.format(connection_id=99), content=b"").status_code == 404
    for strange in ("0", "-1", "x", "9" * 40):
        answer = httpx.post(door.address + path.format(connection_id=strange), content=b"")
        assert answer.status_code in (400, 404)
