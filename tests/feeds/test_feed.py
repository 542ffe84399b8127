"""iCal feeds: busy times from a published file, asked for only when it changed; what cannot be read is never free."""

from collections.abc import AsyncIterator, Iterator

import pytest
from starlette.responses import Response

from connectors import registry
from connectors.addresses import public, same_service
from connectors.calendar.feed import Feed
from connectors.contract import Account, Busy
from connectors.errors import Reconnect
from connectors.http import CallRecord, Pool
from tests.caldav.script import Script, playing
from tests.radicales import at, vcalendar, vevent

pytestmark = pytest.mark.anyio
ME, WEEK = "maya@firm.example", (at(5, 0), at(12, 0))
FEEDS = f"{ME} = https://calendar.example/private-8d1/basic.ics"
CALL = "GET /private-8d1/basic.ics"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def publisher() -> Iterator[Script]:
    with playing() as script:
        yield script


@pytest.fixture
def records() -> list[CallRecord]:
    return []


@pytest.fixture
async def pool(anyio_backend: str, records: list[CallRecord]) -> AsyncIterator[Pool]:
    async with Pool(on_call=records.append, pause=0.01, timeout=5.0) as made:
        yield made


def connected(pool: Pool, url: str | None, feeds: str = FEEDS, **config: str) -> Feed:
    made = registry.make(Account("feed-1", "feed", "Feeds", config, {"feeds": feeds}, url), pool)
    assert isinstance(made, Feed)
    return made


async def read(pool: Pool, publisher: Script, *parts: str, **config: str) -> Busy:
    publisher.answers[CALL] = [Response(vcalendar(*parts))]
    (busy,) = await connected(pool, publisher.url, **config).busy([ME], WEEK)
    return busy


async def test_events_series_and_busy_times_are_read(publisher: Script, pool: Pool) -> None:
    weekly = vevent("DTSTART;TZID=Europe/Berlin:20260907T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE", uid="w")  # fmt: skip
    once = vevent("DTSTART:20261006T120000Z", "DTEND:20261006T130000Z", "STATUS:TENTATIVE", uid="o")
    periods = "BEGIN:VFREEBUSY\r\nUID:f\r\nDTSTAMP:20260101T000000Z\r\nFREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20261008T090000Z/PT2H\r\nFREEBUSY;FBTYPE=FREE:20261008T120000Z/PT2H\r\nEND:VFREEBUSY"
    busy = await read(pool, publisher, weekly, once, periods)
    assert [(one.start, one.kind, one.event) for one in busy.taken] == [
        (at(5, 8), "busy", "w"), (at(6, 12), "tentative", "o"), (at(7, 8), "busy", "w"), (at(8, 9), "out_of_office", ""),
    ]  # fmt: skip


async def test_the_calendars_own_zone_counts_before_the_accounts(
    publisher: Script, pool: Pool
) -> None:
    day = vevent("DTSTART;VALUE=DATE:20261007")
    busy = await read(pool, publisher, day, zone="Asia/Tokyo")
    assert busy.times == ((at(6, 15), at(7, 15)),)
    busy = await read(pool, publisher, "X-WR-TIMEZONE:America/New_York", day, zone="Asia/Tokyo")
    assert busy.times == ((at(7, 4), at(8, 4)),)
    busy = await read(pool, publisher, "X-WR-TIMEZONE:Mars/Olympus", day)
    assert busy.times == ((at(7, 0), at(8, 0)),)


async def test_google_writes_a_series_in_utc_that_follows_the_zone(
    publisher: Script, pool: Pool
) -> None:
    series = vevent("DTSTART:20260302T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO")
    busy = await read(pool, publisher, "X-WR-TIMEZONE:Europe/Berlin", series)
    assert busy.times == ((at(5, 8), at(5, 9)),)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART:20261006T090000Z", "DTEND:rubbish"), ("DTEND:20261006T090000Z",), ("DTSTART:20261006T090000Z", "RRULE:rubbish"),
        ("DTSTART:20261006T090000Z", "RRULE:FREQ=SECONDLY"), ("DTSTART:20261006T090000Z", "RRULE:FREQ=DAILY", "EXDATE:x"),
        ("DTSTART;TZID=Mars/Olympus:20261006T090000",), ("DTSTART:20261006T090000Z", "no colon in here"),
        ("DTSTART:20261006T090000Z", "DTSTART:20261006T100000Z"), ("DTSTART:20261006T090000Z", "DURATION:long"),
        ("DTSTART:20261006T090000Z", "RRULE:FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))),
    ],
)  # fmt: skip
async def test_one_damaged_event_makes_the_person_unknown(
    publisher: Script, pool: Pool, lines: tuple[str, ...]
) -> None:
    sound = vevent("DTSTART:20261007T090000Z", "DURATION:PT1H", uid="sound")
    busy = await read(pool, publisher, sound, vevent(*lines))
    assert (busy.known, busy.taken) == (False, ())
    assert "cannot be read" in busy.why


