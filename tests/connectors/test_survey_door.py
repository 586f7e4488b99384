"""A questionnaire on the outside: filled in with nothing but a browser, hostile forms included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from connectors.doors.survey import visits
from connectors.rate import Rate
from connectors.web import door
from core.clock import local, midnight
from core.i18n import day
from core.store import Store
from core.surveys import close_wave, make, open_wave, token_of
from core.wiring import services
from tests.core.test_surveys import ASKED
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import Timepiece


@pytest.fixture
def around(sqlite_store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    return Neighbourhood(sqlite_store, clock, tmp_path / "var")


@pytest.fixture
def outside(around: Neighbourhood) -> Iterator[TestClient]:
    app = door()
    app.dependency_overrides[services] = lambda: around.services
    rate = Rate(burst=40, per_minute=1)
    app.dependency_overrides[visits] = lambda: rate
    with TestClient(app) as client:
        yield client


@pytest.fixture
def link(around: Neighbourhood, people: People) -> str:
    with around.store.unit() as unit:
        until = unit.now + timedelta(days=3)
        name = "Proef <b>&</b>"
        survey_id = make(around.pilot.id, name, "residents", ASKED, people.lea, unit)
        wave_id = open_wave(survey_id, unit.now, until, people.lea, unit)
        return f"/survey/{token_of(wave_id, around.services.vault)}"


def filled(around: Neighbourhood) -> int:
    with around.store.unit() as unit:
        return len(unit.surveys.responses(1))


def test_it_is_read_filled_in_and_thanked_for(
    around: Neighbourhood, outside: TestClient, link: str
) -> None:
    shown = outside.get(link, headers={"accept-language": "nl"})
    assert shown.status_code == 200
    assert "Ik hoor terug" in shown.text and "<b>&</b>" not in shown.text
    assert "<script" not in shown.text and "http" not in shown.headers["content-security-policy"]
    sent = {"once": "een", "q0": "3", "q1": ["0", "1"], "q2": "dank"}
    for _ in range(2):
        said = outside.post(link, data=sent)
        assert said.status_code == 200 and "Dank u wel" in said.text
    assert filled(around) == 1


def test_what_is_left_out_is_said_and_the_rest_stays(
    around: Neighbourhood, outside: TestClient, link: str
) -> None:
    said = outside.post(link, data={"once": "x", "q1": "1", "q2": "</textarea><script>x"})
    assert said.status_code == 400 and "Vraag 1" in said.text
    assert "&lt;/textarea&gt;&lt;script&gt;x" in said.text and " checked" in said.text
    assert 'name="once" value="x"' in said.text
    assert filled(around) == 0


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"once=&q0=1", b"q0=1", b"once=" + b"a" * 99, b"a=1&" * 5000]
)
def test_what_is_no_form_is_refused(
    around: Neighbourhood, outside: TestClient, link: str, body: bytes
) -> None:
    assert outside.post(link, content=body).status_code == 400
    assert filled(around) == 0


def test_what_it_is_about_is_said_without_an_address(
    around: Neighbourhood, outside: TestClient, link: str, people: People
) -> None:
    around.writes("""
        at    | author | group         | text
        20:00 | Anna   | HNM Hoge Veld | er wordt nu ingebroken in de Bostonsingel
    """)
    with around.store.unit() as unit:
        until = unit.now + timedelta(days=3)
        about = open_wave(1, unit.now, until, people.lea, unit, incident_id=1)
        link = f"/survey/{token_of(about, around.services.vault)}"
    shown = outside.get(link, headers={"accept-language": "nl"}).text
    assert "Inbraak en diefstal" in shown and "Bostonsingel" not in shown


def test_the_last_day_is_one_on_which_it_can_still_be_filled_in(
    around: Neighbourhood, outside: TestClient, people: People
) -> None:
    with around.store.unit() as unit:
        make(around.pilot.id, "Proef", "residents", ASKED, people.lea, unit)
        until = midnight(local(unit.now).date() + timedelta(days=3))
        wave_id = open_wave(1, unit.now, until, people.lea, unit)
        last = day("nl", unit.now + timedelta(days=2))
        link = f"/survey/{token_of(wave_id, around.services.vault)}"
    assert f"tot en met {last}" in outside.get(link, headers={"accept-language": "nl"}).text


def test_a_wrong_or_closed_link_says_so(
    around: Neighbourhood, outside: TestClient, link: str, people: People
) -> None:
    assert outside.get("/survey/0000").status_code == 404
    with around.store.unit() as unit:
        close_wave(1, people.lea, unit)
    assert outside.get(link).status_code == 410
    assert outside.post(link, data={"once": "x", "q0": "3"}).status_code == 410


def test_guessing_is_slowed_down(outside: TestClient) -> None:
    codes = {outside.get(f"/survey/{n}").status_code for n in range(60)}
    assert codes == {404, 429}
