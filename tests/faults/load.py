"""A load that can be counted: deliveries that each cause one mail, sent again by an impatient sender until acked."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import commands
from bot import serving
from bot.workspace.clock import WorkspaceClock
from bot.workspace.mail import Mailbox
from bot.workspace.store import Store
from hiring.inbox import NotStored
from hiring.jobs import job
from hiring.services import Services
from messages.mail import Mail
from tests.bot.conftest import Front, bot

READER = "reader@mailbox.example"
sent: Counter[str] = Counter()  # how often each mail left, in this process


@job("faults.mail")
async def send(services: Services, *, name: str) -> None:
    """One mail with a Message-ID of its own; a mailbox drops a repeat."""
    sent[name] += 1
    await services.mailer.send(
        Mail(
            f"<{name}@brightwater.example>", ("", READER), ("", "hiring@brightwater.example"), name, name,
            f"<p>{name}</p>", datetime.now(UTC),
        )
    )  # fmt: skip


@dataclass
class Load:
    """A whole bot with its worker, a mail server, and what was given to it."""

    front: Front
    mailbox: Mailbox
    acked: list[str] = field(default_factory=list)
    refused: int = 0
    stop: bool = False

    @property
    def services(self) -> Services:
        return self.front.parts.services

    async def feed(self, sender: int) -> None:
        """Deliver one after the other, each again until it is acknowledged, as Slack does with events."""
        number = 0
        while not self.stop:
            name = f"d{sender}-{number}"
            try:
                await self.front.parts.inbox.accept(f"event:{name}", send, args={"name": name})
            except NotStored:
                self.refused += 1
                await asyncio.sleep(0.2)
                continue
            self.acked.append(name)
            number += 1
            await asyncio.sleep(0.02)

    async def timer(self, name: str, after: float) -> None:
        at = self.services.clock.now() + timedelta(seconds=after)
        async with self.services.store.begin() as tx:
            await self.services.jobs.later(tx, send, key=name, at=at, name=name)

    @asynccontextmanager
    async def under_load(self, senders: int = 4) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self.feed(sender)) for sender in range(senders)]
        yield
        self.stop = True
        await asyncio.gather(*tasks)

    async def ready(self) -> int:
        async with self.front.http.get(f"{self.front.url}/readyz") as answer:
            return answer.status

    async def becomes(self, status: int, seconds: float = 30.0) -> None:
        """Wait until /readyz answers so."""
        end = time.monotonic() + seconds
        while await self.ready() != status:
            assert time.monotonic() < end, f"/readyz never said {status}"
            await asyncio.sleep(0.1)

    async def settles(self, seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(Exception):  # the database may be on its way back
                if await self.services.jobs.settle(self.services, timeout=5):
                    return
        raise AssertionError("the work was never done")

    def arrived(self) -> Counter[str]:
        return Counter(str(mail["subject"]) for mail in self.mailbox.messages(READER))


@asynccontextmanager
async def load(var: Path, database_url: str = "") -> AsyncIterator[Load]:
    sent.clear()
    store = Store(var / "workspace.db")
    mailbox = Mailbox(store, WorkspaceClock(store))
    port = await mailbox.start("127.0.0.1", 0)
    given = {"smtp_url": f"smtp://127.0.0.1:{port}", "database_url": database_url}
    async with (
        bot(var, commands.load(), **given) as front,
        serving.worker(front.parts),
    ):
        yield Load(front, mailbox)
    await mailbox.stop()
