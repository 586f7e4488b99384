"""Questions, answers, promises; whom a text to one resident is for."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_OPEN = sa.text("state = 'open'")
_NEW: dict[str, tuple[sa.Column[Any], ...]] = {
    "messages": (
        sa.Column("sealed_from", sa.LargeBinary),
        sa.Column("direct", sa.Boolean, nullable=False, server_default=sa.false()),
    ),
    "outbox": (sa.Column("resident", sa.String(40)),),
}


def upgrade() -> None:
    for table, columns in _NEW.items():
        known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)}
        for column in columns:
            if column.name not in known:
                op.add_column(table, column)
    _make_questions()
    _make_answers()
    _make_promises()
    op.create_table(
        "reciprocity",
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), primary_key=True),
        sa.Column("rules", sa.JSON, nullable=False),
        if_not_exists=True,
    )


def _make_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("group_id", sa.Integer, sa.ForeignKey("groups.id"), nullable=False),
        sa.Column("resident", sa.String(40)),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("deadline_at", sa.DateTime, nullable=False),
        sa.Column("enough_count", sa.Integer, nullable=False),
        sa.Column("thanks", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_by", sa.String(80)),
        if_not_exists=True,
    )
    _index("questions", "incident_id", "group_id", "state")
    op.create_index(
        "uq_questions_open",
        "questions",
        ["incident_id", "group_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
        if_not_exists=True,
    )


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("question_id", sa.Integer, sa.ForeignKey("questions.id"), nullable=False),
        sa.Column("message_id", sa.Integer, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("resident", sa.String(40), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("question_id", "message_id", name="uq_answers_question_id_message_id"),
        if_not_exists=True,
    )
    _index("answers", "question_id", "message_id")


def _make_promises() -> None:
    op.create_table(
        "promises",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("settled_at", sa.DateTime),
        sa.Column("settled_by", sa.String(80)),
        sa.Column("reason", sa.String(500)),
        if_not_exists=True,
    )
    _index("promises", "incident_id", "due_at", "state")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def downgrade() -> None:
    for table in ("reciprocity", "promises", "answers", "questions"):
        op.drop_table(table)
    for table, columns in _NEW.items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
