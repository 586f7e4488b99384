"""What runs and their choices are called on the screen."""

from __future__ import annotations

from typing import Any

from core import i18n
from core.ports import WORDS
from core.store.research_queries import STORED, Recipe, Run
from pages._frame import ago, language, number, services, t


def title_of(run: Run) -> str:
    """A run in one line: its number, its name or its days, how it stands."""
    first, last = (i18n.short_day(language(), day) for day in (run.recipe.first, run.recipe.last))
    days = f"{first} – {last}"
    state = t(f"research.state_{run.state.value}")
    name = f"{run.name} · {days}" if run.name else days
    return f"{t('research.number', id=run.id)} · {name} · {state}"


def encoder_name(name: str) -> str:
    """An encoder as it is offered."""
    if name == STORED:
        return t("research.encoder_stored", name=services().settings.encoder)
    return t("research.encoder_words") if name == WORDS else name


def value_name(name: str, value: Any) -> str:
    """A choice of a method in words."""
    if name == "encoder":
        return encoder_name(value)
    if name in ("kind", "space", "plane_name"):
        return t(f"research.{name}_{value}")
    if name == "plane":
        return value_name("plane_name", value)
    if name == "fine":
        return t("research.grain_fine" if value else "research.grain_broad")
    return number(value, 2) if isinstance(value, float) else str(value)


def summary(run: Run) -> str:
    """A run in one line, for above what came of it."""
    kind = value_name("kind", run.recipe.method.kind)
    return " · ".join([kind, encoder_name(run.recipe.encoder), run.by, ago(run.at)])


def measure(value: float | None) -> str:
    """A measure in two digits; a nought has no sign."""
    return "–" if value is None else number(round(value, 2) + 0.0, 2)


def described(run: Run) -> str:
    """A run's recipe in some sentences."""
    recipe = run.recipe
    topics = services().topics
    names = [topics[topic].name(language()) for topic in recipe.topics if topic in topics]
    parts = [
        t(
            "research.described",
            by=run.by,
            ago=ago(run.at),
            topics=", ".join(names) or t("research.all_topics"),
            groups=len(recipe.group_ids) or t("research.all_groups"),
        ),
        f"{t('research.encoder')}: {encoder_name(recipe.encoder)}.",
        _method(recipe),
    ]
    return " ".join(parts)


def _method(recipe: Recipe) -> str:
    method = recipe.method
    names = ["kind", "min_cluster_size"]
    if method.kind == "density":
        names += ["fine", "min_samples", "space", "directions"]
        names += ["join_below"] if method.join_below else []
    else:
        names += ["caution"]
    if method.uses_umap:
        names += ["neighbours", "seed"]
    if method.plane == "umap":
        names += ["plane", "min_distance"]
    told = (f"{t(f'research.choice_{n}')} {value_name(n, getattr(method, n))}" for n in names)
    return ", ".join(told) + "."
