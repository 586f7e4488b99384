"""Mastodon: what is ours to read, at mastodon-mock; what bad servers answer; what we say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources import mastodon as source
from connectors.sources._mail_html import text_of_html
from connectors.sources._mastodon_posts import Reader
from connectors.sources._mastodon_server import Us
from connectors.sources._open_posts import NotAPost
from core.domain import Event
from core.errors import AnswerUnreadable, DeliveryError, SecretRefused, SourceBusy, SourceError
from core.ports import Connection, Heard, Outgoing
from tests.servers.gate import Answer, Gate
from tests.servers.live_mastodon import MastodonNetwork, found_by_all
from tests.servers.mastodon_mock import Account, MastodonMock

NOW = datetime(2026, 4, 10, 18, 0, tzinfo=UTC)
READER = Reader(us=Us("1", "melden"), host="veld.example", tags=("meldveld",))


@dataclass(slots=True)
class Ours:
    """Our account, listening by hand."""

    connection: Connection
    cursor: str | None = None
    bad: list[SourceError] = field(default_factory=list)

    def hears(self) -> list[Event]:
        listened = source.listen(self.connection, self.cursor, NOW)
        self.cursor = listened.cursor
        self.bad += [one for one in listened.heard if isinstance(one, SourceError)]
        return [one.event for one in listened.heard if isinstance(one, Heard)]

    def looks_again(self, *posts: str) -> list[tuple[str, str, str]]:
        found = source.look_again(self.connection, self.cursor, posts, NOW).heard
        events = [one.event for one in found if isinstance(one, Heard)]
        return [(event.native_id, event.kind.value, event.text) for event in events]

    def says(self, text: str, **more: Any) -> str:
        outgoing = Outgoing(id=more.pop("id", 1), group="public:7", text=text, kind="reply", **more)
        return source.say(self.connection, outgoing, NOW).reference


@pytest.fixture
def gate(mastodon: MastodonMock) -> Iterator[Gate]:
    with Gate(mastodon.address) as opened:
        opened.after = found_by_all
        yield opened


@pytest.fixture
def there(mastodon: MastodonMock, gate: Gate) -> MastodonNetwork:
    return MastodonNetwork(mastodon, gate)


@pytest.fixture
def anna(there: MastodonNetwork) -> Account:
    return there.who("Anna")


@pytest.fixture
def ours(there: MastodonNetwork) -> Ours:
    found = Ours(
        Connection(
            id=7,
            pilot_id=1,
            source="mastodon",
            name="Ons account",
            settings=there.settings,
            secret=there.secret,
        )
    )
    found.hears()
    return found


def words(page: str) -> str:
    return text_of_html(page).strip()


def status(**more: Any) -> dict[str, Any]:
    """A public post with the agreed tag, as a server gives it."""
    account = {"id": "9", "acct": "anna", "bot": False, "indexable": True, "note": ""}
    return {
        "id": "113",
        "created_at": "2026-04-10T17:00:00.000Z",
        "edited_at": None,
        "visibility": "public",
        "reblog": None,
        "in_reply_to_id": None,
        "content": "<p>brand op de Osloweg 2 #meldveld</p>",
        "spoiler_text": "",
        "mentions": [],
        "tags": [{"name": "meldveld"}],
        "media_attachments": [],
        "account": account | more.pop("account", {}),
        **more,
    }


def test_a_tag_and_a_mention_are_heard_and_nothing_else(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    anna.posts("brand, maar niet aan ons")
    anna.posts("inbraak #iets_anders")
    tagged = anna.posts(f"inbraak #{there.tag}")
    named = anna.posts(f"@{there.us.name} fiets gestolen")
    both = anna.posts(f"@{there.us.name} ruit ingeslagen #{there.tag}")
    heard = ours.hears()
    assert [(event.native_id, event.text) for event in heard] == [
        (tagged, "inbraak"),
        (named, "fiets gestolen"),
        (both, "ruit ingeslagen"),
    ]
    assert {event.author for event in heard} == {f"{anna.name}@127.0.0.1"}
    assert ours.hears() == []


def test_what_was_posted_before_we_were_there_stays_unread(
    there: MastodonNetwork, anna: Account
) -> None:
    anna.posts(f"van vroeger #{there.tag}")
    anna.posts(f"@{there.us.name} ook van vroeger")
    late = Ours(Connection(id=8, pilot_id=1, source="", name="", settings=there.settings))
    late.connection = Connection(
        id=8, pilot_id=1, source="", name="", settings=there.settings, secret=there.secret
    )
    assert late.hears() == []
    anna.posts(f"van nu #{there.tag}")
    assert [event.text for event in late.hears()] == ["van nu"]


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
def test_only_public_posts_are_read_and_alone_only_commands(
    ours: Ours, there: MastodonNetwork, anna: Account, visibility: str
) -> None:
    anna.posts(f"@{there.us.name} mijn buurman heet Joost", visibility=visibility)
    anna.posts(f"@{there.us.name} stop", visibility=visibility)
    (told,) = ours.hears()
    assert (told.text, told.direct) == ("!hnm stop", True)


def test_a_page_after_a_page_loses_nothing(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    texts = [f"inbraak Bostonsingel {number}" for number in range(95)]
    for text in texts:
        anna.posts(f"{text} #{there.tag}")
    assert [event.text for event in ours.hears()] == texts


def test_looking_again_finds_what_was_edited_and_what_is_gone(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    stays, edited, deleted, unaddressed = [
        anna.posts(f"@{there.us.name} inbraak {number}") for number in range(4)
    ]
    ours.hears()
    anna.edits(edited, f"@{there.us.name} inbraak op 38")
    anna.deletes(deleted)
    assert ours.looks_again(stays, edited, deleted, unaddressed, "1", "geen-id") == [
        (edited, "edit", "inbraak op 38"),
        (deleted, "delete", ""),
        ("1", "delete", ""),
        ("geen-id", "delete", ""),
    ]


def test_half_an_answer_makes_nothing_gone(
    ours: Ours, there: MastodonNetwork, anna: Account, gate: Gate
) -> None:
    posts = [anna.posts(f"@{there.us.name} inbraak {number}") for number in range(3)]

    def half(method: str, path: str, body: bytes) -> bytes:
        return b"[]" if "id%5B%5D" in path or "id[]" in path else found_by_all(method, path, body)

    gate.after = half
    assert ours.looks_again(*posts) == []


def test_nobodys_posts_or_profile_are_ever_asked_for(
    ours: Ours, there: MastodonNetwork, anna: Account, gate: Gate
) -> None:
    first = anna.posts(f"@{there.us.name} inbraak")
    ours.hears()
    ours.looks_again(first)
    ours.says("We kijken ernaar.", reply_to=first)
    paths = {path.partition("?")[0].rstrip("0123456789") for _, path in gate.asked}
    assert paths <= {
        "/api/v1/accounts/verify_credentials",
        "/api/v1/notifications",
        f"/api/v1/timelines/tag/{there.tag.lower()}".rstrip("0123456789"),
        "/api/v1/statuses",
        "/api/v1/statuses/",
    }


def test_an_answer_stands_under_the_post_and_is_said_once(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    first = anna.posts(f"@{there.us.name} inbraak")
    reference = ours.says("We kijken ernaar.", reply_to=first)
    assert ours.says("We kijken ernaar.", reply_to=first) == reference
    (post,) = there.us.wrote()
    assert (post["in_reply_to_id"], post["visibility"]) == (first, "unlisted")
    assert words(post["content"]) == f"@{anna.name} We kijken ernaar."


def test_one_person_is_written_to_alone_and_everybody_with_the_tag(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    ours.says("Alleen voor u.", to=f"{anna.name}@127.0.0.1", id=1)
    ours.says("Zet uw fiets op slot.", id=2)
    alone, public = there.us.wrote()
    assert (alone["visibility"], words(alone["content"])) == (
        "direct",
        f"@{anna.name} Alleen voor u.",
    )
    assert public["visibility"] == "public"
    assert words(public["content"]).endswith(f"#{there.tag.lower()}")


def test_a_long_text_becomes_a_thread_with_the_rule_of_112_at_its_end(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    first = anna.posts(f"@{there.us.name} inbraak")
    ours.says(f"{'We komen langs. ' * 60}Bij spoed: bel 112.", reply_to=first)
    posts = there.us.wrote()
    assert len(posts) > 1
    assert posts[1]["in_reply_to_id"] == posts[0]["id"]
    assert words(posts[-1]["content"]).endswith("Bij spoed: bel 112.")


def test_an_answer_to_what_is_gone_is_given_up(
    ours: Ours, there: MastodonNetwork, anna: Account
) -> None:
    first = anna.posts(f"@{there.us.name} inbraak")
    anna.deletes(first)
    with pytest.raises(DeliveryError) as failed:
        ours.says("We kijken ernaar.", reply_to=first)
    assert failed.value.permanent
    assert there.us.wrote() == []


def test_faults_of_the_mock_have_their_names(
    mastodon: MastodonMock, there: MastodonNetwork, ours: Ours
) -> None:
    plain = Connection(
        id=9,
        pilot_id=1,
        source="mastodon",
        name="",
        settings={**there.settings, "instance": mastodon.address},
        secret=there.secret,
    )
    try:
        mastodon.fails("/api/v1/notifications", "ratelimit")
        with pytest.raises(SourceBusy) as busy:
            source.listen(plain, ours.cursor, NOW)
        assert 290 <= busy.value.after_s <= 300
        mastodon.recovers()
        mastodon.fails("/api/v1/notifications", "malformed")
        with pytest.raises(AnswerUnreadable):
            source.listen(plain, ours.cursor, NOW)
    finally:
        mastodon.recovers()


def test_a_list_that_is_nearly_used_up_is_left_alone_until_it_begins_anew(
    ours: Ours, gate: Gate
) -> None:
    used = {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "2099-01-01T00:00:00Z"}
    empty = Answer(body=b"[]", headers=used)
    with gate.failing(lambda method, path: empty if "notifications" in path else None):
        ours.hears()
    assert source.PACE.is_too_soon(ours.connection, NOW)
    assert not source.PACE.is_too_soon(ours.connection, NOW.replace(hour=20))


def test_paging_follows_the_servers_own_link(ours: Ours, gate: Gate) -> None:
    asked: list[str] = []

    def pages(method: str, path: str) -> Answer | None:
        if "notifications" not in path:
            return None
        asked.append(path)
        if "min_id=01HX" in path:
            return Answer(body=b"[]")
        link = '<https://elders.example/x?min_id=01HX&limit=40>; rel="prev"'
        return Answer(
            body=json.dumps([{"id": "n7", "type": "poll"}]).encode(), headers={"Link": link}
        )

    with gate.failing(pages):
        ours.hears()
    assert len(asked) == 2
    assert ours.cursor is not None
    assert json.loads(ours.cursor)["lists"]["@"] == "01HX"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"{}"),
        Answer(body=b'[{"no": "id"}]'),
        Answer(body=b"<html>"),
        Answer(status=302, headers={"Location": "http://169.254.169.254/"}),
    ],
)
def test_an_answer_that_cannot_be_read_moves_nothing_on(
    ours: Ours, gate: Gate, answer: Answer
) -> None:
    with (
        gate.failing(lambda method, path: answer if "notifications" in path else None),
        pytest.raises(AnswerUnreadable),
    ):
        ours.hears()


def test_a_withdrawn_token_is_named(there: MastodonNetwork) -> None:
    wrong = Connection(
        id=7, pilot_id=1, source="", name="", settings=there.settings, secret="ingetrokken"
    )
    with pytest.raises(SecretRefused):
        source.listen(wrong, None, NOW)


def test_a_bad_row_is_noted_and_the_others_go_on(
    ours: Ours, there: MastodonNetwork, anna: Account, gate: Gate
) -> None:
    for number in range(3):
        anna.posts(f"inbraak {number} #{there.tag}")

    def spoiled(method: str, path: str, body: bytes) -> bytes:
        rows = json.loads(found_by_all(method, path, body))
        if isinstance(rows, list) and len(rows) == 3:
            rows[1]["created_at"] = "gisteren"
        return json.dumps(rows).encode()

    gate.after = spoiled
    assert [event.text for event in ours.hears()] == ["inbraak 0", "inbraak 2"]
    assert [str(one.params["why"]) for one in ours.bad] == ["created_at"]


@pytest.mark.parametrize(
    "account",
    [
        {"bot": True},
        {"indexable": False},
        {"noindex": True},
        {"note": "<p>geen robots: #nobot</p>"},
        {"fields": [{"name": "regels", "value": "NoBots please"}]},
    ],
)
def test_who_does_not_want_to_be_found_is_read_only_when_they_address_us(
    account: dict[str, Any],
) -> None:
    assert READER.post(status(account=account)) is None
    named = READER.post(status(account=account, mentions=[{"id": "1"}]))
    assert (named is None) is (account.get("bot") is True)


@pytest.mark.parametrize(
    "more",
    [
        {"reblog": {"id": "5"}},
        {"visibility": "unlisted"},
        {"tags": [{"name": "iets"}]},
        {"account": {"id": 1}},
    ],
)
def test_boosts_our_own_posts_and_what_is_not_to_us_are_nothing(more: dict[str, Any]) -> None:
    assert READER.post(status()) is not None
    assert READER.post(status(**more)) is None


def test_scripts_entities_and_hidden_marks_leave_words_only() -> None:
    hostile = (
        "<p>brand <script>steal()</script><b onclick='x()'>in</b> de &lt;flat&gt;<br/>nu"
        "<style>p{}</style></p><p>\u202eweg\u202c <a href='javascript:x'>hier</a></p><script>open"
    )
    found = READER.post(status(content=hostile))
    assert found is not None
    assert found.text == "brand in de <flat>\nnu\n\nweg hier"


def test_a_huge_post_is_read_as_far_as_a_message_goes() -> None:
    for begin in ("<b>", "<p", "<!", "<a href='", "&", "<script>", "</"):
        found = READER.post(status(content=f"{begin * 100_000}{'x' * 5_000_000}"))
        assert found is not None
        assert len(found.text) <= 10_000


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.sampled_from(sorted(status())),
)
def test_whatever_stands_in_a_field_is_a_post_or_a_bad_row(value: Any, name: str) -> None:
    for row in (status() | {name: value}, value):
        try:
            READER.post(row)
        except NotAPost as wrong:
            assert str(wrong).islower()
