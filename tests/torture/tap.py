"""Counts every commit and every effect outside, from within the process, and kills the process at a chosen one.

It knows no flow and no vendor: commits are seen by SQLAlchemy's own events, effects as bytes that leave the process.
"""

import asyncio
import os
import re
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvloop
from sqlalchemy.engine.default import DefaultDialect

LOOKING = (b"GET ", b"HEAD ", b"EHLO", b"MAIL ", b"RCPT", b"DATA\r", b"QUIT", b"NOOP", b"RSET")
ASKING = re.compile(
    rb"POST \S*(/api/(users|conversations|auth)\.\w+|/token|/auth/token|freeBusy)[ ?]"
)
IDS = re.compile(r"(?<=/response/)\S+|(?<=/)(?=[^/]*\d)[\w-]{5,}|[0-9]{2,}")
HOUSEKEEPING = {"leases", "queues", "application_versions", "clock_offset", "budgets", "high_water"}
_WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(?:\w+"?\.)?"?(\w+)', re.I)


class Tap:
    """Names the boundaries once `armed` exists, writes each to `journal`, and strikes at the one called `strike`.

    A boundary is called by what it is and how often that was crossed before; a number means the so manieth of all.
    """

    def __init__(self, journal: Path, armed: Path, strike: str) -> None:
        self._journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._armed, self._on, self._strike = armed, False, strike
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()

    def cross(self, name: str) -> None:
        """One boundary; does not return from the one that was chosen."""
        if not self._on and not self._armed.exists():
            return
        self._on = True
        with self._lock:
            self._seen[name] += 1
            point = f"{name} ({self._seen[name]})"
            os.write(self._journal, f"{point}\n".encode())
            if self._strike in (point, str(self._seen.total())):
                os.kill(os.getpid(), signal.SIGKILL)
                signal.pause()

    def watch_commits(self) -> None:
        """A boundary before and after each commit that changed rows, named by its tables."""
        plain = DefaultDialect.do_commit

        def commit(dialect: DefaultDialect, connection: Any) -> None:
            tables = sorted(connection.info.pop("written", ()))
            if tables:
                self.cross(f"before commit of {'+'.join(tables)}")
            plain(dialect, connection)
            if tables:
                self.cross(f"after commit of {'+'.join(tables)}")

        def executed(
            conn: sa.Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
        ) -> None:  # fmt: skip
            found = _WRITES.match(statement)
            told = cursor.rowcount != 0 or "RETURNING" in statement  # its rows are not counted yet
            if found and found.group(1) not in HOUSEKEEPING and told:
                conn.connection.info.setdefault("written", set()).add(found.group(1))

        def gone(conn: sa.Connection) -> None:
            conn.connection.info.pop("written", None)

        DefaultDialect.do_commit = commit  # type: ignore[method-assign]
        sa.event.listen(sa.Engine, "after_cursor_execute", executed)
        sa.event.listen(sa.Engine, "rollback", gone)

    def watch_effects(self) -> None:
        """A boundary before each request leaves this process and one before its answer is seen."""
        tap = self

        class Loop(asyncio.SelectorEventLoop):
            async def create_connection(self, *args: Any, **more: Any) -> Any:
                transport, protocol = await super().create_connection(*args, **more)
                _Wire(tap, transport, protocol)
                return transport, protocol

        uvloop.new_event_loop = Loop  # the faster loop lets nobody look at its wires


class _Wire:
    """One outgoing connection: a request that changes something is a boundary twice."""

    def __init__(self, tap: Tap, transport: Any, protocol: Any) -> None:
        self._tap = tap
        self._under_way = ""
        self._write: Callable[[Any], None] = transport.write
        self._heard: Callable[[Any], None] = protocol.data_received
        transport.write = self.write
        transport.writelines = lambda parts: self.write(b"".join(parts))
        protocol.data_received = self.heard

    def write(self, data: Any) -> None:
        if not self._under_way and (name := effect(bytes(data[:300]))):
            self._tap.cross(f"before {name}")
            self._under_way = name
        self._write(data)

    def heard(self, data: bytes) -> None:
        name, self._under_way = self._under_way, ""
        if name:
            self._tap.cross(f"after {name}")
        self._heard(data)


def effect(data: bytes) -> str:
    """What leaves, by its first line without ids; empty when it only asks, or is the rest of something."""
    if data.startswith(LOOKING) or ASKING.match(data):
        return ""
    line = data.split(b"\r\n", 1)[0].decode("ascii", "replace")
    if found := re.match(r"(POST|PUT|PATCH|DELETE) (\S+?)(\?\S*)? HTTP", line):
        return f"{found.group(1)} {IDS.sub('…', found.group(2))}"
    return "mail" if re.match(r"[A-Za-z-]+: ", line) else ""
