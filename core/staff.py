"""gebruikersbeheer: who may sign in, as what, and for which areas; each change is audited."""

from __future__ import annotations

from dataclasses import dataclass

from core import accounts
from core.accounts import NewUser, account
from core.domain import Role, User
from core.errors import BadInput, HNMError
from core.permissions import Action, require
from core.store.unit import Unit


class LastAdministrator(HNMError):
    """Somebody must be left who can administer."""

    code = "error.last_administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """profiel: what an administrator sets of a user."""

    name: str
    roles: frozenset[Role]
    team: str | None
    area_ids: tuple[int, ...]


def add_user(new: NewUser, area_ids: tuple[int, ...], user: User, unit: Unit) -> int:
    """Adds an account; gives its id. Raises NotAllowed, BadInput."""
    require(user, Action.ADMINISTER)
    user_id = accounts.add_user(new, user.login, unit)
    unit.accounts.change(user_id, area_ids=sorted(area_ids))
    return user_id


def change_user(login: str, profile: Profile, user: User, unit: Unit) -> None:
    """Raises NotAllowed, NotFound, BadInput, LastAdministrator."""
    require(user, Action.ADMINISTER)
    row = account(login, unit)
    if not profile.name.strip() or not profile.roles:
        raise BadInput(field="roles" if profile.name.strip() else "name", why="")
    if Role.ADMINISTRATOR not in profile.roles:
        _require_other_administrator(login, unit)
    unit.accounts.change(
        row.id,
        name=profile.name.strip()[:200],
        roles=profile.roles,
        team=profile.team,
        area_ids=sorted(profile.area_ids),
    )
    detail = {
        "before": {"roles": list(row.roles), "team": row.team, "areas": list(row.area_ids)},
        "after": {
            "roles": sorted(role.value for role in profile.roles),
            "team": profile.team,
            "areas": sorted(profile.area_ids),
        },
    }
    unit.audit.add(user.login, "user_changed", "user", row.id, detail)


def stop_user(login: str, user: User, unit: Unit) -> None:
    """Ends an account and its sessions, at once. Raises NotFound, LastAdministrator."""
    require(user, Action.ADMINISTER)
    _require_other_administrator(login, unit)
    accounts.stop_user(login, user.login, unit)


def resume_user(login: str, user: User, unit: Unit) -> None:
    """Lets a stopped account in again. Raises NotFound."""
    require(user, Action.ADMINISTER)
    row = account(login, unit)
    unit.accounts.change(row.id, active=True, failed_count=0, locked_until=None)
    unit.audit.add(user.login, "user_resumed", "user", row.id)


def set_password(login: str, password: str, user: User, unit: Unit) -> None:
    """Sets a new password and ends the open sessions. Raises NotFound, BadInput."""
    require(user, Action.ADMINISTER)
    accounts.set_password(login, password, user.login, unit)


def end_sessions(login: str, user: User, unit: Unit) -> None:
    """Signs somebody out wherever they are signed in, at once. Raises NotFound."""
    require(user, Action.ADMINISTER)
    row = account(login, unit)
    unit.accounts.end_sessions_of(row.id)
    unit.audit.add(user.login, "sessions_ended", "user", row.id)


def _require_other_administrator(login: str, unit: Unit) -> None:
    """Raises LastAdministrator when nobody else could undo what is about to be done."""
    wanted = Role.ADMINISTRATOR.value
    rows = unit.accounts.all()
    if any(row.login == login and wanted in row.roles and row.active for row in rows):
        others = [row for row in rows if row.login != login and row.active]
        if not any(wanted in row.roles for row in others):
            raise LastAdministrator
