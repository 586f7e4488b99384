"""gesprekken: who waits for whom in a conversation."""

from __future__ import annotations

from enum import StrEnum

from core.domain import Incident, Status
from core.store.thread_queries import Thread


class Awaited(StrEnum):
    """wie aan zet is: on whom a conversation waits."""

    FAILED = "failed"
    TO_COPY = "to_copy"
    US = "us"
    THEM = "them"
    NOBODY = "nobody"

    @property
    def is_open(self) -> bool:
        return self is not Awaited.NOBODY


def awaited(thread: Thread, incident: Incident | None) -> Awaited:
    """On whom it waits, with the incident that it is about."""
    return awaited_when(thread, None if incident is None else incident.status)


def awaited_when(thread: Thread, status: Status | None) -> Awaited:
    """On whom it waits: what did not arrive, or is yet to be copied to its group, is ours; then an
    open question; then the last word.

    Of a rejected incident nobody waits for word from us: there was no report, or nothing to do.
    """
    if thread.failed_count:
        return Awaited.FAILED
    if thread.to_copy_count:
        return Awaited.TO_COPY
    if thread.asked_at is not None:
        return Awaited.THEM
    theirs, ours = thread.theirs_at, thread.ours_at
    if theirs is None or status is Status.REJECTED:
        return Awaited.NOBODY
    return Awaited.US if ours is None or theirs > ours else Awaited.NOBODY
