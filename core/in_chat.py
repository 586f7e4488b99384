"""in de groep: the words with which residents steer what is followed; the same in every network.

A command is read even where nobody has consented, obeyed, and forgotten: its words are not stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from core.assess import Thresholds
from core.audit import SYSTEM
from core.clock import local
from core.domain import Event, EventKind
from core.i18n import DEFAULT, text_of
from core.privacy.consent import TEXT_VERSION
from core.privacy.erase import erase_message
from core.report_back import with_emergency_rule
from core.residents import LINK_MARK, address_of, hashed, new_token
from core.store.consent_queries import counts_of, erasable
from core.store.unit import Unit

if TYPE_CHECKING:  # the pipeline calls this, so it comes first
    from core.pipeline import Scene, Tools


class Command(StrEnum):
    """opdracht: what a resident may ask of us in the chat."""

    HELP = "help"
    STATUS = "status"
    STOP = "stop"
    START = "start"
    ERASE = "wis"
    INSIGHT = "inzage"
    REPORT = "melding"
    NO_REPORT = "niet"
    AGREE = "akkoord"
    END = "beheer stop"


REPORT_LINE: Final = "line:"
"""How the native id of a report line begins: people write there to us alone."""
ASKED: Final = "asked"
WITHDRAWN: Final = "withdrawn"
"""What an event of kind CONSENT says: we were invited, or thrown out."""

_ADDRESSED: Final = re.compile(r"\s*(?:[!/@]\s?hnm[\s:,]+|hnm[:,]\s*|[!/])(?=\w)", re.IGNORECASE)
_NAMED: Final = re.compile(r"@\w+")
_ASKS: Final = (Command.HELP, Command.STATUS)
"""Words that also begin sentences about something else; what ends or erases is always obeyed."""
_SPEAKS: Final = (EventKind.JOIN, EventKind.LEAVE, EventKind.CONSENT)
_HARDLY: Final = 1e-6
_ERASED_AT_ONCE: Final = 500


def command_of(event: Event) -> tuple[Command, str] | None:
    """The command in an event, and what follows it; None when it is no command.

    In a group it is addressed ("!hnm stop", "/stop", "hnm: stop"); alone with us the word will do.
    """
    if event.kind is not EventKind.MESSAGE or "called" in event.told:
        return None  # who called said it to a person, who noted it
    addressed = _ADDRESSED.match(event.text)
    if addressed is None and not event.direct:
        return None
    said = event.text[addressed.end() if addressed else 0 :].strip()
    words = _NAMED.sub("", said, count=1).split() if said.startswith(("/", "!")) else said.split()
    return _first_command(words, alone=addressed is None)


def _first_command(words: list[str], *, alone: bool) -> tuple[Command, str] | None:
    told = [_NAMED.sub("", word).strip(".,!?:;").casefold() for word in words]
    for command in sorted(Command, key=lambda c: -len(c.split())):
        length = len(command.split())
        if " ".join(told[:length]) != command:
            continue
        rest = " ".join(words[length:])
        # A sentence to us alone that begins with such a word is a sentence; "!help er is brand" is.
        is_sentence = rest and (alone or (command in _ASKS and len(rest.split()) > 1))
        return None if is_sentence and command is not Command.REPORT else (command, rest)
    return None


def is_for_us(event: Event) -> bool:
    """True when an event is not something to judge, but something to obey."""
    if event.kind in _SPEAKS:
        return True
    found = command_of(event)
    return found is not None and not (found[0] is Command.REPORT and found[1])


def insisted(event: Event) -> str | None:
    """What somebody says is a report, whatever we would make of it; None when nobody does."""
    if "called" in event.told:
        return event.text
    found = command_of(event)
    return found[1] if found and found[0] is Command.REPORT and found[1] else None


def thresholds_for(event: Event, usual: Thresholds) -> Thresholds:
    """What somebody says is a report is followed, and doubted when it does not read like one."""
    return usual if insisted(event) is None else replace(usual, relevant=_HARDLY)


def without_command(event: Event) -> Event:
    """The event as a plain message: "melding" taken off what somebody insists on."""
    said = insisted(event)
    return event if said is None else replace(event, text=said)


def obey(event: Event, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """Does what an event asks; gives the incidents it touched."""
    resident = tools.vault.pseudonym(scene.group.source, event.author)
    match event.kind:
        case EventKind.JOIN:
            return _joined(event, resident, scene, unit, tools)
        case EventKind.LEAVE:
            return _note(resident, False, "left", event, scene, unit, tools)
        case EventKind.CONSENT:
            return _asked_or_thrown_out(event, resident, scene, unit, tools)
    found = command_of(event)
    return [] if found is None else _DOES[found[0]](event, resident, scene, unit, tools)


def greet(event: Event, scene: Scene, unit: Unit, tools: Tools) -> None:
    """Who writes to a report line for the first time hears who reads along; not who says stop."""
    found = command_of(event)
    to_line = event.direct and scene.group.native_id.startswith(REPORT_LINE)
    if not to_line or event.kind is not EventKind.MESSAGE or (found and found[0] is Command.STOP):
        return
    resident = tools.vault.pseudonym(scene.group.source, event.author)
    unit.outbox.put(
        idempotency_key=f"greeting:{scene.group.id}:{resident}",
        due_at=unit.now,
        by=SYSTEM,
        kind="reply",
        group_id=scene.group.id,
        text=with_emergency_rule(text_of(DEFAULT, "in_chat.greeting")),
        sealed_to=tools.vault.seal_original(_addressee(event)),
    )


def _joined(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """Who joins is not followed until they were told; `informed` says so once the text is there."""
    if not unit.consents.group_consents(scene.group.id):
        return []
    _note(resident, False, "joined", event, scene, unit, tools)
    _reply("joined", event, scene, unit, tools, kind="notice")
    return []


def informed(sealed_to: bytes, group_id: int, source: str, unit: Unit, vault: Any) -> None:
    """A joiner has been told: from now on their messages count, unless they stopped meanwhile."""
    resident = vault.pseudonym(source, json.loads(vault.open_original(sealed_to))["to"])
    if unit.consents.newest_by(group_id, resident) == "joined":
        unit.consents.record(
            group_id, given=True, by="informed", text_version=TEXT_VERSION, resident=resident
        )


def _note(
    resident: str, given: bool, by: str, event: Event, scene: Scene, unit: Unit, tools: Tools
) -> list[int]:
    key = tools.vault.message_key(scene.group.id, event.native_id)
    unit.consents.record(
        scene.group.id,
        given=given,
        by=by,
        text_version=TEXT_VERSION,
        resident=resident,
        # Not when it was sent: a network's clock may differ, and the newest word counts.
        evidence=key,
    )
    return []


def _asked_or_thrown_out(
    event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools
) -> list[int]:
    """Who removes us from a group withdraws its consent; who invites us again asks anew."""
    row = unit.connections.group_row(scene.group.id)
    if event.text == WITHDRAWN:
        _end(event, resident, scene, unit, tools)
        unit.connections.change_group(scene.group.id, requested_by=None)
    elif row.requested_by is None and not unit.consents.group_consents(scene.group.id):
        unit.connections.change_group(scene.group.id, requested_by=resident)
        _reply("request", event, scene, unit, tools, kind="announcement")
    return []


def _stop(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    _note(resident, False, "stop", event, scene, unit, tools)
    return _reply("stopped", event, scene, unit, tools)


def _start(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    _note(resident, True, "start", event, scene, unit, tools)
    return _reply("started", event, scene, unit, tools)


def _erase(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """Erases the writer's own message that this answers, or all of theirs in the group."""
    if event.reply_to is not None:
        key = tools.vault.message_key(scene.group.id, event.reply_to)
        if unit.messages.writer(key) != resident:
            return _reply("not_yours", event, scene, unit, tools)
        keys: Iterable[str] = [key]
    else:
        keys = _all_of(resident, scene.group.id, unit)
    count, touched = 0, []
    for key in keys:
        touched += erase_message(key, scene.group.id, scene.areas, unit, by=resident)
        count += 1
    _reply("erased", event, scene, unit, tools, count=count)
    return touched


