"""Rows that another system posted as signed JSON: read strictly, one by one, and answered by row.

What is wrong is said by field and kind of mistake; never with the words that were sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, Final, NoReturn, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.errors import BadInput, SourceError
from core.ports import Heard, Knock, Reply

MOST_ROWS: Final = 500
IN_THE_FUTURE: Final = "in_the_future"
_HALF_LETTERS: Final = re.compile("[\ud800-\udfff]")
_LONGEST_WHY: Final = 60

R = TypeVar("R")
Id = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7E]+$")]
"""An id of theirs: printable ASCII without spaces, and never a name or a telephone number."""


class _Delivery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    type: str
    timestamp: AwareDatetime
    rows: list[Any] = Field(alias="data")


class RefusedRow(BaseModel):
    """A row that was not taken: its number in `data` (from 0) and why."""

    row: int
    why: str


class RowsAnswer(BaseModel):
    """What became of the rows: how many were taken, and which were not. Never post those again."""

    taken: int
    refused: list[RefusedRow]


class Problem(BaseModel):
    """What is wrong with a request, in one sentence."""

    error: str


def rows_of(knock: Knock, kind: str) -> list[Any]:
    """The rows of a delivery whose signature was checked. Raises BadInput."""
    if knock.method != "POST":
        raise BadInput(field="method", why=knock.method[:10])
    try:
        given = json.loads(knock.body, parse_constant=_refuse_constant)
        delivery = _Delivery.model_validate_json(json.dumps(_whole_letters(given)), strict=True)
    except ValidationError as error:
        raise BadInput(field="body", why=_why(error)) from None
    except (ValueError, RecursionError):
        raise BadInput(field="body", why="JSON") from None
    if delivery.type != kind:
        raise BadInput(field="type", why=kind)
    if len(delivery.rows) > MOST_ROWS:
        raise BadInput(field="data", why=f"> {MOST_ROWS}")
    return delivery.rows


def read_row(row: Any, adapter: TypeAdapter[R], number: int) -> R | SourceError:
    """The row as its model, or what is wrong with it."""
    try:
        return adapter.validate_json(json.dumps(row), strict=True)
    except ValidationError as error:
        return SourceError(line=number, why=_why(error))


def answer_to(heard: Sequence[Heard | SourceError]) -> Reply:
    """Our answer: status 200, and each row that was refused by its number."""
    refused = [
        RefusedRow(row=one.params["line"], why=one.params["why"])
        for one in heard
        if isinstance(one, SourceError)
    ]
    answer = RowsAnswer(taken=len(heard) - len(refused), refused=refused)
    body = answer.model_dump_json().encode()
    return Reply(body=body, content_type="application/json")


def _whole_letters(value: Any) -> Any:
    """JSON may hold half an emoji, which no text can."""
    if isinstance(value, str):
        return _HALF_LETTERS.sub("", value)
    if isinstance(value, list):
        return [_whole_letters(one) for one in value]
    if isinstance(value, dict):
        return {_whole_letters(name): _whole_letters(one) for name, one in value.items()}
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _why(error: ValidationError) -> str:
    """The first mistake: the field's name and the kind of mistake."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = str(first["loc"][-1]) if first["loc"] else "row"
    known = first["type"] != "extra_forbidden"  # else its name is the sender's own
    return f"{field if known else 'field'}: {first['type']}"[:_LONGEST_WHY]
