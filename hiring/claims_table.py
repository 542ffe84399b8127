"""Who and what is taken when: a row for each person, room or candidate and five minutes."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

claims = sa.Table(
    "claims",
    metadata,
    sa.Column(
        "resource", sa.String(120), primary_key=True
    ),  # team:member, team:room:name, or team:for:candidate
    sa.Column("cell", sa.Integer, primary_key=True),  # five minutes, counted since the epoch
    sa.Column("holder", sa.String(40), nullable=False, index=True),  # an interview, or a held loop
    sa.Column("expires_at", UtcDateTime),  # of a hold; None for a booking
)
