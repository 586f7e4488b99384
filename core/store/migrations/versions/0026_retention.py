"""How long each kind of thing is kept; and the audit log found by who and by what."""

import sqlalchemy as sa
from alembic import op

from core.store.tables import Instant

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "retention_terms",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("amount", sa.Integer),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", Instant),
        sa.Column("looked_at", Instant),
        sa.Column("cleaned_at", Instant),
        sa.Column("cleaned_count", sa.Integer, nullable=False),
        sa.Column("total_count", sa.BigInteger, nullable=False),
        if_not_exists=True,
    )
    for name in ("actor", "action"):
        op.create_index(f"ix_audit_{name}", "audit_entries", [name, "id"], if_not_exists=True)


def downgrade() -> None:
    for name in ("action", "actor"):
        op.drop_index(f"ix_audit_{name}", "audit_entries")
    op.drop_table("retention_terms")
