"""Tips, teams that look on the spot, a resident's own page, and what is kept after a last day."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("pilots")}
    if "keep_days" not in known:
        keep_days = sa.Column("keep_days", sa.Integer, nullable=False, server_default="90")
        op.add_column("pilots", keep_days)
    _make_tips()
    _make_shares()
    _make_residents()


def _make_tips() -> None:
    op.create_table(
        "tips",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("advice", sa.String(60), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("is_warning", sa.Boolean, nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("mark", sa.String(80), nullable=False),
        sa.Column("group_ids", sa.JSON, nullable=False),
        sa.Column("area_id", sa.Integer, sa.ForeignKey("areas.id")),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("public_from", sa.DateTime),
        sa.Column("public_until", sa.DateTime),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    _index("tips", "pilot_id", "area_id", "state")
    op.create_table(
        "tip_answers",
        sa.Column("tip_id", sa.Integer, sa.ForeignKey("tips.id"), nullable=False),
        sa.Column("group_id", sa.Integer, sa.ForeignKey("groups.id"), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("tip_id", "group_id"),
        if_not_exists=True,
    )
    _index("tip_answers", "tip_id", "group_id")
    op.create_table(
        "tip_rules",
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), primary_key=True),
        sa.Column("per_week", sa.Integer, nullable=False),
        sa.Column("quiet_from", sa.Integer, nullable=False),
        sa.Column("quiet_until", sa.Integer, nullable=False),
        if_not_exists=True,
    )


def _make_shares() -> None:
    op.create_table(
        "shares",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("team", sa.String(80), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_by", sa.String(80)),
        if_not_exists=True,
    )
    _index("shares", "incident_id", "team")
    op.create_table(
        "team_reports",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("share_id", sa.Integer, sa.ForeignKey("shares.id"), nullable=False),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("redacted", sa.String(500), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    _index("team_reports", "share_id", "incident_id")


def _make_residents() -> None:
    op.create_table(
        "resident_links",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("resident", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    _index("resident_links", "resident", "expires_at")
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("resident", sa.String(40), nullable=False),
        sa.Column("group_id", sa.Integer, sa.ForeignKey("groups.id"), nullable=False),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("answer", sa.String(500), nullable=False),
        sa.Column("answered_by", sa.String(80)),
        sa.Column("answered_at", sa.DateTime),
        if_not_exists=True,
    )
    _index("corrections", "resident", "group_id", "message_key", "state")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def downgrade() -> None:
    for table in (
        "corrections",
        "resident_links",
        "team_reports",
        "shares",
        "tip_rules",
        "tip_answers",
        "tips",
    ):
        op.drop_table(table)
    op.drop_column("pilots", "keep_days")
