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
from core.errors import ModelMissing
from core.pipeline import Tools
from core.ports import (
    Clusters,
    Encoder,
    NameFinder,
    OfficialFile,
    PairClusters,
    Surveillance,
    Weigher,
)
from core.privacy.vault import Vault
from core.reach import Means
from core.settings import Settings, settings
from core.store import Store
from core.store.learning_queries import model_in_use
from core.teaching import Learner
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChoice:
    """modelkeuze: the version a person chose (None: the built-in one), and where it lives.

    `fallback`: why the built-in one stands in for it ("missing", "other_code"); empty when not.
    """

    version: str | None
    folder: Path
    fallback: str = ""


def choice_of(given: Services) -> ModelChoice:
    """The models to judge with; the built-in ones when those chosen cannot be used."""
    from models.made import made_folder, why_unusable

    folder = given.settings.models
    with given.store.read() as connection:
        version = model_in_use(connection)
    if version is None:
        return ModelChoice(version=None, folder=folder)
    made = made_folder(folder, version)
    why = why_unusable(made, given.settings.encoder)
    return ModelChoice(version=version, folder=folder if why else made, fallback=why)


def tools(given: Services, choice: ModelChoice | None = None) -> Tools:
    """The models, loaded. Raises ModelMissing when they were not built yet."""
    from models.judge import load_judge
    from models.links import load_clusterer
    from models.names import load_names

    chosen = choice or choice_of(given)
    return Tools(
        judge=load_judge(chosen.folder, given.settings.encoder),
        names=load_names(given.settings.models),
        clusterer=load_clusterer(chosen.folder, given.topics),
        vault=given.vault,
        topics=given.topics,
        outside_url=given.settings.outside_url,
        link_hours=given.settings.resident_link_hours,
    )


def weigher(given: Services) -> Weigher | None:
    """What says why messages belong together; light, so the dashboard may ask. None without it."""
    from models.links import load_clusterer

    try:
        return load_clusterer(choice_of(given).folder, given.topics)
    except ModelMissing:
        return None


def names(given: Services) -> NameFinder:
    """What finds personal names by lists: light, so that what staff type can be redacted too."""
    return _names(given.settings.models)


@lru_cache
def _names(folder: Path) -> NameFinder:
    from models.names import load_names

    return load_names(folder)


def pair_clusters() -> PairClusters:
    """What groups a period anew; loaded by the process that proposes it."""
    from models.regroup import PairClusters as Found

    return Found()


def learner(given: Services) -> Learner:
    """What learns from people; only its own process loads it."""
    from models.retrain import Base, ModelLearner

    return ModelLearner(Base(folder=given.settings.models, encoder=given.settings.encoder))


def official_opener() -> Callable[[Path, int], AbstractContextManager[OfficialFile]]:
    """What opens official files of areas and streets: (path, most bytes unpacked)."""
    from connectors.official import open_official

    return open_official


def clusters() -> Clusters:
    """What research clusters with; only its own process loads it."""
    from models.clusters import PeriodClusters

    given = settings()
    return PeriodClusters(given.encoder, given.models)


def surveillance() -> Surveillance:
    """What early warning learns what is usual with; only the role that watches loads it."""
    from models.surveillance import PooledBaselines

    return PooledBaselines()


def encoder(name: str) -> Encoder:
    """An encoder that a researcher chose. Raises BadSetting when it is not here."""
    from models.encoder import chosen_encoder

    return chosen_encoder(name, settings().models)


def sources() -> dict[str, Any]:
    """The sources by name: every file in connectors/sources."""
    import connectors.sources as folder

    return _members(folder)


def means(given: Services) -> Means:
    """What each network can do, and what opens an address: all that a text to residents needs."""
    return Means(cards={name: source.CARD for name, source in sources().items()}, vault=given.vault)


def destinations() -> dict[str, Any]:
    """The work lists in the product by name: the files of connectors/destinations that deliver."""
    return {name: module for name, module in _receivers().items() if hasattr(module, "deliver")}


def outside_destinations() -> dict[str, Any]:
    """The systems of others by name: the files of connectors/destinations that hand over."""
    return {name: module for name, module in _receivers().items() if hasattr(module, "hand_over")}


def _receivers() -> dict[str, Any]:
    import connectors.destinations as folder

    return _members(folder)


def _members(folder: ModuleType) -> dict[str, Any]:
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return {
        name: importlib.import_module(f"{folder.__name__}.{name}")
        for name in names
        if not name.startswith("_")
    }
