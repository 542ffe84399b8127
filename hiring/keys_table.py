"""The data keys that seal everything else; each lies wrapped by the instance's own keys."""

import sqlalchemy as sa

from hiring.metadata import metadata

data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),  # an account, or "" for the instance
    sa.Column("purpose", sa.String(20), nullable=False),  # rows, links, index
    sa.Column("state", sa.String(20), nullable=False),  # current, retired, empty
    sa.Column("wrapped", sa.Text, nullable=False),  # by CALLSHEET_SECRET_KEYS
    sa.Column("made_at", sa.Float, nullable=False),  # real seconds since the epoch
    sa.Column("retired_at", sa.Float),
)