def _all_of(resident: str, group_id: int, unit: Unit) -> Iterator[str]:
    """What is held of a resident in a group, as long as there is any: what is taken is erased."""
    while found := erasable(unit.connection, [group_id], resident, _ERASED_AT_ONCE):
        yield from (key for _, key in found)


def _insight(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """A personal link to what is held of the writer, to them alone; without an address, how much.

    The link travels sealed: our own text that staff can read has a mark in its place.
    """
    if not event.direct:
        return _reply("insight_alone", event, scene, unit, tools)
    if not tools.outside_url:
        return _insight_count(event, resident, scene, unit, tools)
    token = new_token()
    link = address_of(token, tools.outside_url)
    said = text_of(DEFAULT, "in_chat.insight_link", link=LINK_MARK, hours=tools.link_hours)
    if _put(said, event, scene, unit, tools, link=link) is not None:
        until = unit.now + timedelta(hours=tools.link_hours)
        unit.residents.add_link(hashed(token), scene.group.source, resident, until)
        unit.audit.add(resident, "link_asked", "resident", resident)
    return []


def _insight_count(
    event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools
) -> list[int]:
    count = len(erasable(unit.connection, [scene.group.id], resident, 10_000))
    stopped = unit.consents.has_stopped(scene.group.id, resident)
    text = "insight_stopped" if stopped else "insight"
    return _reply(text, event, scene, unit, tools, count=count)


def _status(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    if not unit.consents.group_consents(scene.group.id):
        return _reply("status_off", event, scene, unit, tools)
    unit.consents.write_counts()
    today = counts_of(unit.connection, scene.group.id, local(unit.now).date())
    kept = today.pop("kept", 0)
    return _reply("status", event, scene, unit, tools, kept=kept, dropped=sum(today.values()))


def _help(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    return _reply("help", event, scene, unit, tools)


def _report(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """Without words: what was no report is forgotten, so it has to be written anew."""
    return _reply("report_how", event, scene, unit, tools)


def _no_report(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """Somebody says that a message is no report: a person looks at it."""
    if event.reply_to is None:
        return _reply("reply_needed", event, scene, unit, tools)
    key = tools.vault.message_key(scene.group.id, event.reply_to)
    if unit.messages.doubt(key):
        unit.audit.add(resident, "doubted_in_chat", "message", key)
    return _reply("noted", event, scene, unit, tools)


def _agree(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    """The one who asked says yes to the announcement; the municipality still has to let it in."""
    row = unit.connections.group_row(scene.group.id)
    if row.requested_by != resident:
        return _reply("not_admin", event, scene, unit, tools)
    unit.connections.change_group(scene.group.id, agreed_at=event.sent_at)
    key = tools.vault.message_key(scene.group.id, event.native_id)
    detail = {"message": key, "text": TEXT_VERSION}
    unit.audit.add(resident, "agreed_in_chat", "group", scene.group.id, detail)
    return _reply("agreed", event, scene, unit, tools)


def _end_by_admin(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> list[int]:
    if unit.connections.group_row(scene.group.id).requested_by != resident:
        return _reply("not_admin", event, scene, unit, tools)
    _end(event, resident, scene, unit, tools)
    return _reply("ended", event, scene, unit, tools)


def _end(event: Event, resident: str, scene: Scene, unit: Unit, tools: Tools) -> None:
    key = tools.vault.message_key(scene.group.id, event.native_id)
    consent_id = unit.consents.record(
        scene.group.id, given=False, by=resident, text_version=TEXT_VERSION, evidence=key
    )
    unit.connections.change_group(scene.group.id, agreed_at=None)
    unit.audit.add(resident, "consent_withdrawn", "group", scene.group.id, {"consent": consent_id})


_DOES: Final = {
    Command.HELP: _help,
    Command.STATUS: _status,
    Command.STOP: _stop,
    Command.START: _start,
    Command.ERASE: _erase,
    Command.INSIGHT: _insight,
    Command.REPORT: _report,
    Command.NO_REPORT: _no_report,
    Command.AGREE: _agree,
    Command.END: _end_by_admin,
}


def _reply(
    text: str,
    event: Event,
    scene: Scene,
    unit: Unit,
    tools: Tools,
    *,
    kind: str = "reply",
    **params: Any,
) -> list[int]:
    """One short line back, once however often the event is delivered."""
    said = text_of(DEFAULT, f"in_chat.{text}", **params)
    _put(said, event, scene, unit, tools, kind=kind)
    return []


def _put(
    said: str,
    event: Event,
    scene: Scene,
    unit: Unit,
    tools: Tools,
    *,
    kind: str = "reply",
    link: str = "",
) -> int | None:
    """Queues a line back; None when it stands there already."""
    key = tools.vault.message_key(scene.group.id, event.native_id)
    return unit.outbox.put(
        idempotency_key=f"{kind}:{key}",
        due_at=unit.now,
        by=SYSTEM,
        kind=kind,
        group_id=scene.group.id,
        text=with_emergency_rule(said),
        sealed_to=tools.vault.seal_original(_addressee(event, link)),
    )


def _addressee(event: Event, link: str = "") -> str:
    """Whom a reply is for, in the network's own ids; sealed, since they point at a person."""
    answers = event.native_id if event.kind is EventKind.MESSAGE else None
    to = {"reply_to": answers, "to": event.author, "direct": event.direct}
    return json.dumps({**to, "link": link} if link else to)
