"""What tells an older copy of the database: how far it had come, and which jobs may have been done since."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

high_water = sa.Table(
    "high_water",
    metadata,
    sa.Column("place", sa.String(40), primary_key=True),  # one per state folder
    sa.Column("number", sa.Integer, nullable=False),
)

doubted_jobs = sa.Table(
    "doubted_jobs",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),  # the engine's id of the job
    sa.Column("since", UtcDateTime, nullable=False),
)
