"""The answer link: its holder says how it goes; nobody else, nothing by looking, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from connectors.doors.answer import known_destinations, visits
from connectors.rate import Rate
from connectors.web import door
from core import triage
from core.answer_link import LASTS, address_of, token_of
from core.asking_back import withdraw
from core.wiring import services
from tests.core.test_handing_over import MESSAGES, hand_over, make_urgent
from tests.neighbourhood import Neighbourhood
from tests.partner import Partner
from tests.people import People
from tests.timepiece import START


class Link:
    """Somebody with the link and a browser."""

    def __init__(self, client: TestClient, partner: Partner) -> None:
        self.client, self.partner = client, partner
        self.path = f"/answer/{token_of(1, partner.around.services.vault)}"

    def opens(self, **headers: str) -> Any:
        return self.client.get(self.path, headers=headers)

    def once(self) -> str:
        found = re.search(r'name="once" value="([^"]+)"', self.opens().text)
        assert found
        return found[1]

    def says(self, state: str, text: str = "", once: str | None = None) -> Any:
        form = {"state": state, "text": text, "once": self.once() if once is None else once}
        return self.client.post(self.path, data=form)


@pytest.fixture
def link(street: Neighbourhood, people: People) -> Iterator[Link]:
    """The link of HNM-1, urgent, that a partner has."""
    street.writes(MESSAGES)
    partner = Partner(street)
    make_urgent(partner, people)
    hand_over(partner, people, reason="Graag <b>vandaag</b>.")
    partner.exchanges()
    app = door()
    app.dependency_overrides[services] = lambda: street.services
    app.dependency_overrides[visits] = lambda: Rate(burst=1000, per_minute=1000)
    known_destinations.cache_clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("connectors.doors.answer.known_destinations", lambda: {"partner": partner})
        with TestClient(app) as client:
            yield Link(client, partner)


def test_it_shows_what_was_sent_as_plain_words(link: Link) -> None:
    page = link.opens()
    assert page.status_code == 200
    assert "HNM-1" in page.text
    assert "Graag &lt;b&gt;vandaag&lt;/b&gt;." in page.text
    assert "ingebroken op de" not in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_looking_changes_nothing(link: Link) -> None:
    for _ in range(3):
        link.opens()
    assert link.partner.state() == "sent"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("acknowledged", ""),
        ("in_progress", ""),
        ("done", "Opgeruimd."),
        ("question", "Welk huisnummer?"),
        ("rejected", "Niet ons gebied."),
    ],
)
def test_its_holder_says_how_it_goes(state: str, text: str, link: Link) -> None:
    assert link.says(state, text).status_code == 200
    assert link.partner.state() == state
    assert link.partner.row().acknowledged_by == "answer_link"


def test_the_same_form_counts_once(link: Link) -> None:
    once = link.once()
    for _ in range(3):
        assert link.says("in_progress", once=once).status_code == 200
    assert link.partner.around.history().count(("answer_link", "outside_in_progress")) == 1


@pytest.mark.parametrize(
    ("state", "text", "once"),
    [
        ("question", "  ", None),
        ("rejected", "", None),
        ("withdrawn", "", None),
        ("sent", "", None),
        ("", "", None),
        ("done", "", ""),
        ("done", "", "a" * 65),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    state: str, text: str, once: str | None, link: Link
) -> None:
    assert link.says(state, text, once).status_code == 400
    assert link.partner.state() == "sent"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"a=1&" * 50, b"state=done;once=x", b"{}"])
def test_a_broken_body_is_no_form(body: bytes, link: Link) -> None:
    assert link.client.post(link.path, content=body).status_code == 400
    assert link.partner.state() == "sent"


@pytest.mark.parametrize(
    "token",
    [
        "1",
        "1-",
        "1-" + "0" * 40,
        "2-{right}",
        "01-{right}",
        "-1-{right}",
        "\u0661-{right}",
        "9" * 30 + "-a",
        "1-{right}0",
        "..%2f..%2fetc",
        "1-{RIGHT}",
    ],
)
def test_a_link_cannot_be_guessed(token: str, link: Link) -> None:
    right = link.path.rpartition("-")[2]
    path = f"/answer/{token.format(right=right, RIGHT=right.upper())}"
    assert link.client.get(path).status_code == 404
    assert link.client.post(path, data={"state": "done", "once": "x"}).status_code == 404
    assert link.partner.state() == "sent"


def test_an_old_link_opens_nothing(link: Link) -> None:
    link.partner.around.clock.forward(seconds=LASTS.total_seconds())
    assert link.opens().status_code == 404


def test_once_asked_back_only_the_erasing_is_confirmed(link: Link, people: People) -> None:
    with link.partner.around.store.unit() as unit:
        withdraw(1, people.dora, unit)
    page = link.opens()
    assert "Graag" not in page.text
    assert "Bostonsingel" not in page.text
    assert link.says("done").status_code == 400
    assert link.says("withdrawn").status_code == 200
    assert link.partner.state() == "withdrawn"
    assert link.opens().status_code == 404


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"accept-language": "en-GB,en;q=0.9"}, "In progress"),
        ({}, "In behandeling"),
        ({"accept-language": "zz,,;;"}, "In behandeling"),
    ],
    ids=["english", "dutch", "odd"],
)
def test_it_speaks_the_readers_language(asked: dict[str, str], word: str, link: Link) -> None:
    assert word in link.opens(**asked).text


def test_who_knocks_too_often_waits(link: Link) -> None:
    app: Any = link.client.app
    rate = Rate(burst=2, per_minute=60)
    app.dependency_overrides[visits] = lambda: rate
    assert [link.opens().status_code for _ in range(3)] == [200, 200, 429]
    link.partner.around.clock.forward(seconds=1)
    assert link.opens().status_code == 200


def test_visitors_do_not_fill_the_memory() -> None:
    rate = Rate(burst=1, per_minute=1)
    for number in range(10_050):
        rate.allows(str(number), START)
    assert len(rate._left) == 10_000


def test_its_words_reach_the_incident(link: Link, people: People) -> None:
    link.says("question", "Welk \u202ehuisnummer<script>?")
    with link.partner.around.store.unit() as unit:
        (news,) = unit.hand_overs.news([1])
    assert news.text == "Welk huisnummer<script>?"


def test_without_an_address_there_is_no_link(street: Neighbourhood) -> None:
    assert address_of(1, "", street.services.vault) == ""
    assert address_of(1, "https://x.nl", street.services.vault).startswith("https://x.nl/answer/1-")


def test_each_hand_over_has_its_own(link: Link, people: People) -> None:
    vault = link.partner.around.services.vault
    assert token_of(1, vault) != token_of(11, vault)
    link.partner.around.does(triage.hand_over, 1, people.dora, "handhaving")
    assert link.opens().status_code == 200
