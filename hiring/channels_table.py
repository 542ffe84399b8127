"""The private channel of a loop's panel: where it stands in Slack, and the plans that were told there."""

import sqlalchemy as sa

from hiring.metadata import metadata

channels = sa.Table(
    "loop_channels",
    metadata,
    sa.Column("loop", sa.String(40), primary_key=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # wanted, open, ended
    sa.Column("due", sa.Boolean, nullable=False),  # a job is written that has not begun
    sa.Column("name", sa.String(80)),  # settled before it is made
    sa.Column("channel", sa.String(40)),  # Slack's id
    sa.Column("plans", sa.JSON, nullable=False),  # what was booked, after each change
    sa.Column("shown", sa.Integer, nullable=False),  # how many of these stand in the channel
    sa.Column("invited", sa.JSON, nullable=False),  # members, each asked in once
    sa.Column("left_out", sa.JSON, nullable=False),  # members whom Slack did not let in
    sa.UniqueConstraint("team", "channel"),
)
