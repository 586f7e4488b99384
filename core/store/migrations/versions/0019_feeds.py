"""What others publish (RSS, P2000) and what of it lies near: feeds and bulletins."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("towns", sa.JSON, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("etag", sa.String(200)),
        sa.Column("modified", sa.String(200)),
        sa.Column("read_at", sa.DateTime),
        sa.Column("error", sa.String(80)),
        sa.Column("failure_count", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.DateTime),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "bulletins",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("feed_id", sa.Integer, sa.ForeignKey("feeds.id"), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("service", sa.String(20), nullable=False),
        sa.Column("priority", sa.String(10), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("location", sa.JSON, nullable=False),
        sa.UniqueConstraint("feed_id", "mark", name="uq_bulletins_feed_id_mark"),
        if_not_exists=True,
    )
    for table, column in (("feeds", "pilot_id"), ("bulletins", "feed_id"), ("bulletins", "at")):
        op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def downgrade() -> None:
    op.drop_table("bulletins")
    op.drop_table("feeds")
