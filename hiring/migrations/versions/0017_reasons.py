"""Why interviews are moved and cancelled, what a single one is about, and plans that book by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0017_reasons"
down_revision = "0016_debriefs"


def upgrade() -> None:
    for table in ("interviews", "loops"):
        op.add_column(table, sa.Column("why", sa.String(80), nullable=False, server_default=""))
        op.add_column(table, sa.Column("why_by", sa.String(40), nullable=False, server_default=""))
    for table in ("interviews", "loops", "plans"):
        auto: sa.Column[bool] = sa.Column(
            "auto", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, auto)
    focus = sa.Column("focus", sa.String(500), nullable=False, server_default="")
    op.add_column("interviews", focus)
