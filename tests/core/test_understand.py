"""What residents answer is understood, by hand-written examples; talk is no answer."""

from __future__ import annotations

import pytest

from core.domain import Asking, PlaceKind
from core.locate import Gazetteer
from core.settings import ROOT
from core.understand import Said, understand
from tests.answers import Line, lines, measure, understood
from tests.neighbourhood import Neighbourhood
from tests.timepiece import START

ORDINARY = ROOT / "models" / "corpus" / "ordinary" / "validation.txt"


@pytest.fixture
def places(street: Neighbourhood) -> Gazetteer:
    with street.store.unit() as unit:
        return street.scenes.gazetteer_of(street.pilot.id, unit)


def said(text: str, places: Gazetteer, *, addressed: bool = True) -> Said:
    return Said(text=text, sent_at=START, places=places, addressed=addressed)


def test_every_example_is_understood(places: Gazetteer) -> None:
    wrong = [
        (line.text, understood(line, places)) for line in lines("tune") if not ok(line, places)
    ]
    assert wrong == []


def test_nine_in_ten_of_what_the_rules_never_saw_are_understood(places: Gazetteer) -> None:
    figures, _ = measure("held_out", places)
    assert (figures["all"].total, figures["all"].talk) == (100, 15)
    assert figures["all"].right >= 90
    assert figures["all"].filed_wrongly == 0


@pytest.mark.parametrize("kind", Asking)
def test_hardly_any_ordinary_sentence_is_an_answer(kind: Asking, places: Gazetteer) -> None:
    texts = ORDINARY.read_text(encoding="utf-8").splitlines()
    taken = [t for t in texts if understand(kind, said(t, places, addressed=False)) is not None]
    assert len(texts) == 150
    assert len(taken) <= 9, taken


@pytest.mark.parametrize("kind", Asking)
@pytest.mark.parametrize(
    "text", ["", "   ", "\x00", "?" * 5000, "ja " * 50_000, "(((((", "🙂" * 500]
)
def test_empty_endless_and_hostile_texts_do_no_harm(
    kind: Asking, text: str, places: Gazetteer
) -> None:
    for addressed in (True, False):
        understand(kind, said(text, places, addressed=addressed))
    assert understand(kind, said("  ", places)) is None


def test_a_position_that_was_sent_is_a_place(places: Gazetteer) -> None:
    shared = Said(text="", sent_at=START, places=places, shared=(52.03, 4.28), addressed=True)
    found = understand(Asking.WHERE, shared)
    assert found is not None
    assert found.place is not None
    assert (found.what, found.place.kind) == ("place", PlaceKind.SHARED)


def ok(line: Line, places: Gazetteer) -> bool:
    return understood(line, places) == line.expected
