"""groepen die meedoen: a network's groups ask to be followed, are let in, told, and told again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from core.audit import SYSTEM
from core.clock import local
from core.domain import Event, EventKind, Group, User
from core.errors import BadInput, NotFound, ReasonMissing, SourceError
from core.i18n import DEFAULT, catalogue, text_of
from core.in_chat import ASKED, REPORT_LINE, informed, is_for_us
from core.inbox import receive
from core.permissions import Action, require
from core.ports import Connection, Heard, Listened
from core.privacy.consent import TEXT_VERSION
from core.privacy.vault import Vault
from core.report_back import with_emergency_rule
from core.store.unit import Unit

ANNOUNCE_EVERY: Final = timedelta(days=30)
WANTED: Final = "wanted:"
"""How the native id of a group begins that its network has still to make."""
BAD_ROW: Final = "bad_row"
UNREADABLE: Final = "unreadable"
UNKNOWN_GROUP: Final = "unknown_group"
BEFORE_CONSENT: Final = "before_consent"
_OWN: Final = ("line", "public")
_AT_THE_DOOR: Final = (EventKind.GROUP_RENAMED, EventKind.GROUP_MOVED)
_WRITTEN: Final = (EventKind.MESSAGE, EventKind.EDIT)
_LONGEST_NAME: Final = 200


def take_in(listened: Listened, connection: Connection, unit: Unit, vault: Vault) -> int:
    """Puts what a network gave in the inbox; gives how many events were new.

    Of a group nobody knows only the request to follow it is kept: who asked, as a pseudonym.
    """
    new, placed, refused = 0, set[str](), Counter[str]()
    for heard in listened.heard:
        if isinstance(heard, SourceError):
            refused[_named(heard)] += 1
            continue
        if heard.event.kind is EventKind.DELIVERY:
            _delivered(heard, connection, unit, vault)
            continue
        group = _group_of(heard, connection, unit) or _asked(heard, connection, unit, vault)
        if group is None:
            refused[UNKNOWN_GROUP] += 1
        elif _is_from_before(heard.event, group, unit):
            refused[BEFORE_CONSENT] += 1
        elif _belongs(heard, group, placed, unit):
            _open_window(heard, connection, unit, vault)
            new += _take(heard, group, unit, vault)
    unit.connections.count(connection.id, refused)
    return new


def _delivered(heard: Heard, connection: Connection, unit: Unit, vault: Vault) -> None:
    """What became of a text of ours; also of one whose arrival we were not sure of."""
    event = heard.event
    if heard.outgoing_id is not None and not event.text.startswith("failed"):
        row = unit.outbox.arrived(heard.outgoing_id, connection.id, event.native_id, event.sent_at)
        if row is not None and row.kind == "notice" and row.sealed_to:
            informed(row.sealed_to, row.group_id, connection.source, unit, vault)
    unit.outbox.seen(event.native_id, event.text, event.sent_at)


def _open_window(heard: Heard, connection: Connection, unit: Unit, vault: Vault) -> None:
    """Notes until when who wrote to us alone may be answered; under a keyed id, for that long."""
    if heard.answer_until is not None and heard.event.direct:
        key = window_key(connection.id, heard.event.author, vault)
        unit.windows.open(key, heard.answer_until)


def window_key(connection_id: int, author: str, vault: Vault) -> str:
    """Under what it is kept until when somebody may be answered through a connection."""
    return vault.message_key(connection_id, f"window|{author}")


def own_group(kind: str, connection_id: int) -> str:
    """The native id of the group that a connection brings with it (SourceCard.founds)."""
    return f"{kind}:{connection_id}"


def _group_of(heard: Heard, connection: Connection, unit: Unit) -> Group | None:
    native_id = heard.group
    if native_id in _OWN:
        native_id = own_group(native_id, connection.id)
    group = unit.connections.group(connection.pilot_id, connection.source, native_id)
    return group if group is not None and _is_heard_by(group, connection, unit) else None


def _is_heard_by(group: Group, connection: Connection, unit: Unit) -> bool:
    """Nobody speaks for a group that another connection brings: it is another maker's."""
    owner_id = unit.connections.group_row(group.id).connection_id
    if owner_id is None or owner_id == connection.id:
        return True
    owner = unit.connections.get(owner_id)
    return owner is None or not owner.enabled


def _is_from_before(event: Event, group: Group, unit: Unit) -> bool:
    """Written before the group that asked us was let in: nobody had agreed to that being read."""
    if event.kind not in _WRITTEN or is_for_us(event):
        return False
    if unit.connections.group_row(group.id).requested_by is None:
        return False
    since = unit.consents.given_since(group.id)
    if since is not None and not event.sent_at.microsecond:
        since = since.replace(microsecond=0)  # Telegram and WhatsApp say when in whole seconds
    return since is not None and event.sent_at < since


