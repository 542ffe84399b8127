"""How the people of a debrief meet."""

import sqlalchemy as sa
from alembic import op

revision = "0021_debrief_ways"
down_revision = "0020_soft"


def upgrade() -> None:
    op.add_column("debriefs", sa.Column("meeting", sa.String(40)))
