"""Who asks by letter what is held gets it; who looked, for whom and why is written down."""

from __future__ import annotations

import json

import pytest

from core.errors import BadInput, NotAllowed, NotFound, ReasonMissing
from core.residents import Held, Resident, as_json, correct
from core.store.resident_queries import corrections_of
from core.subject_request import DONE, REFUSED, answer_correction, by_letter, read_correction
from tests.neighbourhood import Neighbourhood
from tests.people import People

EVENING = """
    at    | id | author       | text
    19:00 | a  | +31612345678 | Er is ingebroken op de Bostonsingel 36
    19:05 | b  | Bram         | brand op de Londensingel
"""


@pytest.fixture
def known(street: Neighbourhood) -> Neighbourhood:
    street.writes(EVENING)
    return street


def asks(known: Neighbourhood, people: People, who: str, evidence: str = "paspoort") -> Held:
    with known.store.unit() as unit:
        return by_letter(who, "demo", evidence, people.ada, unit, known.services.vault)


def correction(known: Neighbourhood) -> int:
    vault = known.services.vault
    with known.store.unit() as unit:
        pseudonym = vault.pseudonym("demo", "+31612345678")
        resident = Resident(source="demo", pseudonym=pseudonym, until=unit.now)
        return correct(resident, 1, "Het was nummer 38", unit, vault)


def test_a_number_leads_to_what_is_held_and_is_kept_nowhere(
    known: Neighbourhood, people: People
) -> None:
    held = asks(known, people, "+31612345678")
    assert [one.original for one in held.messages] == ["Er is ingebroken op de Bostonsingel 36"]
    with known.store.unit() as unit:
        (entry,) = unit.audit.of("resident", held.pseudonym)
    assert (entry.actor, entry.action, entry.reason) == ("ada", "subject_request", "paspoort")
    assert "612345678" not in json.dumps(entry.detail)
    assert "612345678" not in json.dumps(as_json(held))


def test_a_pseudonym_leads_there_too(known: Neighbourhood, people: People) -> None:
    pseudonym = known.services.vault.pseudonym("demo", "Bram")
    held = asks(known, people, pseudonym)
    assert [one.original for one in held.messages] == ["brand op de Londensingel"]


def test_of_somebody_unknown_nothing_is_held(known: Neighbourhood, people: People) -> None:
    held = asks(known, people, "niemand")
    assert (held.messages, held.groups, held.words) == ((), (), ())


@pytest.mark.parametrize(
    ("who", "evidence", "error"), [("", "x", BadInput), ("Bram", " ", ReasonMissing)]
)
def test_without_a_person_or_a_check_nothing_is_shown(
    known: Neighbourhood, people: People, who: str, evidence: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        asks(known, people, who, evidence)


def test_nobody_else_may(known: Neighbourhood, people: People) -> None:
    asked, vault = correction(known), known.services.vault
    for somebody in people.all():
        if somebody.login == "ada":
            continue
        with known.store.unit() as unit:
            with pytest.raises(NotAllowed):
                by_letter("Bram", "demo", "x", somebody, unit, vault)
            with pytest.raises(NotAllowed):
                read_correction(asked, somebody, unit, vault)
            with pytest.raises(NotAllowed):
                answer_correction(asked, DONE, "Gedaan", somebody, unit)


def test_a_correction_is_read_logged_answered_and_forgotten(
    known: Neighbourhood, people: People
) -> None:
    asked, vault = correction(known), known.services.vault
    with known.store.unit() as unit:
        assert read_correction(asked, people.ada, unit, vault).words == "Het was nummer 38"
        answer_correction(asked, DONE, "Het incident staat nu op 38.", people.ada, unit)
    with known.store.unit() as unit:
        (line,) = corrections_of(unit.connection)
        actions = [entry.action for entry in unit.audit.of("resident", line.resident)]
        with pytest.raises(NotFound):
            read_correction(asked, people.ada, unit, vault)
        with pytest.raises(NotFound):
            answer_correction(asked, REFUSED, "toch niet", people.ada, unit)
    assert (line.state, line.has_words) == ("done", False)
    assert actions == ["correction_asked", "correction_seen", "correction_answered"]


@pytest.mark.parametrize(
    ("state", "answer"), [("open", "x"), (DONE, ""), (REFUSED, " "), (DONE, "a" * 501)]
)
def test_an_answer_says_something(
    known: Neighbourhood, people: People, state: str, answer: str
) -> None:
    asked = correction(known)
    with known.store.unit() as unit, pytest.raises(BadInput):
        answer_correction(asked, state, answer, people.ada, unit)
