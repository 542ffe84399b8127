"""Effects in doubt, posts under way, and rate budgets that replicas share."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("issues", sa.Column("effect", sa.String(length=240), nullable=True))
    op.create_table(
        "doubts",
        sa.Column("effect", sa.String(length=240), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("effect"),
    )
    op.create_table(
        "posts",
        sa.Column("key", sa.String(length=240), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "budgets",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("next_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )
