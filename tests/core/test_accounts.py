"""Signing in: who gets a session, who has to wait, and how the first administrator is made."""

from __future__ import annotations

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher, extract_parameters

from core import accounts
from core.accounts import (
    LockedOut,
    NewUser,
    WrongCode,
    WrongPassword,
    add_user,
    hash_password,
    hash_token,
    keep_alive,
    session,
    set_up,
    set_up_code,
    sign_in,
    sign_out,
)
from core.domain import Role
from core.errors import BadInput, NotSignedIn
from core.settings import Settings
from core.store import Store
from tests.timepiece import Timepiece

PASSWORD = "een lang wachtwoord"
IDLE = timedelta(hours=12)


def new(login: str = "nora", password: str = PASSWORD) -> NewUser:
    return NewUser(login=login, name="Nora", password=password, roles=frozenset({Role.DISPATCHER}))


@pytest.fixture
def manned(store: Store) -> Store:
    """A store in which Nora has an account."""
    with store.unit() as unit:
        add_user(new(), "ada", unit)
    return store


def actions(store: Store) -> list[tuple[str, str]]:
    with store.unit() as unit:
        row = unit.accounts.row("nora")
        assert row is not None
        return [(entry.actor, entry.action) for entry in unit.audit.of("user", row.id)]


def test_the_right_password_opens_a_session_and_only_its_hash_is_stored(manned: Store) -> None:
    token = sign_in(" Nora ", PASSWORD, manned)
    assert session(token, manned, IDLE).user.login == "nora"
    with pytest.raises(NotSignedIn):
        session(hash_token(token), manned, IDLE)
    assert actions(manned) == [("ada", "user_added"), ("nora", "signed_in")]


@pytest.mark.parametrize(
    ("login", "password"),
    [("nora", "ander wachtwoord"), ("niemand", PASSWORD), ("dora", "!"), ("", ""), ("nora", "")],
)
def test_a_wrong_pair_is_refused_without_saying_which_was_wrong(
    manned: Store, login: str, password: str
) -> None:
    with pytest.raises(WrongPassword):
        sign_in(login, password, manned)


def test_an_account_that_was_stopped_cannot_sign_in_and_loses_its_sessions(manned: Store) -> None:
    token = sign_in("nora", PASSWORD, manned)
    with manned.unit() as unit:
        row = unit.accounts.row("nora")
        assert row is not None
        unit.accounts.change(row.id, active=False)
    with pytest.raises(NotSignedIn):
        session(token, manned, IDLE)
    with pytest.raises(WrongPassword):
        sign_in("nora", PASSWORD, manned)


def test_the_fifth_failure_locks_the_account_for_longer_each_time(
    manned: Store, clock: Timepiece
) -> None:
    for _ in range(4):
        with pytest.raises(WrongPassword):
            sign_in("nora", "mis", manned)
    with pytest.raises(LockedOut):
        sign_in("nora", "mis", manned)
    with pytest.raises(LockedOut):
        sign_in("nora", PASSWORD, manned)
    clock.forward(seconds=31)
    with pytest.raises(LockedOut):
        sign_in("nora", "mis", manned)
    clock.forward(seconds=31)
    with pytest.raises(LockedOut):
        sign_in("nora", PASSWORD, manned)
    clock.forward(seconds=60)
    assert sign_in("nora", PASSWORD, manned)


def test_signing_in_forgets_earlier_failures(manned: Store) -> None:
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(WrongPassword):
                sign_in("nora", "mis", manned)
        sign_in("nora", PASSWORD, manned)


def test_a_session_ends_by_itself_when_nobody_does_anything(
    manned: Store, clock: Timepiece
) -> None:
    token = sign_in("nora", PASSWORD, manned)
    clock.forward(hours=11)
    keep_alive(token, session(token, manned, IDLE), manned)
    clock.forward(hours=11)
    session(token, manned, IDLE)
    clock.forward(hours=2)
    with pytest.raises(NotSignedIn):
        session(token, manned, IDLE)


def test_looking_alone_does_not_keep_a_session_alive(manned: Store, clock: Timepiece) -> None:
    token = sign_in("nora", PASSWORD, manned)
    for _ in range(13):
        clock.forward(minutes=50)
        session(token, manned, IDLE)
    clock.forward(hours=2)
    with pytest.raises(NotSignedIn):
        session(token, manned, IDLE)


def test_signing_out_ends_the_session_on_the_server(manned: Store) -> None:
    token = sign_in("nora", PASSWORD, manned)
    sign_out(token, manned)
    with pytest.raises(NotSignedIn):
        session(token, manned, IDLE)


@pytest.mark.parametrize("token", [None, "", "x" * 5000])
def test_no_token_is_nobody(manned: Store, token: str | None) -> None:
    with pytest.raises(NotSignedIn):
        session(token, manned, IDLE)


@pytest.mark.parametrize("login", ["", "  ", "nora", "user:x", "a b", "x" * 81])
def test_a_login_is_one_word_that_nobody_has(manned: Store, login: str) -> None:
    with pytest.raises(BadInput), manned.unit() as unit:
        add_user(new(login), "ada", unit)


def test_a_short_password_is_refused_and_a_kept_one_cannot_be_read() -> None:
    with pytest.raises(BadInput):
        hash_password("kort")
    assert hash_password(PASSWORD).startswith("$argon2id$")
    assert hash_password(PASSWORD) != hash_password(PASSWORD)


def test_a_kept_password_is_slow_to_guess(
    slow_passwords: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_HASHER", slow_passwords)
    cost = extract_parameters(hash_password(PASSWORD))
    assert cost.memory_cost >= 64 * 1024  # KiB
    assert cost.time_cost >= 3


def test_the_first_administrator_is_made_with_the_code_of_the_start_up_once(
    empty_store: Store, tmp_path: Path
) -> None:
    chosen = Settings(folder=tmp_path, demo=False)
    code = set_up_code(chosen, empty_store)
    assert code is not None
    assert set_up_code(chosen, empty_store) == code
    assert stat.S_IMODE((tmp_path / "set_up_code").stat().st_mode) == 0o600
    with pytest.raises(WrongCode):
        set_up("0000-0000-0000-0000", new("ada"), chosen, empty_store)
    with pytest.raises(BadInput):
        set_up(code, new("ada", "kort"), chosen, empty_store)
    set_up(code, new("ada"), chosen, empty_store)
    assert sign_in("ada", PASSWORD, empty_store)
    assert set_up_code(chosen, empty_store) is None
    with pytest.raises(WrongCode):
        set_up(code, new("eve"), chosen, empty_store)


def test_the_demo_gives_no_code(empty_store: Store, tmp_path: Path) -> None:
    assert set_up_code(Settings(folder=tmp_path, demo=True), empty_store) is None


def test_a_store_with_users_gives_no_code(store: Store, tmp_path: Path) -> None:
    assert set_up_code(Settings(folder=tmp_path, demo=False), store) is None
