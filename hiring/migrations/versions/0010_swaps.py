"""Searches for somebody who takes a seat over, and who was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0010_swaps"
down_revision = "0009_loops"


def upgrade() -> None:
    op.create_table(
        "swaps",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("interview", sa.String(length=40), nullable=False),
        sa.Column("leaving", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("after_no", sa.Boolean(), nullable=False),
        sa.Column("pick", sa.JSON(), nullable=False),
        sa.Column("taken_by", sa.String(length=40)),
        sa.Column("why", sa.String(length=100)),
        sa.Column("started_by", sa.String(length=40), nullable=False),
        sa.Column("started_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_swaps_interview", "swaps", ["interview"])
    op.create_table(
        "swap_asks",
        sa.Column("swap", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.String(length=32)),
        sa.Column("until", sa.String(length=32)),
        sa.PrimaryKeyConstraint("swap", "user"),
    )
