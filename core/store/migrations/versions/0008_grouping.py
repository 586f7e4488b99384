"""Evidence before an incident is in the queue, titles, and proposals to group anew."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # The first version makes its tables as they are now: a new database has the columns already.
    _add("incidents", sa.Column("title", sa.String(120)))
    waits = sa.Column("waits", sa.Boolean, nullable=False, server_default=sa.false())
    _add("incidents", waits)
    _add("incidents", sa.Column("entered_at", sa.DateTime))
    op.create_table(
        "wanted_evidence",
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("residents", sa.Integer),
        sa.Column("confidence", sa.Float),
        sa.PrimaryKeyConstraint("pilot_id", "topic"),
        if_not_exists=True,
    )
    op.create_table(
        "regroupings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column("other_id", sa.Integer),
        sa.Column("message_ids", sa.JSON, nullable=False),
        sa.Column("strength", sa.Float, nullable=False),
        sa.Column("seen", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("judged_by", sa.String(80)),
        sa.Column("judged_at", sa.DateTime),
        sa.UniqueConstraint(
            "pilot_id",
            "kind",
            "incident_id",
            "seen",
            name="uq_regroupings_pilot_id_kind_incident_id_seen",
        ),
        if_not_exists=True,
    )
    for column in ("pilot_id", "incident_id", "state"):
        op.create_index(f"ix_regroupings_{column}", "regroupings", [column], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("regroupings")
    op.drop_table("wanted_evidence")
    for name in ("entered_at", "waits", "title"):
        op.drop_column("incidents", name)


def _add(table: str, column: sa.Column[Any]) -> None:
    there = {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}
    if column.name not in there:
        op.add_column(table, column)
