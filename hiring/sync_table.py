"""What we remember of things in an ATS: that they exist, which version we saw last, and when a stage was left."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

remote_things = sa.Table(
    "remote_things",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("version", sa.String(80), nullable=False),
    sa.Column("state", sa.String(240), nullable=False),  # an application's stage, status and job
    sa.Column("walk", sa.BigInteger, nullable=False),  # the last full walk that met it
    sqlite_with_rowid=False,
)

stage_moves = sa.Table(
    "stage_moves",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("application", sa.String(80), primary_key=True),
    sa.Column("at", UtcDateTime, primary_key=True),
    sa.Column("was", sa.String(80), nullable=False),  # stage ids
    sa.Column("now", sa.String(80), primary_key=True),
)

hooks = sa.Table(
    "hooks",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("told_at", UtcDateTime),  # the last delivery
    sa.Column("missed", sa.Integer, nullable=False),  # changes since then that only a poll saw
)
