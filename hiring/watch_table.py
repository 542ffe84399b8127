"""Who watches what, what waits to be told to whom, when a person wants quiet, and what is shared where."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, by_the_instance, metadata, sealed

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
    sa.Column("event", sa.Text, nullable=False, info=sealed(by_the_instance)),  # JSON; names nobody
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

shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(120), nullable=False, unique=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("application", sa.String(160), nullable=False, index=True),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Column("words", sa.Text, nullable=False, info=sealed(by_account_of("application"))),
    sa.Column("at", UtcDateTime, nullable=False),
)
