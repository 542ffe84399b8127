"""`demo`: everything on this machine. The bot is this process; Slack, the ATSs, calendar and mail are its child.

The child starts first, with the manifest of last time, while this process is still importing the bot.
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import demo_state, ports
from bot.demo_state import State
from bot.errors import NotSetUp
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 40.0  # seconds for the local workspace to come up
ATS = ("greenhouse", "lever")  # those the local workspace runs unless told others


async def run(
    settings: Settings,
    *,
    host: str,
    port: int,
    reset: bool,
    fixed_clock: datetime | None,
    ats: Sequence[str] = ATS,
) -> None:
    """Start, print the one URL, and stay until Ctrl-C. Raises NotSetUp."""
    var = settings.var.resolve()
    if reset:
        demo_state.forget(var)
    var.mkdir(parents=True, exist_ok=True)
    state = demo_state.read(var)
    ports.free(host, port)
    sock = ports.again(state.ports.get("bot", 0))
    state.ports["bot"] = sock.getsockname()[1]
    child = Workspace(var, state, host, port, fixed_clock, ats)
    try:
        if child.manifest.exists():
            await child.start()
        from bot import demo_bot

        wanted = demo_bot.manifest_text(settings, child.app_url)
        if not child.manifest.exists() or child.manifest.read_text() != wanted:
            await child.stop()
            child.manifest.write_text(wanted)
        await child.start()
        async with demo_bot.running(settings, var, child, sock, fixed_clock):
            demo_state.write(var, state)
            print(f"Callsheet is ready: {child.places['url']}   (Ctrl-C stops it)", flush=True)
            await demo_bot.until_over(child)
    finally:
        await child.stop()


class Workspace:
    """The child process, and where everything in it listens once `places` is filled."""

    def __init__(
        self,
        var: Path,
        state: State,
        host: str,
        port: int,
        fixed_clock: datetime | None,
        ats: Sequence[str],
    ) -> None:
        self.state, self._names = state, (*ats, "calendar", "smtp")
        self.app_url = f"http://127.0.0.1:{state.ports['bot']}"
        self.manifest = var / "manifest.json"
        self.places: dict[str, Any] = {}
        self._words = ["--host", host, "--port", str(port), "--state", str(var / "workspace.db")]
        for name in self._names:
            self._words += [f"--{name}-port", str(ports.still_free(state.ports.get(name, 0)))]
        self._words += ["--ats", ",".join(ats)]
        self._words += ["--manifest", str(self.manifest), "--app-url", self.app_url]
        # One word each: a key that begins with "-" would be taken for an option.
        self._words += [
            f"--signing-secret={state.signing_secret}",
            f"--bot-token={state.bot_token}",
        ]
        self._words += ["--fixed-clock", fixed_clock.isoformat()] if fixed_clock else []
        self._child: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it unless it runs. It ends by itself when this process ends, however that happens."""
        if self._child is not None:
            return
        pipe = asyncio.subprocess.PIPE
        self._child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.workspace", *self._words, "--with-parent",
            stdin=pipe, stdout=pipe, cwd=ROOT, start_new_session=True,
        )  # fmt: skip

    async def ready(self) -> None:
        """Wait until everything in it listens. Raises NotSetUp."""
        assert self._child is not None
        assert self._child.stdout is not None
        try:
            line = await asyncio.wait_for(self._child.stdout.readline(), PATIENCE)
            self.places = json.loads(line)
        except (TimeoutError, ValueError):
            sentence = "The local workspace did not start; what it printed above says why."
            raise NotSetUp(sentence) from None
        for name in self._names:
            self.state.ports[name] = int(str(self.places[name]).rstrip("/").rpartition(":")[2])

    async def ended(self) -> None:
        """Return when the child has ended."""
        assert self._child is not None
        await self._child.wait()

    async def stop(self) -> None:
        child, self._child = self._child, None
        if child is None or child.stdin is None:
            return
        child.stdin.close()
        try:
            await asyncio.wait_for(child.wait(), 5)
        except TimeoutError:
            child.kill()
            await child.wait()
