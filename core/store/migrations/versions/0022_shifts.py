"""Deadlines by pilot, when an incident came back, and notes from one shift to the next."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    for name in ("handed_back_at", "reopened_at"):
        _add("incidents", sa.Column(name, sa.DateTime))
    op.create_table(
        "service_times",
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("decision_minutes", sa.Integer, nullable=False),
        sa.Column("feedback_minutes", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("pilot_id", "topic"),
        if_not_exists=True,
    )
    op.create_table(
        "shift_notes",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_shift_notes_at", "shift_notes", ["at"], if_not_exists=True)
    op.create_table(
        "shift_note_reads",
        sa.Column("note_id", sa.Integer, sa.ForeignKey("shift_notes.id"), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("note_id", "by"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_shift_note_reads_note_id", "shift_note_reads", ["note_id"], if_not_exists=True
    )


def downgrade() -> None:
    for name in ("shift_note_reads", "shift_notes", "service_times"):
        op.drop_table(name)
    for name in ("handed_back_at", "reopened_at"):
        op.drop_column("incidents", name)


def _add(table: str, column: sa.Column[Any]) -> None:
    there = {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}
    if column.name not in there:
        op.add_column(table, column)
