"""A street that our table lacks is asked of PDOK, later and outside; only its address leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from connectors.geocode import Pdok, geocode_due
from core.domain import Location, PlaceKind
from core.errors import BadInput, BadSetting, DeliveryError, NotAllowed
from core.geocoding import set_geocoding
from core.ports import Address
from core.scenes import Scenes
from core.store.tables import geocode_waits, geocodes, messages
from tests.neighbourhood import Neighbourhood
from tests.people import People

TOWN = "Den Haag"
DOOR = {
    "type": "adres",
    "straatnaam": "Ahornstraat",
    "huisnummer": 12,
    "woonplaatsnaam": "'s-Gravenhage",
    "centroide_ll": "POINT(4.2890 52.0290)",
}
ROAD = {**DOOR, "type": "weg", "huisnummer": None, "centroide_ll": "POINT(4.2895 52.0295)"}
FAR = {**DOOR, "centroide_ll": "POINT(6.5 53.2)"}
ASKED = Address(street="Ahornstraat", number=12, town=TOWN)


class Register:
    """Locatieserver on this machine: answers as documented, and writes down what it was asked."""

    def __init__(self) -> None:
        self.docs: list[dict[str, Any]] = [ROAD, DOOR]
        self.raw: bytes | None = None
        self.code, self.headers = 200, dict[str, str]()
        self.asked: list[tuple[str, dict[str, list[str]], str | None]] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.asked.append((parts.path, parse_qs(parts.query), handler.headers["Referer"]))
        whole = {"response": {"numFound": len(self.docs), "start": 0, "docs": self.docs}}
        handler.send_response(self.code)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.raw if self.raw is not None else json.dumps(whole).encode())


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def pdok(register: Register) -> Iterator[Pdok]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            register.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/bzk/locatieserver/search/v3_1"
    yield Pdok(url, "https://hnm.example.org", timeout_s=2.0)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def room(sqlite_street: Neighbourhood, people: People) -> Neighbourhood:
    """A pilot that asks the geocoder, and one message that names a street it does not know."""
    switch(sqlite_street, people, TOWN)
    write(sqlite_street)
    return sqlite_street


def switch(street: Neighbourhood, people: People, town: str | None) -> None:
    with street.store.unit() as unit:
        set_geocoding(street.pilot.id, town, True, people.ada, unit)


def write(street: Neighbourhood) -> None:
    street.writes("""
        at    | group         | text
        20:01 | HNM Hoge Veld | Er is ingebroken in de Ahornstraat 12, bel Karim op 0612345678
    """)


def work(room: Neighbourhood, pdok: Pdok) -> int:
    return geocode_due(room.services, pdok, Scenes())


def count(room: Neighbourhood, table: sa.Table) -> int:
    with room.store.read() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# what is asked, and what becomes of the answer


def test_only_street_number_and_town_leave_with_a_referer(pdok: Pdok, register: Register) -> None:
    found = pdok.find(ASKED)
    assert found is not None
    assert (found.lat, found.lon, found.number, found.is_exact) == (52.0290, 4.2890, 12, True)
    ((path, query, referer),) = register.asked
    assert path == "/bzk/locatieserver/search/v3_1/free"
    assert query["q"] == ["Ahornstraat 12 Den Haag"]
    assert set(query) == {"q", "fq", "fl", "rows"}
    assert referer == "https://hnm.example.org"


def test_a_message_gets_its_place_and_its_incident_follows(
    room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    assert room.incident().location.kind is PlaceKind.GROUP_AREA
    assert work(room, pdok) == 1
    place = room.incident().location
    assert (place.kind, place.street, place.house_number) == (PlaceKind.ADDRESS, "Ahornstraat", 12)
    assert (place.lat, place.lon, place.radius_m) == (52.0290, 4.2890, 40)
    assert register.asked[0][1]["q"] == ["Ahornstraat 12 Den Haag"]
    assert ("system", "located") in room.history()
    assert (work(room, pdok), len(register.asked)) == (0, 1)


def test_an_address_is_asked_once_and_stands_nowhere_in_words(
    room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    work(room, pdok)
    room.writes("""
        at    | group         | text
        23:50 | HNM Lage Veld | ingebroken in de ahornstraat 12 zeg
    """)
    assert work(room, pdok) == 1
    assert len(register.asked) == 1
    with room.store.read() as connection:
        (key,) = connection.execute(sa.select(geocodes.c.address_key)).scalars()
    assert "ahorn" not in key.lower()


@pytest.mark.parametrize(
    ("docs", "kind"),
    [
        ([ROAD], PlaceKind.STREET),
        ([FAR], PlaceKind.GROUP_AREA),
        ([], PlaceKind.GROUP_AREA),
        ([{**DOOR, "straatnaam": "Anjerstraat"}], PlaceKind.GROUP_AREA),
        ([{**DOOR, "woonplaatsnaam": "Delft"}], PlaceKind.GROUP_AREA),
        ([{**DOOR, "centroide_ll": "POLYGON((1 2))"}], PlaceKind.GROUP_AREA),
        ([{"type": "adres"}, "x", None], PlaceKind.GROUP_AREA),
    ],
)
def test_only_the_street_that_was_asked_for_in_its_town_and_nearby_is_taken(
    docs: list[Any], kind: PlaceKind, room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    register.docs = docs
    assert work(room, pdok) == 1
    assert room.incident().location.kind is kind
    assert count(room, geocode_waits) == 0


def test_a_street_may_have_a_first_name_that_nobody_writes(pdok: Pdok, register: Register) -> None:
    register.docs = [{**DOOR, "straatnaam": "Betje Wolffstraat"}]
    found = pdok.find(Address(street="Wolffstraat", number=12, town=TOWN))
    assert found is not None
    assert found.street == "Betje Wolffstraat"


def test_a_place_that_somebody_gave_meanwhile_stays(
    room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    with room.store.unit() as unit:
        (row,) = unit.geocodes.due(1)
        unit.geocodes.relocate(row.assessment_id, place_on_map())
    assert work(room, pdok) == 1
    with room.store.unit() as unit:
        assert unit.geocodes.location(row.assessment_id) == place_on_map()


def place_on_map() -> Location:
    return Location(kind=PlaceKind.SHARED, lat=52.03, lon=4.28, radius_m=30)


def message_key(room: Neighbourhood) -> str:
    with room.store.read() as connection:
        return str(connection.execute(sa.select(messages.c.message_key)).scalar_one())


# off, refused, away


def test_off_by_default_nothing_waits_and_nothing_is_asked(
    sqlite_street: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    write(sqlite_street)
    assert count(sqlite_street, geocode_waits) == 0
    assert (work(sqlite_street, pdok), register.asked) == (0, [])


def test_switched_off_what_still_waits_is_not_asked(
    room: Neighbourhood, people: People, pdok: Pdok, register: Register
) -> None:
    switch(room, people, None)
    assert work(room, pdok) == 1
    assert (register.asked, count(room, geocode_waits)) == ([], 0)


def test_an_erased_message_is_not_asked_about(
    room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    with room.store.unit() as unit:
        unit.messages.erase(message_key(room), room.group().id)
    assert work(room, pdok) == 0
    assert (register.asked, count(room, geocode_waits)) == ([], 0)


@pytest.mark.parametrize(("said", "waits_s"), [("120", 120), ("", 60), ("soon", 60), ("9" * 9, 60)])
def test_asked_for_patience_it_waits_as_long_as_it_is_told(
    said: str, waits_s: int, room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    register.code, register.headers = 429, {"Retry-After": said}
    assert work(room, pdok) == 0
    register.code = 200
    room.clock.forward(seconds=waits_s - 1)
    assert work(room, pdok) == 0
    room.clock.forward(seconds=2)
    assert work(room, pdok) == 1


def test_an_outage_is_waited_out_longer_each_time_and_then_given_up(
    room: Neighbourhood, pdok: Pdok, register: Register
) -> None:
    register.code = 503
    for _ in range(8):
        assert work(room, pdok) == 0
        room.clock.forward(hours=2)
    assert len(register.asked) == 8
    assert count(room, geocode_waits) == 0
    assert room.incident().location.kind is PlaceKind.GROUP_AREA


@pytest.mark.parametrize(
    ("code", "raw", "permanent"),
    [
        (200, b"<html>", False),
        (200, b"[" * 100_000, False),
        (200, b"\xff\xfe", False),
        (301, b"", True),
        (400, b"", True),
        (500, b"", False),
    ],
)
def test_an_answer_that_is_none_is_a_failure_in_a_word(
    code: int, raw: bytes, permanent: bool, pdok: Pdok, register: Register
) -> None:
    register.code, register.raw = code, raw
    register.headers = {"Location": "http://127.0.0.1:1/other"} if code == 301 else {}
    with pytest.raises(DeliveryError) as error:
        pdok.find(ASKED)
    assert error.value.permanent is permanent


def test_nobody_there_is_a_passing_failure() -> None:
    with pytest.raises(DeliveryError) as error:
        Pdok("http://127.0.0.1:9", "x", timeout_s=0.5).find(ASKED)
    assert not error.value.permanent


@pytest.mark.parametrize("url", ["", "http://pdok.example", "file:///etc/passwd", "https://", "x"])
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(BadSetting):
        Pdok(url, "x")


def test_only_an_administrator_switches_it_and_only_where_there_is_one(
    sqlite_street: Neighbourhood, people: People
) -> None:
    with sqlite_street.store.unit() as unit:
        for user, town, available, error in (
            (people.dora, TOWN, True, NotAllowed),
            (people.ada, TOWN, False, BadInput),
            (people.ada, "x" * 200, True, BadInput),
            (people.ada, "a\nb", True, BadInput),
        ):
            with pytest.raises(error):
                set_geocoding(sqlite_street.pilot.id, town, available, user, unit)
        set_geocoding(sqlite_street.pilot.id, f" {TOWN} ", True, people.ada, unit)
        assert unit.pilots.pilot(sqlite_street.pilot.id).geocode_town == TOWN
        set_geocoding(sqlite_street.pilot.id, None, False, people.ada, unit)
        assert unit.pilots.pilot(sqlite_street.pilot.id).geocode_town is None
