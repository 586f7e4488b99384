"""Connections to networks that are followed live; groups that asked; whom a reply is for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "connections",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("cursor", sa.Text),
        sa.Column("heard_at", sa.DateTime),
        sa.Column("error", sa.String(80)),
        sa.Column("failure_count", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.DateTime),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_connections_pilot_id", "connections", ["pilot_id"], if_not_exists=True)
    known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns("groups")}
    for column in (
        sa.Column("connection_id", sa.Integer),
        sa.Column("requested_by", sa.String(40)),
        sa.Column("agreed_at", sa.DateTime),
        sa.Column("refused_at", sa.DateTime),
        sa.Column("unreadable", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        if column.name not in known:
            op.add_column("groups", column)
    known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns("outbox")}
    if "sealed_to" not in known:
        op.add_column("outbox", sa.Column("sealed_to", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("outbox", "sealed_to")
    for name in ("unreadable", "refused_at", "agreed_at", "requested_by", "connection_id"):
        op.drop_column("groups", name)
    op.drop_table("connections")
