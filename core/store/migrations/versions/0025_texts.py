"""Words that staff write for residents, with every version of them."""

import sqlalchemy as sa
from alembic import op

from core.store.tables import Instant

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "text_templates",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("withdrawn_at", Instant),
        sa.Column("automatic", sa.String(40)),
        sa.Column("automatic_version", sa.Integer),
        if_not_exists=True,
    )
    op.create_index(
        "ix_text_templates_pilot_id", "text_templates", ["pilot_id"], if_not_exists=True
    )
    op.create_table(
        "text_versions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("template_id", sa.Integer, sa.ForeignKey("text_templates.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("tone", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.UniqueConstraint("template_id", "version"),
        if_not_exists=True,
    )
    op.create_index(
        "ix_text_versions_template_id", "text_versions", ["template_id"], if_not_exists=True
    )


def downgrade() -> None:
    op.drop_table("text_versions")
    op.drop_table("text_templates")
