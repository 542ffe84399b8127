"""The blind search index."""

import sqlalchemy as sa
from alembic import op

revision = "0004_search"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "search_generations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("next_person", sa.Integer(), nullable=False),
        sa.Column("next_word", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_search_generations_account"), "search_generations", ["account"])
    _content(
        "search_keys",
        ["generation", "bucket"],
        sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
    )
    _content(
        "search_lists",
        ["generation", "term", "block"],
        sa.Column("term", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.LargeBinary(), nullable=False),
    )
    _content(
        "search_people",
        ["generation", "number"],
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False),
        sa.Column("remote", sa.LargeBinary(), nullable=False),
    )
    _content(
        "search_words",
        ["generation", "number"],
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("forms", sa.LargeBinary(), nullable=False),
    )

    if op.get_context().dialect.name == "postgresql":
        # Bits do not get smaller by compressing, and rows that are rewritten often want their room back soon.
        op.execute("alter table search_lists alter column people set storage external")
        for table in ("search_lists", "search_keys"):
            op.execute(f"alter table {table} set (autovacuum_vacuum_scale_factor = 0.05)")


def _content(name: str, key: list[str], *columns: sa.Column[object]) -> None:
    generation = sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False)
    op.create_table(
        name, generation, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False
    )
