"""What a source says of a message in codes: the writer's choice to share it, a number called."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("messages")}
    if "told" not in known:
        op.add_column("messages", sa.Column("told", sa.JSON))


def downgrade() -> None:
    op.drop_column("messages", "told")
