"""The call log, the learned shapes of vendors' answers, and what vendors count of a rate budget."""

import sqlalchemy as sa
from alembic import op

revision = "0006_calls"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=120), nullable=False),
        sa.Column("correlation", sa.String(length=160), nullable=False),
        sa.Column("flow", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("calls_by_account", "calls", ["account", "id"])
    op.create_index("calls_by_correlation", "calls", ["correlation"])
    op.create_table(
        "shapes",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("endpoint", sa.String(length=300), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("account", "endpoint"),
    )
    for name in ("left", "ends_at", "span", "size"):
        op.add_column("budgets", sa.Column(name, sa.Float(), nullable=False, server_default="0"))
