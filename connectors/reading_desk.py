"""The judge of the outside process: loaded at the first question, asked by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache

from core.domain import Context
from core.ports import Judge
from core.topics import Topic
from core.wiring import services, tools


class ReadingDesk:
    """leestafel: judges a text that stands alone, without a conversation."""

    def __init__(self, judge: Judge, topics: Mapping[str, Topic]) -> None:
        self.topics = topics
        self._judge = judge
        self._one_at_a_time = threading.Lock()

    def topics_of(self, text: str) -> dict[str, float]:
        """The probability of every topic, "geen" included."""
        with self._one_at_a_time:
            (reading,) = self._judge.read([text])
            return self._judge.judge(reading, Context()).topics


@lru_cache
def reading_desk() -> ReadingDesk:
    """The desk of this process. Raises ModelMissing."""
    given = services()
    return ReadingDesk(tools(given).judge, given.topics)
