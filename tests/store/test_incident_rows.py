"""What a new message is weighed against holds what it quotes, however old that is."""

from __future__ import annotations

from datetime import timedelta

from core.triage import reject
from tests.neighbourhood import Neighbourhood
from tests.people import People


def key_of(street: Neighbourhood, native_id: str) -> str:
    return street.services.vault.message_key(street.group().id, native_id)


def told(street: Neighbourhood) -> Neighbourhood:
    street.writes("\n".join([
        "at | id | author | text",
        *(f"20:{n:02} | m{n} | r{n} | grofvuil op de Bostonsingel 36" for n in range(20)),
        "21:00 | x | Anna | ingebroken op de Osloweg 2",
    ]))  # fmt: skip
    return street


def test_who_quotes_an_old_message_is_weighed_against_its_incident(street: Neighbourhood) -> None:
    told(street)
    first = key_of(street, "m0")
    with street.store.unit() as unit:
        since = street.clock() - timedelta(days=1)
        found = unit.incidents.open_since(street.pilot.id, since, street.clock())
        assert first not in {member.key for one in found for member in one.members}
        weighed = unit.incidents.answered(first, found)
        assert {one.id for one in weighed} == {one.id for one in found}
        assert first in {member.key for one in weighed for member in one.members}
        assert [one.id for one in unit.incidents.answered(first, [])] == [1]
        assert unit.incidents.answered("of nobody", found) == found


def test_what_is_over_is_not_joined_by_a_quote(street: Neighbourhood, people: People) -> None:
    told(street).does(reject, 1, people.dora, "geen melding")
    with street.store.unit() as unit:
        assert unit.incidents.answered(key_of(street, "m0"), []) == []
