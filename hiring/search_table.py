"""The tables of the blind search index: numbers and keyed hashes, and the ATS's ids. No word of a name, and none can be had from them."""

import sqlalchemy as sa

from hiring.metadata import metadata

search_generations = sa.Table(
    "search_generations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.String(40), nullable=False, index=True),
    sa.Column("state", sa.String(10), nullable=False),  # building, live, dropped
    sa.Column("mode", sa.String(10), nullable=False),  # fast, quiet
    sa.Column("rules", sa.Integer, nullable=False),  # of normalising
    sa.Column("next_person", sa.Integer, nullable=False),
    sa.Column("next_word", sa.Integer, nullable=False),
)

search_keys = sa.Table(
    "search_keys",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("bucket", sa.Integer, primary_key=True),  # see `shift` in hiring/search_keyed.py
    sa.Column(
        "entries", sa.LargeBinary, nullable=False
    ),  # rest of hash, how, number: 11 bytes each
    sqlite_with_rowid=False,
)

search_lists = sa.Table(
    "search_lists",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("term", sa.BigInteger, primary_key=True),  # see hiring/search_keyed.py
    sa.Column("block", sa.Integer, primary_key=True),
    sa.Column("people", sa.LargeBinary, nullable=False),  # see hiring/search_sets.py
    sqlite_with_rowid=False,
)

search_people = sa.Table(
    "search_people",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("active", sa.Integer, nullable=False),  # minutes since 1970; 0 when not known
    sa.Column("words", sa.LargeBinary, nullable=False),  # their numbers, 4 bytes each
    sa.Column("keys", sa.LargeBinary, nullable=False),  # hashes of e-mails and phones, 8 bytes each
    sa.Column("remote", sa.LargeBinary, nullable=False),  # the ATS's id
    sqlite_with_rowid=False,
)

search_words = sa.Table(
    "search_words",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("forms", sa.LargeBinary, nullable=False),  # hash and how of all that leads to it
    sqlite_with_rowid=False,
)

CONTENT = (search_lists, search_keys, search_words, search_people)
