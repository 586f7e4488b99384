"""What partners post is read row by row, for the groups they bring, and only when it is signed."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook

from connectors.signed import sign
from connectors.sources import hoplr, partner
from core.domain import Event, EventKind
from core.errors import (
    BadInput,
    BadSetting,
    DeliveryError,
    NetworkDown,
    NotSigned,
    SecretRefused,
    SourceBusy,
    SourceError,
)
from core.in_chat import ASKED, WITHDRAWN
from core.ports import Connection, Heard, Knock, Outgoing
from core.settings import ROOT
from core.store import Store
from core.store.tables import messages
from tests.contract.test_sources import SOURCES, forms
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.app_maker import SECRET, AppMaker, Endpoint, app, reference_client
from tests.servers.door import Door
from tests.servers.gate import Answer
from tests.servers.online import Online
from tests.timepiece import START, Timepiece

BURGLARY = "ingebroken op de Bostonsingel 36"
AT = START.isoformat()
ROW = {"group": "g1", "sent_at": AT}
MESSAGE = {**ROW, "type": "message", "message": "m1", "author": "a1", "text": BURGLARY}
SHARED = {**MESSAGE, "shared_with_municipality": True}


def connection(**settings: str) -> Connection:
    return Connection(
        id=7, pilot_id=1, source="partner", name="App", settings=settings, secret=SECRET
    )


def knock(body: bytes, **headers: str) -> Knock:
    signed = sign(SECRET, "msg_1", START, body)
    return Knock(method="POST", query={}, headers={**signed, **headers}, body=body)


def delivery(*rows: Any, kind: str = "hnm.events.v1") -> bytes:
    return json.dumps({"type": kind, "timestamp": AT, "data": rows}).encode()


def hear(*rows: Any, source: Any = partner) -> list[Heard | SourceError]:
    return list(source.hear(connection(), knock(delivery(*rows)), START).heard)


def event_of(row: dict[str, Any], source: Any = partner) -> Event:
    (heard,) = hear(row, source=source)
    assert isinstance(heard, Heard), heard
    assert heard.group == row["group"]
    return heard.event


def refusal_of(row: Any, source: Any = partner) -> str:
    (refused,) = hear(row, source=source)
    assert isinstance(refused, SourceError)
    return str(refused.params["why"])


MEANT = [
    (MESSAGE, EventKind.MESSAGE, "m1", "a1", BURGLARY),
    ({**MESSAGE, "type": "edit", "revision": 3}, EventKind.EDIT, "m1", "a1", BURGLARY),
    ({**ROW, "type": "delete", "message": "m1"}, EventKind.DELETE, "m1", "", ""),
    ({**ROW, "type": "unshare", "message": "m1"}, EventKind.DELETE, "m1", "", ""),
    ({**ROW, "type": "join", "id": "e1", "member": "a1"}, EventKind.JOIN, "join:e1", "a1", ""),
    ({**ROW, "type": "leave", "id": "e1", "member": "a1"}, EventKind.LEAVE, "leave:e1", "a1", ""),
    (
        {**ROW, "type": "consent_asked", "id": "e1", "member": "a1", "group_name": "Wij"},
        EventKind.CONSENT,
        "consent_asked:e1",
        "a1",
        ASKED,
    ),
    (
        {**ROW, "type": "consent_withdrawn", "id": "e1", "member": "a1"},
        EventKind.CONSENT,
        "consent_withdrawn:e1",
        "a1",
        WITHDRAWN,
    ),
    (
        {**ROW, "type": "group_renamed", "id": "e1", "name": "Zij"},
        EventKind.GROUP_RENAMED,
        "group_renamed:e1",
        "",
        "Zij",
    ),
    (
        {**ROW, "type": "group_moved", "id": "e1", "to": "g2"},
        EventKind.GROUP_MOVED,
        "group_moved:e1",
        "",
        "g2",
    ),
    (
        {**ROW, "type": "delivery", "text": "hnm-7-12", "state": "read"},
        EventKind.DELIVERY,
        "hnm-7-12",
        "",
        "read",
    ),
    (
        {**ROW, "type": "delivery", "text": "hnm-7-12", "state": "failed", "code": "gone"},
        EventKind.DELIVERY,
        "hnm-7-12",
        "",
        "failed:gone",
    ),
]


@pytest.mark.parametrize(("row", "kind", "native_id", "author", "text"), MEANT)
def test_each_row_is_an_event_of_the_contract(
    row: dict[str, Any], kind: EventKind, native_id: str, author: str, text: str
) -> None:
    event = event_of(row)
    found = (event.kind, event.native_id, event.author, event.text, event.sent_at)
    assert found == (kind, native_id, author, text, START)


def test_a_message_brings_its_place_its_pictures_and_what_it_answers() -> None:
    event = event_of(
        {**MESSAGE, "lat": 52, "lon": 4.28, "media_count": 2, "reply_to": "m0", "direct": True}
    )
    found = (event.lat, event.lon, event.media_count, event.reply_to, event.direct)
    assert found == (52.0, 4.28, 2, "m0", True)


def test_half_a_place_is_none() -> None:
    assert event_of({**MESSAGE, "lat": 52.0}).lat is None


@pytest.mark.parametrize("choice", [{}, {"shared_with_municipality": None}])
def test_hoplr_gives_nothing_that_its_writer_did_not_share(choice: dict[str, Any]) -> None:
    assert refusal_of({**MESSAGE, **choice}, hoplr) == "not_shared"
    assert refusal_of({**MESSAGE, **choice, "type": "edit", "revision": 1}, hoplr) == "not_shared"


@pytest.mark.parametrize("source", [hoplr, partner])
def test_a_choice_that_says_no_is_a_no_everywhere(source: Any) -> None:
    assert refusal_of({**MESSAGE, "shared_with_municipality": False}, source) == "not_shared"
    changed = {**MESSAGE, "type": "edit", "revision": 1, "shared_with_municipality": False}
    event = event_of(changed, source)
    assert (event.kind, event.text, event.author) == (EventKind.DELETE, "", "")


def test_the_choice_is_kept_with_its_moment() -> None:
    assert event_of(SHARED, hoplr).told == {"shared_at": AT}
    later = (START + timedelta(minutes=2)).isoformat()
    assert event_of({**SHARED, "shared_at": later}, hoplr).told == {"shared_at": later}
    assert event_of(MESSAGE).told == {}


@pytest.mark.parametrize("kind", ["join", "leave"])
def test_hoplr_does_not_tell_who_comes_and_goes(kind: str) -> None:
    row = {**ROW, "type": kind, "id": "e1", "member": "a1"}
    assert refusal_of(row, hoplr) == "not_expected"


def test_what_became_of_another_partners_text_is_not_said_by_this_one() -> None:
    row = {**ROW, "type": "delivery", "text": "hnm-8-12", "state": "failed"}
    assert refusal_of(row) == "not_our_text"


def test_what_lies_in_the_future_is_refused() -> None:
    ahead = {**MESSAGE, "sent_at": (START + timedelta(hours=2)).isoformat()}
    assert refusal_of(ahead) == "in_the_future"
    assert event_of({**MESSAGE, "sent_at": (START + timedelta(minutes=9)).isoformat()})


BAD_ROWS = {
    "nothing": None,
    "a number": 7,
    "a list": [MESSAGE],
    "no kind": {**ROW, "message": "m1"},
    "an unknown kind": {**MESSAGE, "type": "zonnebloemtaart"},
    "a name that was not asked for": {**MESSAGE, "author_name": "zonnebloemtaart"},
    "a key of no field": {**MESSAGE, "zonnebloem taart": 1},
    "no writer": {name: value for name, value in MESSAGE.items() if name != "author"},
    "an empty writer": {**MESSAGE, "author": ""},
    "a writer with a space": {**MESSAGE, "author": "zonne bloemtaart"},
    "a writer without end": {**MESSAGE, "author": "a" * 201},
    "an id with a line in it": {**MESSAGE, "message": "m1\nm2"},
    "a number for an id": {**MESSAGE, "message": 1},
    "a day without a zone": {**MESSAGE, "sent_at": "2021-04-10T20:00:00"},
    "seconds for a day": {**MESSAGE, "sent_at": 1617000000},
    "no day at all": {**MESSAGE, "sent_at": "zonnebloemtaart"},
    "words without end": {**MESSAGE, "text": "x" * 20_001},
    "words that are none": {**MESSAGE, "text": {"zonnebloemtaart": 1}},
    "a place beyond the pole": {**MESSAGE, "lat": 91.0, "lon": 4.0},
    "a place in words": {**MESSAGE, "lat": "52", "lon": "4"},
    "an edit that is no edit": {**MESSAGE, "type": "edit", "revision": 0},
    "a revision that no database holds": {**MESSAGE, "type": "edit", "revision": 2**31},
    "half an edit": {**MESSAGE, "type": "edit", "revision": 1.5},
    "a choice in words": {**MESSAGE, "shared_with_municipality": "ja"},
    "pictures without end": {**MESSAGE, "media_count": 10**9},
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_is_named_and_the_rest_is_kept(row: Any) -> None:
    posted = partner.hear(connection(), knock(delivery(MESSAGE, row, MESSAGE)), START)
    assert [isinstance(heard, Heard) for heard in posted.heard] == [True, False, True]
    answer = json.loads(posted.answer.body)
    assert answer["taken"] == 2
    assert [one["row"] for one in answer["refused"]] == [1]
    assert "zonnebloem" not in json.dumps(answer)
    assert posted.answer.status == 200


DEEP = b'{"type":"hnm.events.v1","timestamp":"' + AT.encode() + b'","data":'
BAD_BODIES = {
    "nothing": b"",
    "no JSON": b"zonnebloemtaart",
    "half JSON": delivery(MESSAGE)[:-3],
    "not UTF-8": b'{"type":"\xff\xfe"}',
    "a list": b"[]",
    "null": b"null",
    "a number": b"1e999",
    "no number": DEEP + b"[NaN]}",
    "digits without end": DEEP + b"[" + b"9" * 5000 + b"]}",
    "lists in lists": DEEP + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "rows that are no list": DEEP + b"{}}",
    "another kind": delivery(MESSAGE, kind="hnm.text.v1"),
    "no moment": b'{"type":"hnm.events.v1","data":[]}',
    "too many rows": delivery(*[MESSAGE] * 501),
    "more than was asked": b'{"zonnebloemtaart":1,' + delivery(MESSAGE)[1:],
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_bad_body_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        partner.hear(connection(), knock(body), START)
    assert "zonnebloem" not in str(refused.value)


def test_half_an_emoji_is_left_out() -> None:
    body = delivery(MESSAGE).replace(b"ingebroken", b"inge\\ud83dbroken \\ud83d\\ude00\\u0000")
    (heard,) = partner.hear(connection(), knock(body), START).heard
    assert isinstance(heard, Heard)
    assert heard.event.text == BURGLARY.replace("ingebroken", "ingebroken 😀")


def test_no_rows_are_no_trouble() -> None:
    posted = partner.hear(connection(), knock(delivery()), START)
    assert json.loads(posted.answer.body) == {"taken": 0, "refused": []}


def test_the_signature_is_asked_before_anything_is_read() -> None:
    for body in BAD_BODIES.values():
        with pytest.raises(NotSigned):
            partner.hear(connection(), Knock(method="POST", query={}, headers={}, body=body), START)
    with pytest.raises(BadInput):
        signed = knock(b"")
        wrong = Knock(method="GET", query={}, headers=signed.headers, body=b"")
        partner.hear(connection(), wrong, START)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(SECRET) as opened:
        opened.clock = lambda: START
        yield opened


def outgoing(**values: Any) -> Outgoing:
    given = {"id": 12, "group": "g1", "text": "Dank u. Bel bij spoed 112.", "kind": "feedback"}
    return Outgoing(**{**given, **values})


def test_a_text_is_posted_signed_and_shown_once(endpoint: Endpoint) -> None:
    at = connection(endpoint=endpoint.address)
    for _ in range(2):
        assert partner.say(at, outgoing(reply_to="m1", to="a1"), START).reference == "hnm-7-12"
    (text,) = endpoint.texts.values()
    assert text == {
        "id": "hnm-7-12",
        "group": "g1",
        "text": "Dank u. Bel bij spoed 112.",
        "kind": "feedback",
        "reply_to": "m1",
        "to": "a1",
    }
    once = [request.headers["webhook-id"] for request in endpoint.requests]
    assert once == ["hnm-7-12", "hnm-7-12"]


def test_the_library_of_the_standard_knows_our_texts(endpoint: Endpoint) -> None:
    partner.say(connection(endpoint=endpoint.address), outgoing(), START)
    (request,) = endpoint.requests
    signed = Webhook(SECRET).sign("hnm-7-12", START, request.body.decode())
    assert request.headers["webhook-signature"] == signed
    assert request.headers["content-type"] == "application/json"


def test_a_kind_of_text_that_is_new_is_posted_too(endpoint: Endpoint) -> None:
    partner.say(connection(endpoint=endpoint.address), outgoing(kind="tip"), START)
    assert [text["kind"] for text in endpoint.texts.values()] == ["tip"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=429, headers={"Retry-After": "90"}), SourceBusy),
        (Answer(status=503), NetworkDown),
        (Answer(status=0), NetworkDown),
        (Answer(status=401), SecretRefused),
        (Answer(status=410), DeliveryError),
        (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), Exception),
    ],
)
def test_what_the_partner_does_not_take_is_named(
    endpoint: Endpoint, answer: Answer, error: type[Exception]
) -> None:
    with endpoint.failing(lambda method, path: answer), pytest.raises(error):
        partner.say(connection(endpoint=endpoint.address), outgoing(), START)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://app.example.nl/in",
        "https://10.0.0.8/in",
        "https://192.168.1.1/in",
        "https://169.254.169.254/latest",
        "https://[fd00::1]/in",
        "https://0.0.0.0/in",
        "https://naam:wachtwoord@app.example.nl/in",
        "file:///etc/passwd",
        "https://app.example.nl/in?secret=1",
    ],
)
def test_texts_leave_only_for_the_outside_and_over_https(address: str) -> None:
    with pytest.raises(BadSetting):
        partner.say(connection(endpoint=address), outgoing(), START)


@pytest.fixture
def town(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(sqlite_store, clock, tmp_path / "var")


@pytest.fixture
def shop(town: Neighbourhood, people: People) -> Iterator[tuple[Online, AppMaker]]:
    """A followed Hoplr neighbourhood, and the app's maker."""
    with Door(town.services, SOURCES) as door, app(door, "hoge-veld", shared=True) as maker:
        here = Online(town, "hoplr", hoplr, maker.settings, SECRET)
        here.founds("hoge-veld", people.ada)
        yield here, maker


