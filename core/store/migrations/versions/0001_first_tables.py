"""The first tables."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from core.store.tables import metadata

revision = "0001"
down_revision = None

# Made by later versions: this one makes what stood before them.
_LATER: Final = frozenset(
    {
        "routing_rules",
        "retention_terms",
        "saved_views",
        "text_templates",
        "text_versions",
        "service_times",
        "shift_notes",
        "shift_note_reads",
        "exercises",
        "exercise_looks",
        "recorded_evenings",
        "installation",
        "work_baselines",
        "work_assumptions",
        "surveys",
        "survey_waves",
        "survey_responses",
        "survey_texts",
        "runs",
        "trainings",
        "models",
        "alerts",
        "expected_events",
        "watches",
        "plate_marks",
        "evaluations",
        "connections",
        "geocode_waits",
        "geocodes",
        "wanted_evidence",
        "regroupings",
        "open_posts",
    }
)


def upgrade() -> None:
    metadata.create_all(op.get_bind(), tables=_first())


def downgrade() -> None:
    metadata.drop_all(op.get_bind(), tables=_first())


def _first() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if table.name not in _LATER]
