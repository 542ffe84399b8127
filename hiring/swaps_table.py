"""Searches for somebody who takes a seat over: the seat, who was asked, and why in that order. Members only."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, metadata

swaps = sa.Table(
    "swaps",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("interview", sa.String(40), nullable=False, index=True),
    sa.Column("leaving", sa.String(40), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),  # of the time that the search is for
    sa.Column("state", sa.String(20), nullable=False),  # open, nobody, taken, dropped, ended
    sa.Column("how", sa.String(10), nullable=False),  # one: one after another; all: at once
    sa.Column("minutes", sa.Integer, nullable=False),  # that each has to answer
    sa.Column("turn", sa.Integer, nullable=False),  # rises with every question
    sa.Column("version", sa.Integer, nullable=False),  # rises with every change
    sa.Column("after_no", sa.Boolean, nullable=False),  # it began with a no of who leaves
    sa.Column("pick", sa.JSON, nullable=False),  # everybody looked at, best first, with the reasons
    sa.Column("taken_by", sa.String(40)),
    sa.Column("why", sa.String(100)),  # it ended
    sa.Column("started_by", sa.String(40), nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
)

asks = sa.Table(
    "swap_asks",
    metadata,
    sa.Column("swap", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    # waiting, asked, passed, lapsed (did not answer in time), busy (was not free any more), taken
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("asked_at", UtcDateTime),
    sa.Column("until", UtcDateTime),
)
