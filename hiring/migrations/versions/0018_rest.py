"""Lunch, public holidays and how many interviews in a row, of each interviewer."""

import sqlalchemy as sa
from alembic import op

revision = "0018_rest"
down_revision = "0015_training"


def upgrade() -> None:
    for name in ("in_a_row", "lunch_begins", "lunch_ends"):
        op.add_column("interviewer_rules", sa.Column(name, sa.Integer()))
    place = sa.Column("holidays", sa.String(12), nullable=False, server_default="")
    op.add_column("interviewer_rules", place)
