"""How good each model was measured to be, kept when its files are gone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("model", name="uq_evaluations_model"),
        if_not_exists=True,
    )


def downgrade() -> None:
    op.drop_table("evaluations")
