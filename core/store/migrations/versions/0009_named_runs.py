"""Runs have a name, a note, a step they are in, and the run they came from."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # The first version makes its tables as they are now: a new database has the columns already.
    _add(sa.Column("name", sa.String(80), nullable=False, server_default=""))
    _add(sa.Column("note", sa.String(1000), nullable=False, server_default=""))
    _add(sa.Column("step", sa.String(20), nullable=False, server_default=""))
    _add(sa.Column("from_run_id", sa.Integer))


def downgrade() -> None:
    for name in ("from_run_id", "step", "note", "name"):
        op.drop_column("runs", name)


def _add(column: sa.Column[Any]) -> None:
    there = {known["name"] for known in sa.inspect(op.get_bind()).get_columns("runs")}
    if column.name not in there:
        op.add_column("runs", column)
