"""Open311 GeoReport v2 for others: they report here as to any town, and see how it goes.

A request's number is the keyed id of the message it became: whoever has it may ask how it stands,
and learns a status, a topic and two moments; never words, a place or a person. The list of a time
is for who has the key, or for everybody where an administrator opened it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from connectors.doors.knock import answer as take
from connectors.doors.knock import known_sources
from connectors.listen import connection_of
from connectors.open311_forms import FORMS, answer, errors, single
from connectors.sources.open311 import ANYTHING, has_key
from core.clock import local
from core.domain import Group
from core.i18n import DEFAULT, text_of
from core.live_groups import own_group
from core.ports import Connection, Knock
from core.report_back import with_emergency_rule
from core.store.asked_queries import Became, became, became_between
from core.store.unit import Unit
from core.wiring import Services, services

SOURCE: Final = "open311"
MOST: Final = 1000
_LONGEST_RANGE: Final = timedelta(days=90)
_OPEN: Final = "ja"
_US: Final = "Het Nieuwe Melden"

router = APIRouter(tags=["Open311"], prefix="/open311/{connection_id}")

Given = Annotated[Services, Depends(services)]
Known = Annotated[dict[str, Any], Depends(known_sources)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """eindpunt: one partner's connection and the line on which its reports stand."""

    connection: Connection
    line: Group
    topics: Sequence[str]

    @property
    def is_open(self) -> bool:
        return self.connection.settings.get("open_list", "").strip().lower() == _OPEN


