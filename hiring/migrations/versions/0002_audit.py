"""Chain the audit and forbid changing it; note how far a database had come, for restored copies; who sent a mail."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002_audit"
down_revision = "0002"

REFUSED = "audit rows are only ever added"


def upgrade() -> None:
    old = op.get_bind().execute(sa.text("select * from audit order by seq")).mappings().all()
    for name, kind in (
        ("origin", sa.String(length=160)),
        ("before", sa.Text()),
        ("after", sa.Text()),
    ):
        op.add_column("audit", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("audit", sa.Column("prev", sa.String(length=64), nullable=True))
    op.add_column("audit", sa.Column("hash", sa.String(length=64), nullable=True))
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.String(length=10), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    renumbered, digest = _digest(old)
    for was, now in renumbered:
        op.execute(
            sa.text("update audit set seq = :now where seq = :was").bindparams(was=was, now=now)
        )
    op.bulk_insert(head, [{"id": "head", "seq": len(old), "hash": digest, "key": None}])
    _append_only()
    op.create_table(
        "high_water",
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place"),
    )
    op.create_table(
        "doubted_jobs",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("since", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("sent_mail", sa.Column("team", sa.String(length=40), nullable=True))
    op.add_column("sent_mail", sa.Column("user", sa.String(length=40), nullable=True))
    op.add_column(
        "sent_mail", sa.Column("in_doubt", sa.Integer(), nullable=False, server_default="0")
    )


def _digest(old: Sequence[Mapping[Any, Any]]) -> tuple[list[tuple[int, int]], str]:
    """Rows of before the chain get numbers without gaps (rolled-back ones left some) and one digest over them all."""
    renumbered, digest = [], ""
    for number, row in enumerate(old, 1):
        if row["seq"] != number:
            renumbered.append((row["seq"], number))
        detail = json.loads(row["detail"]) if isinstance(row["detail"], str) else row["detail"]
        first = {"seq": number} | {name: row[name] for name in ("at", "actor", "action", "subject")}
        text = _canonical(first) + _canonical({"detail": detail})
        digest = hashlib.sha256((digest + text).encode()).hexdigest()
    return renumbered, digest


def _canonical(row: Mapping[str, Any]) -> str:
    return json.dumps(row, sort_keys=True, separators=(",", ":"))


def _append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(
                f"create trigger audit_no_{what} before {what} on audit "
                f"begin select raise(abort, '{REFUSED}'); end"
            )
        return
    op.execute(
        "create function audit_is_append_only() returns trigger language plpgsql as "
        f"$$ begin raise exception '{REFUSED}'; end $$"
    )
    op.execute(
        "create trigger audit_no_change before update or delete on audit "
        "for each row execute function audit_is_append_only()"
    )
    op.execute(
        "create trigger audit_no_truncate before truncate on audit "
        "for each statement execute function audit_is_append_only()"
    )
