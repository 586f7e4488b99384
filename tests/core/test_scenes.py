"""The scene of a group follows what an administrator changes, within seconds."""

from __future__ import annotations

from datetime import date

import pytest

import core.scenes
from core.locate import Gazetteer
from core.scenes import Scenes
from core.store import Store
from tests.neighbourhood import Neighbourhood
from tests.timepiece import Timepiece


def test_a_group_has_its_pilot_area_and_places(sqlite_street: Neighbourhood) -> None:
    with sqlite_street.store.unit() as unit:
        scene = Scenes().of(sqlite_street.group().id, unit)
    assert scene is not None
    assert (scene.pilot.name, scene.area and scene.area.name) == (
        "Wateringse Veld 2021",
        "Hoge Veld",
    )
    assert scene.places.find("op de Bostonsingel", near=None)[0].street == "Bostonsingel"


def test_a_group_that_is_not_there_has_no_scene(sqlite_store: Store) -> None:
    with sqlite_store.unit() as unit:
        assert Scenes().of(999, unit) is None


def test_a_change_is_seen_within_seconds(sqlite_street: Neighbourhood, clock: Timepiece) -> None:
    scenes, group_id = Scenes(), sqlite_street.group().id

    def threshold_and_end() -> tuple[float, date | None]:
        with sqlite_street.store.unit() as unit:
            scene = scenes.of(group_id, unit)
        assert scene is not None
        return scene.thresholds.urgent, scene.pilot.ends_on

    threshold_and_end()
    with sqlite_street.store.unit() as unit:
        unit.pilots.set_thresholds(sqlite_street.pilot.id, {"urgent": 0.25})
        unit.pilots.set_period(sqlite_street.pilot.id, date(2021, 4, 1), date(2021, 4, 30))
    clock.forward(seconds=6)
    assert threshold_and_end() == (0.25, date(2021, 4, 30))


def test_places_are_prepared_again_only_when_they_changed(
    sqlite_street: Neighbourhood, clock: Timepiece, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.scenes, "Gazetteer", Gazetteer)  # not the one that tests share
    scenes, group_id, found = Scenes(), sqlite_street.group().id, []
    for moved in (False, False, True):
        clock.forward(seconds=6)
        with sqlite_street.store.unit() as unit:
            if moved:
                unit.pilots.set_area(sqlite_street.areas[0].id, radius_m=77.0)
            found.append(scenes.of(group_id, unit))
    first, second, third = (scene.places for scene in found if scene)
    assert first is second
    assert first is not third


def test_a_group_added_later_is_found_at_once(sqlite_street: Neighbourhood) -> None:
    scenes = Scenes()
    with sqlite_street.store.unit() as unit:
        scenes.of(sqlite_street.group().id, unit)
        group_id = unit.pilots.add_group(
            sqlite_street.pilot.id,
            source="demo",
            native_id="x",
            name="x",
            area_id=None,
            is_open_source=False,
        )
        scene = scenes.of(group_id, unit)
    assert scene is not None
    assert scene.area is None
