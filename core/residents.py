"""eigen gegevens: what a resident sees of themselves by a personal link, and what they may do.

The link is a random token of which only the hash is kept; it ends by itself. Every look, and all
that is done by it, stands in the audit log under the resident's pseudonym.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.clock import local
from core.errors import BadInput, NotFound
from core.last_day import ended_pilots
from core.privacy.consent import TEXT_VERSION
from core.privacy.erase import erase_message
from core.privacy.vault import KeyDestroyed, Vault
from core.store.consent_queries import erasable
from core.store.resident_queries import (
    ConsentWord,
    Correction,
    StoredMessage,
    consent_words,
    corrections_of,
    judged_count,
    messages_of,
)
from core.store.unit import Unit
from core.surveys import known, token_of

LINK_MARK: Final = "[persoonlijke link]"
"""Stands in our text where the link comes; the link itself travels sealed, staff never see it."""

LONGEST: Final = 1000
MOST_OPEN: Final = 20
"""So many requests to correct something may wait of one resident."""
_ERASED_AT_ONCE: Final = 500
_LONGEST_TOKEN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """bewoner: who a personal link is for, by source and pseudonym, and until when it works."""

    source: str
    pseudonym: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """eigen bericht: as it was written, and as staff read it."""

    stored: StoredMessage
    original: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGroup:
    """eigen groep: one in which somebody is known, and whether their messages are followed."""

    id: int
    name: str
    follows: bool
    may_start: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSurvey:
    """open vragenlijst: one that a resident may still fill in, and the end of its address."""

    name: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """wat bewaard wordt: all that is kept of one resident."""

    pseudonym: str
    messages: tuple[OwnMessage, ...]
    groups: tuple[OwnGroup, ...]
    words: tuple[ConsentWord, ...]
    corrections: tuple[Correction, ...]
    judged_count: int
    surveys: tuple[OpenSurvey, ...]


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def address_of(token: str, outside_url: str) -> str:
    return f"{outside_url}/mijn/{token}"


def behind(token: str, unit: Unit) -> Resident | None:
    """Who a token is for; None for one that is wrong or has ended."""
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    row = unit.residents.link(hashed(token))
    if row is None:
        return None
    return Resident(source=row.source, pseudonym=row.resident, until=row.expires_at)


def look(resident: Resident, unit: Unit, vault: Vault, *, taken_along: bool = False) -> Held:
    """All that is kept; that somebody looked, or took it along, is in the audit log first."""
    _audit("resident_took_along" if taken_along else "resident_looked", resident, unit)
    return held_of(resident.pseudonym, unit, vault)


def held_of(pseudonym: str, unit: Unit, vault: Vault) -> Held:
    """All that is kept of a resident, opened; who may call this has been asked before."""
    connection = unit.connection
    stored = messages_of(connection, pseudonym)
    groups = own_groups(pseudonym, unit)
    incident_ids = {incident.id for one in stored for incident in one.incidents}
    return Held(
        pseudonym=pseudonym,
        messages=tuple(OwnMessage(stored=one, original=_opened(one, vault)) for one in stored),
        groups=groups,
        words=tuple(consent_words(connection, pseudonym)),
        corrections=tuple(corrections_of(connection, resident=pseudonym)),
        judged_count=judged_count(connection, pseudonym),
        surveys=_open_surveys([group.id for group in groups], incident_ids, unit, vault),
    )


def own_groups(pseudonym: str, unit: Unit) -> tuple[OwnGroup, ...]:
    """The groups in which somebody is known; nobody starts again in a pilot that is over."""
    over = ended_pilots(unit)
    found = [unit.pilots.group(group_id) for group_id in unit.residents.group_ids(pseudonym)]
    return tuple(
        OwnGroup(
            id=group.id,
            name=group.name,
            follows=unit.consents.group_consents(group.id)
            and not unit.consents.has_stopped(group.id, pseudonym),
            may_start=group.pilot_id not in over and unit.consents.group_consents(group.id),
        )
        for group in found
        if group is not None
    )


def correct(resident: Resident, message_id: int, words: str, unit: Unit, vault: Vault) -> int:
    """Asks staff to correct what is held of one's own message. Raises NotFound, BadInput."""
    own = _own(resident, message_id, unit)
    if not words.strip() or len(words) > LONGEST:
        raise BadInput(field="words", why=str(len(words.strip())))
    if unit.residents.open_count(resident.pseudonym) >= MOST_OPEN:
        raise BadInput(field="words", why=str(MOST_OPEN))
    correction_id = unit.residents.ask_correction(
        resident.source,
        resident.pseudonym,
        own.group_id,
        own.message_key,
        vault.seal_original(words.strip()),
    )
    _audit("correction_asked", resident, unit, correction=correction_id)
    return correction_id


