"""Debriefs: the meeting of a loop's panel after its last interview. Nothing of the candidate is kept here."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

debriefs = sa.Table(
    "debriefs",
    metadata,
    sa.Column("loop", sa.String(40), primary_key=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # wanted, held, booked, missing, off
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),  # working days after the last interview
    sa.Column("others", sa.JSON, nullable=False),  # members who come beside the panel
    sa.Column(
        "number", sa.Integer, nullable=False
    ),  # a meeting that was called off is never revived
    sa.Column("due", sa.Boolean, nullable=False),  # a job is written that will look at the loop
    sa.Column(
        "anew", sa.Boolean, nullable=False
    ),  # the whole loop moved: another time is looked for
    sa.Column("start", UtcDateTime),
    sa.Column("end", UtcDateTime),
    sa.Column("users", sa.JSON, nullable=False),  # who is invited
    sa.Column("answers", sa.JSON, nullable=False),  # by member, to the time it has
    sa.Column("missing", sa.JSON, nullable=False),  # members for whom no time was found
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("stamp", UtcDateTime),
    sa.Column("sender", sa.String(40)),  # the calendar account that invites; null: by mail
    sa.Column("meeting", sa.String(40)),  # the account that makes its link, or `calendar`
)