def test_the_choice_is_stored_with_its_message_and_taking_it_back_erases(
    shop: tuple[Online, AppMaker], tmp_path: Path
) -> None:
    here, maker = shop
    message = maker.says("Anna", f"{BURGLARY} zonnebloemtaart")
    here.goes_on()
    with here.town.store.read() as connection:
        (told,) = connection.execute(sa.select(messages.c.told)).scalars()
    assert told == {"shared_at": maker.brought[0]["sent_at"]}
    maker.brings("unshare", message=message)
    here.goes_on()
    assert not any(here.town.stored())
    maker.post(maker.brought[:1])  # the app brings it once more
    here.goes_on()
    assert not any(here.town.stored())
    here.town.store.empty_log()
    assert not found_in(tmp_path, "zonnebloemtaart")


def test_what_was_not_shared_reaches_nothing_and_is_counted(
    shop: tuple[Online, AppMaker], tmp_path: Path
) -> None:
    here, maker = shop
    maker.shared = False
    maker.says("Anna", f"{BURGLARY} zonnebloemtaart")
    here.goes_on()
    assert here.town.stored() == []
    assert here.connection().counts == {"not_shared": 1}
    assert not found_in(tmp_path, "zonnebloemtaart")


def test_nobody_speaks_for_a_group_of_another_maker(town: Neighbourhood, people: People) -> None:
    with Door(town.services, SOURCES) as door, app(door, "straat-7") as ours:
        here = Online(town, "partner", partner, ours.settings, SECRET)
        here.founds("straat-7", people.ada)
        with town.store.unit() as unit:
            sealed = town.services.vault.seal_original(SECRET)
            other = unit.connections.add(
                town.pilot.id, "partner", "B", "ada", settings={}, sealed_secret=sealed
            )
            unit.connections.change(other, enabled=True)
        door.connection_id = other
        ours.says("Anna", BURGLARY)
        here.goes_on()
        assert town.stored() == []
        door.connection_id = here.connection_id
        ours.says("Anna", BURGLARY)
        here.goes_on()
        assert town.stored() == [BURGLARY]


