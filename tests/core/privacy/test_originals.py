"""What residents wrote before redaction: for whom, with a reason, and never unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.domain import Role
from core.errors import NotAllowed, NotFound, ReasonMissing
from core.permissions import ALLOWED, Action
from core.privacy.erase import erase_message
from core.privacy.originals import see_original
from core.store import Store
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.timepiece import Timepiece

EVENING = """
| at    | author | text                                                      |
| 20:01 | Anna   | Joost van Bostonsingel 36: er is ingebroken, bel 0612345678 |
| 23:01 | Bram   | Harde muziek op het Ko van Dijkplein                      |
"""


@pytest.fixture
def around(store: Store, clock: Timepiece, tmp_path: Path) -> Neighbourhood:
    made = Neighbourhood(store, clock, tmp_path)
    made.writes(EVENING)
    return made


def test_seeing_an_original_is_in_the_history_with_its_reason(
    around: Neighbourhood, people: People
) -> None:
    with around.store.unit() as unit:
        text = see_original(1, 1, people.dora, unit, around.services.vault, "terugbellen")
    assert "0612345678" in text
    assert "0612345678" not in " ".join(around.stored())
    with around.store.unit() as unit:
        entry = unit.audit.of("incident", 1)[-1]
    assert (entry.actor, entry.action, entry.reason) == ("dora", "saw_original", "terugbellen")
    assert entry.detail == {"message": 1}


@pytest.mark.parametrize("role", sorted(set(Role) - ALLOWED[Action.SEE_ORIGINAL]))
def test_other_roles_do_not_see_it(around: Neighbourhood, people: People, role: Role) -> None:
    with pytest.raises(NotAllowed), around.store.unit() as unit:
        see_original(1, 1, people.of(role), unit, around.services.vault, "nieuwsgierig")


def test_without_a_reason_nobody_sees_it(around: Neighbourhood, people: People) -> None:
    with pytest.raises(ReasonMissing), around.store.unit() as unit:
        see_original(1, 1, people.dora, unit, around.services.vault, "  ")


def test_a_message_of_another_incident_is_not_shown(around: Neighbourhood, people: People) -> None:
    with pytest.raises(NotFound), around.store.unit() as unit:
        see_original(2, 1, people.dora, unit, around.services.vault, "terugbellen")


def test_what_was_erased_is_gone(around: Neighbourhood, people: People) -> None:
    group = around.group()
    key = around.services.vault.message_key(group.id, "m1")
    with around.store.unit() as unit:
        erase_message(key, group.id, around.areas, unit, by="ada")
    with pytest.raises(NotFound), around.store.unit() as unit:
        see_original(1, 1, people.dora, unit, around.services.vault, "terugbellen")
