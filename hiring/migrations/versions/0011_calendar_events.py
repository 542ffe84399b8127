"""Events in connected calendars, meeting links, channels of changes, conflicts, and who invites a panel."""

import sqlalchemy as sa
from alembic import op

revision = "0011_calendar_events"
down_revision = "0010_swaps"


def upgrade() -> None:
    op.add_column("interviews", sa.Column("sender", sa.String(length=40)))
    op.add_column("interviews", sa.Column("meeting", sa.String(length=40)))
    op.create_table(
        "calendar_events",
        sa.Column("interview", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("event", sa.String(length=400)),
        sa.Column("uid", sa.String(length=400)),
        sa.Column("version", sa.String(length=200)),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("start", sa.String(length=32), nullable=False),
        sa.Column("end", sa.String(length=32), nullable=False),
        sa.Column("replies", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("interview"),
    )
    op.create_index("ix_calendar_events_account", "calendar_events", ["account"])
    op.create_table(
        "meeting_links",
        sa.Column("interview", sa.String(length=40), nullable=False),
        sa.Column("application", sa.String(length=160), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("meeting", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("start", sa.String(length=32), nullable=False),
        sa.Column("end", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("interview"),
    )
    _watching()


def _watching() -> None:
    op.create_table(
        "calendar_watches",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Text()),
        sa.Column("first", sa.String(length=32)),
        sa.Column("last", sa.String(length=32)),
        sa.Column("channel", sa.String(length=200)),
        sa.Column("resource", sa.Text()),
        sa.Column("url", sa.String(length=400)),
        sa.Column("secret", sa.Text()),
        sa.Column("expires", sa.String(length=32)),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "calendar_conflicts",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("interview", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("start", sa.String(length=32)),
        sa.Column("end", sa.String(length=32)),
        sa.Column("ignored_by", sa.String(length=40)),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_calendar_conflicts_interview", "calendar_conflicts", ["interview"])