def test_the_door_counts_what_is_not_signed_and_says_nothing_of_why(
    shop: tuple[Online, AppMaker], caplog: Any
) -> None:
    here, maker = shop
    wrong = "whsec_" + base64.b64encode(b"another secret of thirty-two byte").decode()
    client = reference_client().Client(maker.address, wrong, now=lambda: maker.now().timestamp())
    with pytest.raises(Exception, match="401"):
        client.post([{**SHARED, "text": "zonnebloemtaart"}])
    assert here.connection().counts == {"unsigned": 1}
    assert "zonnebloemtaart" not in caplog.text


class Scripted:
    """A door that answers as it is told, one answer a request."""

    def __init__(self, *answers: Answer) -> None:
        self.endpoint = Endpoint(SECRET)
        self.answers = list(answers)
        self.endpoint.respond = lambda asked: self.answers.pop(0)  # type: ignore[method-assign]


KEPT = Answer(status=200, body=b'{"taken": 1, "refused": []}')


def test_the_reference_client_tries_again_under_the_same_id() -> None:
    script = Scripted(
        Answer(status=503),
        Answer(status=429, headers={"Retry-After": "77"}),
        Answer(status=0),
        KEPT,
    )
    waited: list[float] = []
    with script.endpoint as there:
        client = reference_client().Client(there.address, SECRET, wait=waited.append)
        assert client.post([MESSAGE]) == []
    assert waited == [1, 77, 30]
    assert len({request.headers["webhook-id"] for request in there.requests}) == 1


