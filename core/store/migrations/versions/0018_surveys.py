"""Surveys in waves, with answers that belong to nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def upgrade() -> None:
    op.create_table(
        "surveys",
        _id(),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "survey_waves",
        _id(),
        sa.Column("survey_id", sa.Integer, sa.ForeignKey("surveys.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("opens_at", sa.DateTime, nullable=False),
        sa.Column("closes_at", sa.DateTime, nullable=False),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("incident_id", sa.Integer),
        if_not_exists=True,
    )
    op.create_table(
        "survey_responses",
        _id(),
        sa.Column("wave_id", sa.Integer, sa.ForeignKey("survey_waves.id"), nullable=False),
        sa.Column("on", sa.Date, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.UniqueConstraint("wave_id", "once"),
        if_not_exists=True,
    )
    op.create_table(
        "survey_texts",
        _id(),
        sa.Column("response_id", sa.Integer, sa.ForeignKey("survey_responses.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("redacted", sa.Text),
        if_not_exists=True,
    )
    for table, column in (
        ("surveys", "pilot_id"),
        ("survey_waves", "survey_id"),
        ("survey_responses", "wave_id"),
        ("survey_texts", "response_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def downgrade() -> None:
    for table in ("survey_texts", "survey_responses", "survey_waves", "surveys"):
        op.drop_table(table)
