"""Views that people keep for themselves."""

from __future__ import annotations

import pytest

from core.errors import BadInput
from core.saved_views import MOST, remove_view, save_view
from tests.neighbourhood import Neighbourhood
from tests.people import People

QUERY = {"view": "new", "urgent": True, "topics": ["afval"]}


def test_a_view_is_ones_own_and_the_newest_of_its_name(
    street: Neighbourhood, people: People
) -> None:
    with street.store.unit() as unit:
        save_view("control_room", " Nacht ", QUERY, people.dora, unit)
        save_view("control_room", "Nacht", QUERY | {"urgent": False}, people.dora, unit)
        save_view("area", "Nacht", {}, people.dora, unit)
        kept = unit.views.of(people.dora.id, "control_room")
        assert kept == {"Nacht": QUERY | {"urgent": False}}
        assert unit.views.of(people.daan.id, "control_room") == {}
        remove_view("control_room", "Nacht", people.daan, unit)
        assert unit.views.of(people.dora.id, "control_room") != {}
        remove_view("control_room", "Nacht", people.dora, unit)
        assert unit.views.of(people.dora.id, "control_room") == {}


@pytest.mark.parametrize(
    ("name", "query"),
    [("", {}), (" ", {}), ("a" * 61, {}), ("a\nb", {}), ("ok", {"q": "x" * 2000})],
)
def test_what_cannot_be_kept_is_refused(
    street: Neighbourhood, people: People, name: str, query: dict[str, str]
) -> None:
    with street.store.unit() as unit, pytest.raises(BadInput):
        save_view("control_room", name, query, people.dora, unit)


def test_there_is_an_end_to_them(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        for number in range(MOST):
            save_view("control_room", f"v{number}", {}, people.dora, unit)
        save_view("control_room", "v0", QUERY, people.dora, unit)
        with pytest.raises(BadInput):
            save_view("control_room", "een te veel", {}, people.dora, unit)
