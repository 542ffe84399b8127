"""Callsheet's services without Slack: the ATS, calendar and mail stand-ins in this process, and a desk that remembers."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot import demo_state, serving, wiring
from bot.wiring import Parts
from bot.workspace.app import Workspace
from bot.workspace.ats import greenhouse, lever
from bot.workspace.calendars import google
from bot.workspace.clock import WorkspaceClock
from bot.workspace.mail import Mailbox
from bot.workspace.seed.people import STAFF
from bot.workspace.store import Store
from connectors.model import Ref
from hiring import candidates, people
from hiring.desk import Person
from hiring.errors import NotFound, Refused
from hiring.people import Actor
from hiring.services import Services
from tests.bot.conftest import settings
from tests.conftest import migrate
from tests.contracts.stand_ins import credentials, kits
from tests.serving import Gate, serve
from tests.town_hall import filled

TEAM = "T0BRIGHT1"
ROSA, MAYA, BEN, CHEN, TOM, ADMIN = (
    "U0ROSA001", "U0MAYA001", "U0BEN0001", "U0CHEN001", "U0TOM0001", "U0ADMIN01",
)  # fmt: skip
ADA = "ada.lovelace@mailbox.example"
STRANGER = "U0STRANG1"
NOWHERE = "http://127.0.0.1:9"
OPENS = datetime(
    2026, 11, 26, 18, 0, tzinfo=UTC
)  # whatever day the tests run on, it is a Thursday evening


@dataclass
class Desk:
    """Knows the staff; notes which cards were shown to whom and what was said, once per key."""

    shown: list[tuple[str, str, str]] = field(default_factory=list)  # user, kind, subject
    rooms: dict[str, list[str]] = field(default_factory=dict)  # private channels and who is in them
    said: dict[str, tuple[str, str]] = field(default_factory=dict)  # key: user, text

    async def person(self, team: str, user: str) -> Person:
        for known in staff():
            if known.id == user:
                return known
        raise NotFound("I cannot see this person in Slack.")

    async def person_by_email(self, team: str, email: str) -> Person | None:
        return next((known for known in staff() if known.email == email.casefold()), None)

    async def audience(self, team: str, channel: str) -> list[str]:
        if channel not in self.rooms:
            raise Refused("I am not in that channel.", field="channel")
        return self.rooms[channel]

    async def make_channel(self, team: str, name: str) -> str:
        self.rooms.setdefault(name, [])
        return name

    async def in_channel(self, team: str, channel: str) -> bool:
        return channel in self.rooms

    async def invite(self, team: str, channel: str, user: str) -> bool:
        self.rooms[channel].append(user)
        return True

    async def archive(self, team: str, channel: str) -> None:
        self.rooms.pop(channel, None)

    async def teams(self) -> list[str]:
        return [TEAM]

    async def show(self, team: str, user: str, kind: str, subject: str) -> None:
        self.shown.append((user, kind, subject))

    async def refresh(self, kind: str, subject: str) -> None:
        pass

    async def redraw(self, kind: str, subject: str) -> bool:
        return True

    async def say(self, team: str, user: str, text: str, *, key: str) -> None:
        self.said.setdefault(key, (user, text))


@cache
def staff() -> tuple[Person, ...]:
    """The people of the made-up company, and somebody whom no ATS knows."""
    known = [
        Person(TEAM, id, real, f"{name}@brightwater.example", zone, admin)
        for id, name, real, zone, _, admin, _ in STAFF
    ]
    return (*known, Person(TEAM, STRANGER, "Stray Guest", None, "UTC"))


@cache
def keys() -> demo_state.State:
    return demo_state.State()


@dataclass
class Firm:
    """Services in one process and what they talk to. `gates` stand before the vendors and can misbehave."""

    parts: Parts
    desk: Desk
    store: Store
    mailbox: Mailbox
    gates: dict[str, Gate]

    @property
    def services(self) -> Services:
        return self.parts.services

    async def actor(self, user: str) -> Actor:
        return await people.actor(self.services, TEAM, user)

    def person(
        self, given: str, family: str, email: str = "", *, vendor: str = "greenhouse"
    ) -> str:
        """Somebody new with an open application; gives the candidate's id."""
        address = email or f"someone{self.store.next_id('mail')}@mailbox.example"
        return kits()[vendor].add_person(self.store, given, family, address)

    async def newcomer(self, given: str = "Nora", family: str = "Quill", email: str = "") -> Ref:
        """The open application of somebody new."""
        account = await self.services.accounts.get("greenhouse")
        ats = await self.services.accounts.ats(account.id)
        return (await ats.applications(self.person(given, family, email)))[0].ref

    async def ada(self) -> Ref:
        found = await candidates.find(self.services, await self.actor(ROSA), ADA)
        return found.people[0].ref

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Jobs run for as long as the block lasts."""
        async with serving.worker(self.parts):
            yield

    async def settles(self) -> None:
        assert await self.services.jobs.settle(self.services, timeout=120)

    async def waits(self, **span: float) -> None:
        """Our clock moves, and everything due is done."""
        await self.services.clock.move(self.services.store, by=timedelta(**span))
        await self.settles()

    def nothing_on(self, address: str) -> None:
        """A person's calendar is empty, whatever day it is."""
        for event in self.store.find("calendar_event", address=address):
            for key in (event["id"], f"{address}:{event['uid']}"):
                self.store.delete("calendar_event", key)

    def mails(self, address: str) -> list[dict[str, Any]]:
        return self.mailbox.messages(address)


@asynccontextmanager
async def firm(
    var: Path, database_url: str = "", *, slack: dict[str, Any] | None = None
) -> AsyncIterator[Firm]:
    """A fresh company and a fresh database, on a Thursday evening; two ATSs and a calendar are connected.

    With `slack`, a manifest, the desk is the real one, on the local workspace's Slack.
    """
    store = filled(var / "workspace.db")
    clock = WorkspaceClock(store)
    clock.move_to(OPENS)
    apps = {"greenhouse": greenhouse.create, "lever": lever.create, "google": google.create}
    gates = {vendor: Gate(create(store, clock)) for vendor, create in apps.items()}
    mailbox = Mailbox(store, clock)
    port = await mailbox.start("127.0.0.1", 0)
    with ExitStack() as servers:
        urls = {vendor: servers.enter_context(serve(gate)) for vendor, gate in gates.items()}
        api = {}
        if slack:
            page = Workspace(store, slack, NOWHERE, "a secret", "xoxb-test").page(NOWHERE)
            api["slack_api_url"] = f"{servers.enter_context(serve(page))}/api/"
        chosen = settings(
            var, smtp_url=f"smtp://127.0.0.1:{port}", mail_from="hiring@brightwater.example",
            company="Brightwater Labs", database_url=database_url, **api,
        )  # fmt: skip
        migrate(chosen.database)
        async with wiring.parts(chosen) as made:
            await made.services.clock.move(made.services.store, at=OPENS)
            desk = Desk()
            mine = made.services if slack else replace(made.services, desk=desk)
            parts = replace(made, services=mine)
            for vendor, url in urls.items():
                secrets = credentials(vendor, keys())
                await parts.services.accounts.add(vendor, vendor, {}, secrets, url)
            yield Firm(parts, desk, store, mailbox, gates)
    await mailbox.stop()


def everything_in(folder: Path) -> bytes:
    """Every byte below a folder but the stand-ins' own memory."""
    return b"".join(
        path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("workspace.db")
    )
