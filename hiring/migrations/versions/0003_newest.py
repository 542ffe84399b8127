"""The newest event told about each thing in an ATS."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002_audit"


def upgrade() -> None:
    op.create_table(
        "newest",
        sa.Column("subject", sa.String(length=160), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("subject"),
    )
