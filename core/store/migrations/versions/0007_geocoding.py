"""Areas of several parts; what a geocoder is asked, and what it answered."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # The first version makes its tables as they are now: a new database has the columns already.
    _add("areas", sa.Column("further", sa.JSON, nullable=False, server_default="[]"))
    _add("pilots", sa.Column("geocode_town", sa.String(80)))
    op.create_table(
        "geocode_waits",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("assessment_id", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.UniqueConstraint("assessment_id", name="uq_geocode_waits_assessment_id"),
        if_not_exists=True,
    )
    op.create_index("ix_geocode_waits_due_at", "geocode_waits", ["due_at"], if_not_exists=True)
    op.create_table(
        "geocodes",
        sa.Column("address_key", sa.String(64), primary_key=True),
        sa.Column("answer", sa.JSON),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )


def _add(table: str, column: sa.Column[Any]) -> None:
    present = {known["name"] for known in sa.inspect(op.get_bind()).get_columns(table)}
    if column.name not in present:
        op.add_column(table, column)


def downgrade() -> None:
    op.drop_table("geocodes")
    op.drop_table("geocode_waits")
    op.drop_column("pilots", "geocode_town")
    op.drop_column("areas", "further")
