"""Loops: several interviews of one candidacy, chosen and booked as one. People outside are references only."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, metadata, sealed

loops = sa.Table(
    "loops",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("application", sa.String(160), nullable=False, index=True),
    sa.Column("candidate", sa.String(160), nullable=False),
    sa.Column("job", sa.String(160)),
    sa.Column("state", sa.String(20), nullable=False),  # draft, offered, held, booked, cancelled
    sa.Column("zone", sa.String(60), nullable=False),  # the candidate's
    sa.Column("sessions", sa.JSON, nullable=False),  # what is wanted: titles, minutes, members
    sa.Column("options", sa.JSON, nullable=False),  # what was offered or is held: times and members
    sa.Column("hold_until", UtcDateTime),
    sa.Column(
        "cut_off", sa.Integer, nullable=False
    ),  # hours before it that the candidate may change it
    sa.Column("version", sa.Integer, nullable=False),  # rises with every change of the whole
    sa.Column("link", sa.String(40)),
    sa.Column("reason", sa.Text, info=sealed(by_account_of("application"))),
    sa.Column("why", sa.String(80), nullable=False, server_default=""),  # as in `interviews`
    sa.Column("why_by", sa.String(40), nullable=False, server_default=""),
    sa.Column("auto", sa.Boolean, nullable=False, server_default=sa.false()),  # as in a plan
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

answers = sa.Table(
    "candidate_answers",
    metadata,
    sa.Column("subject", sa.String(40), primary_key=True),  # a loop or an interview
    sa.Column("application", sa.String(160), nullable=False),
    sa.Column("said", sa.Text, nullable=False, info=sealed(by_account_of("application"))),  # JSON
    sa.Column("at", UtcDateTime, nullable=False),
)
