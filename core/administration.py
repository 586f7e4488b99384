"""beheer: what an administrator changes; each change asks for the right and leaves its audit entry.

Users have a file of their own: core/staff.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.clock import local
from core.domain import User
from core.errors import BadInput, NotFound, ReasonMissing
from core.permissions import Action, require
from core.pilots import install, load
from core.privacy.consent import TEXT_VERSION
from core.privacy.erase import erase_message
from core.privacy.vault import Vault
from core.store.consent_queries import erasable
from core.store.unit import Unit
from core.topics import topics

_LONGEST: Final = 500
_PSEUDONYM: Final = re.compile(r"r[0-9a-f]{12}")
GIVEN_UP: Final = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGroup:
    """What a form says about a group to be added."""

    pilot_id: int
    source: str
    name: str
    native_id: str = ""
    area_id: int | None = None
    is_open_source: bool = False


def install_pilot(name: str, user: User, unit: Unit) -> int:
    """Sets up a pilot that comes with the product; gives its id. Raises NotFound, BadInput."""
    require(user, Action.ADMINISTER)
    pilot_file = load(name)
    if any(pilot.name == pilot_file.name for pilot in unit.pilots.all()):
        raise BadInput(field="pilot", why="wrong.taken")
    pilot_id = install(unit, pilot_file)
    unit.audit.add(user.login, "pilot_installed", "pilot", pilot_id, {"file": name})
    return pilot_id


def create_pilot(
    name: str,
    starts_on: date,
    ends_on: date | None,
    chosen: Sequence[str],
    user: User,
    unit: Unit,
) -> int:
    """A pilot of one's own, empty as yet: areas, streets and groups follow. Raises BadInput."""
    require(user, Action.ADMINISTER)
    name = " ".join(name.split())
    taken = {pilot.name.casefold() for pilot in unit.pilots.all()}
    if not 2 <= len(name) <= 200 or not name.isprintable():
        raise BadInput(field="pilot", why=name[:50])
    if name.casefold() in taken:
        raise BadInput(field="pilot", why="wrong.taken")
    if ends_on is not None and ends_on < starts_on:
        raise BadInput(field="ends_on", why="wrong.before")
    if not chosen or not set(chosen) <= set(topics()):
        raise BadInput(field="topics", why=", ".join(chosen)[:50])
    pilot_id = unit.pilots.add(name, starts_on, ends_on, tuple(sorted(chosen)))
    unit.audit.add(user.login, "pilot_created", "pilot", pilot_id, {"topics": sorted(chosen)})
    return pilot_id


def set_period(
    pilot_id: int, starts_on: date, ends_on: date | None, user: User, unit: Unit
) -> None:
    """The first and the last day on which anything is followed. Raises BadInput."""
    require(user, Action.ADMINISTER)
    if ends_on is not None and ends_on < starts_on:
        raise BadInput(field="ends_on", why="wrong.before")
    before = unit.pilots.pilot(pilot_id)
    unit.pilots.set_period(pilot_id, starts_on, ends_on)
    detail = {
        "before": [str(before.starts_on), str(before.ends_on)],
        "after": [str(starts_on), str(ends_on)],
    }
    unit.audit.add(user.login, "period_set", "pilot", pilot_id, detail)


def set_topics(pilot_id: int, chosen: Sequence[str], user: User, unit: Unit) -> None:
    """Which topics a pilot follows, at least one. Raises BadInput."""
    require(user, Action.ADMINISTER)
    if not chosen or not set(chosen) <= set(topics()):
        raise BadInput(field="topics", why=", ".join(chosen)[:50])
    before = unit.pilots.pilot(pilot_id)
    unit.pilots.set_topics(pilot_id, tuple(sorted(chosen)))
    detail = {"before": sorted(before.topics), "after": sorted(chosen)}
    unit.audit.add(user.login, "topics_set", "pilot", pilot_id, detail)


def add_group(new: NewGroup, known_sources: Sequence[str], user: User, unit: Unit) -> int:
    """Adds a group, without consent as yet; gives its id. Raises BadInput."""
    require(user, Action.ADMINISTER)
    name, native_id = new.name.strip(), new.native_id.strip() or new.name.strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise BadInput(field="name", why=name[:50])
    if new.source not in known_sources:
        raise BadInput(field="source", why=new.source)
    taken = [g for g in unit.pilots.groups(new.pilot_id) if g.source == new.source]
    if any(group.native_id == native_id for group in taken):
        raise BadInput(field="native_id" if new.native_id.strip() else "name", why="wrong.taken")
    group_id = unit.pilots.add_group(
        new.pilot_id,
        source=new.source,
        native_id=native_id,
        name=name,
        area_id=new.area_id,
        is_open_source=new.is_open_source,
    )
    unit.audit.add(user.login, "group_added", "group", group_id, {"source": new.source})
    return group_id


