"""Scorecards owed and written. Answers are sealed; the ATS gets them too."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, metadata, sealed

scorecards = sa.Table(
    "scorecards",
    metadata,
    sa.Column("interview", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("application", sa.String(160), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),  # owed, submitted, excused
    # JSON: a draft while owed
    sa.Column("answers", sa.Text, info=sealed(by_account_of("application"))),
    sa.Column("form", sa.String(160)),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("done_at", UtcDateTime),
)
