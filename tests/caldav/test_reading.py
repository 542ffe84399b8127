"""What Callsheet reads of a real Radicale: whose calendars, busy times in every form, and what may not be read."""

import pytest

from connectors.contract import BusyTime
from connectors.http import Pool
from tests.caldav.conftest import connected
from tests.radicales import Radicale, at

pytestmark = pytest.mark.anyio
WEEK = (at(5, 0), at(12, 0))
ME = "maya@firm.example"


async def taken(
    server: Radicale, pool: Pool, window: tuple = WEEK, **config: str
) -> list[BusyTime]:
    (busy,) = await connected(pool, server.url, **config).busy([ME], window)
    assert busy.known, busy.why
    return list(busy.taken)


async def times(server: Radicale, pool: Pool) -> list[tuple]:
    return [(one.start, one.end) for one in await taken(server, pool)]


async def test_a_meeting_takes_its_time_and_tells_which_event_it_is(
    server: Radicale, pool: Pool
) -> None:
    url = server.put(server.calendar("maya"), "DTSTART:20261006T090000Z", "DTEND:20261006T100000Z")
    assert await taken(server, pool) == [BusyTime(at(6, 9), at(6, 10), event=url)]


async def test_all_of_a_persons_calendars_count(server: Radicale, pool: Pool) -> None:
    server.put(server.calendar("maya"), "DTSTART:20261006T090000Z", "DURATION:PT1H")
    server.put(server.calendar("maya", "home"), "DTSTART:20261007T180000Z", "DURATION:PT2H")
    assert await times(server, pool) == [(at(6, 9), at(6, 10)), (at(7, 18), at(7, 20))]


@pytest.mark.parametrize("address", ["", "/", "/maya/", "/maya/work/", "/.web/nothing"])
async def test_any_address_of_the_server_leads_to_the_calendars(
    server: Radicale, pool: Pool, address: str
) -> None:
    server.put(server.calendar("maya"), "DTSTART:20261006T090000Z", "DURATION:PT1H")
    (busy,) = await connected(pool, server.url + address).busy([ME], WEEK)
    assert busy.times == ((at(6, 9), at(6, 10)),)


async def test_a_series_is_expanded_with_its_exceptions_moves_and_extra_dates(
    server: Radicale, pool: Pool
) -> None:
    calendar = server.calendar("maya")
    body = [
        "DTSTART;TZID=Europe/Berlin:20260907T100000", "DTEND;TZID=Europe/Berlin:20260907T110000",
        "RRULE:FREQ=DAILY;UNTIL=20261009T080000Z", "EXDATE;TZID=Europe/Berlin:20261006T100000",
        "RDATE;TZID=Europe/Berlin:20261010T140000", "END:VEVENT", "BEGIN:VEVENT", "UID:series",
        "DTSTAMP:20260101T000000Z", "RECURRENCE-ID;TZID=Europe/Berlin:20261007T100000",
        "DTSTART;TZID=Europe/Berlin:20261007T150000", "DTEND;TZID=Europe/Berlin:20261007T153000",
    ]  # fmt: skip
    server.put(calendar, *body, uid="series")
    assert await times(server, pool) == [
        (at(5, 8), at(5, 9)), (at(7, 13), at(7, 13, 30)), (at(8, 8), at(8, 9)), (at(9, 8), at(9, 9)),
        (at(10, 12), at(10, 13)),
    ]  # fmt: skip


async def test_a_series_keeps_its_wall_clock_when_summer_time_ends(
    server: Radicale, pool: Pool
) -> None:
    server.put(
        server.calendar("maya"), "DTSTART;TZID=Europe/Berlin:20261019T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"
    )  # fmt: skip
    found = await taken(server, pool, (at(19, 0), at(27, 0)))
    assert [one.start for one in found] == [at(19, 7), at(26, 8)]


@pytest.mark.parametrize("told", ["calendar", "account", "nowhere"])
async def test_whole_days_and_floating_times_are_in_the_owners_zone(
    server: Radicale, pool: Pool, told: str
) -> None:
    calendar = server.calendar("maya", zone="Asia/Tokyo" if told == "calendar" else "")
    server.put(calendar, "DTSTART;VALUE=DATE:20261007", "DTEND;VALUE=DATE:20261008")
    server.put(calendar, "DTSTART:20261009T090000", "DTEND:20261009T100000")
    config = {"zone": "Asia/Tokyo"} if told == "account" else {}
    day, hour = await taken(server, pool, **config)
    if told == "nowhere":
        assert (day.start, day.end, day.all_day) == (at(7, 0), at(8, 0), True)
        assert (hour.start, hour.end, hour.all_day) == (at(9, 9), at(9, 10), False)
    else:
        assert (day.start, day.end, day.all_day) == (at(6, 15), at(7, 15), True)
        assert (hour.start, hour.end, hour.all_day) == (at(9, 0), at(9, 1), False)


