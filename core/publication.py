"""publiceren: what a public body must tell about the judgement, made from the running system.

The same figures that the evaluation page shows go into the entry for the Algorithm Register
(core/register.py) and into the model card (core/model_card.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.assess import Thresholds
from core.clock import local
from core.domain import Pilot
from core.errors import NotFound
from core.evaluation import Said, decide
from core.measured import quality_in_use
from core.model_card import model_card
from core.quality_file import Quality
from core.register import Facts, RegisterEntry, register_csv, register_entry
from core.store import Unit
from core.wiring import Services

CARD_LANGUAGES = ("nl", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """publicatie: the texts of all files by their names, and what the organisation must add."""

    files: dict[str, str]
    to_fill: tuple[str, ...]


def facts_of(services: Services, pilot: Pilot | None = None) -> Facts:
    """What is known of the model and the (newest) pilot. Raises FiguresMissing, NotFound."""
    quality = quality_in_use(services)
    with services.store.read() as connection:
        unit = Unit(connection, services.clock())
        chosen = pilot or _newest(unit.pilots.all())
        thresholds = Thresholds(**unit.pilots.thresholds(chosen.id))
        groups = unit.pilots.groups(chosen.id)
        consenting = [g for g in groups if unit.consents.group_consents(g.id)]
    return Facts(
        quality=quality,
        said=_said(quality, thresholds),
        thresholds=thresholds,
        pilot=chosen,
        group_count=sum(not group.is_open_source for group in consenting),
        open_source_count=sum(group.is_open_source for group in groups),
        topics=services.topics,
        today=local(services.clock()).date(),
    )


def publication(facts: Facts, organisation: str = "", contact: str = "") -> Publication:
    """All files: the register's entry as JSON and CSV, and the model card in each language."""
    entry: RegisterEntry = register_entry(facts, organisation, contact)
    cards = {f"model-card-{code}.md": model_card(facts, code) for code in CARD_LANGUAGES}
    return Publication(
        files={
            "algoritmeregister.json": json.dumps(entry.values, ensure_ascii=False, indent=2) + "\n",
            "algoritmeregister.csv": register_csv(entry),
            **cards,
        },
        to_fill=entry.to_fill,
    )


def write(found: Publication, folder: Path) -> list[Path]:
    """Writes the files into a folder, which is made; gives where they stand."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in found.files.items():
        # newline="": a CSV file brings its own line ends.
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            file.write(text)
        paths.append(folder / name)
    return paths


def _newest(pilots: Sequence[Pilot]) -> Pilot:
    if not pilots:
        raise NotFound(what="pilot", id="–")
    return max(pilots, key=lambda pilot: (pilot.starts_on, pilot.id))


def _said(quality: Quality, thresholds: Thresholds) -> Said:
    return decide(quality.judged, thresholds)
