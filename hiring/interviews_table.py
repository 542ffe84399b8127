"""Interviews and their panels. People outside are references only."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, by_the_instance, metadata, sealed

interviews = sa.Table(
    "interviews",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("application", sa.String(160), nullable=False, index=True),
    sa.Column("candidate", sa.String(160), nullable=False),
    sa.Column("job", sa.String(160)),
    sa.Column("planned", sa.String(160)),
    sa.Column("title", sa.String(150), nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # offered, scheduled, cancelled
    sa.Column("start", UtcDateTime),
    sa.Column("end", UtcDateTime),
    sa.Column("zone", sa.String(60), nullable=False),  # the candidate's
    sa.Column("location", sa.String(400)),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("stamp", UtcDateTime, nullable=False),
    sa.Column("slots", sa.JSON, nullable=False),  # offered times, ISO pairs
    sa.Column("link", sa.String(40)),
    sa.Column("reason", sa.Text, info=sealed(by_account_of("application"))),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("remote_id", sa.String(80)),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("loop", sa.String(40), index=True),  # of which it is a session
    sa.Column("position", sa.Integer),  # in the loop, from 0
    sa.Column("room", sa.String(100)),  # claimed with the people
    sa.Column(
        "sender", sa.String(40)
    ),  # the calendar account that invites the panel; null: by mail
    sa.Column("meeting", sa.String(40)),  # the account that makes its link, or `calendar`
    sa.Column(
        "cut_off", sa.Integer, nullable=False, server_default="12"
    ),  # as in a loop, if it is no session of one
    # the reason of the last move or cancellation and who gave it: a member, or `candidate`; `reason` is the note to it
    sa.Column("why", sa.String(80), nullable=False, server_default=""),
    sa.Column("why_by", sa.String(40), nullable=False, server_default=""),
    sa.Column("auto", sa.Boolean, nullable=False, server_default=sa.false()),  # as in a plan
    sa.Column("focus", sa.String(500), nullable=False, server_default=""),  # of the plan
    sa.Column("over", sa.JSON),  # what it was booked over: kind, member, interviews, limit
    sa.Column("reminders", sa.JSON),  # minutes before the start; null where the company's count
)

panel = sa.Table(
    "interview_panel",
    metadata,
    sa.Column("interview", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("ats_user", sa.String(160)),
    # needs-action, accepted, declined, tentative; `stale` when it was given to an earlier time
    sa.Column("answer", sa.String(20), nullable=False, server_default="needs-action"),
    sa.Column("stale", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("answered_at", UtcDateTime),
    sa.Column("answer_sequence", sa.Integer),
    sa.Column("answer_stamp", UtcDateTime),
    sa.Column("answer_reason", sa.Text, info=sealed(by_the_instance)),
    sa.Column("link", sa.String(40)),
    # interviewer, optional, or who learns here: shadow, reverse_shadow, with the skill they learn
    sa.Column("kind", sa.String(20), nullable=False, server_default="interviewer"),
    sa.Column("skill", sa.String(40)),
)
