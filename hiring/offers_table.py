"""Offers and their approvals. Terms and letters are sealed; people outside are references only."""

from typing import Any

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, by_the_instance, metadata, sealed

OWN = sealed(by_account_of("application"))

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("team", sa.String(40), nullable=False),
    sa.Column("application", sa.String(160), nullable=False, index=True),
    sa.Column("candidate", sa.String(160), nullable=False),
    sa.Column("job", sa.String(160)),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("terms", sa.Text, nullable=False, info=OWN),  # JSON
    sa.Column("terms_hash", sa.String(64), nullable=False),
    sa.Column("letter", sa.Text, info=OWN),  # PDF
    sa.Column("signed", sa.Text, info=OWN),  # PDF
    sa.Column("reason", sa.Text, info=OWN),  # why the candidate declined
    sa.Column("link", sa.String(40)),
    sa.Column("remote_id", sa.String(80)),
    sa.Column("remote", sa.String(160)),  # the application it is kept at, where that is another
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("decided_at", UtcDateTime),
)


def _by_account_of_the_offer(table: sa.Table) -> sa.ColumnElement[Any]:
    return sa.select(offers.c.application).where(offers.c.id == table.c.offer).scalar_subquery()


approvals = sa.Table(
    "offer_approvals",
    metadata,
    sa.Column("offer", sa.String(40), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True),
    sa.Column("approver", sa.String(40), nullable=False, index=True),
    sa.Column("state", sa.String(20), nullable=False),  # waiting, approved, declined
    sa.Column("at", UtcDateTime),
    sa.Column("terms_hash", sa.String(64)),
    sa.Column("reason", sa.Text, info=sealed(_by_account_of_the_offer)),
)

seal_keys = sa.Table(
    "seal_keys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("private", sa.Text, nullable=False, info=sealed(by_the_instance)),  # PEM
    sa.Column("certificate", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
