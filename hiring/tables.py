"""The infrastructure's tables. Features keep theirs in `<feature>_table.py` on the same metadata."""

import sqlalchemy as sa

from hiring.metadata import UtcDateTime, by_account_of, by_the_instance, metadata, sealed

WINDOW = ("left", "ends_at", "span", "size")

clock_offset = sa.Table(
    "clock_offset",
    metadata,
    sa.Column("id", sa.String(10), primary_key=True),
    sa.Column("seconds", sa.Float, nullable=False),
)

installations = sa.Table(
    "installations",
    metadata,
    sa.Column("enterprise", sa.String(40), primary_key=True),  # "" when there is none
    sa.Column("team", sa.String(40), primary_key=True),  # "" for an org-wide install
    sa.Column("token", sa.Text, nullable=False, info=sealed(by_the_instance)),
    sa.Column("installed_at", UtcDateTime, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("vendor", sa.String(40), nullable=False),
    sa.Column("name", sa.String(120), nullable=False, unique=True),
    sa.Column("config", sa.JSON, nullable=False),
    sa.Column("secrets", sa.Text, nullable=False, info=sealed(by_account_of("id"))),  # JSON
    sa.Column("base_url", sa.String(400)),
    sa.Column("overrides", sa.JSON),  # the admin's own mapping
    sa.Column("routes", sa.JSON),  # accounts by purpose
    sa.Column("missing", sa.JSON),  # abilities that the last check found no permission for
    sa.Column("created_at", UtcDateTime, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("received_at", sa.Float, nullable=False),
)

cards = sa.Table(
    "cards",
    metadata,
    sa.Column("team", sa.String(40), primary_key=True),
    sa.Column("user", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("subject", sa.String(80), primary_key=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("ts", sa.String(40), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("cards_by_subject", "kind", "subject"),
)

said = sa.Table(
    "said",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("channel", sa.String(40), nullable=False),
    sa.Column("ts", sa.String(40), nullable=False),
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("key", sa.String(240), primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),  # posts whose outcome is not known
)

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("due_at", UtcDateTime, nullable=False, index=True),
    sa.Column("job", sa.String(80), nullable=False),
    sa.Column("args", sa.Text, nullable=False, info=sealed(by_the_instance)),  # JSON
    sa.Column("partition", sa.String(160)),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("actor", sa.String(40), nullable=False),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("subject", sa.String(160), nullable=False, index=True),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("origin", sa.String(160), nullable=False),  # kind:id of where it came from
    sa.Column("before", sa.Text, nullable=False),  # states around the change
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("prev", sa.String(64)),  # None in rows from before the chain
    sa.Column("hash", sa.String(64)),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.String(10), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("key", sa.Text, info=sealed(by_the_instance)),
)

issues = sa.Table(
    "issues",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(80), nullable=False),
    sa.Column("subject", sa.String(200), nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # open, retrying, in_doubt, resolved
    sa.Column("job", sa.String(80)),
    sa.Column("args", sa.Text, info=sealed(by_the_instance)),  # JSON
    sa.Column("effect", sa.String(240)),  # what is in doubt
)

doubts = sa.Table(
    "doubts",
    metadata,
    sa.Column("effect", sa.String(240), primary_key=True),
    sa.Column("answer", sa.String(10), nullable=False),  # again, done
)

sent_mail = sa.Table(
    "sent_mail",
    metadata,
    sa.Column("message_id", sa.String(200), primary_key=True),
    sa.Column("subject_ref", sa.String(160), nullable=False, index=True),
    sa.Column("template", sa.String(60), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),  # sending, sent, waiting, refused
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("team", sa.String(40)),  # in whose name, where the subject does not say
    sa.Column("user", sa.String(40)),
    sa.Column("in_doubt", sa.Integer, nullable=False, server_default="0"),  # sent again unknowing
)

positions = sa.Table(
    "positions",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("position", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)

newest = sa.Table(
    "newest",
    metadata,
    sa.Column("subject", sa.String(160), primary_key=True),
    sa.Column(
        "at", UtcDateTime, nullable=False
    ),  # the newest event told about it, by the vendor's time
)

budgets = sa.Table(
    "budgets",
    metadata,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column(
        "next_at", sa.Float, nullable=False
    ),  # real seconds: when the bucket of the declared rate would be empty
    # what the vendor counts: calls left until a moment (real seconds), the length of its window, calls in each
    *(sa.Column(name, sa.Float, nullable=False, server_default="0") for name in WINDOW),
)

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("executor", sa.String(60), primary_key=True),
    sa.Column("seen_at", sa.Float, nullable=False),  # real seconds since the epoch
)
