"""One database for everything: SQLite (WAL) or PostgreSQL, reached through short transactions."""

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

LOOPBACK = ("127.0.0.1", "::1", "localhost")
BUSY_MS = 30_000  # how long a job waits for another writer
QUICK_MS = 2_000  # how long a delivery does, whose sender waits three seconds for its ack
T = TypeVar("T")
AtEnd = Callable[[AsyncConnection], Awaitable[None]]


class Store:
    """The engines of one process. Never hold a transaction across a call to the network."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        parsed = make_url(url)
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        pool: dict[str, Any] = (
            {}
            if self.is_sqlite
            else {"pool_size": 10, "max_overflow": 10, "connect_args": {"connect_timeout": 5}}
        )
        self._writer: AsyncEngine = create_async_engine(url, **pool)
        self._reader: AsyncEngine = (
            create_async_engine(url, **pool) if self.is_sqlite else self._writer
        )
        self._endings: dict[int, list[AtEnd]] = {}
        self._open = 0  # write transactions of this process, from before their first lock
        self._none_open = asyncio.Event()
        self.sync_url = url.replace("+aiosqlite", "") if self.is_sqlite else url
        quick = {} if self.is_sqlite else {"connect_args": {"connect_timeout": QUICK_MS // 1_000}}
        self.sync_engine: sa.Engine = sa.create_engine(self.sync_url, **quick)
        if self.is_sqlite:
            for engine, begin, busy in (
                (self._writer.sync_engine, "BEGIN IMMEDIATE", BUSY_MS),
                (self._reader.sync_engine, "BEGIN", BUSY_MS),
                (self.sync_engine, "BEGIN IMMEDIATE", QUICK_MS),
            ):
                _tune(engine, begin, busy)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """A write transaction: committed at the end, rolled back on an exception."""
        self._open += 1
        self._none_open.clear()
        try:
            async with self._writer.begin() as tx:
                endings = self._endings[id(tx)] = []
                try:
                    yield tx
                    for work in endings:
                        await work(tx)
                finally:
                    del self._endings[id(tx)]
        finally:
            self._open -= 1
            if not self._open:
                self._none_open.set()

    async def at_rest(self) -> None:
        """Wait until no write transaction of this process is open.

        Before work that holds up the event loop and writes on a connection of its own: a transaction that waits for the
        loop would keep SQLite's only write lock meanwhile.
        """
        while self._open:
            await self._none_open.wait()

    def at_end(self, tx: AsyncConnection, work: AtEnd) -> None:
        """Do this as the last thing of a transaction of `begin`: what takes a lock that everybody wants."""
        self._endings[id(tx)].append(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for looking; changes are thrown away."""
        async with self._reader.connect() as conn:
            yield conn

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees the database as it is at its first look, however long the reading takes."""
        async with self._reader.connect() as conn:
            if not self.is_sqlite:
                await conn.execution_options(isolation_level="REPEATABLE READ")
            yield conn

    async def alone(self, tx: AsyncConnection, name: str) -> None:
        """Wait until no other transaction holds this name, and hold it until this one ends.

        For "look, then write" on PostgreSQL, where two transactions may look at once; on SQLite a write transaction is
        alone from its beginning.
        """
        if not self.is_sqlite:
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def look(self, statement: str) -> list[Any]:
        """Read rows at once, on a plain connection: for threads without a loop, and never in anybody's way."""
        return self._looked(lambda cursor: list(cursor.execute(statement).fetchall()))

    async def glance(self, work: Callable[[Any], T]) -> T:
        """Do work that only reads in a thread, on a plain cursor that sees the database as it is at its first look.

        It changes threads once, where a connection of `read` does for every statement.
        """
        return await asyncio.to_thread(self._looked, work)

    def _looked(self, work: Callable[[Any], T]) -> T:
        begin = "BEGIN" if self.is_sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
        conn = self.sync_engine.raw_connection()
        try:
            # bytes as bytes, where the driver would have them sent as hexadecimal digits
            cursor = conn.cursor() if self.is_sqlite else conn.cursor(binary=True)
            cursor.execute(begin)
            return work(cursor)
        except self.sync_engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.OperationalError("a look", {}, error) from None
        finally:
            conn.close()

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()
        self.sync_engine.dispose()


def verified(url: str, authorities: str = "") -> str:
    """The address with certificates checked and the server's name with them, where PostgreSQL is on another machine.

    What the address itself says (`sslmode`) wins. `authorities` is a file; without one the system's are believed.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "postgresql" or "sslmode" in parsed.query or near(url):
        return url
    usual = ssl.get_default_verify_paths().cafile or "system"
    given = {"sslmode": "verify-full", "sslrootcert": authorities or usual}
    return parsed.update_query_dict(
        {k: v for k, v in given.items() if k not in parsed.query}
    ).render_as_string(hide_password=False)


def sslmode(url: str) -> str:
    """What the address says of TLS; the driver's own default where it says nothing."""
    said = make_url(url).query.get("sslmode", "prefer")
    return said if isinstance(said, str) else said[-1]


def near(url: str) -> bool:
    """Whether the database is a file, behind a socket of this machine, or on loopback."""
    parsed = make_url(url)
    named = parsed.query.get("host", parsed.host)
    hosts = [named] if isinstance(named, str) or named is None else list(named)
    return all(not host or host.startswith("/") or host in LOOPBACK for host in hosts)


def _tune(engine: sa.Engine, begin: str, busy: int) -> None:
    """SQLite: WAL, patience with other writers, and a lock taken when a write transaction begins, not later."""

    @sa.event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)
