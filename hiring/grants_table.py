"""What vendors granted by OAuth, and connections that wait for somebody to sign in at the vendor."""

import sqlalchemy as sa

from hiring.metadata import by_account_of, by_the_instance, metadata, sealed

grants = sa.Table(
    "grants",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("tokens", sa.Text, nullable=False, info=sealed(by_account_of("account"))),  # JSON
    sa.Column("until", sa.Float, nullable=False),  # real seconds, as are the others
    sa.Column("renewed_at", sa.Float, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("claimed_until", sa.Float, nullable=False),  # a process is renewing it until then
    sa.Column("revoked", sa.Boolean, nullable=False),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("vendor", sa.String(40), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("asked", sa.Text, nullable=False, info=sealed(by_the_instance)),  # JSON
    sa.Column("until", sa.Float, nullable=False),  # real seconds
)
