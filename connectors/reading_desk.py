"""The judge of the outside process: loaded at the first question, asked by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import lru_cache

from connectors.in_use import InUse
from core.domain import Context
from core.ports import Judge
from core.topics import Topic
from core.wiring import services


class ReadingDesk:
    """leestafel: judges a text that stands alone, without a conversation.

    `judge` gives the one in use, asked at each text: a person may have switched to another.
    """

    def __init__(self, judge: Callable[[], Judge], topics: Mapping[str, Topic]) -> None:
        self.topics = topics
        self._judge = judge
        self._one_at_a_time = threading.Lock()

    def topics_of(self, text: str) -> dict[str, float]:
        """The probability of every topic, "geen" included."""
        with self._one_at_a_time:
            judge = self._judge()
            (reading,) = judge.read([text])
            return judge.judge(reading, Context()).topics


@lru_cache
def reading_desk() -> ReadingDesk:
    """The desk of this process. Raises ModelMissing."""
    given = services()
    in_use = InUse(given)
    return ReadingDesk(lambda: in_use.tools().judge, given.topics)
