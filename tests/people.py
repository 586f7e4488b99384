"""The fixed cast: one user a role, and a second dispatcher to collide with."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain import Role, User
from core.store import Unit
from core.store.accounts import user_of

CAST = {
    "dora": ("Dora Meldkamer", Role.DISPATCHER),
    "daan": ("Daan Meldkamer", Role.DISPATCHER),
    "wim": ("Wim Wijkagent", Role.COMMUNITY_OFFICER),
    "hanna": ("Hanna Handhaver", Role.ENFORCEMENT_OFFICER),
    "lea": ("Lea Leider", Role.PROJECT_LEAD),
    "ron": ("Ron Onderzoeker", Role.RESEARCHER),
    "ada": ("Ada Beheerder", Role.ADMINISTRATOR),
    "bep": ("Bep Buurtpreventie", Role.WATCH_TEAM),
}
NO_PASSWORD = "!"
"""A hash that no password fits: the cast never types one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody who signs in, by login."""

    dora: User
    daan: User
    wim: User
    hanna: User
    lea: User
    ron: User
    ada: User
    bep: User

    @classmethod
    def read(cls, unit: Unit) -> People:
        return cls(**{login: user_of(unit.accounts.row(login)) for login in CAST})

    def of(self, role: Role) -> User:
        return next(user for user in self.all() if role in user.roles)

    def all(self) -> list[User]:
        return [getattr(self, login) for login in CAST]


def add_people(unit: Unit) -> None:
    for login, (name, role) in CAST.items():
        unit.accounts.add(
            login=login,
            name=name,
            password_hash=NO_PASSWORD,
            roles=frozenset({role}),
            area_ids=[],
            language="nl",
        )