def erase_one(resident: Resident, message_id: int, unit: Unit) -> list[int]:
    """Erases one's own message; gives the incidents that lost it. Raises NotFound."""
    own = _own(resident, message_id, unit)
    return _erase([(own.group_id, own.message_key)], resident, unit)


def erase_all(resident: Resident, unit: Unit) -> int:
    """Erases all that is kept of a resident, judged numbers too; gives how many messages."""
    group_ids, count = unit.residents.group_ids(resident.pseudonym), 0
    while found := erasable(unit.connection, group_ids, resident.pseudonym, _ERASED_AT_ONCE):
        _erase(found, resident, unit)
        count += len(found)
    _audit("resident_erased", resident, unit, count=count)
    return count


def stop(resident: Resident, unit: Unit) -> None:
    """From now on nothing of the resident is followed, in any group in which they are known."""
    for group in own_groups(resident.pseudonym, unit):
        if not unit.consents.has_stopped(group.id, resident.pseudonym):
            _note(group.id, False, "stop", resident, unit)
    _audit("resident_stop", resident, unit)


def start(resident: Resident, unit: Unit) -> None:
    """The resident's messages count again, where the group still takes part."""
    for group in own_groups(resident.pseudonym, unit):
        if group.may_start and not group.follows:
            _note(group.id, True, "start", resident, unit)
    _audit("resident_start", resident, unit)


def _note(group_id: int, given: bool, by: str, resident: Resident, unit: Unit) -> None:
    unit.consents.record(
        group_id,
        given=given,
        by=by,
        text_version=TEXT_VERSION,
        resident=resident.pseudonym,
        evidence="own page",
    )


def _audit(action: str, resident: Resident, unit: Unit, **detail: int) -> None:
    name = resident.pseudonym
    unit.audit.add(name, action, "resident", name, dict(detail))


def as_json(held: Held) -> dict[str, Any]:
    """All that is held as plain values, to be taken along."""
    return {
        "pseudonym": held.pseudonym,
        "messages": [_message_json(one) for one in held.messages],
        "groups": [{"name": group.name, "followed": group.follows} for group in held.groups],
        "taking_part": [
            {"group": word.group, "at": word.at.isoformat(), "given": word.given, "by": word.by}
            for word in held.words
        ],
        "corrections": [
            {"at": one.at.isoformat(), "state": one.state, "answer": one.answer}
            for one in held.corrections
        ],
        "judged_and_forgotten_last_two_days": held.judged_count,
    }


def _message_json(one: OwnMessage) -> dict[str, Any]:
    stored = one.stored
    return {
        "group": stored.group,
        "sent_at": local(stored.sent_at).isoformat(),
        "written": one.original,
        "as_staff_read_it": stored.redacted,
        "topics": list(stored.topics),
        "incidents": [
            {"number": incident.number, "topic": incident.topic, "status": incident.status.value}
            for incident in stored.incidents
        ],
        "answers_to": list(stored.answered),
    }


def _own(resident: Resident, message_id: int, unit: Unit) -> Any:
    own = unit.residents.own_message(resident.pseudonym, message_id)
    if own is None:
        raise NotFound(what="message", id=message_id)
    return own


def _erase(found: Sequence[tuple[int, str]], resident: Resident, unit: Unit) -> list[int]:
    pilots = {group.id: group.pilot_id for group in unit.pilots.groups()}
    areas = {pilot_id: unit.pilots.areas(pilot_id) for pilot_id in set(pilots.values())}
    return [
        incident_id
        for group_id, key in found
        for incident_id in erase_message(
            key, group_id, areas[pilots[group_id]], unit, by=resident.pseudonym
        )
    ]


def _opened(stored: StoredMessage, vault: Vault) -> str:
    if stored.sealed_original is None:
        return ""
    try:
        return vault.open_original(stored.sealed_original)
    except KeyDestroyed:
        return ""


def _open_surveys(
    group_ids: Sequence[int], incident_ids: Collection[int], unit: Unit, vault: Vault
) -> tuple[OpenSurvey, ...]:
    """What may still be filled in by residents of these groups, about these incidents."""
    groups = [unit.pilots.group(group_id) for group_id in group_ids]
    pilots = {group.pilot_id for group in groups if group is not None}
    open_waves = [wave for wave in unit.surveys.waves() if wave.is_open(unit.now)]
    asked = [(known(wave.survey_id, unit), wave) for wave in open_waves]
    return tuple(
        OpenSurvey(name=survey.name, token=token_of(wave.id, vault))
        for survey, wave in asked
        if survey.audience == "residents"
        and survey.pilot_id in pilots
        and (wave.incident_id is None or wave.incident_id in incident_ids)
    )
