"""The process role: takes waiting events from the inbox and follows each to the end."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from core.domain import Event
from core.inbox import unseal
from core.pipeline import Scene, Tools, admit, process
from core.privacy.vault import KeyDestroyed
from core.scenes import Scenes
from core.store.inbox_rows import Sealed
from core.store.unit import Unit
from core.wiring import Services

log = logging.getLogger(__name__)

BATCH: Final = 64
"""Enough for the encoder to work in bulk, little enough that a new message waits no second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """wachtend: an event taken from the inbox, with its scene."""

    sealed: Sealed
    event: Event
    scene: Scene


def process_waiting(services: Services, tools: Tools, scenes: Scenes) -> int:
    """Takes one batch from the inbox and follows it to the end; gives how many it took."""
    with services.store.unit() as unit:
        taken = unit.inbox.claim(BATCH)
        waiting = [w for sealed in taken if (w := _open(sealed, unit, services, scenes))]
        admitted = [w for w in waiting if _admitted(w, unit, tools)]
    readings = tools.judge.read([w.event.text for w in admitted])
    for one, reading in zip(admitted, readings, strict=True):
        try:
            with services.store.unit() as unit:
                process(one.event, reading, one.scene, unit, tools)
                unit.inbox.done(one.sealed.id)
        except Exception as error:
            # One message that cannot be followed must not hold up the street; it is tried again,
            # and given up visibly. The log gets the kind of error, never a text.
            log.warning("message failed inbox=%s error=%s", one.sealed.id, type(error).__name__)
            with services.store.unit() as unit:
                unit.inbox.failed(one.sealed.id, type(error).__name__)
    return len(taken)


def _open(sealed: Sealed, unit: Unit, services: Services, scenes: Scenes) -> Waiting | None:
    scene = scenes.of(sealed.group_id, unit)
    try:
        event = unseal(sealed, services.vault)
    except KeyDestroyed:
        log.warning("payload unreadable inbox=%s", sealed.id)
        unit.inbox.done(sealed.id)
        return None
    if scene is None:
        unit.inbox.done(sealed.id)
        return None
    return Waiting(sealed=sealed, event=event, scene=scene)


def _admitted(waiting: Waiting, unit: Unit, tools: Tools) -> bool:
    if admit(waiting.event, waiting.scene, unit, tools):
        return True
    unit.inbox.done(waiting.sealed.id)
    return False
