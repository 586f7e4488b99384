"""The process role: takes waiting events from the inbox and follows each to the end."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from core.clock import local
from core.domain import Event, Reading
from core.in_chat import is_for_us
from core.inbox import unseal
from core.pipeline import Scene, Tools, admit, process
from core.ports import Judge
from core.privacy.vault import KeyDestroyed
from core.scenes import Scenes
from core.store.inbox_rows import Sealed
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

UNREADABLE: Final = "unreadable"
BATCH: Final = 64
"""Enough for the encoder to work in bulk, little enough that a new message waits no second."""
TOGETHER: Final = 16
"""Messages a transaction: fewer commits, and no screen waits longer for the lock than they take."""

UNREAD: Final = Reading(embedding=(), topics={}, urgent=0.0)
"""What is said of a command, of who came or left: those words are nobody's to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """wachtend: an event taken from the inbox, with its scene."""

    sealed: Sealed
    event: Event
    scene: Scene


Read = tuple[Waiting, Reading | Exception]
"""A waiting event and what its words say, or why they could not be read."""


def process_waiting(services: Services, tools: Tools, scenes: Scenes) -> int:
    """Takes one batch from the inbox and follows it to the end; gives how many it took.

    One message that cannot be followed must not hold up the street: it is tried again, and given
    up visibly. The log gets the kind of error, never a text.
    """
    with services.store.unit() as unit:
        taken = unit.inbox.claim(BATCH)
        waiting = [w for sealed in taken if (w := _open(sealed, unit, services, scenes))]
        admitted = _admissible(waiting, unit, tools)
    for together in batched(_readings(admitted, tools.judge), TOGETHER):
        _follow_together(together, services, tools)
    return len(taken)


def _follow_together(together: Sequence[Read], services: Services, tools: Tools) -> None:
    """Follows a few messages in one transaction; if one fails, each in a transaction of its own."""
    try:
        with services.store.unit() as unit:
            for one, reading in together:
                _follow(one, reading, unit, tools)
    except Exception:
        for one, reading in together:
            _follow_alone(one, reading, services, tools)


def _follow_alone(
    one: Waiting, reading: Reading | Exception, services: Services, tools: Tools
) -> None:
    try:
        with services.store.unit() as unit:
            _follow(one, reading, unit, tools)
    except Exception as error:
        log.warning("message failed inbox=%s error=%s", one.sealed.id, type(error).__name__)
        with services.store.unit() as unit:
            unit.inbox.failed(one.sealed.id, type(error).__name__)


def _follow(one: Waiting, reading: Reading | Exception, unit: Unit, tools: Tools) -> None:
    # Between the claim and now another worker may have done it, its writer deleted it, or somebody
    # stopped: all three are asked again in the transaction that stores it.
    if isinstance(reading, Exception):
        raise reading
    if unit.inbox.done(one.sealed.id) and admit(one.event, one.scene, unit, tools):
        process(one.event, reading, one.scene, unit, tools)


def _readings(waiting: list[Waiting], judge: Judge) -> Iterator[Read]:
    """What each message's words say; read in bulk, and one by one when the bulk fails."""
    spoken = [one for one in waiting if not is_for_us(one.event)]
    try:
        readings = iter(judge.read([one.event.text for one in spoken]) if spoken else [])
        read = {one.sealed.id: next(readings) for one in spoken}
    except Exception:
        read = {}
    for one in waiting:
        if is_for_us(one.event):
            yield one, UNREAD
        else:
            yield one, read.get(one.sealed.id) or _reading(one, judge)


def _reading(one: Waiting, judge: Judge) -> Reading | Exception:
    try:
        return judge.read([one.event.text])[0]
    except Exception as error:
        return error


def _open(sealed: Sealed, unit: Unit, services: Services, scenes: Scenes) -> Waiting | None:
    scene = scenes.of(sealed.group_id, unit)
    try:
        event = unseal(sealed, services.vault)
    except (KeyDestroyed, ValueError, TypeError):
        log.warning("payload unreadable inbox=%s", sealed.id)
        unit.consents.count(sealed.group_id, local(sealed.sent_at).date(), UNREADABLE)
        unit.inbox.done(sealed.id)
        return None
    if scene is None:
        unit.inbox.done(sealed.id)
        return None
    return Waiting(sealed=sealed, event=event, scene=scene)


def _admissible(waiting: Sequence[Waiting], unit: Unit, tools: Tools) -> list[Waiting]:
    """What may be read; after a command its writer's are asked again when it was obeyed."""
    _foresee(waiting, unit, tools)
    steered: set[tuple[int, str]] = set()
    found = []
    for one in waiting:
        writer = (one.scene.group.id, one.event.author)
        if is_for_us(one.event):
            steered.add(writer)
        if writer in steered or _admitted(one, unit, tools):
            found.append(one)
    return found


def _foresee(waiting: Sequence[Waiting], unit: Unit, tools: Tools) -> None:
    """Asks at once what is about to be asked of each: was it seen before, did its writer stop."""
    if not waiting:
        return
    unit.messages.foresee({one.sealed.message_key for one in waiting})
    writers: dict[int, set[str]] = defaultdict(set)
    for one in waiting:
        group = one.scene.group
        writers[group.id].add(tools.vault.pseudonym(group.source, one.event.author))
    for group_id, residents in writers.items():
        unit.consents.foresee(group_id, residents)


def _admitted(waiting: Waiting, unit: Unit, tools: Tools) -> bool:
    if admit(waiting.event, waiting.scene, unit, tools):
        return True
    unit.inbox.done(waiting.sealed.id)
    return False


def batched(values: Iterable[Read], size: int) -> Iterator[tuple[Read, ...]]:
    """Itertools has this from Python 3.12 on."""
    rest = iter(values)
    while batch := tuple(islice(rest, size)):
        yield batch
