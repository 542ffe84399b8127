"""The blind search index."""

import sqlalchemy as sa
from alembic import op

revision = "0004_search"
down_revision = "0003"


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
        sa.Column("remote", sa.String(length=200), nullable=False),
    )
    _content(
        "search_words",
        ["generation", "number"],
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("forms", sa.LargeBinary(), nullable=False),
    )


def _content(name: str, key: list[str], *columns: sa.Column[object]) -> None:
    generation = sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False)
    op.create_table(
        name, generation, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False
    )
