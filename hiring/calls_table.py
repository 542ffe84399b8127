"""What was asked of connected systems, and what their answers usually look like: no ids, no values."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("method", sa.String(10), nullable=False),
    sa.Column("path", sa.String(200), nullable=False),  # a template
    sa.Column("status", sa.Integer, nullable=False),  # 0 when there was no answer
    sa.Column("ms", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("cost", sa.Float, nullable=False),  # taken from the rate budget
    sa.Column("error", sa.String(40), nullable=False),  # the class of what went wrong
    sa.Column("request_id", sa.String(120), nullable=False),  # the vendor's own
    sa.Column("correlation", sa.String(160), nullable=False),  # the audit's origin
    sa.Column("flow", sa.String(80), nullable=False),
    sa.Index("calls_by_account", "account", "id"),
    sa.Index("calls_by_correlation", "correlation"),
)

shapes = sa.Table(
    "shapes",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("endpoint", sa.String(300), primary_key=True),
    sa.Column("told", sa.JSON, nullable=False),  # paths and types
)
