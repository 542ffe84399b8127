"""Every command, used by every kind of person in a company whose names were chosen to do harm."""

from collections.abc import AsyncIterator
from datetime import timedelta, timezone
from pathlib import Path as Folder

import pytest

import commands
from commands.router import Gesture
from connectors.auth_oauth import Grant
from connectors.model import Event
from hiring import (
    candidates,
    ids,
    interview_answers,
    interview_visits,
    interviewer_rules,
    interviews,
    issues,
    loop_edits,
    loop_records,
    loop_visits,
    loops,
    plans,
    swaps,
    training,
    watching,
    zone_watch,
)
from hiring.debrief_records import USUAL
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.interviewer_rules import Rules
from hiring.loop_records import Session
from hiring.watch_table import notices
from scheduling.training import Path
from tests.commands.crawl import ROOM, Crawl
from tests.firm import ADMIN, BEN, CHEN, MAYA, ROSA, TEAM, TOM, Firm, firm

EVIL = "<!channel> <!here> <@U0EVIL001> <https://evil.example|click> *b* `c` & &lt;!channel&gt;"
LONG = "Wolfeschlegelsteinhausen" * 9  # 216 letters
RIGHT_TO_LEFT = "\u202eعبد الرحمن\u202c محمد"
WORD = "Zyx"  # in the name of each of them, so that one search finds them
RENAMED = {
    "gh_jobs": "name", "gh_job_interview_stages": "name", "gh_rejection_reasons": "name", "gh_sources": "name",
    "gh_job_interviews": "name", "gh_scorecard_questions": "question", "lever_postings": "text", "lever_stages": "text",
    "lever_archive_reasons": "text",
}  # fmt: skip


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def crawled(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Crawl]:
    async with firm(Folder(tmp_path_factory.mktemp("firm"))) as office, office.at_work():
        _spoil(office)
        office.desk.rooms[ROOM] = [ROSA, MAYA, BEN]
        crawl = Crawl(office, commands.load(), WORD)
        await crawl.types(ROSA, f"{WORD} O'Brien", EVIL, LONG, RIGHT_TO_LEFT)
        for user in (ROSA, MAYA, ADMIN, BEN, TOM):
            await crawl.types(user, "", WORD)
            await crawl.goes_on()
        await _loops(office, crawl)
        await crawl.goes_on()
        await _a_day_of_interviews(crawl)
        await _a_clock_that_changed(crawl)
        await _somebody_trains(office)
        await _everything_is_over(office)
        await crawl.does(Gesture("command", TEAM, ROSA, "training"))
        for state in ("open", "in_doubt"):
            await crawl.looks_at(ROSA, "issue", await _trouble(office, state))
            await crawl.types(ADMIN, "issues")
        await crawl.looks_at(ROSA, "issue", await _no_job(office))
        await _no_job(office)
        await crawl.types(ADMIN, "issues")
        await crawl.looks_at(ROSA, "notices", await _news(office))
        for user in (BEN, CHEN, ROSA):
            await crawl.types(user, "")
            await crawl.goes_on()
        await _swaps(crawl)
        await crawl.goes_on()
        await _a_grant_that_ended(office)  # from here on some jobs wait for a vendor that is away
        await crawl.types(ADMIN, "")
        await crawl.goes_on()
        await crawl.ends()
        yield crawl


def _spoil(office: Firm) -> None:
    """Names that page people, names too long for every limit, more namesakes and reasons than Slack lists."""
    for kind, name in RENAMED.items():
        for row in office.store.all(kind):
            office.store.put(kind, row["id"], row | {name: f"{row.get(name)} {EVIL} {LONG}"})
    both, greenhouse, lever = ("greenhouse", "lever"), ("greenhouse",), ("lever",)
    names = [
        ("O'Brien", EVIL, both),
        (LONG, EVIL, lever),
        (RIGHT_TO_LEFT, "محمد", greenhouse),
        ("Plain", "Person", both),
    ]
    for given, family, vendors in names:
        for vendor in vendors:
            office.person(f"{WORD} {given}", family, vendor=vendor)
    with office.store.batch():
        for number in range(25):
            office.person("Crowd", f"{EVIL} {number}")
        for kind in ("gh_rejection_reasons", "gh_job_interview_stages"):
            row = office.store.all(kind)[0]
            for number in range(110):
                id = 700_000 + number
                office.store.put(kind, id, row | {"id": id})


