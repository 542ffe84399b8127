"""A real Radicale (the CalDAV server) on a free loopback port, and what a test puts into it by its own hand."""

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.ports import free_port

PASSWORD = "app-password-91c4"
USERS = ("callsheet", "maya", "tom", "lena")
RIGHTS = """
[root]
user = .+
collection =
permissions = R
[own]
user = .+
collection = {user}(/.*)?
permissions = RWrw
[all]
user = callsheet
collection = (maya|tom)(/.*)?
permissions = Rrw
[times only]
user = callsheet
collection = lena/.*
permissions = f
"""


@dataclass
class Radicale:
    """The running server; `folder` is where it keeps its calendars."""

    url: str
    folder: Path

    def empty(self) -> None:
        shutil.rmtree(self.folder / "collection-root", ignore_errors=True)

    def calendar(self, user: str, name: str = "work", *, zone: str = "") -> str:
        """Make somebody a calendar; gives its address."""
        url = f"{self.url}/{user}/{name}/"
        lines = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:t\nBEGIN:VTIMEZONE\nTZID:{zone}\nEND:VTIMEZONE\nEND:VCALENDAR\n"
        told = f"<C:calendar-timezone>{lines}</C:calendar-timezone>" if zone else ""
        body = (
            f'<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>{told}'
            '<C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set>'
            "</D:prop></D:set></C:mkcalendar>"
        )
        assert self.ask("MKCALENDAR", url, user, body).status_code == 201
        return url

    def put(self, calendar: str, *lines: str, uid: str = "") -> str:
        """Put an event as another program would; gives its address."""
        uid = uid or uuid.uuid4().hex
        url, user = f"{calendar}{uid}.ics", calendar.removeprefix(self.url).split("/")[1]
        told = self.ask("PUT", url, user, vcalendar(vevent(*lines, uid=uid)))
        assert told.status_code in (201, 204), told.text
        return url

    def text(self, url: str) -> str:
        """What the server keeps, lines unfolded."""
        user = url.removeprefix(self.url).split("/")[1]
        return self.ask("GET", url, user).text.replace("\r\n ", "")

    def ask(self, method: str, url: str, user: str, body: str = "") -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            return client.request(method, url, content=body.encode(), auth=(user, PASSWORD))


def vevent(*lines: str, uid: str = "event-1") -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]
    )


def vcalendar(*parts: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a test//EN", *parts, "END:VCALENDAR", ""]
    )


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of October 2026, UTC."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    """The server while the block runs; skips the test where it is not installed."""
    if importlib.util.find_spec("radicale") is None:
        pytest.skip("Radicale is not installed: it is among the test requirements.")
    port = free_port()
    (folder / "users").write_text("".join(f"{user}:{PASSWORD}\n" for user in USERS))
    (folder / "rights").write_text(RIGHTS)
    settings = folder / "config"
    settings.write_text(f"""
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder / "users"}
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = {folder / "rights"}
[storage]
filesystem_folder = {folder / "kept"}
[logging]
level = warning
""")
    command = [sys.executable, "-m", "radicale", "--config", str(settings)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(port, server, folder / "log")
        yield Radicale(f"http://127.0.0.1:{port}", folder / "kept")
    finally:
        server.terminate()
        server.wait(10)


def _wait(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text()[-2_000:])