def _named(row: SourceError) -> str:
    """Under which name a bad row is counted: its own reason when that is one word."""
    why = str(row.params.get("why", ""))
    return why if re.fullmatch(r"[a-z_]{1,40}", why) else BAD_ROW


def _belongs(heard: Heard, group: Group, placed: set[str], unit: Unit) -> bool:
    """What is reported to us alone belongs to the first of the writer's groups that is followed.

    A command to us alone goes for all their groups.
    """
    event = heard.event
    if not event.direct or heard.unreadable or event.kind not in _WRITTEN or is_for_us(event):
        return True
    if event.native_id in placed or not unit.consents.group_consents(group.id):
        return False
    placed.add(event.native_id)
    return True


def _take(heard: Heard, group: Group, unit: Unit, vault: Vault) -> int:
    if heard.unreadable:
        _say_unreadable(heard.event, group, unit, vault)
        return 0
    if heard.event.kind in _AT_THE_DOOR:
        _follow_group(heard.event, group, unit)
        if heard.invite:
            invite = vault.seal_original(heard.invite)
            unit.connections.change_group(group.id, sealed_invite=invite)
        return 0
    new = receive([heard.event], group, unit, vault)
    if new:
        unit.connections.noted(group.id, heard.event.sent_at)
    return new


def _say_unreadable(event: Event, group: Group, unit: Unit, vault: Vault) -> None:
    """Counted, seen by administrators, and said once: in the group, or to who wrote us alone."""
    unit.consents.count(group.id, local(event.sent_at).date(), UNREADABLE)
    if event.direct:
        resident = vault.pseudonym(group.source, event.author)
        unit.outbox.put(
            idempotency_key=f"{UNREADABLE}:{resident}:{local(unit.now):%Y%m%d}",
            due_at=unit.now,
            by=SYSTEM,
            kind="reply",
            group_id=group.id,
            text=with_emergency_rule(text_of(DEFAULT, "in_chat.unreadable_alone")),
            sealed_to=vault.seal_original(json.dumps({"to": event.author, "direct": True})),
        )
    elif not unit.connections.group_row(group.id).unreadable:
        unit.connections.change_group(group.id, unreadable=True)
        announce(group.id, UNREADABLE, unit)


def _follow_group(event: Event, group: Group, unit: Unit) -> None:
    """A group has another name, or another id in its network; it stays the same group."""
    new = event.text.strip()[:_LONGEST_NAME]
    if not new:
        return
    if event.kind is EventKind.GROUP_RENAMED:
        unit.connections.change_group(group.id, name=new)
    elif unit.connections.group(group.pilot_id, group.source, new) is None:
        unit.connections.change_group(group.id, native_id=new, unreadable=False)
    else:
        return  # nobody becomes another group that is known already
    unit.audit.add(SYSTEM, event.kind.value, "group", group.id)


def _asked(heard: Heard, connection: Connection, unit: Unit, vault: Vault) -> Group | None:
    """A group that invited us is noted, and told what would happen; nothing of it is read."""
    event = heard.event
    if event.kind is not EventKind.CONSENT or event.text != ASKED:
        return None
    group_id = unit.pilots.add_group(
        connection.pilot_id,
        source=connection.source,
        native_id=heard.group,
        name=_free_name(heard.group_name.strip() or heard.group, connection, unit),
        connection_id=connection.id,
        requested_by=vault.pseudonym(connection.source, event.author),
    )
    unit.audit.add(SYSTEM, "group_asked", "group", group_id, {"connection": connection.id})
    announce(group_id, "request", unit)
    return unit.pilots.group(group_id)


def _free_name(wanted: str, connection: Connection, unit: Unit) -> str:
    name = "".join(c for c in wanted if c.isprintable())[:_LONGEST_NAME] or connection.name
    return _free(name, connection.pilot_id, unit)


def _free(name: str, pilot_id: int, unit: Unit) -> str:
    """The name, with a number behind it when another group of the pilot has it."""
    taken = {group.name for group in unit.pilots.groups(pilot_id)}
    number = 2
    free = name
    while free in taken:
        free, number = f"{name[: _LONGEST_NAME - 6]} ({number})", number + 1
    return free


def let_in(group_id: int, area_id: int | None, evidence: str, user: User, unit: Unit) -> None:
    """The municipality lets a group in that asked and agreed.

    From here its messages are read; the group is told so at once. Raises NotFound, BadInput,
    ReasonMissing.
    """
    require(user, Action.ADMINISTER)
    row = _asking(group_id, unit)
    if row.agreed_at is None:
        raise BadInput(field="consent", why=row.name)
    if not evidence.strip():
        raise ReasonMissing(step="consent")
    unit.connections.change_group(group_id, area_id=area_id)
    _consent(group_id, evidence, user, unit)
    announce(group_id, "announcement", unit)


