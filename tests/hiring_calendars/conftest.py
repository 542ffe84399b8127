"""A company whose calendar, Google's or Microsoft's, invites the panels itself: the stand-ins, and what people do in them."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import demo_state, web
from bot.wiring import Parts
from bot.workspace import zoom
from bot.workspace.calendars import microsoft
from bot.workspace.clock import WorkspaceClock
from hiring import candidates, interviews
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from scheduling.hours import Interval
from tests.conftest import fresh_database
from tests.contracts.calendars.office import kits
from tests.firm import BEN, CHEN, ROSA, Firm, firm
from tests.serving import Gate, serve

MAIL = {BEN: "ben@brightwater.example", CHEN: "chen@brightwater.example", ROSA: "rosa@brightwater.example"}  # fmt: skip
Doc = dict[str, Any]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Door:
    """Our own public address, behind which the app of the test answers once there is one."""

    app: Starlette | None = None
    home: asyncio.AbstractEventLoop | None = None

    def open(self, parts: Parts) -> None:
        """Answer on the loop of Callsheet, whichever thread serves."""
        hooks = web.calendar_hooks(parts.services, parts.inbox)
        self.app = Starlette(routes=[Route("/hooks/calendar/{account}", hooks, methods=["POST"])])
        self.home = asyncio.get_running_loop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request, home = Request(scope, receive), self.home
        assert home is not None
        body = await request.body()
        coming = asyncio.run_coroutine_threadsafe(self._pass_on(request, body), home)
        told = await asyncio.wrap_future(coming)
        kind = told.headers.get("content-type")
        await Response(told.content, told.status_code, media_type=kind)(scope, receive, send)

    async def _pass_on(self, request: Request, body: bytes) -> httpx.Response:
        assert self.app is not None
        inside = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=inside, base_url="http://callsheet") as http:
            path, query = request.url.path, dict(request.query_params)
            headers = {k: v for k, v in request.headers.items() if k != "host"}
            return await http.post(path, content=body, params=query, headers=headers)


@dataclass
class Office:
    """Callsheet with a calendar that invites, and what the tests ask of both."""

    firm: Firm
    vendor: str
    url: str
    gate: Gate
    door: Door

    async def free(self, *users: str) -> tuple[Wish, Sequence[Interval]]:
        """A wish for a panel, and the times that suit it."""
        wish = Wish("Pair programming", 60, users or (BEN, CHEN))
        rosa, ada = await self.firm.actor(ROSA), await self.firm.ada()
        profile = await candidates.profile(self.firm.services, rosa, ada)
        found = await interviews.times(self.firm.services, rosa, profile, wish)
        return wish, found.slots

    async def book(self, *users: str, slot: Interval | None = None) -> Interview:
        wish, slots = await self.free(*users)
        rosa, ada = await self.firm.actor(ROSA), await self.firm.ada()
        key = secrets.token_hex(4)
        return await interviews.book(self.firm.services, rosa, ada, wish, slot or slots[0], key=key)

    def rows(self, user: str = ROSA) -> list[Doc]:
        """What of Callsheet's stands in a person's calendar."""
        found = self.firm.store.find("calendar_event", address=MAIL[user], status="confirmed")
        return [row for row in found if "Pair programming" in row.get("summary", "")]

    def busy(self, user: str, start: datetime, length: timedelta, **more: Any) -> None:
        """Something else appears in a person's calendar."""
        number, address = self.firm.store.next_id("meeting"), MAIL[user]
        row = {
            "id": f"made{number}", "address": address, "uid": f"made{number}@brightwater.example", "sequence": 0,
            "summary": "Something private", "start": start.isoformat(), "end": (start + length).isoformat(),
            "status": "confirmed", "transparent": False, "version": self.firm.store.next_id("calendar_version"), **more,
        }  # fmt: skip
        self.firm.store.put("calendar_event", f"{address}:{row['uid']}", row)

    async def answers(self, user: str, answer: str, **more: Any) -> None:
        """A guest answers in the calendar."""
        uid = self.rows()[0]["uid"]
        async with httpx.AsyncClient(trust_env=False) as http:
            wish = {"uid": uid, "email": MAIL[user], "answer": answer, **more}
            assert (await http.post(f"{self.url}/client/answer", json=wish)).status_code == 200

    def invites(self, user: str) -> list[Doc]:
        """The calendar parts that came by mail."""
        return [m for m in self.firm.mails(MAIL[user]) if m.get("calendar")]


@pytest.fixture(params=["google", "microsoft"])
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(vendor: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each vendor on a database of its own, so that both kinds are met and nothing runs four times."""
    kind = {"google": "sqlite", "microsoft": "postgresql"}[vendor]
    return fresh_database(kind, request, tmp_path)


@pytest.fixture
async def office(vendor: str, database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    async with firm(tmp_path, database_url) as made:
        accounts = made.services.accounts
        url = (await accounts.get("google")).base_url or ""
        await accounts.remove("google")
        gate, door = made.gates["google"], Door()
        with ExitStack() as servers:
            if vendor == "microsoft":
                gate = Gate(microsoft.create(made.store, WorkspaceClock(made.store)))
                url = servers.enter_context(serve(gate))
            kit = kits()[vendor]
            gate.writes = writes
            titles = {"details": "titles"} if vendor == "google" else {}
            config = {**kit.config, **titles, "organizer": MAIL[ROSA]}
            await accounts.add(vendor, vendor, config, kit.secrets, url)
            public = servers.enter_context(serve(door))
            company = replace(made.services.company, public_url=public)
            parts = replace(made.parts, services=replace(made.services, company=company))
            door.open(parts)
            yield Office(replace(made, parts=parts), vendor, url, gate, door)


def writes(method: str, path: str) -> bool:
    """Whether a call changes an event."""
    reads = ("/token", "/freeBusy", "/getSchedule", "/client/answer")
    return method not in ("GET",) and not path.endswith(reads)


async def with_company(office: Office, **more: Any) -> None:
    """The company settles something else."""
    services = office.firm.services
    company = replace(services.company, **more)
    office.firm.parts = replace(office.firm.parts, services=replace(services, company=company))


@pytest.fixture
async def zoomed(office: Office) -> AsyncIterator[Gate]:
    """The company's links are made by Zoom."""
    store = office.firm.store
    gate = Gate(zoom.create(store, WorkspaceClock(store)))
    with serve(gate) as url:
        await office.firm.services.accounts.add("zoom", "our zoom", {}, zoom_keys(), url)
        await with_company(office, meetings="our zoom")
        yield gate


def zoom_keys() -> dict[str, str]:
    return demo_state.credentials("zoom", demo_state.State(), zoom.KEYS)
