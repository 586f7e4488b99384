"""Filters of a page that somebody gave a name."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("query", sa.JSON, nullable=False),
        sa.UniqueConstraint("user_id", "page", "name"),
        if_not_exists=True,
    )
    op.create_index("ix_saved_views_user_id", "saved_views", ["user_id"], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("saved_views")
