"""Each role as a loop that ends when the process is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy.exc import OperationalError

from connectors.deliver import deliver_due
from connectors.exercise import Exercises
from connectors.feeds import read_due_feeds
from connectors.fetch import fetch_all
from connectors.geocode import Pdok, geocode_due
from connectors.housekeeping import keep_house
from connectors.imports import Importer
from connectors.in_use import InUse
from connectors.learn import Trainer
from connectors.listen import listen_all
from connectors.outside import exchange
from connectors.pictures import fetch_pictures
from connectors.process import process_waiting
from connectors.reciprocate import Reciprocity
from connectors.regroup import Regrouper
from connectors.research import Researcher
from connectors.survey_texts import redact_waiting
from connectors.watch import Watcher
from core.demo_past import live_through
from core.scenes import Scenes
from core.wiring import (
    Services,
    destinations,
    learner,
    outside_destinations,
    pair_clusters,
    services,
    sources,
    surveillance,
    weigher,
)

log = logging.getLogger(__name__)

_PAUSE_S: Final = 0.1
_HOUSE_EVERY_S: Final = 60.0
_HEALTH_EVERY_S: Final = 5.0
_GIVES_WAY: Final = 10
_FAREWELL_S: Final = 10.0


def fetch() -> None:
    """Follows the sources and works through the imports that people asked for."""
    given, known = services(), sources()
    importer = Importer(given)

    def step() -> int:
        heard = fetch_all(given, known) + listen_all(given, known)
        return heard + fetch_pictures(given, known) + importer.step()

    try:
        _loop("fetch", given, step, pause_s=0.25)
    finally:
        importer.close()


def process() -> None:
    """Judges, locates and groups what waits in the inbox; keeps the house meanwhile."""
    given = services()
    in_use, scenes, reciprocity = InUse(given), Scenes(), Reciprocity(given)
    exercises = Exercises(given)
    log.info("models ready")

    def step() -> int:
        reciprocity.step()
        tools = in_use.tools()
        return (
            process_waiting(given, tools, scenes)
            or redact_waiting(given, tools.names, scenes)
            or live_through(given)
            or exercises.step(in_use.tools)
        )

    _loop("process", given, step, house=True, figures=in_use.figures)


def deliver() -> None:
    """Brings what is due to groups and work lists; systems outside in a thread beside it."""
    given, channels, receivers = services(), sources(), destinations()
    stop, others = _stop_when_asked(), outside_destinations()

    def beside() -> None:
        try:
            _loop("outside", given, lambda: exchange(given, others), pause_s=0.5, stop=stop)
        finally:
            stop.set()  # one without the other is no deliver role: the process starts anew

    thread = threading.Thread(target=beside, daemon=True)
    thread.start()
    try:
        _loop("deliver", given, lambda: deliver_due(given, channels, receivers), stop=stop)
    finally:
        stop.set()
        thread.join(timeout=_FAREWELL_S)


def research() -> None:
    """Computes what researchers ask for; a role of its own, so that no message waits for it."""
    given = services()
    researcher = Researcher(given)
    regrouper = Regrouper(given, lambda: weigher(given), lru_cache(pair_clusters))
    try:
        _loop("research", given, lambda: researcher.step() or regrouper.step(), pause_s=1.0)
    finally:
        researcher.close()


def learn() -> None:
    """Lets the models learn when somebody asks; gives way to all that judges and answers."""
    given = services()
    stop = _stop_when_asked()
    trainer = Trainer(given, lru_cache(lambda: learner(given)), stop.is_set)
    os.nice(_GIVES_WAY)
    _loop("learn", given, trainer.step, pause_s=2.0, stop=stop)


def web() -> None:
    """Opens the door to the outside; what it needs of the models it loads when first asked."""
    from connectors.web import serve  # a web server is loaded by no other role

    serve(services().settings)


def geocode() -> None:
    """Asks a geocoder where unknown streets are, when the installation names one."""
    given, scenes = services(), Scenes()
    chosen = given.settings
    geocoder = Pdok(chosen.geocoder_url, chosen.geocoder_referer)
    _loop("geocode", given, lambda: geocode_due(given, geocoder, scenes), pause_s=1.0)


def watch() -> None:
    """Looks whether there is more than usual, and what others publish; no message waits for it."""
    given, scenes = services(), Scenes()
    watcher = Watcher(given, lru_cache(surveillance))
    _loop("watch", given, lambda: watcher.step() + read_due_feeds(given, scenes), pause_s=5.0)


def _loop(
    role: str,
    given: Services,
    step: Callable[[], int],
    *,
    pause_s: float = _PAUSE_S,
    house: bool = False,
    figures: Callable[[], dict[str, Any]] = dict,
    stop: threading.Event | None = None,
) -> None:
    """Repeats a step until asked to stop; rests only when there was nothing to do."""
    stop = stop or _stop_when_asked()
    next_health = next_house = 0.0
    done = 0
    while not stop.is_set():
        try:
            count = step()
            done += count
            if time.monotonic() >= next_health:
                next_health = time.monotonic() + _HEALTH_EVERY_S
                with given.store.unit() as unit:
                    unit.report_health(role, done=done, **figures())
            if house and time.monotonic() >= next_house:
                next_house = time.monotonic() + _HOUSE_EVERY_S
                keep_house(given)
        except OperationalError as error:
            # The database is busy or away: nothing is lost by waiting.
            log.warning("database unavailable error=%s", type(error.orig).__name__)
            count, _ = 0, stop.wait(1.0)
        if not count:
            stop.wait(pause_s)
    given.store.close()


def _stop_when_asked() -> threading.Event:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    return stop
