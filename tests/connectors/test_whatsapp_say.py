"""What we say through the WhatsApp number: in its 24 hours, after them, once, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from connectors.housekeeping import keep_house
from connectors.sources import whatsapp_cloud
from core.errors import (
    BadSetting,
    DeliveryError,
    HNMError,
    NetworkDown,
    SecretRefused,
    SentUnsure,
    SourceBusy,
    WindowClosed,
)
from core.live_groups import announce
from core.ports import Outgoing
from core.store import Store
from core.store.tables import outbox, reply_windows
from tests.connectors import meta
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.servers.door import Door
from tests.servers.fake_graph import FakeGraph
from tests.servers.online import Online
from tests.timepiece import Timepiece

ANNA, PIET = meta.ANNA, meta.PIET
NOW = datetime.now(UTC)
TEXT = "Dank u.\nBel 112 bij spoed."
TEMPLATE = {("hnm_bericht", "nl"): "Bericht van Het Nieuwe Melden: {{1}}"}
SETTINGS = {"phone_number_id": meta.PHONE_ID, "verify_token": "zeg het maar"}
BURGLARY = "ingebroken op de Bostonsingel {}"


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph(meta.TOKEN, meta.PHONE_ID) as opened:
        opened.groups[meta.GROUP] = {"subject": "Buren"}
        opened.templates = dict(TEMPLATE)
        yield opened


def outgoing(**more: Any) -> Outgoing:
    given = Outgoing(
        id=41, group="line:7", text=TEXT, kind="reply", to=ANNA["user_id"], reply_to="wamid.0"
    )
    return replace(given, **more)


def say(graph: FakeGraph, what: Outgoing, **settings: str) -> str:
    account = meta.connection(graph_address=graph.address, **settings)
    return whatsapp_cloud.say(account, what, NOW).reference


def soon() -> datetime:
    return NOW + timedelta(hours=1)


def test_within_the_window_words_are_free_and_answer_the_message(graph: FakeGraph) -> None:
    graph.wrote(ANNA["user_id"])
    assert say(graph, outgoing(answer_until=soon())) == "wamid.ours0"
    (sent,) = graph.sent
    assert (sent.to, sent.text, sent.answers) == (ANNA["user_id"], TEXT, "wamid.0")
    assert (sent.is_group, sent.mark, sent.template) == (False, "hnm-7-41", "")


def test_who_has_no_id_with_us_is_written_to_by_number(graph: FakeGraph) -> None:
    graph.wrote(ANNA["wa_id"])
    say(graph, outgoing(to=ANNA["wa_id"], answer_until=soon()))
    assert graph.sent[0].to == ANNA["wa_id"]


@pytest.mark.parametrize("until", [None, NOW - timedelta(seconds=1)])
def test_after_the_window_the_template_says_it_on_one_line(
    graph: FakeGraph, until: datetime | None
) -> None:
    say(graph, outgoing(answer_until=until), template="hnm_bericht", template_language="nl")
    (sent,) = graph.sent
    assert sent.text == "Bericht van Het Nieuwe Melden: Dank u. Bel 112 bij spoed."
    assert sent.template == "hnm_bericht"


def test_after_the_window_without_a_template_nothing_is_said_and_why_is_told(
    graph: FakeGraph,
) -> None:
    with pytest.raises(WindowClosed) as refused:
        say(graph, outgoing())
    assert (refused.value.permanent, refused.value.code) == (True, "error.window_closed")
    assert graph.asked == []


def test_the_networks_own_clock_decides_whether_the_window_is_open(graph: FakeGraph) -> None:
    say(graph, outgoing(answer_until=soon()), template="hnm_bericht")
    assert [sent.template for sent in graph.sent] == ["hnm_bericht"]
    with pytest.raises(WindowClosed):
        say(graph, outgoing(answer_until=soon()))


def test_a_group_is_written_to_as_a_group(graph: FakeGraph) -> None:
    graph.wrote(meta.GROUP)
    say(graph, outgoing(group=meta.GROUP, to=None))
    assert (graph.sent[0].to, graph.sent[0].is_group) == (meta.GROUP, True)


def test_who_joined_and_never_wrote_is_told_in_the_group(graph: FakeGraph) -> None:
    graph.wrote(meta.GROUP)
    say(graph, outgoing(group=meta.GROUP, kind="notice"))
    say(graph, outgoing(group=meta.GROUP, kind="notice"), template="hnm_bericht")
    assert [sent.to for sent in graph.sent] == [meta.GROUP, ANNA["user_id"]]


def test_a_line_is_nobody_and_a_text_has_its_longest(graph: FakeGraph) -> None:
    graph.wrote(ANNA["user_id"])
    for what in (
        outgoing(to=None),
        outgoing(to=None, group="wanted:Buren"),
        outgoing(text="a" * 4097, answer_until=soon()),
    ):
        with pytest.raises(DeliveryError) as refused:
            say(graph, what)
        assert refused.value.permanent
    with pytest.raises(DeliveryError):
        say(graph, outgoing(text="a" * 1025), template="hnm_bericht")
    say(graph, outgoing(text="a" * 4096, answer_until=soon()))
    assert len(graph.sent) == 1


def test_what_whatsapp_has_no_id_for_is_not_named_as_answered(graph: FakeGraph) -> None:
    graph.wrote(ANNA["user_id"])
    preference = f"preference:{ANNA['user_id']}:1700000000"
    say(graph, outgoing(reply_to=preference, answer_until=soon()))
    assert graph.sent[0].answers is None


@pytest.mark.parametrize(
    ("status", "code", "error", "after_s"),
    [
        (401, 190, SecretRefused, None),
        (400, 190, SecretRefused, None),
        (400, 10, SecretRefused, None),
        (400, 130429, SourceBusy, 60.0),
        (400, 131056, SourceBusy, 10.0),
        (400, 131048, SourceBusy, 3600.0),
        (400, 80007, SourceBusy, 300.0),
        (429, 4, SourceBusy, 5.0),
        (400, 131047, WindowClosed, None),
        (400, 131026, DeliveryError, None),
        (400, 131050, DeliveryError, None),
        (400, 100, DeliveryError, None),
        (400, 131000, SentUnsure, None),
        (500, 131000, SentUnsure, None),
        (503, 2, SentUnsure, None),
    ],
)
def test_metas_errors_have_names_here(
    graph: FakeGraph, status: int, code: int, error: type[HNMError], after_s: float | None
) -> None:
    graph.wrote(ANNA["user_id"])
    with graph.failing(status, code), pytest.raises(error) as raised:
        say(graph, outgoing(answer_until=soon()))
    if after_s is not None:
        assert raised.value.params["after_s"] == after_s
    if isinstance(raised.value, DeliveryError):
        assert raised.value.permanent


def test_an_answer_that_is_lost_leaves_us_unsure_and_no_connection_does_not() -> None:
    with FakeGraph(meta.TOKEN, meta.PHONE_ID) as graph:
        graph.wrote(ANNA["user_id"])
        with graph.losing_answers(), pytest.raises(SentUnsure):
            say(graph, outgoing(answer_until=soon()))
        assert len(graph.sent) == 1
    with pytest.raises(NetworkDown):
        say(graph, outgoing(answer_until=soon()))


def test_a_connection_that_is_half_set_up_says_nothing(graph: FakeGraph) -> None:
    for settings in ({"phone_number_id": "../me"}, {"graph_address": "http://example.org"}):
        account = meta.connection(**{"graph_address": graph.address, **settings})
        with pytest.raises(BadSetting):
            whatsapp_cloud.say(account, outgoing(answer_until=soon()), NOW)


class Line:
    """The report line of a neighbourhood: residents write to it, the product goes on."""

    def __init__(self, town: Neighbourhood, door: Door, graph: FakeGraph, people: People) -> None:
        self.graph, self.door = graph, door
        settings = {**SETTINGS, "graph_address": graph.address}
        secret = f"{meta.APP_SECRET} {meta.TOKEN}"
        self.here = Online(town, "whatsapp_cloud", whatsapp_cloud, settings, secret)
        self.here.founds("line", people.ada)
        self._count = 0

    def brings(self, change: dict[str, Any]) -> int:
        knock = meta.knock(meta.brought(change))
        posted = httpx.post(self.door.knock_address, content=knock.body, headers=knock.headers)
        return posted.status_code

    def writes(self, words: str, by: dict[str, str] = ANNA, kind: str = "text", **more: Any) -> str:
        self._count += 1
        id_ = more.pop("id", f"wamid.{self._count}")
        content = more or {"text": {"body": words}}
        said = meta.message(kind, id=id_, by=by, **content)
        at = self.here.town.clock()
        self.graph.wrote(*by.values(), at=at)
        change = meta.written({**said, "timestamp": str(int(at.timestamp()))}, by=by)
        assert self.brings(change) == 200
        return id_

    def hears(self, state: str, of: str, mark: str, errors: Any = ()) -> None:
        row = {"id": of, "status": state, "timestamp": str(int(NOW.timestamp()))}
        row |= {"recipient_id": ANNA["wa_id"], "biz_opaque_callback_data": mark}
        assert self.brings(meta.change(statuses=[{**row, "errors": list(errors)}])) == 200

    def goes_on(self) -> list[str]:
        self.here.goes_on()
        return self.here.town.stored()

    def to(self, who: dict[str, str]) -> list[str]:
        return [sent.text for sent in self.graph.sent if sent.to in who.values()]

    def rows(self) -> list[Any]:
        with self.here.town.store.read() as connection:
            return list(connection.execute(sa.select(outbox).order_by(outbox.c.id)))


@pytest.fixture
def line(
    sqlite_store: Store, clock: Timepiece, tmp_path: Path, graph: FakeGraph, people: People
) -> Iterator[Line]:
    town = Neighbourhood(sqlite_store, clock, tmp_path / "var")
    with Door(town.services, {"whatsapp_cloud": whatsapp_cloud}) as door:
        yield Line(town, door, graph, people)


def test_a_message_to_the_number_is_a_report_and_the_first_answer_says_who_reads(
    line: Line,
) -> None:
    line.writes(BURGLARY.format(36))
    line.writes("hallo", by=PIET)
    assert line.goes_on() == [BURGLARY.format(36)]
    line.writes(BURGLARY.format(38))
    assert line.goes_on() == [BURGLARY.format(36), BURGLARY.format(38)]
    for who in (ANNA, PIET):
        (greeting,) = line.to(who)
        assert "politie en gemeente" in greeting
        assert "112" in greeting


def test_commands_are_plain_words_and_who_says_stop_is_left_alone(line: Line) -> None:
    line.writes("Stop.")
    line.goes_on()
    (confirmed,) = line.to(ANNA)
    assert "politie en gemeente" not in confirmed
    line.writes(BURGLARY.format(36))
    assert line.goes_on() == []
    line.writes("start")
    line.writes(BURGLARY.format(38))
    assert line.goes_on() == [BURGLARY.format(38)]


def test_until_when_somebody_may_be_answered_is_known_without_their_number(
    line: Line, tmp_path: Path
) -> None:
    line.writes(BURGLARY.format(36))
    line.goes_on()
    assert len(line.to(ANNA)) == 1
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    for number in ANNA.values():
        assert not any(number.encode() in path.read_bytes() for path in files)


def test_after_a_day_of_silence_the_window_is_over_and_forgotten(line: Line) -> None:
    line.writes(BURGLARY.format(36))
    line.goes_on()
    assert windows(line) == 1
    line.here.later(hours=25)
    keep_house(line.here.town.services)
    assert windows(line) == 0


def windows(line: Line) -> int:
    with line.here.town.store.read() as connection:
        return connection.execute(
            sa.select(sa.func.count()).select_from(reply_windows)
        ).scalar_one()


def test_an_old_message_that_is_brought_late_opens_no_window(line: Line) -> None:
    line.here.later(hours=-30)
    change = meta.written(meta.text(BURGLARY.format(36)))
    old = str(int((datetime.now(UTC) - timedelta(hours=30)).timestamp()))
    change["value"]["messages"][0]["timestamp"] = old
    line.here.later(hours=30)
    line.brings(change)
    line.goes_on()
    assert [row.error for row in line.rows()] == ["error.window_closed"]
    assert line.to(ANNA) == []


def test_a_text_of_which_the_answer_was_lost_is_not_said_twice_once_its_status_is_there(
    line: Line,
) -> None:
    line.writes("hallo")
    with line.graph.losing_answers():
        line.goes_on()
    (row,) = line.rows()
    assert (row.state, row.error) == ("queued", "error.sent_unsure")
    (sent,) = line.graph.sent
    line.hears("sent", sent.id, sent.mark)
    line.hears("delivered", sent.id, sent.mark)
    line.here.later(minutes=30)
    line.goes_on()
    (row,) = line.rows()
    assert (row.state, row.reference, row.seen_state) == ("delivered", sent.id, "delivered")
    assert len(line.graph.sent) == 1


def test_a_text_that_was_lost_without_a_status_is_said_again_after_five_minutes(
    line: Line,
) -> None:
    line.writes("hallo")
    with line.graph.losing_answers():
        line.goes_on()
    line.here.later(minutes=4)
    line.goes_on()
    assert len(line.graph.sent) == 1
    line.here.later(minutes=2)
    line.goes_on()
    assert [row.state for row in line.rows()] == ["delivered"]
    assert len(line.graph.sent) == 2  # the network cannot be asked: this is what remains


def test_a_status_of_another_connections_text_settles_nothing(line: Line) -> None:
    line.writes("hallo")
    with line.graph.losing_answers():
        line.goes_on()
    (sent,) = line.graph.sent
    for mark in ("hnm-2-1", "hnm-1-99", "1", ""):
        line.hears("sent", sent.id, mark)
    assert [row.state for row in line.rows()] == ["queued"]


def test_a_text_that_failed_on_its_way_is_seen_to_have_failed(line: Line) -> None:
    line.writes("hallo")
    line.goes_on()
    (sent,) = line.graph.sent
    line.hears("failed", sent.id, sent.mark, [{"code": 131047}])
    (row,) = line.rows()
    assert (row.state, row.error, row.seen_state) == ("failed", "network_131047", "failed")


def test_what_is_revoked_is_gone(line: Line) -> None:
    first = line.writes(BURGLARY.format(36))
    assert line.goes_on() == [BURGLARY.format(36)]
    line.writes("", kind="revoke", revoke={"original_message_id": first})
    assert not any(line.goes_on())


def test_a_line_is_not_told_as_a_group(line: Line) -> None:
    with line.here.town.store.unit() as unit:
        announce(line.here.group().id, "announcement", unit)
    line.goes_on()
    assert [row.state for row in line.rows()] == ["failed"]
