"""Claims of people and rooms instead of booked cells; loops, plans, interviewers' rules, what candidates answered."""

import sqlalchemy as sa
from alembic import op

revision = "0009_loops"
down_revision = "0008_answers"


def upgrade() -> None:
    op.create_table(
        "claims",
        sa.Column("resource", sa.String(length=120), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("expires_at", sa.String(length=32)),
        sa.PrimaryKeyConstraint("resource", "cell"),
    )
    op.create_index("ix_claims_holder", "claims", ["holder"])
    op.execute(
        "INSERT INTO claims (resource, cell, holder) SELECT person, cell, interview FROM booked_cells"
    )
    op.drop_table("booked_cells")
    op.add_column("interviews", sa.Column("loop", sa.String(length=40)))
    op.add_column("interviews", sa.Column("position", sa.Integer()))
    op.add_column("interviews", sa.Column("room", sa.String(length=100)))
    op.create_index("ix_interviews_loop", "interviews", ["loop"])
    _loops()
    _plans()


def _loops() -> None:
    op.create_table(
        "loops",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("application", sa.String(length=160), nullable=False),
        sa.Column("candidate", sa.String(length=160), nullable=False),
        sa.Column("job", sa.String(length=160)),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("hold_until", sa.String(length=32)),
        sa.Column("cut_off", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=40)),
        sa.Column("reason", sa.Text()),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_loops_application", "loops", ["application"])
    op.create_table(
        "candidate_answers",
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("application", sa.String(length=160), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )


def _plans() -> None:
    op.create_table(
        "plans",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("job", sa.String(length=160), nullable=False),
        sa.Column("stage", sa.String(length=160), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("cut_off", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("team", "job", "stage"),
    )
    op.create_table(
        "interviewer_rules",
        sa.Column("team", sa.String(length=40), nullable=False),
        sa.Column("user", sa.String(length=40), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("per_day", sa.Integer()),
        sa.Column("per_week", sa.Integer()),
        sa.Column("rest", sa.Integer(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("paused_from", sa.String(length=32)),
        sa.Column("paused_until", sa.String(length=32)),
        sa.PrimaryKeyConstraint("team", "user"),
    )
