"""What each reader's clock was said to show at an interview."""

import sqlalchemy as sa
from alembic import op

revision = "0012_zone_watch"
down_revision = "0011_calendar_events"


def upgrade() -> None:
    op.create_table(
        "told_times",
        sa.Column("interview", sa.String(40), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("wall", sa.String(16), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("new_wall", sa.String(16)),
        sa.Column("new_offset", sa.Integer()),
        sa.Column("found_at", sa.String(32)),
        sa.PrimaryKeyConstraint("interview", "who"),
    )
