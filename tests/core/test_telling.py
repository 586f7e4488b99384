"""Incidents in words: place, links and history as a Dutch and an English reader get them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.audit import SYSTEM, AuditEntry
from core.domain import Ground, Location, PlaceKind, Reason, Status
from core.i18n import languages, text_of
from core.status import Step
from core.telling import (
    actor_name,
    distance,
    grounds_line,
    history_line,
    owner_name,
    place_line,
    place_name,
    reason_line,
    status_name,
)
from core.topics import topics

PEOPLE = {"dora": "Dora Meldkamer"}


def at(kind: PlaceKind, radius_m: float | None = 60.0, **names: Any) -> Location:
    known = {} if radius_m is None else {"lat": 52.03, "lon": 4.29, "radius_m": radius_m}
    return Location(kind=kind, **known, **names)


def entry(action: str, reason: str | None = None, **detail: Any) -> AuditEntry:
    return AuditEntry(
        id=1,
        at=datetime(2021, 4, 10, tzinfo=UTC),
        actor="dora",
        action=action,
        subject_kind="incident",
        subject_id="1",
        detail=detail,
        reason=reason,
    )


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (
            at(PlaceKind.ADDRESS, street="Bostonsingel", house_number=36),
            "Bostonsingel 36, adres uit de tekst, ± 60 m",
        ),
        (at(PlaceKind.STREET, 120, street="Jutland"), "Jutland, straat uit de tekst, ± 120 m"),
        (
            at(PlaceKind.GROUP_AREA, 1240, name="Hoge Veld"),
            "ergens in Hoge Veld, gebied van de groep, ± 1,2 km",
        ),
        (at(PlaceKind.UNKNOWN, None), "plaats onbekend, geen plaats genoemd"),
    ],
)
def test_a_place_says_where_on_what_evidence_and_how_sure(place: Location, line: str) -> None:
    assert place_line("nl", place) == line


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", PlaceKind)
def test_every_kind_of_place_has_words(kind: PlaceKind, language: str) -> None:
    assert place_line(language, at(kind, name="Ergens"))
    assert place_name(language, at(kind))


@pytest.mark.parametrize(
    ("metres", "said"), [(4, "5 m"), (12, "10 m"), (63, "60 m"), (999, "1.000 m"), (1240, "1,2 km")]
)
def test_a_distance_is_as_precise_as_it_deserves(metres: float, said: str) -> None:
    assert distance("nl", metres) == said


def test_a_reason_is_a_sentence_and_an_unknown_one_no_crash() -> None:
    known = Reason(kind="same_topic", what="inbraak")
    assert reason_line("nl", known, topics()) == "zelfde onderwerp: inbraak en diefstal"
    unknown = Reason(kind="from_the_future")
    assert reason_line("nl", unknown, topics()) == "samen genomen de beste keuze"


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ["word", "context", "reply", "open_incident", "rule"])
def test_every_ground_has_words(kind: Any, language: str) -> None:
    ground = Ground(kind=kind, what="afval", weight=1.0)
    line = grounds_line(language, "afval", [ground], topics())
    assert line.startswith(text_of(language, "ground.judged", topic="", why="")[:8])
    assert line != grounds_line(language, "afval", [], topics())


@pytest.mark.parametrize(
    ("grounds", "line"),
    [
        ([], "Beoordeeld als afval zonder dat één woord de doorslag gaf."),
        (["word matras"], "Beoordeeld als afval om “matras”."),
        (
            ["word matras", "word zakken", "word ligt"],
            "Beoordeeld als afval om “matras”, “zakken” en “ligt”.",
        ),
        (
            ["word ook", "context afval"],
            "Beoordeeld als afval om “ook” en omdat de groep het net had over afval.",
        ),
        (
            ["reply vernieling"],
            "Beoordeeld als afval omdat het antwoordt op een bericht over vernieling.",
        ),
    ],
)
def test_the_grounds_are_one_plain_sentence(grounds: list[str], line: str) -> None:
    given: list[Any] = [ground.split() for ground in grounds]
    found = [Ground(kind=kind, what=what, weight=1.0) for kind, what in given]
    assert grounds_line("nl", "afval", found, topics()) == line


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("user:dora", "Dora Meldkamer"),
        ("user:weg", "weg"),
        ("team:meldkamer", "Meldkamer"),
        ("handhaving", "Handhaving"),
        ("team:nachtploeg", "nachtploeg"),
        (None, "niemand"),
    ],
)
def test_an_owner_has_a_name(owner: str | None, name: str) -> None:
    assert owner_name("nl", owner, PEOPLE) == name


def test_the_system_is_called_so() -> None:
    assert actor_name("nl", SYSTEM, PEOPLE) == "systeem"
    assert actor_name("nl", "dora", PEOPLE) == "Dora Meldkamer"


@pytest.mark.parametrize(
    ("what", "line"),
    [
        (entry("accept", before={"status": "new"}, after={"status": "accepted"}), "aangenomen"),
        (entry("reject", "dubbel"), "afgewezen: “dubbel”"),
        (
            entry("set_topic", before={"topic": "verdacht"}, after={"topic": "inbraak"}),
            "onderwerp gewijzigd: Verdachte situatie → Inbraak en diefstal",
        ),
        (entry("set_urgency", after={"urgent": True}), "gewijzigd in spoed"),
        (entry("assign", after={"assignee": "user:dora"}), "toegewezen aan Dora Meldkamer"),
        (entry("hand_over", after={"destination": "handhaving"}), "doorgezet naar Handhaving"),
        (entry("tell", groups=[1]), "1 groep geïnformeerd"),
        (entry("merge", other=7), "samengevoegd met HNM-7"),
        (entry("joined", message=3, strength=0.826), "bericht toegevoegd, samenhang 83%"),
        (entry("from_the_future"), "from_the_future"),
    ],
)
def test_history_is_told_in_words(what: AuditEntry, line: str) -> None:
    assert history_line("nl", what, topics(), PEOPLE) == line


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("step", Step)
def test_every_step_has_words_whatever_its_detail_holds(step: Step, language: str) -> None:
    assert history_line(language, entry(step.value), topics(), PEOPLE) != step.value


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("status", Status)
def test_every_status_has_words(status: Status, language: str) -> None:
    assert status_name(language, status)
