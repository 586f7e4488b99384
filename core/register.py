"""algoritmeregister: the entry for algoritmes.overheid.nl, in its publication standard 1.0.

Fields, limits and choices: MinBZK/Algoritmeregister, `v1_0.json` (2024). What only the organisation
can state (who it is, on what legal basis, which assessments it made) is left empty and named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.assess import Thresholds
from core.domain import NOT_RELEVANT, Pilot
from core.evaluation import Said, calibration, summary
from core.evaluation_text import estimate_text
from core.i18n import number, text_of
from core.quality_file import Quality
from core.sheet import csv_text
from core.topics import Topic

LANGUAGE: Final = "nl"
"""The register takes Dutch only."""

LIMITS: Final[Mapping[str, int]] = {
    "name": 100,
    "description_short": 350,
    "organization": 100,
    "category": 0,
    "status": 0,
    "begin_date": 7,
    "end_date": 7,
    "contact_email": 500,
    "website": 500,
    "publication_category": 0,
    "url": 500,
    "goal": 2500,
    "proportionality": 2500,
    "human_intervention": 2500,
    "risks": 2500,
    "lawful_basis": 2500,
    "lawful_basis_grouping": 0,
    "process_index_url": 500,
    "impacttoetsen_grouping": 0,
    "impacttoetsen": 2500,
    "source_data": 2500,
    "source_data_grouping": 0,
    "methods_and_models": 5000,
    "provider": 200,
    "publiccode": 500,
    "lang": 0,
    "standard_version": 0,
    "source_id": 100,
    "tags": 2500,
}
"""Every field of the standard in its order, with the most characters it may hold (0: a choice)."""

_BY_ORGANISATION: Final = (
    "organization",
    "contact_email",
    "website",
    "lawful_basis",
    "lawful_basis_grouping",
    "process_index_url",
    "impacttoetsen_grouping",
    "impacttoetsen",
    "provider",
    "publiccode",
)
_TEXTS: Final = ("name", "description_short", "goal", "proportionality", "human_intervention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """feiten: what is known of the model and the pilot on a day."""

    quality: Quality
    said: Said
    thresholds: Thresholds
    pilot: Pilot
    group_count: int
    open_source_count: int
    topics: Mapping[str, Topic]
    today: date

    def topic_names(self, language: str) -> dict[str, str]:
        """Every topic that the model knows, "geen" (no report) included."""
        named = {topic.id: topic.name(language) for topic in self.topics.values()}
        return {NOT_RELEVANT: text_of(language, "figures.no_report"), **named}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """registratie: the fields with their values, and those the organisation still has to fill."""

    values: dict[str, Any]
    to_fill: tuple[str, ...]


def register_entry(facts: Facts, organisation: str = "", contact: str = "") -> RegisterEntry:
    """The entry as far as the running system can tell it."""
    known = _of_texts(facts) | _of_pilot(facts) | _fixed(facts)
    if organisation.strip():
        known["organization"] = organisation.strip()[: LIMITS["organization"]]
    if contact.strip():
        known["contact_email"] = contact.strip()[: LIMITS["contact_email"]]
    values = {name: known.get(name) for name in LIMITS}
    missing = tuple(name for name in _BY_ORGANISATION if not values[name])
    return RegisterEntry(values=values, to_fill=missing)


def register_csv(entry: RegisterEntry) -> str:
    """A row a field, with the label it has in the register, for who types it over."""
    columns = [text_of(LANGUAGE, f"register.column_{name}") for name in ("field", "label", "value")]
    rows = [
        (name, text_of(LANGUAGE, f"register.label_{name}"), _cell(name, entry))
        for name in entry.values
    ]
    return csv_text(columns, rows, LANGUAGE)


def figures_text(facts: Facts, language: str) -> str:
    """The published figures with their intervals in one sentence."""
    judged, said = facts.quality.judged, facts.said
    found = summary(judged, said)
    error = calibration(judged.relevance, judged.relevant, judged.conversation).error
    shares = {name: estimate_text(language, one) for name, one in found.items()}
    return text_of(
        language,
        "register.figures",
        model=facts.quality.model,
        messages=number(language, len(judged)),
        error=number(language, error, 3),
        **shares,
    )


def _of_texts(facts: Facts) -> dict[str, Any]:
    texts = {name: text_of(LANGUAGE, f"register.{name}") for name in _TEXTS}
    figures = figures_text(facts, LANGUAGE)
    topics = ", ".join(
        facts.topics[topic].name(LANGUAGE).lower()
        for topic in facts.pilot.topics
        if topic in facts.topics
    )
    return texts | {
        "risks": text_of(LANGUAGE, "register.risks", figures=figures),
        "source_data": text_of(
            LANGUAGE,
            "register.source_data",
            groups=facts.group_count,
            open=facts.open_source_count,
        ),
        "methods_and_models": text_of(
            LANGUAGE,
            "register.methods_and_models",
            topics=topics,
            figures=figures,
            relevant=number(LANGUAGE, facts.thresholds.relevant, 2),
            urgent=number(LANGUAGE, facts.thresholds.urgent, 2),
        ),
        "tags": text_of(LANGUAGE, "register.tags"),
    }


def _of_pilot(facts: Facts) -> dict[str, Any]:
    pilot, today = facts.pilot, facts.today
    ended = pilot.ends_on is not None and pilot.ends_on < today
    if ended:
        status = "Buiten gebruik"
    else:
        status = "In gebruik" if pilot.starts_on <= today else "In ontwikkeling"
    return {
        "status": status,
        "begin_date": f"{pilot.starts_on:%Y-%m}",
        "end_date": f"{pilot.ends_on:%Y-%m}" if ended else None,
    }


def _fixed(facts: Facts) -> dict[str, Any]:
    # Emergency reports are sorted: AI Act, Annex III, point 5 (d).
    return {
        "category": ["Openbare orde en veiligheid"],
        "publication_category": "Hoog-risico AI-systeem",
        "lang": "nld",
        "standard_version": "1.0",
        "source_id": facts.quality.model,
        "lawful_basis_grouping": [],
        "impacttoetsen_grouping": [],
        "source_data_grouping": [],
    }


def _cell(name: str, entry: RegisterEntry) -> str:
    value = entry.values[name]
    if name in entry.to_fill:
        return text_of(LANGUAGE, "register.to_fill")
    if isinstance(value, list):
        return "; ".join(str(part) if isinstance(part, str) else json.dumps(part) for part in value)
    return str(value or "")
