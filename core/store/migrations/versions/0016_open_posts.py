"""What open posts are called in their network, to see that they still stand."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "open_posts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "connection_id",
            sa.Integer,
            sa.ForeignKey("connections.id", name="fk_open_posts_connection_id"),
            nullable=False,
        ),
        sa.Column("message_key", sa.String(64), nullable=False),
        sa.Column("sealed_id", sa.LargeBinary, nullable=False),
        sa.Column("looked_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("message_key", name="uq_open_posts_message_key"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_open_posts_connection_id", "open_posts", ["connection_id"], if_not_exists=True
    )


def downgrade() -> None:
    op.drop_table("open_posts")
