"""Bluesky: what is ours to read, at its own servers; what bad servers answer; what we say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources import _bluesky_server
from connectors.sources import bluesky as source
from connectors.sources._bluesky_posts import Reader, key_of, record_of
from connectors.sources._open_posts import NotAPost
from core.domain import Event
from core.errors import (
    AnswerUnreadable,
    BadSetting,
    DeliveryError,
    NetworkDown,
    SecretRefused,
    SourceError,
)
from core.ports import Connection, Heard, Outgoing
from tests.servers.bluesky_network import Account, BlueskyNetwork, marked
from tests.servers.fake import Asked, Fake, Wrong
from tests.servers.gate import Answer, Gate
from tests.servers.live_bluesky import MENTION, TAG, Public

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)
ME, ANNA = "did:plc:melden", "did:plc:anna"
READER = Reader(me=ME, handle="melden.veld.example", tags=("meldveld",))


@dataclass(slots=True)
class Ours:
    """Our account, listening by hand."""

    connection: Connection
    cursor: str | None = None
    bad: list[SourceError] = field(default_factory=list)

    def hears(self) -> list[Event]:
        listened = source.listen(self.connection, self.cursor, datetime.now(UTC))
        self.cursor = listened.cursor
        self.bad += [one for one in listened.heard if isinstance(one, SourceError)]
        return [one.event for one in listened.heard if isinstance(one, Heard)]

    def looks_again(self, *posts: str) -> list[tuple[str, str]]:
        found = source.look_again(self.connection, self.cursor, posts, NOW).heard
        events = [one.event for one in found if isinstance(one, Heard)]
        return [(event.native_id, event.kind.value) for event in events]

    def says(self, text: str, **more: Any) -> str:
        outgoing = Outgoing(id=more.pop("id", 1), group="public:7", text=text, kind="reply", **more)
        return source.say(self.connection, outgoing, datetime.now(UTC)).reference


def connection(settings: Any, secret: str) -> Connection:
    return Connection(
        id=7, pilot_id=1, source="bluesky", name="Ons account", settings=settings, secret=secret
    )


@pytest.fixture
def gate(bluesky: BlueskyNetwork) -> Iterator[Gate]:
    with Gate(bluesky.address) as opened:
        yield opened


@pytest.fixture
def there(bluesky: BlueskyNetwork, gate: Gate) -> Public:
    return Public(bluesky, gate)


@pytest.fixture
def anna(there: Public) -> Account:
    return there.who("Anna")


@pytest.fixture
def ours(there: Public) -> Ours:
    found = Ours(connection(there.settings, there.secret))
    found.hears()
    return found


def test_a_tag_and_a_mention_are_heard_once_and_nothing_else(
    ours: Ours, there: Public, anna: Account
) -> None:
    anna.posts("brand, maar niet aan ons")
    named = there.says("Anna", "fiets gestolen 🚲")
    tagged = there.says("Piet", "inbraak 😱 op de Bostonsingel")
    assert [(event.native_id, event.text, event.author) for event in ours.hears()] == [
        (named, "fiets gestolen 🚲", anna.did),
        (tagged, "inbraak 😱 op de Bostonsingel", there.who("Piet").did),
    ]
    assert ours.hears() == []


def test_what_was_posted_before_we_were_there_stays_unread(there: Public) -> None:
    there.says("Piet", "van vroeger")
    there.says("Anna", "ook van vroeger")
    late = Ours(connection(there.settings, there.secret))
    assert late.hears() == []
    there.says("Piet", "van nu")
    assert [event.text for event in late.hears()] == ["van nu"]


def test_looking_again_finds_what_is_deleted_and_accounts_that_went_away(
    ours: Ours, there: Public
) -> None:
    stays, deleted = there.says("Anna", "inbraak 1"), there.says("Anna", "inbraak 2")
    left = there.says("Nina", "inbraak 3")
    there.deletes("Anna", deleted)
    there.who("Nina").post("com.atproto.server.deactivateAccount")
    Account._until(lambda: left not in there.us.sees(left))
    assert ours.looks_again(stays, deleted, left) == [(deleted, "delete"), (left, "delete")]


def test_half_an_answer_makes_nothing_gone(ours: Ours, there: Public, gate: Gate) -> None:
    posts = [there.says("Anna", f"inbraak {number}") for number in range(3)]
    gate.after = lambda method, path, body: b'{"posts":[]}' if path.count("uris=") > 1 else body
    assert ours.looks_again(*posts) == []


def test_an_answer_stands_under_the_post_with_its_root_and_is_said_once(
    ours: Ours, there: Public, anna: Account
) -> None:
    first = there.says("Anna", "inbraak")
    second = there.says("Piet", "hier ook", answers=first)
    reference = ours.says("We kijken ernaar: https://denhaag.nl/meld.", reply_to=second)
    assert ours.says("We kijken ernaar: https://denhaag.nl/meld.", reply_to=second) == reference
    (post,) = there.us.wrote()
    reply = post["value"]["reply"]
    assert (reply["root"]["uri"], reply["parent"]["uri"]) == (first, second)
    (link,) = post["value"]["facets"]
    assert link["features"][0]["uri"] == "https://denhaag.nl/meld"
    assert anna.get("app.bsky.feed.getPostThread", uri=first)["thread"]["replies"]


def test_a_long_text_becomes_a_thread_with_the_rule_of_112_at_its_end(
    ours: Ours, there: Public
) -> None:
    first = there.says("Anna", "inbraak")
    ours.says(f"{'We komen langs. ' * 40}Bij spoed: bel 112.", reply_to=first)
    (thread,) = there.read()
    assert thread.answers == first
    assert thread.text.endswith("Bij spoed: bel 112.")
    assert len(there.us.wrote()) > 1


def test_everybody_is_written_to_with_the_tag_and_nobody_alone(ours: Ours, there: Public) -> None:
    ours.says("Zet uw fiets op slot.")
    (post,) = there.us.wrote()
    assert post["value"]["text"] == f"Zet uw fiets op slot.\n\n#{there.tag}"
    assert post["value"]["facets"][0]["features"][0]["tag"] == there.tag
    with pytest.raises(DeliveryError):
        ours.says("Alleen voor u.", to=there.who("Anna").did)


def test_an_answer_to_what_is_gone_is_given_up(ours: Ours, there: Public) -> None:
    first = there.says("Anna", "inbraak")
    there.deletes("Anna", first)
    with pytest.raises(DeliveryError) as failed:
        ours.says("We kijken ernaar.", reply_to=first)
    assert failed.value.permanent


def test_a_session_is_kept_renewed_and_begun_anew(
    ours: Ours, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sign_ins() -> tuple[int, int]:
        paths = [path for _, path in gate.asked]
        return sum("createSession" in p for p in paths), sum("refreshSession" in p for p in paths)

    assert sign_ins() == (1, 0)
    stale = Answer.json(400, error="ExpiredToken", message="Token has expired")
    waiting = [stale]
    gate.fault = lambda method, path: waiting.pop() if waiting and "list" in path else None
    ours.hears()
    assert sign_ins() == (1, 1)
    monkeypatch.setattr(_bluesky_server, "_SESSIONS", {})
    ours.hears()
    assert sign_ins() == (2, 1)


def test_a_wrong_password_is_named(there: Public) -> None:
    with pytest.raises(SecretRefused):
        source.listen(connection(there.settings, "verkeerd"), None, NOW)


def test_nobodys_posts_or_profile_are_ever_asked_for(ours: Ours, there: Public, gate: Gate) -> None:
    first = there.says("Anna", "inbraak")
    ours.hears()
    ours.looks_again(first)
    ours.says("We kijken ernaar.", reply_to=first)
    names = {path.partition("?")[0].rpartition("/")[2] for _, path in gate.asked}
    assert names <= {
        "com.atproto.server.createSession",
        "app.bsky.notification.listNotifications",
        "app.bsky.feed.searchPosts",
        "app.bsky.feed.getPosts",
        "com.atproto.repo.getRecord",
        "com.atproto.repo.createRecord",
    }


class HalfPds(Fake):
    """A server that signs us in and then says what a test wants."""

    told: Any = None

    def respond(self, asked: Asked) -> Answer:
        if "Session" in asked.path:
            return Answer.json(200, did=ME, accessJwt="a", refreshJwt="r")
        if isinstance(self.told, Exception):
            raise self.told
        return Answer(body=json.dumps(self.told).encode())


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ([], AnswerUnreadable),
        ({"notifications": 7}, AnswerUnreadable),
        (Wrong(502, error="UpstreamFailure"), NetworkDown),
        (Wrong(400, error="InvalidRequest"), DeliveryError),
        (Wrong(400, error="ExpiredToken"), DeliveryError),
    ],
)
def test_what_a_bad_server_says_has_a_name(told: Any, error: type[Exception]) -> None:
    with HalfPds() as server:
        server.told = told
        one = connection(settings_of(server), "geheim")
        with pytest.raises(error):
            source.listen(one, None, NOW)
        if isinstance(told, dict):
            with pytest.raises(AnswerUnreadable):
                source.look_again(one, None, ["at://x"], NOW)


def settings_of(server: Fake) -> dict[str, str]:
    return {
        "pds": server.address,
        "handle": "melden.test",
        "tags": "meldveld",
        "seconds_apart": "0",
        "look_again_minutes": "10",
    }


def test_more_than_can_be_read_is_a_gap_and_a_bad_row_is_noted() -> None:
    posts = [view(uri=f"at://{ANNA}/app.bsky.feed.post/k{number}") for number in range(3)]
    posts[1]["indexedAt"] = "gisteren"
    with HalfPds() as server:
        server.told = {"notifications": [], "posts": posts, "cursor": "verder"}
        one = Ours(connection(settings_of(server), "geheim"))
        one.cursor = str(source.Reached(me=ME, begun=NOW - timedelta(days=1)))
        assert len(one.hears()) == 2
        assert {error.params["why"] for error in one.bad} == {"gap", "indexedat"}
        assert len(one.hears()) == 0


@pytest.mark.parametrize(
    "address", ["http://bsky.social", "https://u:p@bsky.social", "", "ftp://x"]
)
def test_an_unsafe_address_is_refused(address: str) -> None:
    settings = {"pds": address, "handle": "m", "tags": "meldveld", "seconds_apart": "0"}
    with pytest.raises(BadSetting):
        source.listen(connection(settings, "geheim"), None, NOW)


def view(text: str = "brand op de Osloweg 2 #meldveld", **more: Any) -> dict[str, Any]:
    """A post as the AppView gives it."""
    record = {"text": text, "createdAt": "2026-04-10T17:00:00Z", **more.pop("record", {})}
    author = {"did": ANNA, "labels": [], **more.pop("author", {})}
    found = {"uri": f"at://{ANNA}/app.bsky.feed.post/3k", "record": record, "author": author}
    return found | {"indexedAt": "2026-04-10T17:00:01Z", "labels": []} | more


def test_a_mention_is_taken_off_by_its_place_in_bytes() -> None:
    text = "@melden 🚨 brand in de flat"
    facet = marked(text, "@melden", type=MENTION, did=ME)
    found = READER.post(view(text, record={"facets": [facet]}))
    assert found is not None
    assert found.text == "🚨 brand in de flat"


@pytest.mark.parametrize("place", [(0, 10**9), (-5, 3), (9, 10), (True, 7), ("0", "7"), (7, 0)])
def test_a_facet_at_a_wrong_place_breaks_nothing(place: tuple[Any, Any]) -> None:
    text = "🚨🚨🚨 brand #meldveld"
    facet = marked(text, "brand", type=MENTION, did=ME)
    facet["index"] = {"byteStart": place[0], "byteEnd": place[1]}
    found = READER.post(view(text, record={"facets": [facet, 7, {"features": "x"}]}))
    assert found is not None


def test_who_asks_not_to_be_shown_to_all_is_read_only_when_they_address_us() -> None:
    shy = {"labels": [{"val": "!no-unauthenticated"}]}
    assert READER.post(view(author=shy)) is None
    assert READER.post(view(author=shy), told_us=True) is not None
    assert READER.post(view(labels=[{"val": "!hide"}]), told_us=True) is None
    assert READER.post(view(author={"labels": [{"val": "bot"}]})) is None


def test_our_own_posts_other_peoples_names_and_other_tags_are_nothing() -> None:
    ours = view(uri=f"at://{ME}/app.bsky.feed.post/3k", author={"did": ME})
    assert READER.post(ours) is None
    assert READER.post(view("brand #iets")) is None
    with pytest.raises(NotAPost):
        READER.post(view(author={"did": "did:plc:piet"}))


def test_tags_outside_the_text_count_and_pictures_are_counted() -> None:
    images = {"$type": "app.bsky.embed.images", "images": [{}, {}]}
    embed = {"$type": "app.bsky.embed.recordWithMedia", "media": images}
    found = READER.post(view("brand", record={"tags": ["MeldVeld"], "embed": embed}))
    assert found is not None
    assert (found.text, found.media_count) == ("brand", 2)


def test_a_post_from_the_future_was_written_when_it_was_seen() -> None:
    found = READER.post(view(record={"createdAt": "2099-01-01T00:00:00Z"}))
    assert found is not None
    assert found.sent_at == NOW.replace(hour=17, second=1)


def test_marks_of_our_posts_count_bytes_and_keys_repeat() -> None:
    record = record_of("é 🚲 #veld https://x.example/a?b=1).", NOW, None, None)
    raw = record["text"].encode()
    spans = [raw[f["index"]["byteStart"] : f["index"]["byteEnd"]] for f in record["facets"]]
    assert spans == [b"https://x.example/a?b=1", b"#veld"]
    assert key_of(1, "a") == key_of(1, "a") != key_of(1, "b")
    assert len(key_of(1)) == 13
    assert key_of(1)[0] in "234567abcdefghij"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.sampled_from(["uri", "record", "author", "indexedAt", "labels", "text", "facets", "reply"]),
)
def test_whatever_stands_in_a_field_is_a_post_or_a_bad_row(value: Any, name: str) -> None:
    for row in (view() | {name: value}, view(record={name: value}), value):
        try:
            READER.post(row)
        except NotAPost as wrong:
            assert str(wrong)


def test_a_mention_and_a_tag_look_as_the_lexicon_says() -> None:
    assert marked("hoi @a", "@a", type=TAG, tag="a")["features"] == [{"$type": TAG, "tag": "a"}]
    assert replace(READER, tags=("b",)).tags == ("b",)
