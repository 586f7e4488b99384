"""What researchers let compute."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # if_not_exists: the first version made every table there was, and for a while this one too.
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("progress", sa.Float, nullable=False),
        sa.Column("outcome", sa.JSON),
        sa.Column("error", sa.String(80)),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("holder", sa.String(40)),
        sa.Column("alive_at", sa.DateTime),
        sa.Column("finished_at", sa.DateTime),
        if_not_exists=True,
    )
    for column in ("pilot_id", "state"):
        op.create_index(f"ix_runs_{column}", "runs", [column], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("runs")
