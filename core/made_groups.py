"""groepen maken: a group that the municipality makes itself, in a network that lets it."""

from __future__ import annotations

from typing import Any, Final

from core.domain import User
from core.errors import BadInput
from core.i18n import DEFAULT, text_of
from core.live_groups import WANTED, found
from core.permissions import Action, require
from core.privacy.vault import Vault
from core.report_back import with_emergency_rule
from core.store.unit import Unit

MAKE_GROUP: Final = "make_group"
"""The kind of an outgoing text that asks a network for a group: `text` describes it."""
_LONGEST_NAME: Final = 100
_LONGEST_ABOUT: Final = 1000


def wanted_id(name: str) -> str:
    """Under which native id a group is known here until its network has made it."""
    return f"{WANTED}{name.strip()}"


def wanted_name(native_id: str) -> str | None:
    """What a group is to be called; None for one that is there."""
    return native_id.removeprefix(WANTED) if native_id.startswith(WANTED) else None


def want_group(
    connection_id: int,
    name: str,
    about: str,
    area_id: int | None,
    evidence: str,
    user: User,
    unit: Unit,
) -> int:
    """Asks a network for a group; gives its id here. Who is invited reads first who reads along.

    Raises NotFound, BadInput, ReasonMissing.
    """
    require(user, Action.ADMINISTER)
    about = " ".join(about.split())
    for field, value, longest in (("name", name, _LONGEST_NAME), ("about", about, _LONGEST_ABOUT)):
        if not value.strip() or len(value) > longest:
            raise BadInput(field=field, why=value[:50])
    group_id = found(connection_id, wanted_id(name), name, area_id, evidence, user, unit)
    unit.outbox.put(
        idempotency_key=f"{MAKE_GROUP}:{group_id}",
        due_at=unit.now,
        by=user.login,
        kind=MAKE_GROUP,
        group_id=group_id,
        text=with_emergency_rule(f"{about} {text_of(DEFAULT, 'in_chat.announcement')}"),
    )
    return group_id


def invite_of(group: Any, vault: Vault) -> str:
    """The link by which residents join a group that we made; "" while there is none."""
    return vault.open_original(group.sealed_invite) if group.sealed_invite else ""
