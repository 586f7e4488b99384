"""X: the documented interface, at a fake of our own; what was read is counted against a budget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources import x as source
from connectors.sources._open_posts import NotAPost
from connectors.sources._x_posts import Reader
from connectors.sources._x_server import signature
from core.domain import Event
from core.errors import BadSetting, DeliveryError, SecretRefused, SourceError
from core.ports import Connection, Heard, Outgoing
from tests.servers.fake_x import BEARER, FakeX
from tests.servers.live_x import HANDLE, TAG, Public

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)
READER = Reader(handle=HANDLE, tags=(TAG,))


@dataclass(slots=True)
class Ours:
    """Our account, listening by hand; its time is the server's."""

    server: FakeX
    settings: dict[str, str]
    secret: str
    now: datetime = NOW
    cursor: str | None = None
    note: str = ""
    bad: list[SourceError] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return Connection(
            id=7, pilot_id=1, source="x", name="", settings=self.settings, secret=self.secret
        )

    def hears(self) -> list[Event]:
        return self._heard(source.listen(self.connection, self.cursor, self.now))

    def looks_again(self, *posts: str) -> list[tuple[str, str, str]]:
        found = self._heard(source.look_again(self.connection, self.cursor, posts, self.now))
        return [(event.native_id, event.kind.value, event.text) for event in found]

    def _heard(self, listened: Any) -> list[Event]:
        self.cursor, self.note = listened.cursor, listened.note
        self.bad += [one for one in listened.heard if isinstance(one, SourceError)]
        return [one.event for one in listened.heard if isinstance(one, Heard)]

    def says(self, text: str, **more: Any) -> str:
        outgoing = Outgoing(id=1, group="public:7", text=text, kind="reply", **more)
        return source.say(self.connection, outgoing, self.now).reference

    def later(self, **steps: float) -> None:
        self.now += timedelta(**steps)


@pytest.fixture
def there(x: FakeX) -> Public:
    return Public(x)


@pytest.fixture
def ours(x: FakeX, there: Public) -> Iterator[Ours]:
    found = Ours(x, dict(there.settings), there.secret)
    x.clock = lambda: found.now
    there.says("Piet", "van voor onze tijd")
    found.later(seconds=5)
    found.hears()
    found.later(seconds=5)
    yield found


def test_a_tag_and_a_mention_are_heard_once_with_only_what_is_needed(
    ours: Ours, there: Public, x: FakeX
) -> None:
    x.says("Anna", "brand, maar niet aan ons")
    named = there.says("Anna", "fiets &amp; slot weg")
    tagged = there.says("Piet", "inbraak")
    assert [(event.native_id, event.text) for event in ours.hears()] == [
        (named, "fiets & slot weg"),
        (tagged, "inbraak"),
    ]
    assert ours.hears() == []
    assert all("expansions" not in asked.query for asked in x.requests)
    assert all("user.fields" not in asked.query for asked in x.requests)


def test_a_place_and_the_whole_of_a_long_post(ours: Ours, x: FakeX) -> None:
    point = {"type": "Point", "coordinates": [4.29, 52.03]}
    more = {"geo": {"coordinates": point}, "note_tweet": {"text": f"het hele verhaal #{TAG}"}}
    x.says("Anna", f"het hele… #{TAG}", **more)
    (event,) = ours.hears()
    assert (event.text, event.lat, event.lon) == ("het hele verhaal", 52.03, 4.29)


def test_an_edit_keeps_the_id_of_the_first_version(ours: Ours, there: Public, x: FakeX) -> None:
    first = there.says("Piet", "inbraak op 36")
    ours.hears()
    there.edits("Piet", first, "inbraak op 38")
    there.edits("Piet", first, "inbraak op 40")
    (edit,) = ours.hears()
    assert (edit.native_id, edit.kind.value, edit.revision) == (first, "edit", 2)
    assert ours.looks_again(first) == [(first, "edit", "inbraak op 40")]


def test_looking_again_finds_what_is_deleted_protected_or_no_longer_to_us(
    ours: Ours, there: Public, x: FakeX
) -> None:
    stays, deleted = there.says("Anna", "inbraak 1"), there.says("Anna", "inbraak 2")
    protected, changed = there.says("Nina", "inbraak 3"), there.says("Piet", "inbraak 4")
    there.deletes("Anna", deleted)
    x.protected.add("Nina")
    x.edits(changed, "toch niets voor de politie")
    assert ours.looks_again(stays, deleted, protected, changed) == [
        (deleted, "delete", ""),
        (protected, "delete", ""),
        (changed, "delete", ""),
    ]


