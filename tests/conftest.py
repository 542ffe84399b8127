"""What every test may use: a fresh database, on SQLite and on PostgreSQL."""

import atexit
import getpass
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from zlib import crc32

import psycopg
import pytest

from hiring import migrations
from tests.ports import free_port

if (
    sys.dont_write_bytecode
):  # nothing beside the sources, but not compiled anew for every process either
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    place = Path(tempfile.gettempdir()) / f"callsheet-bytecode-{getpass.getuser()}"
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(place))

LONG = (
    "torture",
    "flows",
    "faults",
    "jobs",
    "commands",
    "keeping",
    "keys",
)  # folders that begin first, so that none is waited for at the end
FLOWS = ("flows", "hiring", *(f"hiring_{n}" for n in ("board", "calendars", "interviews", "loops", "swaps")))  # fmt: skip
RACES = re.compile("twice|once|race|wins|first|both|lock|same|meanwhile|double|never")
EVERYTHING = os.environ.get("CALLSHEET_TEST_DATABASES") == "all"
WANTED = (
    "sqlite,postgresql"
    if EVERYTHING
    else os.environ.get("CALLSHEET_TEST_DATABASES", "sqlite,postgresql")
).split(",")


def binaries() -> Path | None:
    """PostgreSQL's own programs: on PATH, or where Debian puts them."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def cluster(programs: Path) -> Iterator[str]:
    """A PostgreSQL of our own on a free port, in memory as far as it can; gives its address without a database."""
    folder = Path(tempfile.mkdtemp(prefix="callsheet-pg-"))
    port = free_port()
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "postgres")
    data, quiet = str(folder / "data"), {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(
        [*user, programs / "initdb", "-D", data, "-A", "trust", "-U", "callsheet", "--no-sync"],
        check=True,
        **quiet,
    )
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c max_connections=200"
    subprocess.run(
        [*user, programs / "pg_ctl", "-D", data, "-w", "-o", options, "start"], check=True, **quiet
    )
    try:
        yield f"callsheet@127.0.0.1:{port}"
    finally:
        subprocess.run(
            [*user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            check=False,
            **quiet,
        )
        shutil.rmtree(folder, ignore_errors=True)


@cache
def template() -> Path:
    """A SQLite file in the shape of this release, made once in a process: bringing one up takes most of a second."""
    folder = Path(tempfile.mkdtemp(prefix="callsheet-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = folder / "callsheet.db"
    migrations.upgrade(f"sqlite+aiosqlite:///{made}")
    with closing(sqlite3.connect(made)) as conn:
        conn.execute("pragma wal_checkpoint(truncate)")
    return made


def migrate(url: str) -> None:
    """Bring a database up as `callsheet migrate` does; a SQLite file that is not there yet is a copy of the template."""
    path = Path(url.partition("///")[2]) if url.startswith("sqlite") else None
    if path is not None and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(template(), path)
    elif not migrations.is_current(url):
        migrations.upgrade(url)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL, started once."""
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed; on Debian: apt install postgresql")
    with cluster(programs) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database for one test, in the shape of this release."""
    return fresh_database(request.param, request, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """A fresh database for all tests of a file, in the shape of this release."""
    return fresh_database(request.param, request, tmp_path_factory.mktemp("db"))


def fresh_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind not in WANTED:
        pytest.skip(f"{kind} is left out by CALLSHEET_TEST_DATABASES")
    if kind == "sqlite":
        url = f"sqlite+aiosqlite:///{folder / 'callsheet.db'}"
        migrate(url)
        return url
    address = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex[:16]}"
    with psycopg.connect(f"postgresql://{address}/postgres", autocommit=True) as conn:
        known = conn.execute("select 1 from pg_database where datname = 'template_callsheet'")
        if known.fetchone() is None:
            conn.execute("create database template_callsheet")
            migrations.upgrade(f"postgresql+psycopg://{address}/template_callsheet")
        conn.execute(f'create database "{name}" template template_callsheet')
    return f"postgresql+psycopg://{address}/{name}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What starts real processes first; the order within a folder stays. On PostgreSQL only what `on_both` says."""
    rank = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(LONG)))
    if EVERYTHING or config.args != config.getini("testpaths"):
        return  # asked for by name
    left = [item for item in items if not on_both(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if on_both(item)]


def on_both(item: pytest.Item) -> bool:
    """Whether a test of the hiring flows runs on PostgreSQL as well as on SQLite.

    All that are about races and about what must not happen twice, and every twelfth of the others, always the same.
    """
    values = getattr(item, "callspec", None)
    if values is None or "postgresql" not in values.params.values():
        return True
    name = getattr(item, "originalname", item.name)
    return (
        item.path.parent.name not in FLOWS
        or RACES.search(name) is not None
        or crc32(name.encode()) % 12 == 0
    )
