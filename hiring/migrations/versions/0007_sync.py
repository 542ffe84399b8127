"""What is remembered of things in an ATS, stage moves, webhooks, and an account's own mapping."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"


def upgrade() -> None:
    op.drop_table("remote_ids")
    op.create_table(
        "remote_things",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=240), nullable=False),
        sa.Column("walk", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "kind", "id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stage_moves",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("application", sa.String(length=80), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("was", sa.String(length=80), nullable=False),
        sa.Column("now", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("account", "application", "at", "now"),
    )
    op.create_table(
        "hooks",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("told_at", sa.String(length=32)),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.add_column("accounts", sa.Column("overrides", sa.JSON()))
    op.execute("DELETE FROM positions WHERE kind IN ('candidate', 'application')")
