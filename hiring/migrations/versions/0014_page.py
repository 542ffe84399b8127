"""Until how many hours before a single interview the candidate may change it on their page."""

import sqlalchemy as sa
from alembic import op

revision = "0014_page"
down_revision = "0013_channels"


def upgrade() -> None:
    cut_off = sa.Column("cut_off", sa.Integer(), nullable=False, server_default="12")
    op.add_column("interviews", cut_off)
