"""Outside destinations: accounts, what was handed over to them, and what they said of it."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "destination_accounts",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), nullable=False),
        sa.Column("destination", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("categories", sa.JSON, nullable=False),
        sa.Column("work_lists", sa.JSON, nullable=False),
        sa.Column("topics", sa.JSON, nullable=False),
        sa.Column("closes", sa.Boolean, nullable=False),
        sa.Column("cursor", sa.Text),
        sa.Column("heard_at", sa.DateTime),
        sa.Column("error", sa.String(80)),
        sa.Column("failure_count", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.DateTime),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("incident_id", sa.Integer, sa.ForeignKey("incidents.id"), nullable=False),
        sa.Column(
            "account_id", sa.Integer, sa.ForeignKey("destination_accounts.id"), nullable=False
        ),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(200)),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("sent_mark", sa.String(64), nullable=False),
        sa.Column("was_urgent", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("acknowledged_at", sa.DateTime),
        sa.Column("acknowledged_by", sa.String(80)),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("asked_back_at", sa.DateTime),
        sa.Column("withdrawn_at", sa.DateTime),
        sa.Column("withdrawn_by", sa.String(80)),
        if_not_exists=True,
    )
    op.create_table(
        "outside_news",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("hand_over_id", sa.Integer, sa.ForeignKey("hand_overs.id"), nullable=False),
        sa.Column("native_id", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("said_at", sa.DateTime, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("settled_by", sa.String(80)),
        sa.UniqueConstraint("hand_over_id", "native_id", name="uq_outside_news_hand_over_id"),
        if_not_exists=True,
    )
    _index("destination_accounts", "pilot_id")
    for column in ("incident_id", "account_id", "state"):
        _index("hand_overs", column)
    _index("outside_news", "hand_over_id")
    known = {c["name"] for c in sa.inspect(op.get_bind()).get_columns("outbox")}
    for name in ("hand_over_id", "account_id"):
        if name not in known:
            op.add_column("outbox", sa.Column(name, sa.Integer))
        _index("outbox", name)


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column], if_not_exists=True)


def downgrade() -> None:
    for name in ("account_id", "hand_over_id"):
        op.drop_index(f"ix_outbox_{name}", "outbox")
        op.drop_column("outbox", name)
    for name in ("outside_news", "hand_overs", "destination_accounts"):
        op.drop_table(name)
