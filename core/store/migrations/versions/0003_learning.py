"""What people corrected, message by message, and what the models learned from it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # The first version makes its tables as they are now: a new database has the columns already.
    _add("messages", sa.Column("no_report_at", sa.DateTime))
    _add("assessments", sa.Column("corrected_by", sa.String(80)))
    corrected_count = sa.Column("corrected_count", sa.Integer, nullable=False, server_default="0")
    _add("assessments", corrected_count)
    _add("labels", sa.Column("other_message_id", sa.Integer))
    _add("labels", sa.Column("other_incident_id", sa.Integer))
    _add("labels", sa.Column("model", sa.String(80)))
    _add("labels", sa.Column("step_id", sa.Integer))
    op.create_index("ix_labels_step_id", "labels", ["step_id"], if_not_exists=True)
    op.execute("UPDATE labels SET step_id = id WHERE step_id IS NULL")
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("version", sa.String(80)),
        sa.Column("error", sa.String(80)),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(40)),
        sa.Column("alive_at", sa.DateTime),
        sa.Column("finished_at", sa.DateTime),
        if_not_exists=True,
    )
    op.create_index("ix_trainings_state", "trainings", ["state"], if_not_exists=True)
    op.create_table(
        "models",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("version", sa.String(80), nullable=False),
        sa.Column("in_use", sa.Boolean, nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("replaces", sa.String(80), nullable=False),
        sa.Column("correction_count", sa.Integer, nullable=False),
        sa.Column("pair_count", sa.Integer, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("read_keys", sa.JSON, nullable=False),
        sa.UniqueConstraint("version", name="uq_models_version"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("models")
    op.drop_table("trainings")
    op.drop_index("ix_labels_step_id", "labels")
    for table, name in (
        ("labels", "step_id"),
        ("labels", "model"),
        ("labels", "other_incident_id"),
        ("labels", "other_message_id"),
        ("assessments", "corrected_count"),
        ("assessments", "corrected_by"),
        ("messages", "no_report_at"),
    ):
        op.drop_column(table, name)


def _add(table: str, column: sa.Column[Any]) -> None:
    there = {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}
    if column.name not in there:
        op.add_column(table, column)
