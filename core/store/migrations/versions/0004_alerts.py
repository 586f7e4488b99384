"""Early warning: alerts, expected events, how a pilot is watched, marks of plates."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = ("plate_marks", "watches", "expected_events", "alerts")


def upgrade() -> None:
    _alerts()
    _events_and_watches()
    _plate_marks()


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("mark", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("area_id", sa.Integer, sa.ForeignKey("areas.id")),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("raised_at", sa.DateTime, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("judged_by", sa.String(80)),
        sa.Column("judged_at", sa.DateTime),
        sa.Column("reason", sa.String(500)),
        sa.Column("incident_id", sa.Integer),
        sa.UniqueConstraint("pilot_id", "kind", "mark", name="uq_alerts_pilot_id_kind_mark"),
        if_not_exists=True,
    )
    for column in ("pilot_id", "area_id", "state"):
        op.create_index(f"ix_alerts_{column}", "alerts", [column], if_not_exists=True)


def _events_and_watches() -> None:
    op.create_table(
        "expected_events",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("starts_at", sa.DateTime, nullable=False),
        sa.Column("ends_at", sa.DateTime, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("area_ids", sa.JSON, nullable=False),
        sa.Column("factor", sa.Float, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("withdrawn_at", sa.DateTime),
        if_not_exists=True,
    )
    op.create_index(
        "ix_expected_events_pilot_id", "expected_events", ["pilot_id"], if_not_exists=True
    )
    op.create_table(
        "watches",
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), primary_key=True),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("outlook", sa.JSON),
        sa.Column("watched_at", sa.DateTime),
        if_not_exists=True,
    )


def _plate_marks() -> None:
    op.create_table(
        "plate_marks",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("message_id", sa.Integer, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("mark", sa.String(40), nullable=False),
        sa.Column("sent_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("message_id", "mark", name="uq_plate_marks_message_id_mark"),
        if_not_exists=True,
    )
    for column in ("message_id", "mark", "sent_at"):
        op.create_index(f"ix_plate_marks_{column}", "plate_marks", [column], if_not_exists=True)
