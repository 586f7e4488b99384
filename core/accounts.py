"""inloggen: passwords, sessions, lock-out and the first administrator.

A session is a random token in the browser's cookie; only its hash is stored. Passwords are kept as
argon2id hashes. After repeated failures an account waits, longer each time.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.domain import Role, User
from core.errors import BadInput, HNMError, NotFound, NotSignedIn
from core.settings import Settings
from core.store import Store, Unit
from core.store.queries import Session, session_of

SHORTEST_PASSWORD: Final = 12
_FREE_FAILURES: Final = 5
_FIRST_WAIT: Final = timedelta(seconds=30)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_TOUCH_AFTER: Final = timedelta(minutes=1)
"""A session's last use is written at most this often: every page run would be a write otherwise."""

_HASHER: Final = PasswordHasher()


class WrongPassword(HNMError):
    """No such account, or another password; which of the two is not said."""

    code = "error.wrong_password"


class LockedOut(HNMError):
    """Too many failures: wait until (minutes)."""

    code = "error.locked_out"


class WrongCode(HNMError):
    """The set-up code is not the one that the start-up printed, or was used already."""

    code = "error.wrong_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """What a form says about a user to be added."""

    login: str
    name: str
    password: str
    roles: frozenset[Role]
    language: str = "nl"
    team: str | None = None


def hash_password(password: str) -> str:
    """Raises BadInput for a password that is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(field="password", why="wrong.short", least=SHORTEST_PASSWORD)
    return _HASHER.hash(password)


def sign_in(login: str, password: str, store: Store) -> str:
    """Opens a session; gives the token for the cookie. Raises WrongPassword, LockedOut.

    The slow check of the password runs outside the transaction: it would hold up every writer.
    """
    login = login.strip().casefold()
    with store.read() as connection:
        known = Unit(connection, store.clock()).accounts.row(login)
    right = _matches(known.password_hash if known else _dummy_hash(), password)
    with store.unit() as unit:
        outcome = _settle(login, right and known is not None and known.active, unit)
    if isinstance(outcome, HNMError):
        raise outcome
    return outcome


def sign_out(token: str, store: Store) -> None:
    with store.unit() as unit:
        unit.accounts.end_session(hash_token(token))


def session(token: str | None, store: Store, idle: timedelta) -> Session:
    """The session of a cookie's token. Raises NotSignedIn; asks the database, writes nothing."""
    if token:
        with store.read() as connection:
            found = session_of(connection, hash_token(token), store.clock() - idle)
        if found is not None:
            return found
    raise NotSignedIn


def keep_alive(token: str, found: Session, store: Store) -> None:
    """Marks that the user did something; what arrives by itself is not somebody being there."""
    if store.clock() - found.seen_at > _TOUCH_AFTER:
        with store.unit() as unit:
            unit.accounts.touch_session(hash_token(token))


def add_user(new: NewUser, by: str, unit: Unit) -> int:
    """Adds an account; gives its id. Raises BadInput."""
    login = new.login.strip().casefold()
    if not login or not login.isprintable() or len(login) > 80 or ":" in login or " " in login:
        raise BadInput(field="login", why="wrong.login" if login else "")
    if unit.accounts.row(login) is not None:
        raise BadInput(field="login", why="wrong.taken")
    if not new.name.strip() or not new.roles:
        raise BadInput(field="roles" if new.name.strip() else "name", why="")
    user_id = unit.accounts.add(
        login=login,
        name=new.name.strip(),
        password_hash=hash_password(new.password),
        roles=new.roles,
        language=new.language,
        team=new.team,
        area_ids=[],
    )
    roles = {"roles": sorted(role.value for role in new.roles)}
    unit.audit.add(by, "user_added", "user", user_id, roles)
    return user_id


def stop_user(login: str, by: str, unit: Unit) -> None:
    """Ends an account and its sessions, at once. Raises NotFound."""
    row = account(login, unit)
    unit.accounts.change(row.id, active=False)
    unit.accounts.end_sessions_of(row.id)
    unit.audit.add(by, "user_stopped", "user", row.id)


def set_password(login: str, password: str, by: str, unit: Unit) -> None:
    """Sets a new password and ends the open sessions. Raises NotFound, BadInput."""
    row = account(login, unit)
    hashed = hash_password(password)
    unit.accounts.change(row.id, password_hash=hashed, failed_count=0, locked_until=None)
    unit.accounts.end_sessions_of(row.id)
    unit.audit.add(by, "password_changed", "user", row.id)


def account(login: str, unit: Unit) -> Any:
    """The row of an account. Raises NotFound."""
    row = unit.accounts.row(login.strip().casefold())
    if row is None:
        raise NotFound(what="user", id=login)
    return row


def set_language(user: User, language: str, store: Store) -> None:
    with store.unit() as unit:
        unit.accounts.change(user.id, language=language)


def set_up_code(settings: Settings, store: Store) -> str | None:
    """The one-time code for making the first administrator; None when nobody may be made so.

    It stands in a file that only the operating user can read, so that a restart shows the same.
    """
    if settings.demo or _has_users(store):
        return None
    path = _code_file(settings)
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("-".join(secrets.token_hex(2) for _ in range(4)))
    return path.read_text()


def set_up(code: str, new: NewUser, settings: Settings, store: Store) -> None:
    """Makes the first administrator. Raises WrongCode, BadInput."""
    right = set_up_code(settings, store)
    if right is None or not hmac.compare_digest(code.strip().encode(), right.encode()):
        raise WrongCode
    with store.unit() as unit:
        if unit.accounts.count():
            raise WrongCode
        add_user(new, new.login.strip().casefold(), unit)
    _code_file(settings).unlink(missing_ok=True)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _settle(login: str, right: bool, unit: Unit) -> str | HNMError:
    """Writes what became of an attempt; gives the token or the refusal."""
    row = unit.accounts.row(login)
    if row is None:
        return WrongPassword()
    if row.locked_until is not None and row.locked_until > unit.now:
        return LockedOut(minutes=_minutes_until(row.locked_until, unit.now))
    if not right:
        return _fail(row.id, row.failed_count + 1, unit)
    token = secrets.token_urlsafe(32)
    unit.accounts.change(row.id, failed_count=0, locked_until=None)
    unit.accounts.open_session(row.id, hash_token(token))
    unit.audit.add(login, "signed_in", "user", row.id)
    return token


def _fail(user_id: int, failed_count: int, unit: Unit) -> HNMError:
    over = failed_count - _FREE_FAILURES
    until = unit.now + min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT) if over >= 0 else None
    unit.accounts.change(user_id, failed_count=failed_count, locked_until=until)
    unit.audit.add("", "sign_in_failed", "user", user_id, {"failures": failed_count})
    if until is None:
        return WrongPassword()
    return LockedOut(minutes=_minutes_until(until, unit.now))


def _minutes_until(until: datetime, now: datetime) -> int:
    return int((until - now).total_seconds() // 60) + 1


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password[:1000])
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _dummy_hash() -> str:
    """Checked for unknown accounts, so that they take as long as known ones."""
    return _HASHER.hash(secrets.token_hex(8))


def _has_users(store: Store) -> bool:
    with store.read() as connection:
        return Unit(connection, store.clock()).accounts.count() > 0


def _code_file(settings: Settings) -> Path:
    return settings.folder / "set_up_code"