def give_consent(group_id: int, evidence: str, user: User, unit: Unit) -> None:
    """Records that a group consents, and what shows it. Raises NotFound, ReasonMissing."""
    _record(group_id, True, evidence, user, unit)


def withdraw_consent(group_id: int, evidence: str, user: User, unit: Unit) -> None:
    """From now on nothing of the group is read. Raises NotFound, ReasonMissing.

    What is stored is erased by `erase_some`, called until nothing is left.
    """
    _record(group_id, False, evidence, user, unit)


def pseudonym_of(written: str, source: str, vault: Vault, user: User) -> str:
    """The pseudonym of a resident, given it or the name or number that the source knows them by.

    What was typed lives in memory only. Raises BadInput.
    """
    require(user, Action.ADMINISTER)
    written = written.strip()
    if not written:
        raise BadInput(field="resident", why="")
    return written if _PSEUDONYM.fullmatch(written) else vault.pseudonym(source, written)


def stop_resident(resident: str, source: str, evidence: str, user: User, unit: Unit) -> list[int]:
    """A resident takes part no more, in any group of the source; gives the groups' ids.

    Raises BadInput, ReasonMissing.
    """
    require(user, Action.ADMINISTER)
    if not _PSEUDONYM.fullmatch(resident):
        raise BadInput(field="resident", why="")
    groups = [group.id for group in unit.pilots.groups() if group.source == source]
    for group_id in groups:
        unit.consents.record(
            group_id,
            given=False,
            by=user.login,
            text_version=TEXT_VERSION,
            resident=resident,
            evidence=_required(evidence),
        )
    unit.audit.add(user.login, "resident_stopped", "resident", resident, {"groups": groups})
    return groups


def erase_some(
    group_ids: Sequence[int], resident: str | None, user: User, unit: Unit, limit: int = 100
) -> int:
    """Erases a part of what is stored of groups, or of one resident in them; gives how much.

    Called until it gives 0. Raises BadInput where consent still stands: it is withdrawn first.
    """
    require(user, Action.ADMINISTER)
    if any(_consents(group_id, resident, unit) for group_id in group_ids):
        raise BadInput(field="consent", why="wrong.consents")
    groups = {group.id: group for group in unit.pilots.groups()}
    found = erasable(unit.connection, group_ids, resident, limit)
    for group_id, message_key in found:
        areas = unit.pilots.areas(groups[group_id].pilot_id)
        erase_message(message_key, group_id, areas, unit, by=user.login)
    return len(found)


def retry_messages(user: User, unit: Unit) -> int:
    """Lets every message that was given up be tried again; gives how many."""
    require(user, Action.ADMINISTER)
    count = len(unit.inbox.dead())
    unit.inbox.retry_dead()
    unit.audit.add(user.login, "messages_retried", "inbox", "all", {"count": count})
    return count


def give_up_messages(user: User, unit: Unit) -> int:
    """Throws away, unread, every message that was given up; counted per group and day."""
    require(user, Action.ADMINISTER)
    dead = unit.inbox.dead()
    for waiting_id, group_id, _ in dead:
        unit.inbox.done(waiting_id)
        unit.consents.count(group_id, local(unit.now).date(), GIVEN_UP)
    unit.audit.add(user.login, "messages_given_up", "inbox", "all", {"count": len(dead)})
    return len(dead)


def note_chain_check(broken: Sequence[int], user: User, unit: Unit) -> None:
    """That somebody checked the chain of the audit log, and what came out."""
    require(user, Action.ADMINISTER)
    unit.audit.add(user.login, "chain_checked", "audit", "all", {"broken": len(broken)})


def _record(group_id: int, given: bool, evidence: str, user: User, unit: Unit) -> None:
    require(user, Action.ADMINISTER)
    if unit.pilots.group(group_id) is None:
        raise NotFound(what="group", id=group_id)
    consent_id = unit.consents.record(
        group_id,
        given=given,
        by=user.login,
        text_version=TEXT_VERSION,
        evidence=_required(evidence),
    )
    action = "consent_given" if given else "consent_withdrawn"
    unit.audit.add(user.login, action, "group", group_id, {"consent": consent_id})


def _required(evidence: str) -> str:
    if not evidence.strip():
        raise ReasonMissing(step="consent")
    return evidence.strip()[:_LONGEST]


def _consents(group_id: int, resident: str | None, unit: Unit) -> bool:
    if resident is None:
        return unit.consents.group_consents(group_id)
    return not unit.consents.has_stopped(group_id, resident)
