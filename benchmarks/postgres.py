"""Databases to measure on: a SQLite file, or a PostgreSQL of our own where its programs are installed."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.job_worker import OURS


@dataclass(frozen=True)
class Place:
    """Two fresh databases of one kind: ours is migrated, the engine's own makes its tables itself."""

    ours: str
    plain: str

    def url(self, who: str) -> str:
        return self.ours if who == OURS else self.plain


def driver(url: str) -> str:
    """The same database as our store names it."""
    return url.replace("sqlite:///", "sqlite+aiosqlite:///")


@contextmanager
def maybe() -> Iterator[str | None]:
    """A server with PostgreSQL's usual care for the disk, or None."""
    found = shutil.which("initdb")
    programs = (
        Path(found).parent
        if found
        else max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    )
    if programs is None:
        print(
            "PostgreSQL is not installed, so only SQLite is measured; on Debian: apt install postgresql"
        )
        yield None
        return
    import os

    folder = Path(tempfile.mkdtemp(prefix="callsheet-bench-"))
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    data = str(folder / "data")
    run = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [*user, programs / "initdb", "-D", data, "-A", "trust", "-U", "callsheet"], **run
    )  # type: ignore[call-overload]
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=200"
    subprocess.run([*user, programs / "pg_ctl", "-D", data, "-w", "-o", options, "start"], **run)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://callsheet@127.0.0.1:{port}"
    finally:
        subprocess.run([*user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
        shutil.rmtree(folder, ignore_errors=True)


def fresh(kind: str, server: str | None, folder: Path) -> Place:
    """New databases; nothing of an earlier measure is left in them."""
    from hiring import migrations

    name = f"b{len(list(folder.glob('b*.mark')))}"
    (folder / f"{name}.mark").touch()
    if kind == "SQLite":
        place = Place(f"sqlite+aiosqlite:///{folder}/{name}o.db", f"sqlite:///{folder}/{name}p.db")
    else:
        import psycopg

        assert server is not None
        with psycopg.connect(f"{server}/postgres".replace("+psycopg", ""), autocommit=True) as conn:
            for which in "op":
                conn.execute(f"CREATE DATABASE {name}{which}".encode())
        place = Place(f"{server}/{name}o", f"{server}/{name}p")
    migrations.upgrade(place.ours)
    migrations_of_engine(place.plain)
    return place


def migrations_of_engine(url: str) -> None:
    from dbos import run_dbos_database_migrations

    run_dbos_database_migrations(url)
