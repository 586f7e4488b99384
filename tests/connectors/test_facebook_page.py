"""Our Facebook Page: what people write there, change and take back; and an answer, once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.sources import facebook_page
from core.domain import Event, EventKind
from core.errors import BadInput, BadSetting, DeliveryError, NotSigned, SentUnsure, SourceError
from core.ports import Connection, Heard, Knock, Outgoing
from tests.connectors.meta import APP_SECRET, AT, TOKEN, knock
from tests.servers.fake_graph import FakeGraph

PAGE = "286247441793403"
POST = f"{PAGE}_288731331545014"
COMMENT = "288731331545014_288738774877603"
AUTHOR = "1914154345481707"
STAMP = int(AT.timestamp())


def connection(**settings: str) -> Connection:
    given = {"page_id": PAGE, "verify_token": "zeg het maar"}
    return Connection(
        id=3,
        pilot_id=1,
        source="facebook_page",
        name="Onze pagina",
        settings={**given, **settings},
        secret=f"{APP_SECRET} {TOKEN}",
    )


def comment(verb: str = "add", **more: Any) -> dict[str, Any]:
    given = {
        "item": "comment",
        "verb": verb,
        "comment_id": COMMENT,
        "post_id": POST,
        "parent_id": POST,
        "from": {"id": AUTHOR, "name": "Anna Vuurdoorn"},
        "created_time": STAMP,
        "message": "ingebroken op de Bostonsingel 36",
    }
    return {**given, **more}


def heard(*values: Any, page: str = PAGE, time: Any = STAMP + 60) -> list[Heard | SourceError]:
    changes = [{"field": "feed", "value": value} for value in values]
    body = {"object": "page", "entry": [{"id": page, "time": time, "changes": changes}]}
    return list(facebook_page.hear(connection(), knock(body), AT).heard)


def event(value: Any, **more: Any) -> Event:
    (found,) = heard(value, **more)
    assert isinstance(found, Heard)
    assert found.group == "public"
    return found.event


def test_a_comment_at_our_page_is_a_public_message() -> None:
    assert event(comment()) == Event(
        kind=EventKind.MESSAGE,
        native_id=COMMENT,
        author=AUTHOR,
        sent_at=AT,
        text="ingebroken op de Bostonsingel 36",
        reply_to=POST,
    )


@pytest.mark.parametrize("item", ["post", "status", "photo", "video"])
def test_what_a_visitor_posts_is_a_message_too(item: str) -> None:
    post = comment(item=item, photo="https://scontent.example/1.jpg")
    del post["comment_id"], post["parent_id"]
    found = event(post)
    assert (found.native_id, found.reply_to, found.media_count) == (POST, None, 1)


@pytest.mark.parametrize("time", [STAMP + 60, (STAMP + 60) * 1000])
def test_an_edit_counts_by_when_it_was_made(time: int) -> None:
    found = event(comment("edited", message="Bostonsingel 38"), time=time)
    assert (found.kind, found.native_id, found.text) == (EventKind.EDIT, COMMENT, "Bostonsingel 38")
    assert found.revision == STAMP + 60


def test_what_is_removed_is_erased_without_asking_by_whom() -> None:
    removed = {"item": "comment", "verb": "remove", "comment_id": COMMENT, "post_id": POST}
    found = event(removed)
    assert (found.kind, found.native_id, found.text) == (EventKind.DELETE, COMMENT, "")


@pytest.mark.parametrize(
    "value",
    [
        comment(item="reaction", reaction_type="like"),
        comment(item="like"),
        comment("hide"),
        comment("unhide"),
        comment(**{"from": {"id": PAGE, "name": "Meldpunt"}}),
    ],
)
def test_likes_hiding_and_our_own_words_are_nothing(value: dict[str, Any]) -> None:
    assert heard(value) == []


def test_a_command_at_our_page_is_obeyed_as_everywhere() -> None:
    assert event(comment(message="stop")).text == "!hnm stop"
    assert event(comment(message="help er is ingebroken")).text == "help er is ingebroken"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({}, "item"),
        (comment(**{"from": None}), "object"),
        (comment(**{"from": {}}), "id"),
        (comment(comment_id="x" * 300), "comment_id"),
        (comment(created_time="gisteren"), "created_time"),
        (comment(message=["a"]), "message"),
        ("feed", "object"),
        (None, "object"),
    ],
)
def test_half_a_comment_is_a_bad_row_and_the_rest_is_kept(value: Any, why: str) -> None:
    bad, good = heard(value, comment())
    assert isinstance(bad, SourceError)
    assert bad.params["why"] == why
    assert isinstance(good, Heard)


def test_another_page_of_the_same_app_is_not_read() -> None:
    (row,) = heard(comment(), page="999")
    assert isinstance(row, SourceError)
    assert row.params["why"] == "other_page"


def test_only_what_meta_signed_is_read_and_only_of_pages() -> None:
    body = {"object": "page", "entry": []}
    with pytest.raises(NotSigned):
        facebook_page.hear(connection(), knock(body, secret="another secret of 32 chars long"), AT)
    with pytest.raises(BadInput):
        facebook_page.hear(connection(), knock({**body, "object": "user"}), AT)
    with pytest.raises(BadSetting):
        facebook_page.hear(connection(page_id="onze pagina"), knock(body), AT)
    asked = {"hub.mode": "subscribe", "hub.verify_token": "zeg het maar", "hub.challenge": "1158"}
    greeted = Knock(method="GET", query=asked, headers={}, body=b"")
    assert facebook_page.hear(connection(), greeted, AT).answer.body == b"1158"


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph(TOKEN, PAGE) as opened:
        opened.comments.add(COMMENT)
        yield opened


def say(graph: FakeGraph, text: str = "Dank u. Bel 112 bij spoed.", **more: Any) -> str:
    given: dict[str, Any] = {"id": 9, "group": "public:3", "kind": "reply", "reply_to": COMMENT}
    account = connection(graph_address=graph.address)
    return facebook_page.say(account, Outgoing(text=text, **given | more), AT).reference


def test_an_answer_stands_under_what_it_answers(graph: FakeGraph) -> None:
    assert say(graph) == f"{COMMENT}_0"
    (sent,) = graph.sent
    assert (sent.to, sent.text) == (COMMENT, "Dank u. Bel 112 bij spoed.")


def test_an_answer_that_may_have_arrived_is_looked_for_before_it_is_given_again(
    graph: FakeGraph,
) -> None:
    given = FakeGraph._comment

    def lost(self: FakeGraph, *asked: Any) -> Any:
        self.forgets_answers = True
        return given(self, *asked)

    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(FakeGraph, "_comment", lost)
        with pytest.raises(SentUnsure):
            say(graph)
    graph.forgets_answers = False
    assert say(graph) == f"{COMMENT}_0"
    assert len(graph.sent) == 1


@pytest.mark.parametrize("about", [None, "", "../me", "1_2_3_4", "12?x=1"])
def test_what_answers_nothing_is_said_to_nobody(graph: FakeGraph, about: str | None) -> None:
    with pytest.raises(DeliveryError) as refused:
        say(graph, reply_to=about)
    assert refused.value.permanent
    assert graph.asked == []


def test_an_answer_to_what_is_gone_fails_for_good(graph: FakeGraph) -> None:
    graph.comments.clear()
    with pytest.raises(DeliveryError) as refused:
        say(graph)
    assert refused.value.permanent
