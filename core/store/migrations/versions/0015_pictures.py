"""Pictures of reports, sealed; until when somebody may be answered; a link into a group we made."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column(
            "message_id",
            sa.Integer,
            sa.ForeignKey("messages.id", name="fk_pictures_message_id_messages"),
            nullable=False,
        ),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("sealed_where", sa.LargeBinary),
        sa.Column("sealed", sa.LargeBinary),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("error", sa.String(80)),
        if_not_exists=True,
    )
    for column in ("message_id", "state"):
        op.create_index(f"ix_pictures_{column}", "pictures", [column], if_not_exists=True)
    op.create_table(
        "reply_windows",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("until", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns("groups")}
    if "sealed_invite" not in known:
        op.add_column("groups", sa.Column("sealed_invite", sa.LargeBinary))


def downgrade() -> None:
    op.drop_column("groups", "sealed_invite")
    op.drop_table("reply_windows")
    op.drop_table("pictures")
