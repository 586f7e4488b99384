"""Messages a second through the whole pipeline, with 0 to 100,000 messages in the store.

python -m tests.benchmarks.pipeline [--messages N] [--sizes 0 1000 …]

One worker process, from "stored in the inbox" to "incident updated": opening the sealed payload,
consent, judging with conversation, redaction, locating, grouping, audit, commit of each message.
The texts are the demo's; each is sent by another resident a second after the one before.
"""

from __future__ import annotations

import argparse
import platform
import resource
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from connectors.process import process_waiting
from connectors.sources.demo import story
from core.demo import seed_demo
from core.domain import Event, EventKind, Group
from core.inbox import receive
from core.pipeline import Tools
from core.scenes import Scenes
from core.settings import Settings, settings
from core.wiring import Services, build, tools
from tests.benchmarks.fill import fill


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[0, 1_000, 10_000, 100_000])
    chosen = parser.parse_args()
    print(f"{platform.platform()}, {platform.processor()}, Python {platform.python_version()}")
    loading = time.perf_counter()
    with_models: Tools | None = None
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder:
            services = _services(Path(folder))
            if with_models is None:
                with_models = tools(services)
                print(f"models loaded in {time.perf_counter() - loading:.1f} s")
            fill(services, size)
            _measure(services, with_models, chosen.messages, size)
            services.store.close()


def _services(folder: Path) -> Services:
    services = build(Settings(folder=folder, model_folder=settings().models))
    seed_demo(services)
    return services


def _measure(services: Services, with_models: Tools, message_count: int, size: int) -> None:
    _put(services, message_count)
    scenes = Scenes()
    # The vault belongs to this store: its keys are in this folder.
    with_vault = _with_vault(with_models, services)
    start = time.perf_counter()
    while process_waiting(services, with_vault, scenes):
        pass
    seconds = time.perf_counter() - start
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rate = message_count / seconds
    print(f"{size:>8} stored: {rate:7.0f} messages/s  (peak memory of the worker {peak_mb:.0f} MB)")


def _with_vault(given: Tools, services: Services) -> Tools:
    return replace(given, vault=services.vault)


def _put(services: Services, message_count: int) -> None:
    with services.store.unit() as unit:
        groups = {group.native_id: group for group in unit.pilots.groups()}
        start = unit.now - timedelta(seconds=message_count)
        for n in range(message_count):
            line = story()[n % len(story())]
            group: Group = groups[line.group]
            event = Event(
                kind=EventKind.MESSAGE,
                native_id=f"benchmark-{n}",
                author=f"{line.author} {n // len(story())}",
                sent_at=start + timedelta(seconds=n),
                text=line.text,
            )
            receive([event], group, unit, services.vault)


if __name__ == "__main__":
    main()