def found(
    connection_id: int,
    native_id: str,
    name: str,
    area_id: int | None,
    evidence: str,
    user: User,
    unit: Unit,
    *,
    is_open_source: bool = False,
) -> int:
    """An administrator adds a group of a connection by the network's own id; gives its id.

    `evidence`: of its consent, or for an open source the legal basis. Raises NotFound, BadInput,
    ReasonMissing.
    """
    require(user, Action.ADMINISTER)
    row = unit.connections.get(connection_id)
    if row is None:
        raise NotFound(what="connection", id=connection_id)
    name, native_id = name.strip(), native_id.strip()
    for field, value in (("name", name), ("native_id", native_id)):
        if not value or len(value) > _LONGEST_NAME or not value.isprintable():
            raise BadInput(field=field, why=value[:50])
    if not evidence.strip():
        raise ReasonMissing(step="consent")
    if unit.connections.group(row.pilot_id, row.source, native_id) is not None:
        raise BadInput(field="native_id", why="wrong.taken")
    group_id = unit.pilots.add_group(
        row.pilot_id,
        source=row.source,
        native_id=native_id,
        name=_free(name, row.pilot_id, unit),
        area_id=area_id,
        connection_id=connection_id,
        is_open_source=is_open_source,
    )
    unit.audit.add(user.login, "group_added", "group", group_id, {"connection": connection_id})
    _consent(group_id, evidence, user, unit)
    return group_id


def _consent(group_id: int, evidence: str, user: User, unit: Unit) -> None:
    consent_id = unit.consents.record(
        group_id,
        given=True,
        by=user.login,
        text_version=TEXT_VERSION,
        evidence=evidence.strip()[:500],
    )
    unit.audit.add(user.login, "consent_given", "group", group_id, {"consent": consent_id})


def refuse(group_id: int, why: str, user: User, unit: Unit) -> None:
    """The municipality does not follow a group that asked. Raises NotFound, ReasonMissing."""
    require(user, Action.ADMINISTER)
    _asking(group_id, unit)
    if not why.strip():
        raise ReasonMissing(step="consent")
    unit.connections.change_group(group_id, refused_at=unit.now)
    unit.audit.add(user.login, "group_refused", "group", group_id, reason=why.strip()[:500])
    announce(group_id, "refused", unit)


def announce(group_id: int, text: str, unit: Unit) -> None:
    """Tells a group how it stands: asked, followed, refused."""
    unit.outbox.put(
        idempotency_key=f"{text}:{group_id}:{unit.now:%Y%m%d%H%M}",
        due_at=unit.now,
        by=SYSTEM,
        kind="announcement",
        group_id=group_id,
        text=with_emergency_rule(_announced(group_id, text, unit)),
    )


def _announced(group_id: int, text: str, unit: Unit) -> str:
    """The text, and in the announcement what this network cannot do for who is followed."""
    told = text_of(DEFAULT, f"in_chat.{text}")
    limits = f"in_chat.network.{unit.connections.group_row(group_id).source}"
    if text != "announcement" or limits not in catalogue(DEFAULT):
        return told
    return f"{told} {text_of(DEFAULT, limits)}"


def announce_again(groups: Iterable[Group], able: Iterable[str], unit: Unit) -> int:
    """Tells every group that is followed live that it is: at first, and once a month; gives how
    many were told. `able`: the sources that can tell a group something.
    """
    can, count = set(able), 0
    for group in groups:
        if group.source not in can or not _is_talk(group):
            continue
        told = unit.connections.announced_at(group.id)
        if (
            (told is None or unit.now - told >= ANNOUNCE_EVERY)
            and unit.consents.group_consents(group.id)
            and unit.pilots.pilot(group.pilot_id).covers(local(unit.now).date())
        ):
            announce(group.id, "announcement", unit)
            count += 1
    return count


def _is_talk(group: Group) -> bool:
    """People talk with one another there: no report line, no open source, no group still to be
    made.
    """
    apart = group.native_id.startswith((REPORT_LINE, WANTED))
    return not apart and not group.is_open_source


def _asking(group_id: int, unit: Unit) -> Any:
    if unit.pilots.group(group_id) is None:
        raise NotFound(what="group", id=group_id)
    row = unit.connections.group_row(group_id)
    if row.requested_by is None:
        raise NotFound(what="request", id=group_id)
    return row


def bad_rows(listened: Listened) -> int:
    return sum(isinstance(heard, SourceError) for heard in listened.heard)


def moments(listened: Listened) -> list[datetime]:
    return [heard.event.sent_at for heard in listened.heard if isinstance(heard, Heard)]