class Wrong(Exception):
    """A question that the standard answers with an error."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


@router.get("/discovery.{form}", summary="Open311: where what is to be found")
def discovery(connection_id: int, form: str, given: Given) -> Response:
    return _answered(form, lambda: _discovery(_endpoint(connection_id, given), form, given))


@router.get("/services.{form}", summary="Open311: what can be reported")
def list_services(connection_id: int, form: str, given: Given) -> Response:
    def found() -> Response:
        rows = _services(_endpoint(connection_id, given), given)
        return answer(form, "services", "service", rows)

    return _answered(form, found)


@router.get("/services/{code}.{form}", summary="Open311: one service; none asks more")
def definition(connection_id: int, code: str, form: str, given: Given) -> Response:
    def found() -> Response:
        rows = _services(_endpoint(connection_id, given), given)
        if code not in [row["service_code"] for row in rows]:
            raise Wrong(404, "service_code was not found")
        return single(form, "service_definition", {"service_code": code, "attributes": []})

    return _answered(form, found)


@router.post("/requests.{form}", summary="Open311: report something (form-encoded, with api_key)")
async def report(
    connection_id: int, form: str, request: Request, given: Given, known: Known
) -> Response:
    brought = Knock(
        method="POST",
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=await request.body(),
    )
    return await run_in_threadpool(
        _answered, form, lambda: _taken(connection_id, form, brought, given, known)
    )


@router.get("/requests.{form}", summary="Open311: how requests stand, by number or in a time")
def list_requests(connection_id: int, form: str, request: Request, given: Given) -> Response:
    def found() -> Response:
        rows = _asked(_endpoint(connection_id, given), dict(request.query_params), given)
        return answer(form, "service_requests", "request", [_row(one, given) for one in rows])

    return _answered(form, found)


@router.get("/requests/{number}.{form}", summary="Open311: how one request stands")
def one_request(connection_id: int, number: str, form: str, given: Given) -> Response:
    def found() -> Response:
        rows = _by_number(_endpoint(connection_id, given), [number], given)
        if not rows:
            raise Wrong(404, "service_request_id was not found")
        return answer(form, "service_requests", "request", [_row(one, given) for one in rows])

    return _answered(form, found)


@router.get("/tokens/{token}.{form}", summary="Open311: numbers are given at once, so none")
def token(connection_id: int, token: str, form: str, given: Given) -> Response:
    return _answered(form, lambda: errors(form, 404, "token was not found"))


def _answered(form: str, found: Any) -> Response:
    """The answer, or an error as the standard writes it."""
    if form not in FORMS:
        return errors("xml", 404, "xml, json")
    try:
        response: Response = found()
    except Wrong as wrong:
        return errors(form, wrong.status, wrong.why)
    except HTTPException as refused:  # the standard says 403 for a key that is not known
        status = 403 if refused.status_code == 401 else refused.status_code
        return errors(form, status, str(refused.detail))
    return response


def _endpoint(connection_id: int, given: Services) -> Endpoint:
    """Raises Wrong."""
    with given.store.read() as connection:
        unit = Unit(connection, given.clock())
        row = unit.connections.get(connection_id) if connection_id < 2**31 else None
        if row is None or not row.enabled or row.source != SOURCE:
            raise Wrong(404, "no such endpoint")
        line = unit.connections.group(row.pilot_id, SOURCE, own_group("line", connection_id))
        topics = unit.pilots.pilot(row.pilot_id).topics
    if line is None:
        raise Wrong(404, "no such endpoint")
    return Endpoint(connection=connection_of(row, given.vault), line=line, topics=topics)


def _taken(
    connection_id: int, form: str, brought: Knock, given: Services, known: dict[str, Any]
) -> Response:
    """Stores a report by the road of every network that knocks, and gives its number."""
    taken = take(connection_id, brought, given, known)
    line = _endpoint(connection_id, given).line
    number = given.vault.message_key(line.id, bytes(taken.body).decode())
    notice = with_emergency_rule(text_of(DEFAULT, "geo_report.taken"))
    row = {"service_request_id": number, "service_notice": notice, "account_id": None}
    return answer(form, "service_requests", "request", [row])


def _asked(endpoint: Endpoint, asked: dict[str, str], given: Services) -> list[Became]:
    """Raises Wrong."""
    if asked.get("service_request_id"):
        numbers = asked["service_request_id"].split(",")
        if len(numbers) > MOST:
            raise Wrong(400, f"service_request_id: > {MOST}")
        return _by_number(endpoint, [number.strip() for number in numbers], given)
    if not (endpoint.is_open or has_key(endpoint.connection, asked.get("api_key", ""))):
        raise Wrong(403, "api_key is needed for a list")
    start, end = _range(asked, given.clock())
    codes, states = _wanted(asked, "service_code"), _wanted(asked, "status")
    with given.store.read() as connection:
        rows = became_between(connection, endpoint.line.id, start, end, MOST)
    return [
        one
        for one in rows
        if (not codes or (one.topic or ANYTHING) in codes)
        and (not states or _status(one) in states)
    ]


def _by_number(endpoint: Endpoint, numbers: list[str], given: Services) -> list[Became]:
    with given.store.read() as connection:
        return became(connection, endpoint.line.id, sorted(set(numbers)))


def _wanted(asked: dict[str, str], name: str) -> set[str]:
    return {one.strip() for one in asked.get(name, "").split(",") if one.strip()}


def _range(asked: dict[str, str], now: datetime) -> tuple[datetime, datetime]:
    """At most 90 days; half a range is filled up to that. Raises Wrong."""
    start, end = _moment(asked, "start_date"), _moment(asked, "end_date")
    end = end or (start + _LONGEST_RANGE if start else now)
    start = start or end - _LONGEST_RANGE
    if not timedelta(0) <= end - start <= _LONGEST_RANGE:
        raise Wrong(400, "start_date, end_date: 0 to 90 days")
    return start, end


def _moment(asked: dict[str, str], name: str) -> datetime | None:
    if not asked.get(name):
        return None
    try:
        found = datetime.fromisoformat(asked[name].replace(" ", "+")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Wrong(400, f"{name}: YYYY-MM-DDThh:mm:ssZ") from None
    if not 1970 <= found.year <= 9000:
        raise Wrong(400, f"{name}: YYYY-MM-DDThh:mm:ssZ")
    return found


def _status(one: Became) -> str:
    return "open" if one.is_open else "closed"


def _row(one: Became, given: Services) -> dict[str, Any]:
    """What anybody may know of a request."""
    topic = given.topics.get(one.topic or "")
    return {
        "service_request_id": one.key,
        "status": _status(one),
        "status_notes": _notes(one),
        "service_name": topic.name_nl if topic else text_of(DEFAULT, "geo_report.anything"),
        "service_code": topic.id if topic else ANYTHING,
        "requested_datetime": local(one.sent_at).isoformat(timespec="seconds"),
        "updated_datetime": local(one.changed_at).isoformat(timespec="seconds"),
    }


def _notes(one: Became) -> str:
    if one.status is not None:
        return text_of(DEFAULT, f"status.{one.status.value}")
    return with_emergency_rule(text_of(DEFAULT, f"geo_report.{one.state}"))


def _services(endpoint: Endpoint, given: Services) -> list[dict[str, Any]]:
    """The topics that the pilot follows, and one for what fits none."""
    known = [given.topics[name] for name in endpoint.topics if name in given.topics]
    anything = text_of(DEFAULT, "geo_report.anything")
    rows = [(topic.id, topic.name_nl, topic.definition_nl) for topic in known]
    return [
        {
            "service_code": code,
            "service_name": name,
            "description": with_emergency_rule(description),
            "metadata": False,
            "type": "realtime",
            "keywords": "",
            "group": _US,
        }
        for code, name, description in [*rows, (ANYTHING, anything, anything)]
    ]


def _discovery(endpoint: Endpoint, form: str, given: Services) -> Response:
    """Our one endpoint, as the standard's own file names it."""
    address = f"{given.settings.outside_url}/open311/{endpoint.connection.id}"
    changed = local(given.clock()).date().isoformat()
    row = {
        "changeset": f"{changed}T00:00:00Z",
        "contact": text_of(DEFAULT, "geo_report.contact"),
        "key_service": text_of(DEFAULT, "geo_report.contact"),
        "endpoints": [
            {
                "specification": "http://wiki.open311.org/GeoReport_v2",
                "url": address,
                "changeset": f"{changed}T00:00:00Z",
                "type": "production",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
    return single(form, "discovery", row)
