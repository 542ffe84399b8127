"""Words of vendors that nobody knew, and how often they were met."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

unknown_words = sa.Table(
    "unknown_words",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("field", sa.String(60), primary_key=True),
    sa.Column("word", sa.String(60), primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
