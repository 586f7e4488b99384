"""The models that a process judges with: those a person chose, taken up as soon as they switch."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from core.pipeline import Tools
from core.store.learning_queries import model_in_use
from core.wiring import ModelChoice, Services, choice_of, tools

log = logging.getLogger(__name__)

Load = Callable[[Services, ModelChoice], Tools]


class InUse:
    """in gebruik: the loaded models, looked at again before each batch of messages.

    Between two batches nothing is half done, so a switch loses no message. What cannot be loaded
    leaves the loaded models at work.
    """

    def __init__(self, services: Services, load: Load = tools) -> None:
        self._services, self._load = services, load
        self._choice = choice_of(services)
        self._tools = load(services, self._choice)

    def tools(self) -> Tools:
        """The tools with the models of now."""
        with self._services.store.read() as connection:
            chosen = model_in_use(connection)
        if chosen != self._choice.version:
            self._switch()
        return self._tools

    def figures(self) -> dict[str, Any]:
        """What the process shows of itself: the model that judges, and why not the chosen one."""
        return {"model": self._tools.judge.model, "fallback": self._choice.fallback}

    def _switch(self) -> None:
        choice = choice_of(self._services)
        try:
            self._tools = self._load(self._services, choice)
        except Exception as error:
            log.warning("model not loaded error=%s", type(error).__name__)
            choice = ModelChoice(version=choice.version, folder=choice.folder, fallback="broken")
        self._choice = choice
        log.info("model=%s fallback=%s", self._tools.judge.model, choice.fallback or "-")
