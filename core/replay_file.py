"""Runs rows of a file through the whole straight line in a store that is thrown away after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from core import in_chat, pilots
from core.clock import from_local, local
from core.domain import (
    NOT_RELEVANT,
    Assessment,
    Context,
    Event,
    EventKind,
    Judgement,
    Link,
    Location,
    Message,
    OpenIncident,
    PlaceKind,
    Reading,
    Urgency,
)
from core.errors import BadInput
from core.pipeline import Scene, Tools, admit, process
from core.ports import Clusterer, Judge
from core.privacy.consent import TEXT_VERSION
from core.privacy.redact import redact
from core.privacy.vault import Vault
from core.scenes import Scenes
from core.store import Store
from core.store.unit import Unit

PILOT: Final = "wateringse_veld_2021"
_BATCH: Final = 64
_SOURCE: Final = "demo"
"""One source for all groups: an author's id means the same person everywhere in the file."""
_BY: Final = "replay"
_NO_MESSAGE: Final = Judgement(
    topics={NOT_RELEVANT: 1.0}, urgent=0.0, retracts=0.0, grounds=(), model=""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """verteld: a row of the file as an event of its group."""

    number: int
    group: str
    event: Event


class Witness:
    """getuige: a judge and a clusterer that remember what they decided of the last message."""

    def __init__(self, judge: Judge, clusterer: Clusterer) -> None:
        self._judge, self._clusterer = judge, clusterer
        self.model = judge.model
        self.judgement: Judgement | None = None
        self.message: Message | None = None
        self.followed: list[tuple[Assessment, Location]] = []

    def read(self, texts: Sequence[str]) -> list[Reading]:
        return self._judge.read(texts)

    def judge(self, reading: Reading, context: Context) -> Judgement:
        self.message, self.followed = None, []
        self.judgement = self._judge.judge(reading, context)
        return self.judgement

    def link(
        self,
        message: Message,
        assessment: Assessment,
        location: Location,
        open_incidents: Sequence[OpenIncident],
    ) -> Link:
        self.message = message
        self.followed.append((assessment, location))
        return self._clusterer.link(message, assessment, location, open_incidents)


def replay_rows(rows: Sequence[Mapping[str, Any]], tools: Tools) -> Iterator[dict[str, Any]]:
    """One row out for each row in, in the same order; raises BadInput naming a row it cannot use.

    Rows are followed by time, as they would have arrived, and each answer is what was decided on
    arrival: nothing is known of later rows. Nothing readable touches the disk.
    """
    told = _all_told(rows)
    if not told:
        return
    answers: dict[int, dict[str, Any]] = {}
    with _throw_away(told) as (store, scenes, folder):
        vault = Vault(folder, timedelta(hours=1))
        witness = Witness(tools.judge, tools.clusterer)
        own = replace(tools, judge=witness, clusterer=witness, vault=vault)
        for one, reading in _read(sorted(told, key=lambda t: t.event.sent_at), tools.judge):
            with store.unit(one.event.sent_at) as unit:
                answers[one.number] = _follow(one, reading, scenes[one.group], unit, own, witness)
    for number, row in enumerate(rows, 1):
        yield {"id": row["id"], **answers[number]}


def _all_told(rows: Sequence[Mapping[str, Any]]) -> list[Told]:
    """Every row as an event; of rows with one id only the first can be answered."""
    told, seen = [], set()
    for number, row in enumerate(rows, 1):
        one = _told(row, number)
        if one.event.native_id in seen:
            one = replace(one, event=replace(one.event, native_id=f"row {number}"))
        seen.add(one.event.native_id)
        told.append(one)
    return told


def _told(row: Mapping[str, Any], number: int) -> Told:
    try:
        sent_at = datetime.fromisoformat(str(row["time"]))
        reply_to = row.get("reply_to")
        return Told(
            number=number,
            group=str(row["group"]),
            event=Event(
                kind=EventKind.MESSAGE,
                native_id=str(row["id"]),
                author=str(row.get("author") or f"unknown-{number}"),
                sent_at=sent_at if sent_at.tzinfo else from_local(sent_at),
                text=str(row["text"] or ""),
                reply_to=None if reply_to is None else str(reply_to),
            ),
        )
    except (KeyError, ValueError, OverflowError) as error:
        raise BadInput(field=f"row {number}", why=str(error)) from None


@contextmanager
def _throw_away(told: Sequence[Told]) -> Iterator[tuple[Store, dict[str, Scene], Path]]:
    """A store in memory with every group of the rows consenting; only keys are files, in a folder
    that goes when this ends.
    """
    moments = [one.event.sent_at for one in told]
    period = (local(min(moments)).date(), local(max(moments)).date())
    with TemporaryDirectory(prefix="hnm-replay-") as folder, _store(min(moments)) as store:
        with store.unit(min(moments)) as unit:
            scenes = _scenes({one.group for one in told}, period, unit)
        yield store, scenes, Path(folder)


@contextmanager
def scenes_of(names: set[str]) -> Iterator[dict[str, Scene]]:
    """The scene of each of these groups in the pilot, for work outside a store."""
    pilot_file = pilots.load(PILOT)
    start = datetime.combine(pilot_file.starts_on, time(), tzinfo=UTC)
    with _store(start) as store, store.unit(start) as unit:
        yield _scenes(names, (pilot_file.starts_on, pilot_file.starts_on), unit)


@contextmanager
def _store(now: datetime) -> Iterator[Store]:
    store = Store("sqlite://", lambda: now)
    try:
        store.migrate()
        yield store
    finally:
        store.close()


def _scenes(names: set[str], period: tuple[date, date], unit: Unit) -> dict[str, Scene]:
    pilot_id = pilots.install(unit, _pilot_over(*period))
    for name in sorted(names - {group.name for group in unit.pilots.groups()}):
        _add_open_source(name, pilot_id, unit)
    groups = {group.name: group.id for group in unit.pilots.groups(pilot_id)}
    for group_id in groups.values():
        unit.consents.record(group_id, given=True, by=_BY, text_version=TEXT_VERSION)
    scenes = Scenes()
    found = {name: scenes.of(group_id, unit) for name, group_id in groups.items()}
    return {name: scene for name, scene in found.items() if scene is not None}


def _pilot_over(first: date, last: date) -> pilots.PilotFile:
    pilot_file = pilots.load(PILOT)
    period = {
        "starts_on": min(first, pilot_file.starts_on),
        "ends_on": max(last, pilot_file.ends_on or last),
    }
    return pilot_file.model_copy(update=period)


def _add_open_source(name: str, pilot_id: int, unit: Unit) -> None:
    widest = max(unit.pilots.areas(pilot_id), key=lambda area: area.radius_m)
    unit.pilots.add_group(
        pilot_id,
        source=_SOURCE,
        native_id=name,
        name=name,
        area_id=widest.id,
        is_open_source=True,
    )


def _read(told: Sequence[Told], judge: Judge) -> Iterator[tuple[Told, Reading]]:
    """Each event with what its own words say; words alone, so a batch looks at nothing else."""
    for start in range(0, len(told), _BATCH):
        batch = told[start : start + _BATCH]
        yield from zip(batch, judge.read([one.event.text for one in batch]), strict=True)


def _follow(
    one: Told, reading: Reading, scene: Scene, unit: Unit, tools: Tools, witness: Witness
) -> dict[str, Any]:
    if in_chat.is_for_us(one.event):  # a command is no message, and a measurement obeys nobody
        return _off_topic(one, scene, tools, _NO_MESSAGE)
    if not admit(one.event, scene, unit, tools):
        raise BadInput(field=f"row {one.number}", why="not admitted")
    incidents = process(one.event, reading, scene, unit, tools)
    assert witness.judgement is not None  # an admitted message is always judged
    if witness.message is None:
        return _off_topic(one, scene, tools, witness.judgement)
    assessment, location = witness.followed[0]
    return {
        "topic": assessment.topic,
        "confidence": round(assessment.confidence, 4),
        "urgent": assessment.urgency is Urgency.URGENT,
        "urgency_confidence": round(assessment.urgency_confidence, 4),
        **_place(location),
        "redacted": witness.message.redacted,
        "incident": incidents[0],
        "grounds": [ground.what for ground in assessment.grounds],
    }


def _off_topic(one: Told, scene: Scene, tools: Tools, judgement: Judgement) -> dict[str, Any]:
    """What is told of a message that was counted and dropped; only the file keeps it."""
    return {
        "topic": NOT_RELEVANT,
        "confidence": round(judgement.topics.get(NOT_RELEVANT, 0.0), 4),
        "urgent": False,
        "urgency_confidence": round(1.0 - judgement.urgent, 4),
        **_place(_named(one, scene)),
        "redacted": redact(one.event.text, tools.names, scene.places),
        "incident": None,
        "grounds": [],
    }


def _named(one: Told, scene: Scene) -> Location | None:
    """The place a message names, whatever it is about."""
    near = (scene.area.lat, scene.area.lon) if scene.area else None
    return next(iter(scene.places.find(one.event.text, near)), None)


def _place(location: Location | None) -> dict[str, Any]:
    """Where; a group's area is no answer to "where is it?", yet it is better than silence."""
    if location is None or location.kind is PlaceKind.UNKNOWN:
        return {"street": None, "lat": None, "lon": None, "radius_m": None}
    return {
        "street": location.street,
        "lat": location.lat,
        "lon": location.lon,
        "radius_m": location.radius_m,
    }
