"""Callsheet's own interview plans, and what each interviewer settled about being booked."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

plans = sa.Table(
    "plans",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("job", sa.String(160), primary_key=True),
    sa.Column("stage", sa.String(160), primary_key=True),  # "" for every stage without its own
    sa.Column("sessions", sa.JSON, nullable=False),
    sa.Column("cut_off", sa.Integer, nullable=False),
    sa.Column("debrief", sa.Integer, nullable=False, server_default="0"),  # minutes; 0 is none
    sa.Column("debrief_days", sa.Integer, nullable=False, server_default="2"),
    # whether the best that fits is booked by itself when the candidate says when they can
    sa.Column("auto", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("changed_by", sa.String(40), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

rules = sa.Table(
    "interviewer_rules",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("per_day", sa.Integer),
    sa.Column("per_week", sa.Integer),
    sa.Column("rest", sa.Integer, nullable=False),  # minutes between two interviews
    sa.Column("days", sa.JSON, nullable=False),  # weekdays, 0 is Monday
    sa.Column("begins", sa.Integer, nullable=False),  # minutes after midnight, in their zone
    sa.Column("ends", sa.Integer, nullable=False),
    sa.Column("paused_from", UtcDateTime),
    sa.Column("paused_until", UtcDateTime),
    sa.Column("in_a_row", sa.Integer),  # interviews without a break between them
    sa.Column("lunch_begins", sa.Integer),  # minutes after midnight, in their zone
    sa.Column("lunch_ends", sa.Integer),
    sa.Column("soft", sa.Boolean),  # whether a recruiter may go beyond limits; null as the company
    sa.Column(
        "holidays", sa.String(12), nullable=False, server_default=""
    ),  # "" is the company's place
)
