"""Networks that knock at our door: purpose and legal basis, what was refused, what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_NEW = {
    "connections": (
        sa.Column("purpose", sa.String(500)),
        sa.Column("legal_basis", sa.String(500)),
        sa.Column("counts", sa.JSON, nullable=False, server_default="{}"),
    ),
    "outbox": (
        sa.Column("seen_state", sa.String(20)),
        sa.Column("seen_at", sa.DateTime),
    ),
}


def upgrade() -> None:
    for table, columns in _NEW.items():
        known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)}
        for column in columns:
            if column.name not in known:
                op.add_column(table, column)


def downgrade() -> None:
    for table, columns in _NEW.items():
        for column in reversed(columns):
            op.drop_column(table, column.name)