async def test_a_whole_day_at_the_edge_of_the_window_is_not_overlooked(
    server: Radicale, pool: Pool
) -> None:
    """The server takes it for a day in UTC, which is over when the window begins."""
    calendar = server.calendar("maya", zone="America/Los_Angeles")
    server.put(calendar, "DTSTART;VALUE=DATE:20261004")
    (day,) = await taken(server, pool, (at(5, 1), at(5, 6)))
    assert (day.start, day.end) == (at(4, 7), at(5, 7))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("TRANSP:TRANSPARENT", None), ("STATUS:CANCELLED", None), ("STATUS:TENTATIVE", "tentative"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:Maya@firm.example", None),
        ("ATTENDEE;PARTSTAT=TENTATIVE:MAILTO:maya@firm.example", "tentative"),
        ("ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:maya@firm.example", "busy"),
        ("ATTENDEE;PARTSTAT=DECLINED:mailto:tom@firm.example", "busy"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "out_of_office"), ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", None),
    ],
)  # fmt: skip
async def test_an_event_takes_time_as_it_says(
    server: Radicale, pool: Pool, line: str, kind: str | None
) -> None:
    server.put(server.calendar("maya"), "DTSTART:20261006T090000Z", "DTEND:20261006T100000Z", line)
    assert [one.kind for one in await taken(server, pool)] == ([kind] if kind else [])


async def test_one_user_may_read_many_people_and_some_only_by_their_busy_times(
    server: Radicale, pool: Pool
) -> None:
    for user, day in (("maya", 6), ("tom", 7), ("lena", 8)):
        calendar = server.calendar(user)
        server.put(calendar, f"DTSTART:202610{day:02}T090000Z", "DURATION:PT1H")
        server.put(calendar, f"DTSTART:202610{day:02}T110000Z", "DURATION:PT1H", "STATUS:TENTATIVE")
    people = (
        f"{ME} = /maya/\ntom@firm.example = {server.url}/tom/work/\nlena@firm.example = /lena/work/"
    )
    dav = connected(pool, server.url, "callsheet", people=people)
    told = await dav.busy([ME, "Tom@firm.example", "lena@firm.example", "ida@firm.example"], WEEK)
    for busy, day in zip(told, (6, 7, 8), strict=False):
        assert [(one.start, one.kind) for one in busy.taken] == [
            (at(day, 9), "busy"), (at(day, 11), "tentative"),
        ]  # fmt: skip
    assert [busy.known for busy in told] == [True, True, True, False]


async def test_a_wrong_password_makes_nobody_free(server: Radicale, pool: Pool) -> None:
    server.calendar("maya")
    (busy,) = await connected(pool, server.url, password="wrong").busy([ME], WEEK)
    assert (busy.known, busy.times) == (False, ())
    assert "no longer accepted" in busy.why


async def test_a_calendar_that_is_not_there_makes_nobody_free(server: Radicale, pool: Pool) -> None:
    dav = connected(pool, server.url, people=f"{ME} = /maya/gone/")
    (busy,) = await dav.busy([ME], WEEK)
    assert not busy.known
    assert not (await dav.check())[0].ok


async def test_a_person_without_any_calendar_is_not_free(server: Radicale, pool: Pool) -> None:
    (busy,) = await connected(pool, server.url).busy([ME], WEEK)
    assert (busy.known, busy.why[:22]) == (False, "No calendars were foun")


async def test_the_check_says_who_can_be_read_and_written(server: Radicale, pool: Pool) -> None:
    for user in ("maya", "lena"):
        server.calendar(user)
    people = f"{ME} = /maya/\nlena@firm.example = /lena/work/"
    found = await connected(pool, server.url, "callsheet", people=people).check()
    assert [(one.what, one.ok) for one in found] == [
        (f"Read busy times of {ME}", True), (f"Write interviews for {ME}", True),
        ("Read busy times of lena@firm.example", True), ("Write interviews for lena@firm.example", False),
    ]  # fmt: skip
