"""What stands in connected calendars: our events, meetings made for them, channels that tell of changes, conflicts."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, metadata, sealed

calendar_events = sa.Table(
    "calendar_events",
    metadata,
    sa.Column("interview", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(40), nullable=False, index=True),
    sa.Column("owner", sa.String(200), nullable=False),  # "" is the account's own
    sa.Column(
        "attempt", sa.Integer, nullable=False
    ),  # of our key; a key that is used up gets a new one
    sa.Column("state", sa.String(20), nullable=False),  # asked, standing, cancelled
    sa.Column("event", sa.String(400)),  # the calendar's own id, once it is known
    sa.Column("uid", sa.String(400)),
    sa.Column("version", sa.String(200)),
    sa.Column("sequence", sa.Integer, nullable=False),  # of the interview, as it was written
    sa.Column("start", UtcDateTime, nullable=False),
    sa.Column("end", UtcDateTime, nullable=False),
    sa.Column("replies", sa.JSON, nullable=False),  # what each member was last seen to answer
)

meetings = sa.Table(
    "meeting_links",
    metadata,
    sa.Column("interview", sa.String(40), primary_key=True),
    sa.Column("application", sa.String(160), nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("meeting", sa.String(200), nullable=False),  # the account's own id
    sa.Column("place", sa.Text, nullable=False, info=sealed(by_account_of("application"))),
    sa.Column("state", sa.String(20), nullable=False),  # standing, cancelled
    sa.Column("start", UtcDateTime, nullable=False),
    sa.Column("end", UtcDateTime, nullable=False),
)

watches = sa.Table(
    "calendar_watches",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False),
    sa.Column("position", sa.Text),  # where the last list of changes ended
    sa.Column("first", UtcDateTime),  # the window that the position belongs to
    sa.Column("last", UtcDateTime),
    sa.Column("channel", sa.String(200)),
    sa.Column("resource", sa.Text),
    sa.Column("url", sa.String(400)),
    sa.Column("secret", sa.Text, info=sealed(by_account_of("account"))),
    sa.Column("expires", UtcDateTime),
    sa.Column("reads", sa.Integer, nullable=False),  # how often reading has begun: one job for each
)

conflicts = sa.Table(
    "calendar_conflicts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("interview", sa.String(40), nullable=False, index=True),
    sa.Column("what", sa.String(20), nullable=False),  # moved, deleted, busy, twice
    sa.Column(
        "who", sa.String(40), nullable=False
    ),  # whose calendar has something else now; else ""
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("start", UtcDateTime),  # where it was moved to
    sa.Column("end", UtcDateTime),
    sa.Column("ignored_by", sa.String(40)),
    sa.Column("at", UtcDateTime, nullable=False),
)
