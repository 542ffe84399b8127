"""Calendar exchanges against the vendors' own descriptions, where those lie beside this checkout."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.contract import Guest
from connectors.errors import ConnectorError
from tests.connectors.described import SHARED, Described
from tests.contracts.calendars.office import (
    BEN,
    DAY,
    HOUR,
    ROOM,
    ROSA,
    SECRET,
    TEN,
    Door,
    Office,
    around,
    draft,
)

pytestmark = pytest.mark.anyio
# Names of query parameters that every call of a vendor knows, whatever its own description says.
GENERAL = {"fields", "$expand", "$filter", "$top"}
FILES = {
    "google": [("google-calendar/calendar-v3.yaml", "/calendar/v3")],
    "microsoft": [
        ("microsoft-graph/Calendar.cut.yml", "/v1.0"), ("microsoft-graph/Users.Actions.cut.yml", "/v1.0"),
        ("microsoft-graph/ChangeNotifications.yml", "/v1.0"),
    ],
}  # fmt: skip
# Paths that are not in the descriptions, which were cut or are of other interfaces of the vendor.
ASIDE = re.compile(r"/token$|/client/|^/admin/|/calendarView/delta$|/places/")
LOOSE = ("@odata.etag",)  # an annotation, which a description of types leaves out


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    query: tuple[str, ...]
    asked: Any
    status: int
    answer: Any


class Overheard:
    """Stands before an app and notes every exchange."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.heard = app, list[Exchange]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent, came, status = list[bytes](), list[bytes](), [0]

        async def listen() -> Message:
            message = await receive()
            sent.append(message.get("body", b""))
            return message

        async def note(message: Message) -> None:
            status[0] = message.get("status", status[0])
            came.append(message.get("body", b""))
            await send(message)

        await self.app(scope, listen, note)
        names = tuple(name for name, _ in parse_qsl(scope["query_string"].decode()))
        self.heard.append(
            Exchange(scope["method"], scope["path"], names, _json(sent), status[0], _json(came))
        )


def _json(parts: list[bytes]) -> Any:
    try:
        return json.loads(b"".join(parts))
    except ValueError:
        return None


@pytest.fixture
def overheard(office: Office) -> Overheard:
    if office.calendar.vendor not in FILES:
        pytest.skip(f"there is no description of {office.calendar.label} to hold it against")
    made = Overheard(office.gate.app)
    office.gate.app = made
    return made


async def everything(office: Office, door: Door) -> None:
    """Each call a connector makes, once."""
    made = office.calendar
    office.meeting(BEN, TEN, timedelta(days=1), all_day=True)
    await made.busy([ROSA, BEN], DAY)
    guests = (Guest(BEN, "Ben"), Guest(ROOM, resource=True))
    first = await made.create_event(ROSA, draft(link=True, guests=guests))
    await made.create_event(ROSA, draft(link=True, guests=guests))
    await office.answers(first.uid, BEN, "tentative", proposed=[at.isoformat() for at in (TEN, TEN + HOUR)])  # fmt: skip
    await made.event(ROSA, first.id)
    channel = await made.renew(await made.watch(ROSA, door.url, SECRET))
    await made.stop(channel)
    begun = await made.changes(ROSA, None, around(TEN, 20))
    await made.update_event(ROSA, first.id, draft(start=TEN + HOUR))
    await made.changes(ROSA, begun.position, around(TEN, 20))
    await made.cancel_event(ROSA, first.id)
    await made.rooms()
    assert all(finding.ok for finding in await made.check())
    with pytest.raises(ConnectorError):
        await made.event(ROSA, first.id)


async def test_every_described_exchange_is_as_described(
    office: Office, overheard: Overheard, door: Door
) -> None:
    descriptions = [(SHARED / name, prefix) for name, prefix in FILES[office.calendar.vendor]]
    if not all(path.is_file() for path, _ in descriptions):
        pytest.skip("the vendors' descriptions of their calendars are not beside this checkout")
    known = [(Described(path, LOOSE), prefix) for path, prefix in descriptions]
    await everything(office, door)
    wrong, met = list[str](), set[str]()
    for exchange in overheard.heard:
        if ASIDE.search(exchange.path):
            continue
        found = [m for described, prefix in known for m in _matches(described, prefix, exchange)]
        assert found, f"{exchange.method} {exchange.path} is not described"
        described, template, operation = found[0]
        met.add(f"{exchange.method} {template}")
        wrong += _faults(described, template, operation, exchange)
    assert wrong == []
    assert len(met) >= 8


def _matches(
    described: Described, prefix: str, exchange: Exchange
) -> Iterator[tuple[Described, str, dict[str, Any]]]:
    """The operation of an exchange, exact paths first."""
    path = exchange.path.removeprefix(prefix).replace("/getSchedule", "/microsoft.graph.getSchedule")  # fmt: skip
    for template in sorted(described.document["paths"], key=lambda one: one.count("{")):
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", re.sub(r"\.", r"\.", template))
        operation = described.operation(template, exchange.method.lower())
        if operation and re.fullmatch(pattern, path):
            yield described, template, operation


def _faults(
    described: Described, template: str, operation: dict[str, Any], exchange: Exchange
) -> Iterator[str]:
    at = f"{exchange.method} {template}"
    around_it = described.document["paths"][template].get("parameters", [])
    parameters = [described._found(one) for one in operation.get("parameters", []) + around_it]
    names = {one["name"] for one in parameters} | GENERAL
    yield from (f"{at}: {name} is no parameter" for name in exchange.query if name not in names)
    asked = described._found(operation.get("requestBody") or {})
    yield from described.faults(_schema(asked), exchange.asked, at)
    if exchange.status < 400:
        told = operation["responses"].get(str(exchange.status)) or operation["responses"].get("2XX")
        if told and exchange.answer is not None:
            schema = _schema(described._found(told))
            yield from described.faults(schema, exchange.answer, f"{at} gives")


def _schema(told: dict[str, Any]) -> Any:
    return (told.get("content") or {}).get("application/json", {}).get("schema")
