"""The debrief of a loop, and whether a plan has one."""

import sqlalchemy as sa
from alembic import op

revision = "0016_debriefs"
down_revision = "0018_rest"


def upgrade() -> None:
    op.create_table(
        "debriefs",
        sa.Column("loop", sa.String(40), nullable=False),
        sa.Column("team", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("others", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.Column("start", sa.String(32)),
        sa.Column("end", sa.String(32)),
        sa.Column("users", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.String(32)),
        sa.Column("sender", sa.String(40)),
        sa.PrimaryKeyConstraint("loop"),
    )
    minutes = sa.Column("debrief", sa.Integer(), nullable=False, server_default="0")
    op.add_column("plans", minutes)
    days = sa.Column("debrief_days", sa.Integer(), nullable=False, server_default="2")
    op.add_column("plans", days)
