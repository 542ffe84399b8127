"""What is remembered of things in an ATS, stage moves, webhooks, and an account's own mapping."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006_calls"


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
    _watching()
    op.add_column("accounts", sa.Column("overrides", sa.JSON()))
    op.add_column("accounts", sa.Column("routes", sa.JSON()))
    op.add_column("accounts", sa.Column("missing", sa.JSON()))
    op.add_column("offers", sa.Column("remote", sa.String(length=160)))
    op.execute("DELETE FROM positions WHERE kind IN ('candidate', 'application')")


def _watching() -> None:
    op.create_table(
        "watches",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=240), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("team", "user", "subject"),
    )
    op.create_index("watches_by_subject", "watches", ["subject"])
    op.create_table(
        "notices",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=40)),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_notices_batch", "notices", ["batch"])
    op.create_index("notices_of_person", "notices", ["team", "user", "batch"])
    op.create_table(
        "quiet_hours",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("off", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("team", "user"),
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("application", sa.String(length=160), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_shares_application", "shares", ["application"])
    op.create_table(
        "unknown_words",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("word", sa.String(length=60), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("account", "field", "word"),
    )
