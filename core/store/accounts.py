"""Users and their sessions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core.domain import Role, User
from core.store.rows import Rows, upsert
from core.store.tables import sessions, users, visits


class Accounts(Rows):
    """gebruikers en hun sessies."""

    def count(self) -> int:
        return self.connection.execute(sa.select(sa.func.count()).select_from(users)).scalar_one()

    def add(
        self, *, login: str, name: str, password_hash: str, roles: frozenset[Role], **values: Any
    ) -> int:
        return self.insert(
            users,
            login=login,
            name=name,
            password_hash=password_hash,
            roles=sorted(role.value for role in roles),
            active=True,
            failed_count=0,
            **values,
        )

    def change(self, user_id: int, **values: Any) -> None:
        if "roles" in values:
            values["roles"] = sorted(role.value for role in values["roles"])
        self.connection.execute(sa.update(users).where(users.c.id == user_id).values(**values))

    def row(self, login: str) -> Any | None:
        """The whole row, with the password's hash, for signing in."""
        return self.connection.execute(sa.select(users).where(users.c.login == login)).first()

    def all(self) -> list[Any]:
        return list(self.connection.execute(sa.select(users).order_by(users.c.name)))

    def users(self) -> list[User]:
        return [user_of(row) for row in self.all()]

    def open_session(self, user_id: int, token_hash: str) -> None:
        self.connection.execute(
            sa.insert(sessions).values(
                token_hash=token_hash, user_id=user_id, created_at=self.now, seen_at=self.now
            )
        )

    def touch_session(self, token_hash: str) -> None:
        self.connection.execute(
            sa.update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=self.now)
        )

    def end_session(self, token_hash: str) -> None:
        self.connection.execute(sa.delete(sessions).where(sessions.c.token_hash == token_hash))

    def end_sessions_of(self, user_id: int) -> None:
        self.connection.execute(sa.delete(sessions).where(sessions.c.user_id == user_id))

    def forget_sessions(self, idle: timedelta) -> None:
        """Removes sessions that have been idle too long."""
        self.connection.execute(sa.delete(sessions).where(sessions.c.seen_at <= self.now - idle))

    def visit(self, user_id: int, page: str, gap: timedelta) -> datetime | None:
        """Marks a visit to a page; gives when the visit before this one was.

        Looks within `gap` of each other are one visit.
        """
        key = {"user_id": user_id, "page": page}
        row = self.connection.execute(sa.select(visits).filter_by(**key)).first()
        if row is None:
            upsert(self.connection, visits, key, at=self.now, previous_at=None)
            return None
        same = self.now - row.at < gap
        previous: datetime | None = row.previous_at if same else row.at
        upsert(self.connection, visits, key, at=self.now, previous_at=previous)
        return previous


def user_of(row: Any) -> User:
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        roles=frozenset(Role(role) for role in row.roles),
        language=row.language,
        area_ids=tuple(row.area_ids),
        team=row.team,
    )
