"""Our Open311 endpoint, read by a client that somebody else wrote (georeport)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from defusedxml.ElementTree import fromstring
from georeport import GeoReport

from connectors.destinations import open311 as client
from connectors.sources import open311 as source
from core.connections import add, switch
from core.domain import Status
from core.errors import SecretRefused
from core.ports import Account
from core.store import Store
from core.store.tables import incidents, messages, turns
from tests.connectors.handing_over import WASTE, on_its_way
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.door import Door
from tests.timepiece import START, Timepiece

KEY = "sleutel-van-de-buren"
BURGLARY = {
    "api_key": KEY,
    "service_code": "inbraak",
    "lat": "52.0391",
    "long": "4.2802",
    "description": "ingebroken bij nummer 36",
    "email": "anna@example.nl",
    "first_name": "Anna",
}


class Endpoint:
    """The endpoint, with the town behind it."""

    def __init__(self, town: Neighbourhood, door: Door, connection_id: int) -> None:
        self.town, self.door = town, door
        self.address = f"{door.address}/open311/{connection_id}"

    def post(self, form: str = "json", **changed: Any) -> httpx.Response:
        given = {k: v for k, v in {**BURGLARY, **changed}.items() if v is not None}
        return httpx.post(f"{self.address}/requests.{form}", data=given)

    def number(self, **changed: Any) -> str:
        return str(self.post(**changed).json()[0]["service_request_id"])

    def get(self, what: str, **asked: str) -> httpx.Response:
        return httpx.get(f"{self.address}/{what}", params=asked)

    def reader(self, form: str) -> GeoReport:
        return GeoReport(self.address, output_format=form)


@pytest.fixture
def endpoint(
    sqlite_store: Store, clock: Timepiece, tmp_path: Path, people: People
) -> Iterator[Endpoint]:
    town = Neighbourhood(sqlite_store, clock, tmp_path / "var")
    with town.store.unit() as unit:
        connection_id = add(
            town.pilot.id,
            "open311",
            source.CARD,
            "Buurgemeente",
            {"open_list": "ja"},
            KEY,
            people.ada,
            unit,
            town.services.vault,
            purpose="Meldingen over de gemeentegrens",
            legal_basis="Overeenkomst van 3 april",
        )
        switch(connection_id, True, people.ada, unit)
    with Door(town.services, {"open311": source}) as door:
        yield Endpoint(town, door, connection_id)


@pytest.mark.parametrize("form", ["json", "xml"])
def test_another_client_reads_our_services(endpoint: Endpoint, form: str) -> None:
    found = endpoint.reader(form).get_service_list()
    codes = [service["service_code"] for service in found]
    assert set(endpoint.town.pilot.topics) < set(codes)
    assert codes[-1] == "melding"
    assert "Bij spoed: bel 112." in found[0]["description"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_another_client_reads_a_definition_that_asks_nothing_more(
    endpoint: Endpoint, form: str
) -> None:
    found = endpoint.reader(form).get_service_definition("afval")
    assert found["service_code"] == "afval"
    assert not found["attributes"]
    with pytest.raises(requests.HTTPError, match="404"):
        endpoint.reader(form).get_service_definition("bestaat-niet")


@pytest.mark.parametrize("form", ["json", "xml"])
def test_another_client_follows_a_request_by_number(endpoint: Endpoint, form: str) -> None:
    number = endpoint.number()
    waiting = endpoint.reader(form).get_service_request(number)
    endpoint.town.work()
    judged = endpoint.reader(form).get_service_request(number)
    assert (waiting["status"], waiting["service_code"]) == ("open", "melding")
    assert "Wacht op beoordeling" in waiting["status_notes"]
    assert (judged["status"], judged["service_code"]) == ("open", "inbraak")
    assert judged["status_notes"] == "Nieuw"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_another_client_lists_requests(endpoint: Endpoint, form: str) -> None:
    numbers = {endpoint.number(), endpoint.number(description="ingebroken bij nummer 40")}
    endpoint.town.work()
    reader = endpoint.reader(form)
    assert {one["service_request_id"] for one in reader.get_service_requests()} == numbers
    both = reader.get_service_requests(service_request_id=",".join(numbers))
    assert {one["service_request_id"] for one in both} == numbers
    assert len(reader.get_service_requests(service_code="inbraak", status="open")) == 2


def test_a_report_joins_the_same_incidents_with_its_place(endpoint: Endpoint) -> None:
    endpoint.number()
    endpoint.town.work()
    assert endpoint.town.stored() == ["Inbraak en diefstal: ingebroken bij nummer 36"]
    with endpoint.town.store.read() as connection:
        (incident,) = connection.execute(incidents.select()).all()
    assert (round(incident.lat, 4), round(incident.lon, 4)) == (52.0391, 4.2802)


def test_what_staff_decide_is_what_the_partner_sees(endpoint: Endpoint, people: People) -> None:
    number = endpoint.number()
    endpoint.town.work()
    with endpoint.town.store.unit() as unit:
        incident = unit.incidents.get(1)
        unit.incidents.change(incident, people.dora.login, status=Status.CLOSED)
    (row,) = endpoint.get(f"requests/{number}.json").json()
    assert (row["status"], row["status_notes"]) == ("closed", "Afgehandeld")


def test_talk_is_closed_as_no_report_and_forgotten(endpoint: Endpoint) -> None:
    number = endpoint.number(service_code="melding", description="wie gaat er mee voetballen")
    endpoint.town.work()
    (row,) = endpoint.get(f"requests/{number}.json").json()
    assert row["status"] == "closed"
    assert "geen melding" in row["status_notes"]
    assert "bel 112" in row["status_notes"]
    assert endpoint.town.stored() == []


@pytest.mark.parametrize("form", ["json", "xml"])
def test_only_a_status_is_public(endpoint: Endpoint, form: str) -> None:
    number = endpoint.number()
    endpoint.town.work()
    for answer in (endpoint.get(f"requests/{number}.{form}"), endpoint.get(f"requests.{form}")):
        for private in ("36", "Anna", "anna@", "52.03", "4.28", "description", "lat"):
            assert private not in answer.text.replace(number, "")


def test_the_same_request_twice_on_a_day_is_one(endpoint: Endpoint) -> None:
    first = endpoint.number()
    assert endpoint.number() == first
    endpoint.town.work()
    assert len(endpoint.town.stored()) == 1
    endpoint.town.clock.forward(days=1)
    assert endpoint.number() != first


def test_who_reported_is_one_person_by_any_case_and_never_kept(
    endpoint: Endpoint, tmp_path: Path
) -> None:
    endpoint.number()
    endpoint.number(email="ANNA@example.nl", description="ingebroken bij nummer 38")
    endpoint.number(email="piet@example.nl", description="ingebroken bij nummer 40")
    endpoint.town.work()
    with endpoint.town.store.read() as connection:
        residents = [row.resident for row in connection.execute(messages.select())]
    assert len(set(residents)) == 2
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"anna@example" not in path.read_bytes().lower()


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"api_key": "mis"}, 403),
        ({"api_key": None}, 403),
        ({"api_key": "sléutel"}, 403),
        ({"service_code": "bestaat-niet"}, 400),
        ({"service_code": None}, 400),
        ({"lat": None, "long": None}, 400),
        ({"lat": "52"}, 200),
        ({"lat": "nan"}, 400),
        ({"lat": "1e999"}, 400),
        ({"long": None}, 400),
        ({"lat": "noord"}, 400),
        ({"long": "400"}, 400),
        ({"lat": None, "long": None, "address_string": "Bostonsingel 36"}, 200),
        ({"service_code": "melding", "description": ""}, 400),
        ({"description": ""}, 200),
        ({"description": "x" * 4001}, 400),
        ({"description": "<script>&lt;]]>\x00\x0b\ud7ff 🏚"}, 200),
        ({"attribute[WAAR]": ["a", "b"]}, 200),
        ({"media_url": "http://127.0.0.1/geheim"}, 200),
        ({f"v{number}": "x" for number in range(200)}, 400),
        ({"email": ["a@example.nl", "b@example.nl"]}, 400),
    ],
    ids=lambda value: f"{value}"[:40],
)
def test_a_wrong_request_is_refused_as_the_standard_says(
    endpoint: Endpoint, form: str, changed: dict[str, Any], status: int
) -> None:
    answer = endpoint.post(form, **changed)
    assert answer.status_code == status, answer.text
    if form == "xml":
        root = fromstring(answer.content)
        assert root.tag == ("service_requests" if status == 200 else "errors")
        if status != 200:
            assert root.findtext("error/code") == str(status)
            assert root.findtext("error/description")
    elif status != 200:
        assert answer.json()[0]["code"] == status


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"service_code": "afval"}'),
        ("text/xml", b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
        ("application/x-www-form-urlencoded", b"api_key=%ff%fe"),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
        ("", b""),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_form_is_refused(endpoint: Endpoint, kind: str, body: bytes) -> None:
    answer = httpx.post(
        f"{endpoint.address}/requests.xml", content=body, headers={"Content-Type": kind}
    )
    assert answer.status_code in (400, 403)
    assert b"root:" not in answer.content
    assert fromstring(answer.content).tag == "errors"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"start_date": "2021-04-01T00:00:00Z", "end_date": "2021-04-30T00:00:00Z"}, 200),
        ({"start_date": "2021-04-01T00:00:00+02:00"}, 200),
        ({"start_date": "2021-01-01T00:00:00Z", "end_date": "2021-12-31T00:00:00Z"}, 400),
        ({"start_date": "2021-04-30T00:00:00Z", "end_date": "2021-04-01T00:00:00Z"}, 400),
        ({"start_date": "gisteren"}, 400),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, 400),
        ({"end_date": "9999-12-31T23:59:59-14:00"}, 400),
        ({"status": "closed"}, 200),
        ({"status": "' OR 1=1 --"}, 200),
        ({"service_request_id": "x" * 5000}, 200),
        ({"service_request_id": ",".join("x" * 1001)}, 400),
        ({"service_request_id": "\x00,../../etc"}, 200),
    ],
    ids=lambda value: f"{value}"[:40],
)
def test_hostile_questions_get_an_answer_of_the_standard(
    endpoint: Endpoint, asked: dict[str, str], status: int
) -> None:
    endpoint.number()
    answer = endpoint.get("requests.xml", **asked)
    assert answer.status_code == status, answer.text
    assert fromstring(answer.content).tag in ("service_requests", "errors")


@pytest.mark.parametrize(
    "path",
    ["requests/bestaat-niet.xml", "tokens/1.xml", "requests.yaml", "services/x.json", "wat.xml"],
)
def test_what_is_not_there_is_not_found(endpoint: Endpoint, path: str) -> None:
    assert endpoint.get(path).status_code == 404


def test_a_list_is_for_who_has_the_key_unless_it_was_opened(endpoint: Endpoint) -> None:
    number = endpoint.number()
    with endpoint.town.store.unit() as unit:
        unit.connections.change(1, settings={})
    assert endpoint.get("requests.json").status_code == 403
    assert endpoint.get("requests.json", api_key="mis").status_code == 403
    assert len(endpoint.get("requests.json", api_key=KEY).json()) == 1
    assert endpoint.get(f"requests/{number}.json").status_code == 200


def test_one_partner_sees_nothing_of_another(endpoint: Endpoint, people: People) -> None:
    number = endpoint.number()
    with endpoint.town.store.unit() as unit:
        other = add(
            endpoint.town.pilot.id,
            "open311",
            source.CARD,
            "Andere buren",
            {"open_list": "ja"},
            "andere-sleutel",
            people.ada,
            unit,
            endpoint.town.services.vault,
            purpose="Proef",
            legal_basis="Brief",
        )
        switch(other, True, people.ada, unit)
    address = f"{endpoint.door.address}/open311/{other}"
    assert httpx.get(f"{address}/requests/{number}.json").status_code == 404
    assert httpx.get(f"{address}/requests.json").json() == []
    with_their_key = httpx.post(f"{address}/requests.json", data=BURGLARY)
    assert with_their_key.status_code == 403


def test_a_connection_that_is_off_has_no_endpoint(endpoint: Endpoint) -> None:
    with endpoint.town.store.unit() as unit:
        unit.connections.change(1, enabled=False)
    assert endpoint.post().status_code == 404
    for path in ("services.xml", "requests.xml", "discovery.xml"):
        assert endpoint.get(path).status_code == 404


def test_what_was_erased_is_gone(endpoint: Endpoint) -> None:
    number = endpoint.number()
    endpoint.town.work()
    with endpoint.town.store.unit() as unit:
        unit.connection.execute(turns.update().values(erased=True))
    assert endpoint.get(f"requests/{number}.json").status_code == 404


def test_discovery_says_where_the_endpoint_is(endpoint: Endpoint) -> None:
    said = endpoint.get("discovery.json").json()
    assert said["endpoints"][0]["specification"].endswith("GeoReport_v2")
    assert said["endpoints"][0]["url"].endswith("/open311/1")
    root = fromstring(endpoint.get("discovery.xml").content)
    assert [one.text for one in root.iter("format")] == ["text/xml", "application/json"]


@pytest.mark.parametrize("open_list", ["ja", ""])
def test_our_own_client_hands_over_to_our_own_endpoint(endpoint: Endpoint, open_list: str) -> None:
    with endpoint.town.store.unit() as unit:
        unit.connections.change(1, settings={"open_list": open_list})
    for form in ("json", "xml"):
        account = Account(
            id=1,
            pilot_id=1,
            destination="open311",
            name="Wij",
            settings={"address": endpoint.address, "service_code": "melding", "format": form},
            secret=KEY,
        )
        now = START + timedelta(minutes=1)
        given = on_its_way(WASTE, id=12, text="ingebroken bij nummer 36", category="inbraak")
        receipt = client.hand_over(account, given, now)
        again = client.hand_over(account, given, now)
        assert receipt.reference == again.reference
        endpoint.town.work()
        (news,), _ = client.news(account, [receipt.reference], None, now)
        assert news.state == "in_progress"
        wrong = Account(**{**_fields(account), "secret": "mis"})
        with pytest.raises(SecretRefused):
            client.hand_over(wrong, on_its_way(WASTE, id=13), now)


def _fields(account: Account) -> dict[str, Any]:
    return {name: getattr(account, name) for name in Account.__dataclass_fields__}
