"""Google Calendar: what could not be read is unknown, never free; long windows and many people are asked in parts."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.workspace import calendars as calendar_places
from bot.workspace import company
from bot.workspace.calendars import google as google_calendar
from bot.workspace.clock import WorkspaceClock
from bot.workspace.store import Store
from connectors.calendar.google import Google
from connectors.contract import Account
from connectors.http import Pool
from tests.serving import serve

pytestmark = pytest.mark.anyio
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
DAY = (START, START + timedelta(days=1))
ROSA, BEN, SAM = (f"{name}@brightwater.example" for name in ("rosa", "ben", "sam"))


@cache
def service_account() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return json.dumps({"client_email": "bot@project.example", "private_key": pem.decode()})


@dataclass
class Calendars:
    """Gives every calendar one busy hour at the start of what was asked, or what `answer` makes of the question."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Response] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if request.url.path == "/token":
            answer: Response = JSONResponse({"access_token": "t", "expires_in": 3_600})
        else:
            body = await request.json()
            self.asked.append(body)
            answer = (self.answer or _one_hour)(body)
        await answer(scope, receive, send)


def _one_hour(body: dict[str, Any]) -> Response:
    start = datetime.fromisoformat(body["timeMin"])
    busy = [{"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}]
    return JSONResponse({"calendars": {item["id"]: {"busy": busy} for item in body["items"]}})


def google(pool: Pool, url: str, subject: str = "", credentials: str = "") -> Google:
    config = {"subject": subject} if subject else {}
    secrets = {"service_account": credentials or service_account()}
    return Google(Account("g-1", "google", "Google", config, secrets, url), pool)


@pytest.fixture
def calendars() -> Iterator[Calendars]:
    made = Calendars()
    with serve(made) as made.url:
        yield made


@pytest.fixture
async def office(tmp_path: Path, pool: Pool) -> AsyncIterator[tuple[Store, Google]]:
    store = Store(tmp_path / "workspace.db")
    clock = WorkspaceClock(store)
    company.seed(store, clock)
    with serve(google_calendar.create(store, clock)) as url:
        yield store, google(pool, url)


async def test_meetings_are_busy_times(office: tuple[Store, Google]) -> None:
    store, connector = office
    events = calendar_places.events(store, ROSA)
    start = datetime.fromisoformat(events[0]["start"])
    (found,) = await connector.busy([ROSA], (start, start + timedelta(days=7)))
    assert found.known
    assert found.times[0][0] == start
    assert list(found.times) == sorted(found.times)


async def test_somebody_without_a_calendar_is_unknown_and_the_others_are_not(
    office: tuple[Store, Google],
) -> None:
    outsider = "stranger@elsewhere.example"
    found = await office[1].busy([outsider, SAM, ROSA, BEN], DAY)
    assert [busy.email for busy in found] == [outsider, SAM, ROSA, BEN]
    assert [busy.known for busy in found] == [False, False, True, True]
    assert all(busy.why and not busy.times for busy in found if not busy.known)


async def test_nobody_is_free_while_the_vendor_is_down(office: tuple[Store, Google]) -> None:
    store, connector = office
    store.put("fault", "calendar", {"mode": "down"})
    found = await connector.busy([ROSA, BEN], DAY)
    assert [busy.known for busy in found] == [False, False]
    assert "writing" not in found[0].why


@pytest.mark.parametrize("days", [1, 60, 61, 150])
async def test_a_long_window_is_asked_in_parts_that_meet(
    calendars: Calendars, pool: Pool, days: int
) -> None:
    window = (START, START + timedelta(days=days))
    (found,) = await google(pool, calendars.url, ROSA).busy([ROSA], window)
    spans = sorted(
        (datetime.fromisoformat(a["timeMin"]), datetime.fromisoformat(a["timeMax"]))
        for a in calendars.asked
    )
    assert (spans[0][0], spans[-1][1]) == window
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert all(end - start <= timedelta(days=60) for start, end in spans)
    assert len(found.times) == len(spans)


@pytest.mark.parametrize(("people", "parts"), [(50, 1), (51, 2), (120, 3)])
async def test_many_people_are_asked_fifty_at_a_time(
    calendars: Calendars, pool: Pool, people: int, parts: int
) -> None:
    emails = [f"p{n}@brightwater.example" for n in range(people)]
    found = await google(pool, calendars.url, ROSA).busy(emails, DAY)
    assert len(calendars.asked) == parts
    assert max(len(asked["items"]) for asked in calendars.asked) <= 50
    assert [busy.email for busy in found] == emails
    assert all(busy.known and len(busy.times) == 1 for busy in found)


async def test_one_part_that_fails_makes_the_whole_window_unknown(
    calendars: Calendars, pool: Pool
) -> None:
    def second_fails(body: dict[str, Any]) -> Response:
        good = body["timeMin"] == START.isoformat()
        return _one_hour(body) if good else JSONResponse({"error": {"message": "no"}}, 400)

    calendars.answer = second_fails
    window = (START, START + timedelta(days=90))
    (found,) = await google(pool, calendars.url, ROSA).busy([ROSA], window)
    assert not found.known
    assert found.times == ()


@pytest.mark.parametrize(
    "told",
    [
        None, [], {}, {"calendars": None}, {"calendars": []}, {"calendars": {ROSA: None}}, {"calendars": {ROSA: []}},
        {"calendars": {ROSA: {}}}, {"calendars": {ROSA: {"busy": None}}}, {"calendars": {ROSA: {"busy": [{}]}}},
        {"calendars": {ROSA: {"busy": [{"start": "soon", "end": "later"}]}}}, {"calendars": {ROSA: {"busy": ["x"]}}},
        {"calendars": {ROSA: {"errors": [{"reason": "notFound"}], "busy": []}}}, {"groups": {ROSA: {}}, "calendars": {}},
        {"calendars": {BEN: {"busy": []}}},
    ],
)  # fmt: skip
async def test_an_answer_that_cannot_be_read_is_never_free(
    calendars: Calendars, pool: Pool, told: Any
) -> None:
    calendars.answer = lambda body: JSONResponse(told)
    (found,) = await google(pool, calendars.url, ROSA).busy([ROSA], DAY)
    assert not found.known
    assert found.why


async def test_without_a_subject_everybody_asks_for_themselves(
    calendars: Calendars, pool: Pool
) -> None:
    found = await google(pool, calendars.url).busy([ROSA, BEN], DAY)
    assert sorted(asked["items"][0]["id"] for asked in calendars.asked) == [BEN, ROSA]
    assert all(len(asked["items"]) == 1 for asked in calendars.asked)
    assert all(busy.known for busy in found)


async def test_an_empty_day_is_free_and_case_does_not_matter(
    calendars: Calendars, pool: Pool
) -> None:
    calendars.answer = lambda body: JSONResponse({"calendars": {ROSA.upper(): {"busy": []}}})
    (found,) = await google(pool, calendars.url, ROSA).busy([ROSA], DAY)
    assert (found.known, found.times) == (True, ())


async def test_times_come_back_in_utc_and_once_for_somebody_named_twice(
    calendars: Calendars, pool: Pool
) -> None:
    row = {"start": "2026-12-01T11:00:00+02:00", "end": "2026-12-01T12:00:00+02:00"}
    calendars.answer = lambda body: JSONResponse({"calendars": {ROSA: {"busy": [row]}}})
    found = await google(pool, calendars.url, ROSA).busy([ROSA, ROSA], DAY)
    assert [busy.times for busy in found] == [((START, START + timedelta(hours=1)),)] * 2
    assert found[0].times[0][0].tzinfo is UTC


async def test_a_busy_answer_is_asked_for_again_after_a_hiccup(
    calendars: Calendars, pool: Pool
) -> None:
    def once(body: dict[str, Any]) -> Response:
        return Response(status_code=503) if len(calendars.asked) == 1 else _one_hour(body)

    calendars.answer = once
    (found,) = await google(pool, calendars.url, ROSA).busy([ROSA], DAY)
    assert found.known


@pytest.mark.parametrize(
    "credentials",
    [
        "not json", "[]", "{}", '{"client_email": "x"}', '{"client_email": "x", "private_key": "y"}',
        '{"client_email": "x", "private_key": 7}',
    ],
)  # fmt: skip
async def test_credentials_that_are_none_are_said_and_nobody_is_free(
    calendars: Calendars, pool: Pool, credentials: str
) -> None:
    connector = google(pool, calendars.url, ROSA, credentials)
    (found,) = await connector.busy([ROSA], DAY)
    assert not found.known
    assert "service account" in found.why
    assert [finding.ok for finding in await connector.check()] == [False]


async def test_no_key_stands_in_what_is_said(calendars: Calendars, pool: Pool) -> None:
    connector = google(pool, "http://127.0.0.1:9", ROSA)
    (found,) = await connector.busy([ROSA], DAY)
    assert not found.known
    assert "PRIVATE" not in found.why + repr(connector.account)
