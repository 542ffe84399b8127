"""Until how many hours before a single interview the candidate may change it on their page."""

import sqlalchemy as sa
from alembic import op

revision = "0013_page"
down_revision = "0012_zone_watch"


def upgrade() -> None:
    cut_off = sa.Column("cut_off", sa.Integer(), nullable=False, server_default="12")
    op.add_column("interviews", cut_off)
