"""What only Microsoft 365 does: Windows' zones, life cycle deliveries, transaction ids, subscriptions that stand in the way."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.workspace.calendars import microsoft
from bot.workspace.calendars.book import Book
from connectors.calendar.microsoft import mapping, zones
from connectors.contract import Account, Channel, Delivery
from connectors.errors import Gone, MissingPermission
from connectors.registry import make
from tests.contracts.calendars.office import BEN, DAY, HOUR, ROSA, SECRET, TEN, Door, Office, draft

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def only(opened: Office) -> Office:
    if opened.calendar.vendor != "microsoft":
        pytest.skip("this is about Microsoft 365")
    return opened


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"), ("India Standard Time", "Asia/Calcutta"), ("UTC", "UTC"),
        ("Europe/Paris", "Europe/Paris"), ("Nepal Standard Time", "Asia/Katmandu"), ("tzone://Microsoft/Custom", ""), ("", ""),
    ],
)  # fmt: skip
def test_zones_are_named_as_everybody_names_them(name: str, zone: str) -> None:
    found = zones.iana({"name": name}, NOW)
    assert found == zone or {found, zone} in ({"Etc/UTC", "UTC"}, {"Asia/Kathmandu", "Asia/Katmandu"}, {"Asia/Kolkata", "Asia/Calcutta"})  # fmt: skip


def custom(
    bias: int, standard: tuple[int, int], summer: tuple[int, int], at: str
) -> dict[str, Any]:
    """A customTimeZone: months and occurrences of a Sunday, and the hour at which clocks change."""
    rule = {"dayOfWeek": "sunday", "year": 0, "time": f"{at}.0000000"}
    return {
        "@odata.type": "#microsoft.graph.customTimeZone", "name": "Customized Time Zone", "bias": bias,
        "standardOffset": {**rule, "month": standard[0], "dayOccurrence": standard[1]},
        "daylightOffset": {**rule, "month": summer[0], "dayOccurrence": summer[1], "daylightBias": -60},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "like"),
    [
        (custom(480, (11, 1), (3, 2), "02:00:00"), "America/Los_Angeles"),
        (custom(300, (11, 1), (3, 2), "02:00:00"), "America/New_York"),
        (custom(-330, (0, 0), (0, 0), "00:00:00"), "Asia/Calcutta"),
    ],
)
def test_a_zone_that_was_made_up_is_known_by_its_rules(told: dict[str, Any], like: str) -> None:
    from zoneinfo import ZoneInfo

    found = zones.iana(told, NOW)
    assert found
    for days in range(0, 400, 5):
        at = NOW + timedelta(days=days)
        assert at.astimezone(ZoneInfo(found)).utcoffset() == at.astimezone(ZoneInfo(like)).utcoffset()  # fmt: skip


def test_a_zone_like_no_other_gives_no_working_hours() -> None:
    odd = custom(437, (11, 1), (3, 2), "02:00:00")
    assert zones.iana(odd, NOW) == ""
    hours = {"daysOfWeek": ["monday"], "startTime": "09:00:00", "endTime": "17:00:00", "timeZone": odd}  # fmt: skip
    assert mapping.hours(hours, NOW) is None
    for broken in (None, {}, {**hours, "timeZone": {"bias": "x"}}, {**hours, "daysOfWeek": ["someday"]}):  # fmt: skip
        assert mapping.hours(broken, NOW) is None


def lifecycle(channel: str, event: str) -> Delivery:
    part = {"subscriptionId": channel, "clientState": SECRET, "lifecycleEvent": event}
    return Delivery({}, json.dumps({"value": [part, {**part, "clientState": "guessed"}]}).encode())


@pytest.mark.parametrize(
    ("event", "what"),
    [
        ("reauthorizationRequired", "expiring"),
        ("subscriptionRemoved", "lost"),
        ("missed", "changed"),
    ],  # fmt: skip
)
def test_a_delivery_about_the_subscription_itself_says_what_to_do(
    only: Office, event: str, what: str
) -> None:
    channel = Channel("s-1", ROSA, "https://bot.example/hooks/m", NOW, SECRET)
    heard = only.calendar.receive(lifecycle("s-1", event), [channel])
    assert getattr(heard, what) == (channel,)
    assert heard.answer == ""


def test_a_handshake_is_answered_with_its_own_words(only: Office) -> None:
    delivery = Delivery({}, b"", {"validationToken": "a + b ü"})
    assert only.calendar.receive(delivery, []).answer == "a + b ü"


@pytest.mark.anyio
async def test_a_subscription_that_stands_there_already_is_replaced(
    only: Office, door: Door
) -> None:
    first = await only.calendar.watch(ROSA, door.url, "an-older-secret")
    second = await only.calendar.watch(ROSA, door.url, SECRET)
    assert [row["id"] for row in only.store.all("calendar_channel")] == [second.id]
    assert second.id != first.id


@pytest.mark.anyio
async def test_the_text_of_an_online_meeting_is_left_alone(only: Office) -> None:
    made = await only.calendar.create_event(ROSA, draft(link=True))
    found = await only.calendar.update_event(ROSA, made.id, draft(link=True, text="Other words"))
    assert found.text == made.text
    plain = await only.calendar.create_event(ROSA, draft("plain"))
    assert (await only.calendar.update_event(ROSA, plain.id, draft("plain", text="Other"))).text == "Other"  # fmt: skip


@pytest.mark.anyio
async def test_a_key_with_quotes_finds_its_event(only: Office) -> None:
    made = await only.calendar.create_event(ROSA, draft("o'neil's"))
    assert (await only.calendar.create_event(ROSA, draft("o'neil's"))).id == made.id


@pytest.mark.anyio
async def test_who_signed_in_uses_the_own_calendar_and_no_other(only: Office) -> None:
    book = Book(only.store, only.clock, "microsoft", lambda channel, row, change: None)
    secrets = {"access_token": microsoft.signed_in(book, ROSA), "client_secret": "x"}
    account = Account("m-2", "microsoft", "Rosa", {"client_id": "c"}, secrets, only.url)
    mine = make(account, only.calendar.pool)
    assert isinstance(mine, type(only.calendar))
    assert all(finding.ok for finding in await mine.check())
    made = await mine.create_event("", draft())
    assert (await mine.event("", made.id)).organizer == ROSA
    (ben,) = await mine.busy([BEN], DAY)
    assert ben.times == ((TEN, TEN + HOUR),)
    with pytest.raises(MissingPermission):
        await mine.event(BEN, made.id)
    await mine.cancel_event("", made.id)
    with pytest.raises(Gone):
        await mine.event("", made.id)
