"""What benchmarks of the dashboard share: percentiles, a process's memory and time, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

_TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")
_BEGAN: Final = time.monotonic()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not exceed; nan of none."""
    if not values:
        return float("nan")
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def spread(milliseconds: Sequence[float]) -> str:
    """p50 | p95 | worst, as cells of a table."""
    found = [percentile(milliseconds, share) for share in (0.5, 0.95, 1.0)]
    return " | ".join(f"{value:.0f}" for value in found)


def memory_mb(process_id: int) -> float:
    """Memory of its own that a process holds now."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor_s(process_id: int) -> float:
    """Seconds of a core that a process has used."""
    words = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / _TICKS_A_SECOND


def say(what: str) -> None:
    """Progress, beside what is printed."""
    print(f"[{time.monotonic() - _BEGAN:4.0f} s] {what}", file=sys.stderr, flush=True)
