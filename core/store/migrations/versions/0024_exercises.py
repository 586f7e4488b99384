"""Exercises: who does one, what the trainee looked at, and which period can be exercised on."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "exercises",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("evening", sa.String(80), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("session", sa.String(64)),
        sa.Column("shown_at", sa.DateTime, nullable=False),
        sa.Column("anchored_at", sa.DateTime, nullable=False),
        sa.Column("speed", sa.Integer, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("result", sa.JSON),
        sa.Column("shared_at", sa.DateTime),
        if_not_exists=True,
    )
    op.create_index("ix_exercises_user_id", "exercises", ["user_id"], if_not_exists=True)
    op.create_index("ix_exercises_session", "exercises", ["session"], if_not_exists=True)
    op.create_table(
        "exercise_looks",
        sa.Column("exercise_id", sa.Integer, sa.ForeignKey("exercises.id"), primary_key=True),
        sa.Column("incident_id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "recorded_evenings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("starts_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_index(
        "ix_recorded_evenings_pilot_id", "recorded_evenings", ["pilot_id"], if_not_exists=True
    )


def downgrade() -> None:
    for name in ("recorded_evenings", "exercise_looks", "exercises"):
        op.drop_table(name)
