"""How often one visitor may knock: so many times, and then so many a minute."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime
from typing import Final

_MOST_VISITORS: Final = 10_000
"""Beyond this the one seen longest ago is forgotten: memory is bounded, whoever knocks."""


class Rate:
    """Each visitor has `burst` visits in hand, of which `per_minute` come back a minute."""

    def __init__(self, burst: int, per_minute: float) -> None:
        self._burst, self._per_s = burst, per_minute / 60
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, visitor: str, now: datetime) -> bool:
        """Counts a visit; False when it is one too many."""
        at = now.timestamp()
        with self._lock:
            left, before = self._left.pop(visitor, (float(self._burst), at))
            left = min(self._burst, left + max(0.0, at - before) * self._per_s)
            allowed = left >= 1
            self._left[visitor] = (left - 1 if allowed else left, at)
            while len(self._left) > _MOST_VISITORS:
                self._left.popitem(last=False)
        return allowed
