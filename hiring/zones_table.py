"""What each reader's clock was said to show at an interview, to be compared with the zone data of later days."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

told_times = sa.Table(
    "told_times",
    metadata,
    sa.Column("interview", sa.String(40), primary_key=True),
    sa.Column("who", sa.String(40), primary_key=True),  # a member, or `candidate`
    sa.Column("zone", sa.String(60), nullable=False),
    sa.Column("wall", sa.String(16), nullable=False),  # 2026-12-03T14:00, as it was told
    sa.Column("offset", sa.Integer, nullable=False),  # seconds east of UTC, as it was told
    sa.Column("new_wall", sa.String(16)),  # what zone data says now, until they were told
    sa.Column("new_offset", sa.Integer),
    sa.Column("found_at", UtcDateTime),
)
