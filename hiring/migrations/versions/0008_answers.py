"""Answers to invites, the events of a candidate's calendar, proposed times, and what went wrong on the day."""

import sqlalchemy as sa
from alembic import op

revision = "0008_answers"
down_revision = "0008_buckets"


def upgrade() -> None:
    for column in (
        sa.Column("answer", sa.String(20), nullable=False, server_default="needs-action"),
        sa.Column("stale", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("answered_at", sa.String(32)),
        sa.Column("answer_sequence", sa.Integer()),
        sa.Column("answer_stamp", sa.String(32)),
        sa.Column("answer_reason", sa.Text()),
        sa.Column("link", sa.String(40)),
    ):
        op.add_column("interview_panel", column)
    op.add_column("interviews", sa.Column("reminders", sa.JSON()))
    _events()
    op.create_table(
        "interview_proposals",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("interview", sa.String(40), nullable=False),
        sa.Column("application", sa.String(160), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.Column("start", sa.String(32), nullable=False),
        sa.Column("end", sa.String(32), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("answered_by", sa.String(40)),
        sa.Column("made_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_interview_proposals_interview", "interview_proposals", ["interview"])
    op.create_table(
        "interview_troubles",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("interview", sa.String(40), nullable=False),
        sa.Column("application", sa.String(160), nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("start", sa.String(32), nullable=False),
        sa.Column("minutes", sa.Integer()),
        sa.Column("reason", sa.Text()),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_interview_troubles_interview", "interview_troubles", ["interview"])


def _events() -> None:
    """The events that candidates were sent already: one per interview, under the UID it was sent with."""
    op.create_table(
        "candidate_events",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("application", sa.String(160), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("start", sa.String(32), nullable=False),
        sa.Column("end", sa.String(32), nullable=False),
        sa.Column("location", sa.Text()),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(32), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("answer", sa.String(20), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.String(32)),
        sa.Column("answer_sequence", sa.Integer()),
        sa.Column("answer_stamp", sa.String(32)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_candidate_events_application", "candidate_events", ["application"])
    text = """INSERT INTO candidate_events (id, application, state, start, "end", location, sequence, revision, stamp,
        sessions, answer, stale) SELECT id || '-c', application,
        CASE state WHEN 'scheduled' THEN 'standing' ELSE 'cancelled' END, start, "end", location, sequence, sequence,
        stamp, {sessions}, 'needs-action', FALSE FROM interviews WHERE start IS NOT NULL"""
    sessions = """'["' || id || '"]'"""
    if op.get_bind().dialect.name == "postgresql":
        sessions = f"CAST({sessions} AS JSON)"
    op.execute(text.format(sessions=sessions))
