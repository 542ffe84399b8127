"""What other servers do and Radicale does not: homes elsewhere, redirects, missing ETags, answers in part, odd refusals."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.responses import Response

from connectors.contract import EventDraft, Guest
from connectors.errors import Conflict
from connectors.http import Pool
from tests.caldav.conftest import connected
from tests.caldav.script import HOME, Script, event, many, playing, row
from tests.radicales import at, vcalendar, vevent

pytestmark = pytest.mark.anyio
ME, WEEK = "maya@firm.example", (at(5, 0), at(12, 0))
LUNCH = vcalendar(vevent("DTSTART:20261006T100000Z", "DTEND:20261006T110000Z"))
DRAFT = EventDraft("i-7/1", "i-7@firm.example", "Interview", at(6, 9), at(6, 10), guests=(Guest("tom@firm.example"),))  # fmt: skip
BOMB = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>'


@pytest.fixture
def server() -> Iterator[Script]:
    with playing() as script:
        yield script


@pytest.fixture
def other() -> Iterator[Script]:
    with playing() as script:
        yield script


async def test_a_home_at_another_place_of_the_same_service_is_followed(
    server: Script, other: Script, pool: Pool
) -> None:
    server.answers["PROPFIND /"] = [Response(status_code=405)]
    moved = Response(status_code=301, headers={"location": "/dav/"})
    server.answers["PROPFIND /.well-known/caldav"] = [moved]
    me = "<current-user-principal><href>/dav/me/</href></current-user-principal>"
    server.answers["PROPFIND /dav/"] = [many(row("/dav/", me))]
    server.answers["PROPFIND /dav/me/"] = [many(row("/dav/me/", HOME.format(f"{other.url}/work/")))]
    other.work(many(event("/work/1.ics", LUNCH)))
    (busy,) = await connected(pool, server.url).busy([ME], WEEK)
    assert busy.times == ((at(6, 10), at(6, 11)),)
    assert other.headers[0]["authorization"].startswith("Basic ")


async def test_the_password_goes_to_no_other_service(
    server: Script, other: Script, pool: Pool
) -> None:
    elsewhere = other.url.replace("127.0.0.1", "localhost")
    server.answers["PROPFIND /"] = [many(row("/", HOME.format(f"{elsewhere}/work/")))]
    (busy,) = await connected(pool, server.url).busy([ME], WEEK)
    assert (busy.known, other.asked) == (False, [])
    assert "another service" in busy.why
    server.answers["PROPFIND /"] = [Response(status_code=302, headers={"location": elsewhere})]
    (busy,) = await connected(pool, server.url).busy([ME], WEEK)
    assert (busy.known, other.asked) == (False, [])


@pytest.mark.parametrize(
    "answer",
    [
        many(event("/work/1.ics", LUNCH), row("/work/", status=507)),
        many(event("/work/1.ics", LUNCH), row("/work/2.ics", "<getetag>x</getetag>")),
        many(event("/work/1.ics", LUNCH), row("/work/2.ics", status=403)),
        many(event("/work/1.ics", LUNCH[:-40])),
        Response(BOMB, 207), Response("<multistatus", 207), Response("<html>", 200), Response(status_code=500),
    ],
)  # fmt: skip
async def test_a_calendar_told_in_part_or_damaged_makes_nobody_free(
    server: Script, pool: Pool, answer: Response
) -> None:
    server.work(answer)
    (busy,) = await connected(pool, f"{server.url}/work/").busy([ME], WEEK)
    assert (busy.known, busy.taken) == (False, ())


async def test_an_event_deleted_while_it_was_told_takes_no_time(server: Script, pool: Pool) -> None:
    server.work(many(row("/work/9.ics", status=404), event("/work/1.ics", LUNCH)))
    (busy,) = await connected(pool, f"{server.url}/work/").busy([ME], WEEK)
    assert busy.times == ((at(6, 10), at(6, 11)),)


async def test_calendars_of_tasks_and_transparent_ones_are_not_asked(
    server: Script, pool: Pool
) -> None:
    kind = "<resourcetype><C:calendar/></resourcetype>"
    tasks = '<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>'
    clear = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    rows = [row("/a/", kind + tasks), row("/b/", kind + clear), row("/c/", kind)]
    server.answers["PROPFIND /"] = [many(row("/", HOME.format("/home/")))]
    server.answers["PROPFIND /home/"] = [many(row("/home/", "<resourcetype/>"), *rows)]
    server.answers["REPORT /c/"] = [many(event("/c/1.ics", LUNCH))]
    (busy,) = await connected(pool, server.url).busy([ME], WEEK)
    assert len(busy.taken) == 1
    assert [call for call in server.asked if call.startswith("REPORT")] == ["REPORT /c/"]


async def test_a_server_that_asks_for_patience_gets_it(server: Script, pool: Pool) -> None:
    busy_now = Response(status_code=429, headers={"retry-after": "0"})
    server.work(busy_now, many(event("/work/1.ics", LUNCH)))
    (busy,) = await connected(pool, f"{server.url}/work/").busy([ME], WEEK)
    assert busy.known
    server.work(Response(status_code=429, headers={"retry-after": "900"}))
    (busy,) = await connected(pool, f"{server.url}/work/").busy([ME], WEEK)
    assert not busy.known


async def test_without_etags_the_text_itself_is_the_version(server: Script, pool: Pool) -> None:
    text = vcalendar(vevent("DTSTART:20261006T100000Z", "DTEND:20261006T110000Z", "SUMMARY:Old"))
    server.work()
    server.answers["GET /work/1.ics"] = [Response(text)]
    server.answers["PUT /work/1.ics"] = [Response(status_code=204)]
    dav = connected(pool, f"{server.url}/work/")
    read = await dav.event("", f"{server.url}/work/1.ics")
    await dav.update_event("", read.id, DRAFT, version=read.version)
    written = server.asked.index("PUT /work/1.ics")
    assert not {"if-match", "if-none-match"} & set(server.headers[written])
    server.answers["GET /work/1.ics"] = [Response(text.replace("Old", "Newer"))]
    with pytest.raises(Conflict):
        await dav.update_event("", read.id, DRAFT, version=read.version)


async def test_a_sync_in_parts_is_asked_for_until_it_ends(server: Script, pool: Pool) -> None:
    token = "<sync-token>t0</sync-token>"
    kind = "<resourcetype><C:calendar/></resourcetype>"
    server.answers["PROPFIND /work/"] = [many(row("/work/", kind + token))]
    server.answers["REPORT /work/"] = [
        many(),
        many(row("/work/1.ics", "<getetag>1</getetag>"), row("/work/", status=507), token="t1"),
        many(row("/work/2.ics", status=404), token="t2"),
        many(event("/work/1.ics", LUNCH)),
    ]
    dav = connected(pool, f"{server.url}/work/")
    first = await dav.changes("", None, WEEK)
    told = await dav.changes("", first.position, WEEK)
    assert [one.id for one in told.events] == [f"{server.url}/work/1.ics"]
    assert (told.removed, told.anew) == ((f"{server.url}/work/2.ics",), False)
    assert "t2" in told.position
    assert [token in body for token, body in zip(("t0", "t1"), server.bodies[-3:], strict=False)] == [True, True]  # fmt: skip


async def test_a_server_without_sync_tells_everything_every_time(
    server: Script, pool: Pool
) -> None:
    server.work(many(event("/work/1.ics", LUNCH)))
    dav = connected(pool, f"{server.url}/work/")
    first = await dav.changes("", None, WEEK)
    assert (first.anew, len(first.events)) == (True, 1)
    assert await dav.changes("", first.position, WEEK) == first


async def test_an_interview_whose_first_answer_was_lost_is_found_by_its_key(
    server: Script, pool: Pool
) -> None:
    server.work()
    dav = connected(pool, f"{server.url}/work/")
    server.answers["PUT /work/x"] = []
    with pytest.raises(Exception, match="not there"):
        await dav.create_event("", DRAFT)
    (path,) = {call.partition(" ")[2] for call in server.asked if call.startswith("PUT")}
    sent = server.bodies[server.asked.index(f"PUT {path}")]
    assert server.headers[server.asked.index(f"PUT {path}")]["if-none-match"] == "*"
    server.answers[f"PUT {path}"] = [Response(status_code=412)]
    server.answers[f"GET {path}"] = [Response(sent, headers={"etag": '"7"'})]
    assert (await dav.create_event("", DRAFT)).version == '"7"'
    with pytest.raises(Conflict):
        await dav.create_event("", replace(DRAFT, start=at(6, 8)))


async def test_paths_with_peoples_names_stand_in_no_log(server: Script) -> None:
    seen: list[str] = []
    server.work(many(event("/work/1.ics", LUNCH)))
    async with Pool(on_call=lambda call: seen.append(call.path)) as pool:
        await connected(pool, f"{server.url}/work/").busy([ME], WEEK)
    assert set(seen) == {"/{id}/"}