async def _loops(office: Firm, crawl: Crawl) -> None:
    """A plan of several interviews in one of the systems, somebody paused, and a candidate who answered."""
    services, rosa = office.services, await office.actor(ROSA)
    sessions = (
        Session(f"{EVIL} {LONG}", 45, (BEN,), focus=EVIL, room=EVIL[:40]),
        Session("Talk", 30, tag=EVIL[:40], seats=1),
    )
    await interviewer_rules.settle(services, rosa, Rules(CHEN, (EVIL[:40],)))
    now = services.clock.now()
    admin = await office.actor(ADMIN)
    await interviewer_rules.pause(services, admin, ADMIN, (now, now + timedelta(days=9)))
    account = await services.accounts.get("lever")
    ats = await services.accounts.ats(account.id)
    refs = []
    for number in range(3):
        person = office.person(f"Loop {RIGHT_TO_LEFT}", f"{EVIL} {number}", vendor="lever")
        refs.append((await ats.applications(person))[0])
    job = refs[0].job
    assert job
    plan = await plans.keep(services, admin, job, "", plans.Plan(sessions))
    wanted = loops.Wanted(plan.sessions, channel=True, debrief=USUAL)
    profile = await candidates.profile(services, rosa, refs[0].ref)
    found = await loops.suggest(services, rosa, profile, wanted)
    times = found.options[-1].times
    booked = await loops.book(services, rosa, refs[0].ref, wanted, times, key="booked")
    await crawl.looks_at(ROSA, "loop", booked.id)
    await office.settles()
    first, *_ = await loop_records.interviews_of(services, booked.id)
    await loop_edits.shorten(services, rosa, first.id, 15)
    await office.settles()
    await crawl.looks_at(ROSA, "loop", booked.id)
    await crawl.looks_at(BEN, "debrief", f"{booked.id}:0:0")
    await crawl.looks_at(BEN, "loop_channel", booked.id)
    await crawl.looks_at(BEN, "loop_change", f"{booked.id}:1")
    until, soonest = now + timedelta(days=1), found.options[0].times
    held = await loops.hold(services, rosa, refs[2].ref, wanted, soonest, until, key="held")
    await crawl.looks_at(ROSA, "loop", held.id)
    asked = await loops.ask(services, rosa, refs[1].ref, wanted, key="asked")
    span = [(now + timedelta(days=1), now + timedelta(days=8))]
    await loop_visits.answer(services, asked.id, span, f"{EVIL} {LONG}")
    await loop_visits.tell_needs(services, asked.id, EVIL, EVIL)
    await crawl.looks_at(ROSA, "loop", asked.id)
    alone = await office.newcomer(EVIL, LONG)
    wish = Wish(f"{EVIL} {LONG}", 45, (BEN,))
    profile = await candidates.profile(services, rosa, alone)
    slots = (await interviews.times(services, rosa, profile, wish)).slots
    offered = await interviews.offer_times(services, rosa, alone, wish, slots, key="alone")
    await interview_visits.answer(services, offered.id, span, f"{EVIL} {LONG}")
    await crawl.looks_at(ROSA, "interview", offered.id)
    await crawl.does(Gesture("action", TEAM, ROSA, "schedule.open", value=str(refs[2].ref)))
    await crawl.types(ADMIN, "")


async def _a_day_of_interviews(crawl: Crawl) -> None:
    """One interview that is coming and one that has just begun, with every card about them."""
    office = crawl.firm
    coming, begun = [await _interview(office) for _ in range(2)]
    await office.settles()
    for user, kind, subject in (
        (BEN, "brief", f"{coming.id}:{BEN}"),
        (BEN, "rsvp", f"{coming.id}:{BEN}:0:0"),
        (ROSA, "open_seat", f"{coming.id}:{BEN}:0"),
        (ROSA, "open_seat", f"{coming.id}:candidate:0"),
    ):
        await crawl.looks_at(user, kind, subject)
    await crawl.goes_on()
    started = begun.start - office.services.clock.now()
    await office.waits(seconds=started.total_seconds() + 120)
    await crawl.looks_at(BEN, "join", f"{begun.id}:{BEN}:0")
    await crawl.goes_on()
    await crawl.looks_at(BEN, "join", f"{begun.id}:{BEN}:0")


