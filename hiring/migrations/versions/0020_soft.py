"""Limits that a recruiter may go beyond, and what an interview was booked over."""

import sqlalchemy as sa
from alembic import op

revision = "0020_soft"
down_revision = "0017_reasons"


def upgrade() -> None:
    op.add_column("interviewer_rules", sa.Column("soft", sa.Boolean()))
    op.add_column("interviews", sa.Column("over", sa.JSON()))
