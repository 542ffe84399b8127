"""Copy a SQLite database while it is used, and put a copy back. PostgreSQL has its own programs for that."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url

from hiring.errors import Refused

POSTGRESQL = (
    "This database is PostgreSQL: copy it with `pg_dump --format=custom --file=FILE URL`, put it back with "
    "`pg_restore --clean --if-exists --dbname=URL FILE`, and then run `callsheet restored`."
)


def copy(url: str, target: Path) -> None:
    """Write a consistent copy into a new file, readable by its owner only. Raises Refused."""
    source = _file(url)
    if not source.exists():
        raise Refused("There is no database yet. Run `callsheet migrate` first.")
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise Refused(f"{target} exists already. Name a new file.") from None
    except OSError as error:
        raise Refused(f"{target} cannot be written ({error.strerror}).") from None
    try:
        _pour(source, target)
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise Refused(f"The database could not be copied ({error}).") from None


def check(copied: Path) -> None:
    """Raises Refused unless the file is a whole copy of one of our databases."""
    try:
        with closing(sqlite3.connect(f"file:{copied}?mode=ro", uri=True)) as conn:
            sound = conn.execute("pragma integrity_check").fetchone()[0] == "ok"
            ours = conn.execute("select count(*) from alembic_version").fetchone()[0] == 1
    except sqlite3.Error:
        sound = ours = False
    if not (sound and ours):
        raise Refused(f"{copied} is not a copy that `callsheet backup` made, or it is damaged.")


def put_back(url: str, copied: Path) -> None:
    """Make the database what the copy is, in one transaction of its own. Raises Refused."""
    target = _file(url)
    check(copied)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _pour(copied, target)
    except sqlite3.Error as error:
        raise Refused(
            f"The database could not be replaced ({error}). Stop Callsheet first."
        ) from None


def _pour(source: Path, target: Path) -> None:
    """SQLite's online backup, in one step: a consistent view however much is written meanwhile."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old:
        old.execute("pragma busy_timeout=30000")
        with closing(sqlite3.connect(target, timeout=30)) as new:
            old.backup(new)
            new.execute("pragma wal_checkpoint(truncate)")


def _file(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise Refused(POSTGRESQL)
    return Path(parsed.database)
