"""A small office whose people have calendars, one vendor's stand-in before them, and the connector that asks it."""

import importlib
import pkgutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors.contract import (
    Account,
    Calendar,
    Channel,
    Delivery,
    EventDraft,
    Guest,
    Heard,
    Interval,
)
from connectors.errors import BadWebhook
from connectors.http import CallRecord, Pool
from tests.contracts.calendars import kits as folder
from tests.serving import Gate

Doc = dict[str, Any]
ROSA, BEN, CHEN = (f"{name}@brightwater.example" for name in ("rosa", "ben", "chen"))
ROOM = "lighthouse@rooms.brightwater.example"
STRANGER = "stranger@elsewhere.example"
ZONES = {ROSA: "Europe/Berlin", BEN: "Europe/London", CHEN: "America/New_York", ROOM: "Europe/Berlin"}  # fmt: skip
TEN = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
DAY = (TEN - timedelta(hours=10), TEN + timedelta(hours=14))
HOUR = timedelta(hours=1)
SECRET = "a-secret-of-the-channel-81c3"


def sends_none(channel: str, secret: str) -> Delivery:
    raise AssertionError("this calendar sends no deliveries")


@dataclass(frozen=True)
class Kit:
    """One vendor. `most`: people in one call, 1 where each calendar is asked apart. `busy`: what a call about busy times has in its path.

    `forget` makes the vendor forget every position it gave. `deliver` is a delivery as the vendor words it, of this
    channel and with this secret. `refusals`: how it words a status. `name` makes an event's id of the address, the
    person and the id in the store; `used_up`: a cancelled event leaves a trace, so that its key is not taken again.
    """

    secrets: Mapping[str, str]
    config: Mapping[str, str]
    create: Callable[[Store, WorkspaceClock], Starlette]
    fault: str
    most: int
    busy: str
    forget: Callable[[Store], None]
    deliver: Callable[[str, str], Delivery] = sends_none
    refusals: Mapping[int, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    name: Callable[[str, str, str], str] = lambda url, address, id: id
    used_up: bool = True


@cache
def kits() -> Mapping[str, Kit]:
    """Every vendor's kit by name."""
    names = [module.name for module in pkgutil.iter_modules(folder.__path__)]
    return {name: importlib.import_module(f"{folder.__name__}.{name}").kit for name in names}


@dataclass
class Office:
    """The running stand-in of one vendor and the connector that talks to it."""

    kit: Kit
    store: Store
    clock: WorkspaceClock
    gate: Gate
    calendar: Calendar
    url: str
    records: list[CallRecord]

    def able(self, ability: str) -> bool:
        return ability in self.calendar.abilities

    def meeting(self, address: str, start: datetime, length: timedelta = HOUR, **more: Any) -> str:
        """Something in a person's calendar, made there; gives its id."""
        number = self.store.next_id("meeting")
        id = f"made{number}"
        row = {
            "id": id, "address": address, "uid": f"{id}@brightwater.example", "summary": "Something private", "sequence": 0,
            "start": start.isoformat(), "end": (start + length).isoformat(), "status": "confirmed", "transparent": False,
            "version": self.store.next_id("calendar_version"), **more,
        }  # fmt: skip
        self.store.put("calendar_event", f"{address}:{row['uid']}", row)
        return self.kit.name(self.url, address, id)

    def rows(self, address: str = ROSA) -> list[Doc]:
        """What is in a calendar now."""
        rows = self.store.find("calendar_event", address=address, status="confirmed")
        return [{**row, "id": self.kit.name(self.url, address, row["id"])} for row in rows]

    async def answers(self, uid: str, email: str, answer: str, **more: Any) -> None:
        """A guest answers in the calendar."""
        async with httpx.AsyncClient(trust_env=False) as http:
            wish = {"uid": uid, "email": email, "answer": answer, **more}
            assert (await http.post(f"{self.url}/client/answer", json=wish)).status_code == 200

    def fails(self, mode: str, **more: Any) -> None:
        self.store.put("fault", self.kit.fault, {"mode": mode, "only": "", **more})

    def asked(self) -> int:
        """How many calls about busy times there were."""
        return len([path for _, path in self.gate.calls if self.kit.busy in path])


def draft(key: str = "interview-7/1", start: datetime = TEN, **more: Any) -> EventDraft:
    given: Doc = {
        "title": "Interview: Ada Lovelace", "text": "Bring the kit.\nRoom is booked.", "zone": "Europe/Berlin",
        "guests": (Guest(BEN, "Ben Okafor"), Guest(CHEN, "Chen Wei", optional=True)), "location": "Lighthouse",
    }  # fmt: skip
    return EventDraft(
        key, f"{key}@callsheet.example", start=start, end=start + HOUR, **given | more
    )


def furnish(store: Store) -> None:
    """The people, their calendars and the rooms."""
    with store.batch():
        for number, (address, zone) in enumerate(ZONES.items()):
            store.put("slack_user", f"U{number}", {"id": f"U{number}", "email": address})
            store.put("calendar", address, {"address": address, "zone": zone})
        rooms = (("Lighthouse", ROOM, "CONFERENCE_ROOM"), ("Projector", "beamer@rooms.brightwater.example", "OTHER"))  # fmt: skip
        for name, address, category in rooms:
            store.put("calendar_room", address, {
                "name": name, "address": address, "capacity": 8, "building": "Harbour", "floor": "2", "features": ["screen"],
                "category": category,
            })  # fmt: skip


@dataclass
class Door:
    """Our own address, to which the vendor sends its deliveries: reads them with the connector, as the bot would."""

    calendar: Calendar
    channels: list[Channel] = field(default_factory=list)
    came: list[Delivery] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    url: str = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        headers = {name.lower(): value for name, value in request.headers.items()}
        delivery = Delivery(headers, await request.body(), dict(request.query_params))
        self.came.append(delivery)
        try:
            heard = self.calendar.receive(delivery, self.channels)
        except BadWebhook:
            answer = Response(status_code=401)
        else:
            self.heard.append(heard)
            answer = PlainTextResponse(heard.answer) if heard.answer else Response(status_code=202)
        await answer(scope, receive, send)

    def changed(self) -> list[str]:
        """Whose calendars we were told of."""
        return [channel.owner for heard in self.heard for channel in heard.changed]


def eventually(look: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something that goes on elsewhere has come true."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.01)


def connect(vendor: str, kit: Kit, url: str, pool: Pool, **config: str) -> Calendar:
    from connectors import registry

    account = Account(f"{vendor}-1", vendor, "Calendars", {**kit.config, **config}, kit.secrets, url)  # fmt: skip
    made = registry.make(account, pool)
    assert isinstance(made, Calendar)
    return made


def around(at: datetime, days: int = 1) -> Interval:
    return at - timedelta(days=days), at + timedelta(days=days)
