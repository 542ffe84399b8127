"""Who watches what, what is waiting to be told to whom, and when a person wants quiet."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

watches = sa.Table(
    "watches",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("subject", sa.String(240), primary_key=True),  # a ref, or `stage:account:id@job id`
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("watches_by_subject", "subject"),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("key", sa.String(120), primary_key=True),  # event and person: told once
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("user", sa.String(40), nullable=False),
    sa.Column("event", sa.Text, nullable=False),  # sealed JSON; names nobody
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("batch", sa.String(40), index=True),  # the message it stands in; None while it waits
    sa.Index("notices_of_person", "team", "user", "batch"),
)

quiet_hours = sa.Table(
    "quiet_hours",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("begins", sa.Integer, nullable=False),  # hours of the person's own day; equal: never
    sa.Column("ends", sa.Integer, nullable=False),
    sa.Column("off", sa.JSON, nullable=False),  # kinds of events that are not told unasked
)
