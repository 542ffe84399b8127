"""The whole product as a newcomer starts it: one command, everything on loopback."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.flows.person import Mailbox, Person, until

ROOT = Path(__file__).parents[2]


@dataclass
class Town:
    """A running demo: its workspace page, its folder, and the people in it."""

    url: str
    var: Path
    http: httpx.Client
    database: str

    def person(self, user: str) -> Person:
        return Person(self.http, user)

    def mailbox(self, address: str) -> Mailbox:
        return Mailbox(self.http, address)

    def waits(self, **by: float) -> None:
        """Move everybody's clock."""
        seconds = (
            by.get("minutes", 0) * 60 + by.get("hours", 0) * 3_600 + by.get("days", 0) * 86_400
        )
        answer = self.http.post("/client/clock", json={"by": seconds}, timeout=30)
        assert answer.status_code == 200, answer.text

    def ats(self, vendor: str, id: str) -> dict[str, object]:
        return dict(self.http.get(f"/client/ats/candidate/{vendor}/{id}").json())


def start(var: Path, database: str, *args: str) -> tuple[subprocess.Popen[str], str]:
    """Start `python -m bot demo` on a free port and give the process and the printed URL."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("CALLSHEET_", "SLACK_"))
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--port", "0", *args],
        cwd=ROOT,
        env=environment | {"CALLSHEET_VAR": str(var), "CALLSHEET_DATABASE_URL": database},
        stdout=subprocess.PIPE,
        stderr=(var / "demo.err").open("a"),
        text=True,
    )
    assert process.stdout is not None
    seen = []
    for line in process.stdout:
        seen.append(line)
        if found := re.search(r"http://[\w.\[\]:]+", line):
            return process, found.group(0)
    raise AssertionError(
        "the demo ended: " + "".join(seen) + (var / "demo.err").read_text()[-2_000:]
    )


def stop(process: subprocess.Popen[str]) -> None:
    """Ctrl-C, and a look whether it ends by itself."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> Iterator[Town]:
    var = tmp_path_factory.mktemp("var")
    process, url = start(var, module_database_url, "--fixed-clock", "2026-11-24T09:00:00+00:00")
    with httpx.Client(base_url=url, timeout=20) as http:
        yield Town(url, var, http, module_database_url)
    stop(process)


__all__ = ["Town", "json", "start", "until"]