@pytest.mark.parametrize(
    "answer",
    [
        Response(""), Response("<html>Please sign in</html>"), Response(vcalendar()[:-20]), Response(status_code=404),
        Response(status_code=403), Response(status_code=500), Response(b"\xff\xfe\x00"), Response("x" * 5_000_001),
        Response(status_code=304), Response(status_code=302, headers={"location": "/private-8d1/basic.ics"}),
    ],
)  # fmt: skip
async def test_what_is_no_calendar_is_never_free(
    publisher: Script, pool: Pool, answer: Response
) -> None:
    publisher.answers[CALL] = [answer]
    feed = connected(pool, publisher.url)
    (busy,) = await feed.busy([ME], WEEK)
    assert (busy.known, busy.taken) == (False, ())
    assert not (await feed.check())[0].ok


async def test_a_feed_that_did_not_change_is_not_sent_again(
    publisher: Script, pool: Pool, records: list[CallRecord]
) -> None:
    text = vcalendar(vevent("DTSTART:20261006T090000Z", "DURATION:PT1H"))
    marked = Response(text, headers={"etag": '"1"', "last-modified": "Thu, 01 Oct 2026 00:00:00 GMT"})  # fmt: skip
    publisher.answers[CALL] = [marked, Response(status_code=304)]
    feed = connected(pool, publisher.url)
    assert await feed.busy([ME], WEEK) == await feed.busy([ME], WEEK)
    assert publisher.headers[1]["if-none-match"] == '"1"'
    assert "if-modified-since" in publisher.headers[1]
    assert {record.path for record in records} == {"/{id}/{id}"}  # the address is a secret


async def test_a_moved_feed_is_followed_and_all_of_a_persons_feeds_count(
    publisher: Script, pool: Pool
) -> None:
    publisher.answers["GET /a.ics"] = [Response(status_code=301, headers={"location": "/b.ics"})]
    publisher.answers["GET /b.ics"] = [Response(vcalendar(vevent("DTSTART:20261006T090000Z", "DURATION:PT1H")))]  # fmt: skip
    publisher.answers["GET /c.ics"] = [Response(vcalendar(vevent("DTSTART:20261007T090000Z", "DURATION:PT1H")))]  # fmt: skip
    feeds = f"{ME}=webcal://calendar.example/a.ics https://other.example/c.ics\ntom@firm.example = https://calendar.example/gone.ics"
    maya, tom, ida = await connected(pool, publisher.url, feeds).busy(
        ["Maya@firm.example", "tom@firm.example", "ida@firm.example"], WEEK
    )
    assert [one.start for one in maya.taken] == [at(6, 9), at(7, 9)]
    assert (maya.email, tom.known, ida.known) == ("Maya@firm.example", False, False)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.ics", "https://10.1.2.3/a.ics", "https://[::1]/a.ics", "https://169.254.169.254/a.ics",
        "https://[::ffff:10.0.0.1]/a.ics", "https://localhost/a.ics", "https://nowhere.invalid/a.ics", "file:///etc/passwd",
    ],
)  # fmt: skip
async def test_addresses_inside_a_private_network_are_refused(
    pool: Pool, records: list[CallRecord], url: str
) -> None:
    (busy,) = await connected(pool, None, f"{ME} = {url}").busy([ME], WEEK)
    assert (busy.known, records) == (False, [])


async def test_an_address_out_on_the_internet_is_public() -> None:
    assert await public("https://93.184.216.34/a.ics")
    assert not await public("https://192.168.0.1/a.ics")


def test_what_is_no_list_of_feeds_is_said_at_once() -> None:
    with pytest.raises(Reconnect, match="line for each person"):
        connected(Pool(), None, "https://calendar.example/basic.ics")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://caldav.icloud.com/", "https://p34-caldav.icloud.com/123/", True),
        ("https://fastmail.com/", "https://caldav.fastmail.com/", True),
        ("https://firm.example/", "https://evil.example/", False), ("https://firm.co.uk/", "https://evil.co.uk/", False),
        ("https://dav.firm.co.uk/", "https://p1.firm.co.uk/", True), ("https://firm.example/", "http://firm.example/", False),
        ("http://127.0.0.1:1/", "http://9.0.0.1:1/", False), ("https://firm.example/", "https://notfirm.example/", False),
    ],
)  # fmt: skip
def test_a_password_stays_within_its_service(one: str, other: str, same: bool) -> None:
    assert same_service(one, other) is same


async def test_people_without_a_calendar_have_time_and_others_are_unknown(pool: Pool) -> None:
    told = {"people": f"{ME}, tom@firm.example"}
    made = registry.make(Account("none-1", "none", "None", told), pool)
    maya, ida = await made.busy(["MAYA@firm.example", "ida@firm.example"], WEEK)
    assert (maya.known, maya.taken, ida.known) == (True, (), False)
    assert [finding.ok for finding in await made.check()] == [True]