async def _swaps(crawl: Crawl) -> None:
    """Seats that somebody is looked for: nobody there, one asked, all asked, dropped; with everything to be pressed."""
    office = crawl.firm
    services, rosa = office.services, await office.actor(ROSA)
    hours = {"days": tuple(range(7)), "begins": 0, "ends": 1_440}
    for user in (BEN, CHEN, MAYA):
        await interviewer_rules.settle(services, rosa, Rules(user, (EVIL[:40],), **hours))
    for how in ("", "one", "all"):
        now = await _interview(office)
        subject = f"{now.id}:{BEN}:0"
        ben = await office.actor(BEN)
        await interview_answers.answer(services, ben, now.id, "declined", f"{EVIL} {LONG}")
        await crawl.looks_at(ROSA, "open_seat", subject)
        if how:
            found = await swaps.start(services, rosa, subject, how)
            await office.settles()
            await crawl.looks_at(ROSA, "open_seat", subject)
            for ask in found.asks:
                await crawl.looks_at(ask.user, "swap_ask", f"{found.id}:{ask.user}")
    await crawl.types(BEN, "")


async def _a_clock_that_changed(crawl: Crawl) -> None:
    """An interview whose hour is another one for everybody by newer rules, and a board that says so."""
    office = crawl.firm
    now = await _interview(office)
    await office.settles()
    rules = timezone(timedelta(hours=5))
    assert now.id in await zone_watch.look(office.services, lambda zone: rules)
    await crawl.does(Gesture("event", TEAM, ROSA, "app_home_opened"))
    await crawl.goes_on()


async def _interview(office: Firm) -> Interview:
    rosa, ref = await office.actor(ROSA), await office.newcomer(EVIL, LONG)
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish(f"{EVIL} {LONG}", 45, (BEN,), location="http://127.0.0.1:9/room")
    found = await interviews.times(office.services, rosa, profile, wish)
    return await interviews.book(
        office.services, rosa, ref, wish, found.slots[0], key=ids.new("key")
    )


async def _somebody_trains(office: Firm) -> None:
    """Somebody watches an interview for a skill with a name that does harm; when it is over they wait to be signed off."""
    services, rosa = office.services, await office.actor(ROSA)
    skill = EVIL[:40].casefold()
    hours = {"days": tuple(range(7)), "begins": 0, "ends": 1_440}
    for user, tags in ((CHEN, (skill,)), (TOM, ())):
        await interviewer_rules.settle(services, rosa, Rules(user, tags, **hours))
    await training.settle(services, rosa, skill, Path(1, 1))
    await training.start(services, rosa, TOM, skill)
    ref = await office.newcomer(EVIL, LONG)
    profile = await candidates.profile(services, rosa, ref)
    wanted = loops.Wanted((Session("Talk", 30, tag=skill, seats=1),))
    found = (await loops.suggest(services, rosa, profile, wanted)).options[0]
    assert found.sittings[0].trainees == (TOM,)
    await loops.book(services, rosa, ref, wanted, found.times, key="trains", like=found)


async def _everything_is_over(office: Firm) -> None:
    """Booked interviews lie in the past now, so that scorecards are owed."""
    await office.waits(days=20)


async def _news(office: Firm) -> str:
    """A message about everything that may happen to somebody with a name that is too long."""
    ref = await office.newcomer(EVIL, LONG)
    ats = await office.services.accounts.ats(ref.account)
    found = await ats.application(ref.id)
    async with office.services.store.begin() as tx:
        for kind in watching.TOLD:
            event = Event(
                delivery=f"news:{kind}", kind=kind, subject=ref, application=ref, job=found.job
            )
            sealed = office.services.seal.close(event.model_dump_json())
            row = {
                "key": kind,
                "team": TEAM,
                "user": ROSA,
                "event": sealed,
                "at": office.services.clock.now(),
            }
            await tx.execute(notices.insert().values(**row, batch="news"))
    return "news"


async def _a_grant_that_ended(office: Firm) -> None:
    """An account that somebody signed in to, at a vendor that no longer answers."""
    accounts, app = office.services.accounts, {"client_id": "app", "client_secret": "hush"}
    draft = accounts.draft("lever", EVIL, app, {}, "http://127.0.0.1:9", signed_in=True)
    await accounts.save(draft, Grant("old", "old", 0.0))


async def _no_job(office: Firm) -> str:
    """A problem behind which no job stands."""
    await issues.note(
        office.services, kind="webhooks.silent", key="acc_1", sentence=f"{EVIL} {LONG * 20}", once=False
    )  # fmt: skip
    return (await issues.listing(office.services))[0].id


async def _trouble(office: Firm, state: str) -> str:
    """Something that did not go through and can be tried again, or of which only a person can tell."""
    offer = next(subject for _, kind, subject in office.desk.shown if kind == "offer")
    return await issues.open_issue(
        office.services, kind="offer.announce", key=state, sentence=f"{EVIL} {LONG * 20}",
        args={"offer": offer}, state=state, effect="card",
    )  # fmt: skip
