"""One computation in a process of its own: it says how far it is, and can be ended at any moment.

Libraries that compute in one long call cannot be asked to stop; a process can. What it needs goes
to it through a pipe and never touches the disk. It ends by itself when whoever started it is gone.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from core.errors import BadSetting
from core.ports import Clusters, Encoder
from core.research import compute
from core.store.research_queries import Material, Outcome, Recipe
from core.wiring import clusters, encoder

log = logging.getLogger(__name__)

_ENDS_WITHIN_S: Final = 5.0

FAILED: Final = "failed"
OUT_OF_MEMORY: Final = "memory"
NO_ENCODER: Final = "encoder"
DIED: Final = "died"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """gereedschap: what a run is computed with; must be found anew in another process."""

    clusters: Callable[[], Clusters] = clusters
    encoder: Callable[[str], Encoder] = encoder


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """gezegd: the newest of what a computation said: its step, or how it ended."""

    step: str = ""
    share: float = 0.0
    outcome: Outcome | None = None
    error: str | None = None

    @property
    def has_ended(self) -> bool:
        return self.outcome is not None or self.error is not None


class Child:
    """kind: a computation in another process."""

    def __init__(self, material: Material, recipe: Recipe, tools: Tools) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(theirs, tools), name="research-run", daemon=True
        )
        self._process.start()
        theirs.close()
        # Sent by a thread: a pipe takes a few pages, and the child first loads its libraries.
        self._handing = threading.Thread(target=self._hand_over, args=((material, recipe),))
        self._handing.start()
        self._told = Told(step="read")

    def listen(self, wait_s: float) -> Told:
        """The newest word, waiting for it at most so long."""
        if self._told.has_ended:
            return self._told
        try:
            while self._pipe.poll(wait_s):
                self._told, wait_s = self._pipe.recv(), 0.0
                if self._told.has_ended:
                    break
        except (EOFError, OSError):
            self._process.join(_ENDS_WITHIN_S)
            # Killed from outside: what the kernel does to whom takes too much memory.
            killed = (self._process.exitcode or 0) < 0
            self._told = Told(error=OUT_OF_MEMORY if killed else DIED)
        return self._told

    def end(self) -> None:
        """Ends the process, whatever it is doing."""
        self._process.kill()
        self._process.join(_ENDS_WITHIN_S)
        self._handing.join(_ENDS_WITHIN_S)
        self._pipe.close()

    def _hand_over(self, given: Any) -> None:
        try:
            self._pipe.send(given)
        except OSError:
            log.info("run ended before it began")


def _work(pipe: Connection, tools: Tools) -> None:
    """What the other process does."""
    try:
        material, recipe = pipe.recv()
    except EOFError:
        return
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()

    def say(step: str, share: float) -> None:
        pipe.send(Told(step=step, share=share))

    pipe.send(_computed(material, recipe, tools, say))


def _computed(
    material: Material, recipe: Recipe, tools: Tools, say: Callable[[str, float], None]
) -> Told:
    try:
        return Told(outcome=compute(material, recipe, tools.clusters(), tools.encoder, say))
    except MemoryError:
        return Told(error=OUT_OF_MEMORY)
    except BadSetting:
        return Told(error=NO_ENCODER)
    except Exception as error:  # the kind alone: a message may quote what residents wrote
        return Told(error=type(error).__name__)


def _end_with_parent(pipe: Connection) -> None:
    """Nobody sends anything any more; the pipe ends when the parent does."""
    try:
        pipe.recv()
    except (EOFError, OSError):
        os._exit(1)
