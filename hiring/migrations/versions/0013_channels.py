"""The private channels of panels."""

import sqlalchemy as sa
from alembic import op

revision = "0013_channels"
down_revision = "0012_zone_watch"


def upgrade() -> None:
    op.create_table(
        "loop_channels",
        sa.Column("loop", sa.String(40), nullable=False),
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(80)),
        sa.Column("channel", sa.String(40)),
        sa.Column("plans", sa.JSON(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("invited", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("loop"),
        sa.UniqueConstraint("team", "channel"),
    )
