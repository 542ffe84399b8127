"""How every calendar fails: one error for each thing to do next, and never a secret or a person in its words."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from connectors.contract import Calendar
from connectors.errors import (
    ConnectorError,
    Gone,
    InDoubt,
    MissingPermission,
    RateLimited,
    Reconnect,
    Rejected,
    TryLater,
)
from connectors.http import Pool
from tests.contracts.calendars.office import BEN, DAY, ROSA, TEN, Office, around, connect, draft

pytestmark = pytest.mark.anyio
Ask = Callable[[], Awaitable[Any]]


def reads(calendar: Calendar) -> list[Ask]:
    by_ability: dict[str, Ask] = {
        "events": lambda: calendar.event(ROSA, "abcdef"),
        "changes": lambda: calendar.changes(ROSA, None, around(TEN)),
        "rooms": calendar.rooms,
    }
    return [ask for ability, ask in by_ability.items() if ability in calendar.abilities]


def writes(calendar: Calendar) -> list[Ask]:
    if "events" not in calendar.abilities:
        return []
    return [
        lambda: calendar.create_event(ROSA, draft()),
        lambda: calendar.cancel_event(ROSA, "abcdef"),
    ]


async def warm(office: Office) -> None:
    """Every token that is needed is there."""
    await office.calendar.busy([ROSA], DAY)
    for ask in reads(office.calendar):
        try:
            await ask()
        except Gone:
            continue


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Reconnect), (403, MissingPermission), (400, Rejected), (429, RateLimited)],
)
async def test_a_refusal_says_what_to_do_next(
    office: Office, status: int, error: type[ConnectorError]
) -> None:
    await warm(office)
    office.gate.refuse = status
    for ask in [*reads(office.calendar), *writes(office.calendar)]:
        with pytest.raises(error) as refused:
            await ask()
        assert refused.value.account == office.calendar.account.id
        assert refused.value.text
    (found,) = await office.calendar.busy([BEN], DAY)
    assert (found.known, found.times) == (False, ())


@pytest.mark.needs("events")
async def test_what_is_not_there_is_gone(office: Office) -> None:
    with pytest.raises(Gone):
        await office.calendar.event(ROSA, "abcdef")
    with pytest.raises(Gone):
        await office.calendar.update_event(ROSA, "abcdef", draft())


async def test_a_vendor_that_is_down_is_to_be_asked_later(office: Office) -> None:
    office.fails("down")
    for ask in [*reads(office.calendar), *writes(office.calendar)]:
        with pytest.raises(TryLater):
            await ask()
    assert office.store.all("calendar_event") == []


@pytest.mark.needs("events")
async def test_a_write_that_broke_on_the_way_is_in_doubt(office: Office) -> None:
    await warm(office)
    office.fails("broken", times=1)
    with pytest.raises(InDoubt):
        await office.calendar.create_event(ROSA, draft())


async def test_a_check_never_raises_and_says_what_is_wrong(office: Office) -> None:
    assert all(finding.ok for finding in await office.calendar.check())
    office.gate.refuse = 403
    findings = await office.calendar.check()
    assert findings
    assert all(not finding.ok and finding.detail for finding in findings)


async def test_an_unreachable_vendor_is_named(office: Office) -> None:
    vendor = office.calendar.vendor
    nowhere = connect(vendor, office.kit, "http://127.0.0.1:9", office.calendar.pool)
    assert not any(one.known for one in await nowhere.busy([ROSA, BEN], DAY))
    assert not any(finding.ok for finding in await nowhere.check())
    for ask in reads(nowhere):
        with pytest.raises(TryLater):
            await ask()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 503])
async def test_no_secret_and_no_person_stands_in_an_error_or_a_log_line(
    office: Office, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="connectors")
    await warm(office)
    office.gate.refuse = status
    said = [one.why for one in await office.calendar.busy([BEN], DAY)]
    for ask in [*reads(office.calendar), *writes(office.calendar)]:
        try:
            await ask()
        except ConnectorError as error:
            said += [str(error), repr(error), error.text, error.code, repr(error.__cause__)]
    said += [str(record) for record in office.records] + [repr(office.calendar.account)]
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("connectors")]
    words = "\n".join(said + lines)
    for hidden in (*office.kit.secrets.values(), "Ada Lovelace", "Bring the kit"):
        assert hidden not in words
    assert BEN not in "\n".join(lines)


@pytest.mark.needs("push")
async def test_what_a_calendar_cannot_do_it_says(office: Office) -> None:
    made = office.calendar
    for ability in {"hours", "proposals", "silent"} - made.abilities:
        said = made.cannot(ability)
        assert said.fallback.endswith(".")
        assert said.account == made.account.id


async def test_a_vendor_that_falls_silent_is_given_up(office: Office) -> None:
    async with Pool(timeout=0.2) as hasty:
        calendar = connect(office.calendar.vendor, office.kit, office.url, hasty)
        assert (await calendar.busy([BEN], DAY))[0].known
        office.fails("slow", seconds=1.0)
        assert not (await calendar.busy([BEN], DAY))[0].known
