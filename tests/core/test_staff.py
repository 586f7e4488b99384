"""Who may sign in: only an administrator changes it, and one is always left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from core import staff
from core.accounts import NewUser, hash_token
from core.domain import Role, User
from core.errors import BadInput, NotAllowed, NotFound
from core.staff import LastAdministrator, Profile
from core.store import Unit
from core.store.admin_queries import user_lines
from tests.people import People

NEW = NewUser(
    login="eva",
    name="Eva Nieuw",
    password="een lang wachtwoord",
    roles=frozenset({Role.DISPATCHER}),
)
PROFILE = Profile(
    name="Wim Wijk", roles=frozenset({Role.COMMUNITY_OFFICER}), team="police_team", area_ids=(3, 2)
)
ACTS: dict[str, Callable[[User, Unit], Any]] = {
    "add": lambda me, unit: staff.add_user(NEW, (1,), me, unit),
    "change": lambda me, unit: staff.change_user("wim", PROFILE, me, unit),
    "stop": lambda me, unit: staff.stop_user("wim", me, unit),
    "resume": lambda me, unit: staff.resume_user("wim", me, unit),
    "sign out": lambda me, unit: staff.end_sessions("wim", me, unit),
    "password": lambda me, unit: staff.set_password("wim", "een lang wachtwoord", me, unit),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("login", ["dora", "wim", "lea", "ron"])
def test_only_an_administrator_may(act: str, login: str, unit: Unit, people: People) -> None:
    with pytest.raises(NotAllowed):
        ACTS[act](getattr(people, login), unit)


def test_a_user_is_added_with_areas(unit: Unit, people: People) -> None:
    staff.add_user(NEW, (3, 1), people.ada, unit)
    row = unit.accounts.row("eva")
    assert row is not None
    assert (row.name, row.roles, row.area_ids) == ("Eva Nieuw", ["dispatcher"], [1, 3])


def test_a_profile_is_changed(unit: Unit, people: People) -> None:
    staff.change_user("wim", PROFILE, people.ada, unit)
    row = unit.accounts.row("wim")
    assert row is not None
    assert (row.name, row.team, row.area_ids) == ("Wim Wijk", "police_team", [2, 3])


@pytest.mark.parametrize(
    "profile", [replace(PROFILE, name=" "), replace(PROFILE, roles=frozenset())]
)
def test_a_profile_has_a_name_and_a_role(profile: Profile, unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        staff.change_user("wim", profile, people.ada, unit)


def test_stopping_signs_out_and_resuming_lets_in_again(unit: Unit, people: People) -> None:
    unit.accounts.open_session(people.wim.id, hash_token("t"))
    staff.stop_user("wim", people.ada, unit)
    row = unit.accounts.row("wim")
    assert row is not None
    assert not row.active
    staff.resume_user("wim", people.ada, unit)
    row = unit.accounts.row("wim")
    assert row is not None
    assert row.active


def test_the_last_administrator_stays(unit: Unit, people: People) -> None:
    with pytest.raises(LastAdministrator):
        staff.stop_user("ada", people.ada, unit)
    with pytest.raises(LastAdministrator):
        staff.change_user("ada", PROFILE, people.ada, unit)
    staff.add_user(replace(NEW, roles=frozenset({Role.ADMINISTRATOR})), (), people.ada, unit)
    staff.stop_user("ada", people.ada, unit)


def test_an_unknown_account_is_said_to_be_unknown(unit: Unit, people: People) -> None:
    with pytest.raises(NotFound):
        staff.set_password("niemand", "een lang wachtwoord", people.ada, unit)


def test_a_short_password_is_refused(unit: Unit, people: People) -> None:
    with pytest.raises(BadInput):
        staff.set_password("wim", "kort", people.ada, unit)


def test_who_is_signed_out_everywhere_keeps_the_account(unit: Unit, people: People) -> None:
    for token in ("one", "two"):
        unit.accounts.open_session(people.wim.id, hash_token(token))
    before = {line.login: line for line in user_lines(unit.connection)}["wim"]
    staff.end_sessions("wim", people.ada, unit)
    after = {line.login: line for line in user_lines(unit.connection)}["wim"]
    assert (before.session_count, after.session_count, after.active) == (2, 0, True)
    (entry,) = unit.audit.of("user", people.wim.id)
    assert (entry.actor, entry.action) == ("ada", "sessions_ended")


def test_when_somebody_last_signed_in_is_seen(unit: Unit, people: People) -> None:
    unit.audit.add("wim", "signed_in", "user", people.wim.id)
    unit.audit.write()
    lines = {line.login: line.signed_in_at for line in user_lines(unit.connection)}
    assert (lines["wim"], lines["dora"]) == (unit.now, None)
