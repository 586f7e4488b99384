"""officiële bestanden inlezen: a pilot's areas and streets, first looked at, then kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from core.domain import User
from core.errors import BadInput, FileUnreadable
from core.official_areas import AreaPlan, Boundary, plan_areas, write_areas
from core.official_streets import StreetPlan, Streets, plan_streets, write_streets
from core.permissions import Action, require
from core.store.unit import Unit

_MOST_AREAS = 2_000
_MOST_STREETS = 20_000


@contextmanager
def held(file: BinaryIO) -> Iterator[Path]:
    """An upload as a file of its own, for as long as this lasts; it holds no residents' words."""
    with TemporaryDirectory(prefix="hnm-official-") as folder:
        path = Path(folder) / "upload"
        file.seek(0)
        with path.open("wb") as target:
            shutil.copyfileobj(file, target, 1 << 20)
        yield path


def areas_plan(pilot_id: int, chosen: Sequence[Boundary], unit: Unit) -> AreaPlan:
    """What these boundaries would change in a pilot. Raises FileUnreadable: too many."""
    if len(chosen) > _MOST_AREAS:
        raise FileUnreadable(why="official.why.large")
    return plan_areas(chosen, unit.pilots.areas(pilot_id))


def streets_plan(pilot_id: int, found: Streets, unit: Unit) -> StreetPlan:
    """What these streets would change in a pilot. Raises FileUnreadable: too many."""
    if len(found.parts) > _MOST_STREETS:
        raise FileUnreadable(why="official.why.large")
    return plan_streets(found, unit.pilots.places(pilot_id))


def import_areas(pilot_id: int, chosen: Sequence[Boundary], user: User, unit: Unit) -> AreaPlan:
    """Makes boundaries the areas of a pilot; gives what it did. Raises NotAllowed, BadInput."""
    require(user, Action.ADMINISTER)
    if not chosen:
        raise BadInput(field="areas", why="0")
    plan = areas_plan(pilot_id, chosen, unit)
    write_areas(plan, pilot_id, user.login, unit)
    return plan


def import_streets(pilot_id: int, found: Streets, user: User, unit: Unit) -> StreetPlan:
    """Makes streets the street table of a pilot; gives what it did. Raises NotAllowed, BadInput."""
    require(user, Action.ADMINISTER)
    if not found.parts:
        raise BadInput(field="streets", why="0")
    plan = streets_plan(pilot_id, found, unit)
    write_streets(plan, pilot_id, user.login, unit)
    return plan
