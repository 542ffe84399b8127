"""The local workspace as a child process beside a bot of our own, for tests that talk."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot import manifest
from commands.router import Router
from connectors import registry
from tests.bot.conftest import SECRET
from tests.flows.person import Person
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
TOKEN, APP_TOKEN = "xoxb-test", "xapp-test"


@dataclass
class Town:
    """Where the workspace listens, and the port on which it expects the bot."""

    places: dict[str, Any]
    bot_port: int
    http: httpx.Client

    def person(self, user: str) -> Person:
        return Person(self.http, user)


@contextmanager
def town(var: Path, router: Router, *, socket_mode: bool = False) -> Iterator[Town]:
    """Start it with a manifest of this router; it ends with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    made = manifest.build(router, url=url, socket_mode=socket_mode, domains=registry.pages())
    (var / "manifest.json").write_text(json.dumps(made))
    words = ["--host", "127.0.0.1", "--port", "0", "--state", str(var / "workspace.db")]
    words += [
        "--greenhouse-port",
        "0",
        "--lever-port",
        "0",
        "--calendar-port",
        "0",
        "--smtp-port",
        "0",
    ]
    words += ["--manifest", str(var / "manifest.json"), "--app-url", url, "--with-parent"]
    words += ["--signing-secret", SECRET, "--bot-token", TOKEN, "--app-token", APP_TOKEN]
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.workspace", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdin is not None
    places = json.loads(child.stdout.readline())
    with httpx.Client(base_url=places["url"], timeout=20) as http:
        yield Town(places, port, http)
    child.stdin.close()
    child.wait(10)