def test_the_reference_client_stops_when_it_is_refused_or_nobody_answers() -> None:
    client = reference_client()
    with Scripted(Answer(status=400, body=b'{"error": "body"}')).endpoint as there:
        with pytest.raises(client.Refused, match="400 body"):
            client.Client(there.address, SECRET, wait=lambda _: None).post([MESSAGE])
        assert len(there.requests) == 1
    with pytest.raises(ConnectionError):
        client.Client(there.address, SECRET, wait=lambda _: None).post([MESSAGE])


def test_the_reference_client_posts_many_rows_in_parts_and_numbers_them() -> None:
    refused = b'{"taken": 0, "refused": [{"row": 1, "why": "x"}]}'
    with Scripted(KEPT, Answer(status=200, body=refused)).endpoint as there:
        client = reference_client().Client(there.address, SECRET, wait=lambda _: None)
        assert client.post([MESSAGE] * 502) == [{"row": 501, "why": "x"}]
    assert [len(json.loads(request.body)["data"]) for request in there.requests] == [500, 2]


def test_the_vectors_in_the_document_are_right() -> None:
    text = (ROOT / "docs/partner-webhook.md").read_text(encoding="utf-8")
    vector = dict(
        line.split(": ", 1) for line in text.split("```vector\n")[1].split("\n```")[0].splitlines()
    )
    body = vector["body"].encode()
    mine = reference_client().sign(
        vector["secret"], vector["webhook-id"], int(vector["webhook-timestamp"]), body
    )
    assert mine == vector["webhook-signature"]
    signed = Webhook(vector["secret"])
    at = START.fromtimestamp(int(vector["webhook-timestamp"]), START.tzinfo)
    assert signed.sign(vector["webhook-id"], at, vector["body"]) == mine
    assert httpx.Headers({"webhook-signature": mine})


def found_in(folder: Path, word: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes() for form in forms(word))]
