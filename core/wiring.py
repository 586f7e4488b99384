"""The only file in core that looks outward: joins settings, store, models and connectors.

`services()` is light: the dashboard uses it and loads no model. `tools()` loads the models.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

from core.clock import Clock, system_clock
from core.pipeline import Tools
from core.ports import Clusters, OfficialFile, Surveillance
from core.privacy.vault import Vault
from core.settings import Settings, settings
from core.store import Store
from core.topics import Topic, topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """diensten: what every process works with."""

    settings: Settings
    store: Store
    topics: Mapping[str, Topic]
    vault: Vault
    clock: Clock


@lru_cache
def services() -> Services:
    """The services of this process, from its settings."""
    return build(settings())


def build(chosen: Settings, clock: Clock = system_clock) -> Services:
    """Services from given settings, with the database brought up to date."""
    chosen.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = Store(chosen.url, clock)
    store.migrate()
    return Services(
        settings=chosen,
        store=store,
        topics=topics(),
        vault=Vault(chosen.key_folder, timedelta(minutes=chosen.inbox_key_minutes)),
        clock=clock,
    )


def tools(given: Services) -> Tools:
    """The models, loaded. Raises ModelMissing when they were not built yet."""
    from models.judge import load_judge
    from models.links import load_clusterer
    from models.names import load_names

    folder = given.settings.models
    return Tools(
        judge=load_judge(folder, given.settings.encoder),
        names=load_names(folder),
        clusterer=load_clusterer(folder, given.topics),
        vault=given.vault,
        topics=given.topics,
    )


def official_opener() -> Callable[[Path, int], AbstractContextManager[OfficialFile]]:
    """What opens official files of areas and streets: (path, most bytes unpacked)."""
    from connectors.official import open_official

    return open_official


def clusters() -> Clusters:
    """What research clusters with; only its own process loads it."""
    from models.clusters import PeriodClusters

    given = settings()
    return PeriodClusters(given.encoder, given.models)


def encoder(name: str) -> Encoder:
    """An encoder that a researcher chose. Raises BadSetting when it is not here."""
    from models.encoder import chosen_encoder

    return chosen_encoder(name, settings().models)


def sources() -> dict[str, Any]:
    """The sources by name: every file in connectors/sources."""
    import connectors.sources as folder

    return _members(folder)


def destinations() -> dict[str, Any]:
    """The destinations by name: every file in connectors/destinations."""
    import connectors.destinations as folder

    return _members(folder)


def _members(folder: ModuleType) -> dict[str, Any]:
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return {
        name: importlib.import_module(f"{folder.__name__}.{name}")
        for name in names
        if not name.startswith("_")
    }
