"""Looking again: open networks tell nobody what was deleted, so kept posts are looked up anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from connectors.sources._open_posts import GROUP, look_again_every
from core.domain import EventKind
from core.live_groups import own_group, take_in
from core.ports import Connection, Heard, Listened
from core.privacy.vault import Vault
from core.store.unit import Unit
from core.wiring import Services

_AT_ONCE: Final = 100


def remember(listened: Listened, one: Connection, unit: Unit, vault: Vault) -> None:
    """Notes what the posts that were heard are called, in the transaction that stores them."""
    group = unit.connections.group(one.pilot_id, one.source, own_group(GROUP, one.id))
    if group is None:
        return
    posts = [h.event for h in listened.heard if isinstance(h, Heard) and h.group == GROUP]
    sealed = {
        vault.message_key(group.id, post.native_id): vault.seal_original(post.native_id)
        for post in posts
        if post.kind in (EventKind.MESSAGE, EventKind.EDIT)
    }
    unit.open_posts.remember(one.id, sealed)


def look_again(one: Connection, source: Any, services: Services) -> int:
    """Looks up the kept posts whose turn it is; gives how many were changed or gone.

    What was heard and is not kept is forgotten here too. Raises what the source raises.
    """
    now = services.clock()
    with services.store.read() as connection:
        unit = Unit(connection, now)
        row = unit.connections.get(one.id)
        due = unit.open_posts.due(one.id, look_again_every(one), _AT_ONCE)
        unkept = unit.open_posts.unkept(one.id)
    if row is None:
        return 0
    if row.retry_at is not None and row.retry_at > now:
        due = []
    ids = [services.vault.open_original(sealed_id) for _, sealed_id in due]
    found = source.look_again(one, row.cursor, ids, now) if ids else None
    if found is None and not unkept:
        return 0
    return _store(one, found, [post for post, _ in due], unkept, services)


def _store(
    one: Connection,
    found: Listened | None,
    due: Sequence[int],
    unkept: Sequence[int],
    services: Services,
) -> int:
    with services.store.unit() as unit:
        unit.open_posts.forget(unkept)
        if found is None:
            return 0
        unit.open_posts.looked(due)
        unit.connections.change(one.id, cursor=found.cursor)
        return take_in(found, one, unit, services.vault)