def test_half_an_answer_makes_nothing_gone(
    ours: Ours, there: Public, x: FakeX, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = there.says("Anna", "inbraak")
    monkeypatch.setattr(x, "_looked_up", lambda asked: {})
    assert ours.looks_again(first) == []


def test_pages_are_read_to_the_end(ours: Ours, there: Public) -> None:
    texts = [f"inbraak {number}" for number in range(250)]
    for text in texts:
        there.says("Piet", text)
    assert [event.text for event in ours.hears()] == texts
    assert ours.bad == []


def test_a_budget_stops_the_reading_and_says_so_until_the_next_day(
    ours: Ours, there: Public, x: FakeX
) -> None:
    ours.settings |= {"reads_per_day": "12"}
    for number in range(15):
        there.says("Piet", f"inbraak {number}")
    assert len(ours.hears()) == 12
    assert [error.params["why"] for error in ours.bad] == ["gap"]
    asked = len(x.requests)
    assert ours.hears() == []
    assert (ours.note, len(x.requests)) == ("error.read_budget", asked)
    ours.later(days=1)
    there.says("Piet", "inbraak van morgen")
    assert [event.text for event in ours.hears()] == ["inbraak van morgen"]
    assert ours.note == ""


def test_a_month_has_its_own_budget_and_looking_again_counts(
    ours: Ours, there: Public, x: FakeX
) -> None:
    ours.settings |= {"reads_per_month": "25"}
    posts = [there.says("Piet", f"inbraak {number}") for number in range(10)]
    assert len(ours.hears()) == 10
    ours.later(days=1)
    assert ours.looks_again(*posts) == []
    assert ours.hears() == []
    assert ours.note == "error.read_budget"
    there.deletes("Piet", posts[0])
    assert ours.looks_again(*posts) == [(posts[0], "delete", "")]
    ours.now = datetime(2026, 5, 1, 0, 0, 1, tzinfo=UTC)
    ours.hears()
    assert ours.note == ""


def test_what_is_charged_is_what_is_counted(ours: Ours, there: Public, x: FakeX) -> None:
    posts = [there.says("Piet", f"inbraak {number}") for number in range(130)]
    ours.hears()
    there.edits("Piet", posts[3], "inbraak anders")
    ours.looks_again(*posts)
    reached = source.Reached.of(ours.cursor, ours.now)
    assert (reached.day_count, reached.month_count) == (x.read_count, x.read_count)


def test_a_used_up_list_is_left_alone_until_it_begins_anew(ours: Ours, x: FakeX) -> None:
    x.left = 1
    x.clock = lambda: datetime.now(UTC)
    ours.now = datetime.now(UTC)
    ours.hears()
    asked = len(x.requests)
    ours.later(minutes=14)
    ours.hears()
    assert len(x.requests) == asked
    ours.later(minutes=2)
    ours.hears()
    assert len(x.requests) == asked + 1


def test_what_lies_too_far_back_is_a_gap_and_not_the_end(
    ours: Ours, there: Public, x: FakeX
) -> None:
    reached = source.Reached.of(ours.cursor, ours.now)
    ours.cursor = str(reached.read(0, "5"))
    there.says("Piet", "inbraak")
    assert [event.text for event in ours.hears()] == ["inbraak"]
    assert [error.params["why"] for error in ours.bad] == ["gap"]


def test_an_answer_stands_under_the_post_and_a_long_one_is_a_thread(
    ours: Ours, there: Public
) -> None:
    first = there.says("Anna", "inbraak")
    ours.says(f"{'We komen langs. ' * 30}Bij spoed: bel 112.", reply_to=first)
    (thread,) = there.read()
    assert thread.answers == first
    assert thread.text.endswith("Bij spoed: bel 112.")


def test_with_a_bearer_token_alone_nothing_is_said(ours: Ours, there: Public) -> None:
    first = there.says("Anna", "inbraak")
    ours.secret = BEARER
    with pytest.raises(DeliveryError) as failed:
        ours.says("We kijken ernaar.", reply_to=first)
    assert failed.value.permanent
    assert len(ours.hears()) == 1


def test_wrong_keys_are_named(ours: Ours) -> None:
    ours.secret = f"{BEARER} a b c d"
    with pytest.raises(SecretRefused):
        ours.says("Zet uw fiets op slot.")
    ours.secret = "anders"
    with pytest.raises(SecretRefused):
        ours.hears()


def test_the_signature_is_the_one_of_xs_own_example() -> None:
    given = {
        "status": "Hello Ladies + Gentlemen, a signed OAuth request!",
        "include_entities": "true",
        "oauth_consumer_key": "xvz1evFS4wEEPTGEFPHBog",
        "oauth_nonce": "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": "1318622958",
        "oauth_token": "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
        "oauth_version": "1.0",
    }
    own = (
        "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
        "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
    )
    address = "https://api.twitter.com/1.1/statuses/update.json"
    assert signature("POST", address, given, own) == "hCtSmYh+iHYCEqBWrE7C7hYmtUk="


@pytest.mark.parametrize("handle", ["", "met spatie", "@", "x" * 16, "a) OR from:piet"])
def test_a_name_that_is_none_never_reaches_the_query(ours: Ours, x: FakeX, handle: str) -> None:
    ours.settings |= {"handle": handle}
    asked = len(x.requests)
    with pytest.raises(BadSetting):
        ours.hears()
    assert len(x.requests) == asked


def row(**more: Any) -> dict[str, Any]:
    return {
        "id": "19",
        "text": f"inbraak #{TAG}",
        "author_id": "5",
        "created_at": "2026-04-10T17:00:00.000Z",
        "edit_history_tweet_ids": ["19"],
        **more,
    }


def test_reposts_and_words_that_only_look_like_the_tag_are_nothing() -> None:
    assert READER.post(row()) is not None
    assert READER.post(row(referenced_tweets=[{"type": "retweeted", "id": "3"}])) is None
    assert READER.post(row(text=f"inbraak #{TAG}en")) is None
    assert READER.post(row(text=f"inbraak van @{HANDLE}2")) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.sampled_from([*sorted(row()), "geo", "note_tweet", "referenced_tweets", "attachments"]),
)
def test_whatever_stands_in_a_field_is_a_post_or_a_bad_row(value: Any, name: str) -> None:
    for one in (row(**{name: value}), value):
        try:
            READER.post(one)
        except NotAPost as wrong:
            assert str(wrong)
