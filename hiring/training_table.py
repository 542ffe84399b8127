"""Who trains for which skill, and what a skill asks of them. What they attended is read from the interviews."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

trainees = sa.Table(
    "trainees",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("skill", sa.String(40), primary_key=True),
    sa.Column("stage", sa.String(20), nullable=False),  # shadow, reverse_shadow, trained
    sa.Column("since", UtcDateTime, nullable=False),  # interviews before it do not count
)

paths = sa.Table(
    "training_paths",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("skill", sa.String(40), primary_key=True),
    sa.Column("shadows", sa.Integer, nullable=False),
    sa.Column("reverse_shadows", sa.Integer, nullable=False),
)
