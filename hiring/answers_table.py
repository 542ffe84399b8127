"""What people say to their invites: the candidate's calendar events, proposed times, and what went wrong on the day."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, metadata, sealed

candidate_events = sa.Table(
    "candidate_events",
    metadata,
    sa.Column("id", sa.String(60), primary_key=True),  # the UID's local part
    sa.Column("application", sa.String(160), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),  # standing, cancelled
    sa.Column("start", UtcDateTime, nullable=False),
    sa.Column("end", UtcDateTime, nullable=False),
    sa.Column("location", sa.Text),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("stamp", UtcDateTime, nullable=False),
    sa.Column("sessions", sa.JSON, nullable=False),  # ids of interviews, in order
    sa.Column("answer", sa.String(20), nullable=False),
    sa.Column("stale", sa.Boolean, nullable=False),  # the answer is to an earlier time
    sa.Column("answered_at", UtcDateTime),
    sa.Column("answer_sequence", sa.Integer),
    sa.Column("answer_stamp", UtcDateTime),
)

proposals = sa.Table(
    "interview_proposals",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("interview", sa.String(40), nullable=False, index=True),
    sa.Column("application", sa.String(160), nullable=False),
    sa.Column("who", sa.String(40), nullable=False),  # a member of the panel, or candidate
    sa.Column("by_mail", sa.Boolean, nullable=False),
    sa.Column("start", UtcDateTime, nullable=False),
    sa.Column("end", UtcDateTime, nullable=False),
    sa.Column("note", sa.Text, info=sealed(by_account_of("application"))),
    sa.Column("state", sa.String(20), nullable=False),  # open, accepted, declined
    sa.Column("answered_by", sa.String(40)),
    sa.Column("made_at", UtcDateTime, nullable=False),
)

troubles = sa.Table(
    "interview_troubles",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("interview", sa.String(40), nullable=False, index=True),
    sa.Column("application", sa.String(160), nullable=False),
    sa.Column("what", sa.String(20), nullable=False),  # no_show, late
    sa.Column("who", sa.String(40), nullable=False),  # who said so
    sa.Column("start", UtcDateTime, nullable=False),  # of the time it is about
    sa.Column("minutes", sa.Integer),
    sa.Column("reason", sa.Text, info=sealed(by_account_of("application"))),
    sa.Column("at", UtcDateTime, nullable=False),
)
