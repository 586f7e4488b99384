"""Routing rules: who should get what, and by which rule an incident is proposed to them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("target", sa.String(100), nullable=False),
        sa.Column("conditions", sa.JSON, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_index("ix_routing_rules_pilot_id", "routing_rules", ["pilot_id"], if_not_exists=True)
    known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns("incidents")}
    for column in (
        sa.Column("proposed_team", sa.String(80)),
        sa.Column("routing_rule_id", sa.Integer),
    ):
        if column.name not in known:
            op.add_column("incidents", column)


def downgrade() -> None:
    for name in ("routing_rule_id", "proposed_team"):
        op.drop_column("incidents", name)
    op.drop_table("routing_rules")
