"""When newer zone data gives a booked interview another hour on somebody's clock, it is found and both sides are told."""

import zoneinfo
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import commands
from hiring import (
    candidates,
    debrief_clock,
    debrief_records,
    interviews,
    loops,
    told_times,
    zone_watch,
)
from hiring.debrief_records import USUAL
from hiring.errors import AlreadyDone
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, get
from hiring.loop_records import Session
from hiring.loops import Wanted
from tests.firm import ADA, BEN, ROSA, TEAM, Firm

pytestmark = pytest.mark.anyio
EAST = "Asia/Karachi"  # five hours east of UTC, all year


@pytest.fixture
async def working(office: Firm) -> AsyncIterator[Firm]:
    async with office.at_work():
        yield office


@contextmanager
def newer_rules(folder: Path, zone: str, like: str = EAST) -> Iterator[None]:
    """Zone data in which `zone` has the rules of another one, before what is installed."""
    file = next(p / like for p in map(Path, zoneinfo.TZPATH) if (p / like).exists())
    (folder / zone).parent.mkdir(parents=True, exist_ok=True)
    (folder / zone).write_bytes(file.read_bytes())
    before = zoneinfo.TZPATH
    try:
        zoneinfo.reset_tzpath([str(folder), *before])
        zoneinfo.ZoneInfo.clear_cache()
        yield
    finally:
        zoneinfo.reset_tzpath(before)
        zoneinfo.ZoneInfo.clear_cache()


async def booked(office: Firm, ahead: int = 5) -> Interview:
    rosa, ref = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, (BEN,))
    found = await interviews.times(office.services, rosa, profile, wish)
    later = office.services.clock.now() + timedelta(days=ahead)
    slot = next(slot for slot in found.slots if slot[0] > later)
    made = await interviews.book(office.services, rosa, ref, wish, slot, key="zone")
    await office.settles()
    return made


def mails(office: Firm, word: str = "rules for clocks") -> list[dict[str, object]]:
    return [m for m in office.mails(ADA) if word in str(m["text"])]


async def moved_clock(office: Firm, tmp_path: Path, now: Interview) -> None:
    """Her zone's rules change, and the daily look runs."""
    with newer_rules(tmp_path / "zones", now.zone):
        await zone_watch.beat(office.services)
        await office.settles()


async def test_what_was_told_is_kept_for_both_sides_and_the_same_rules_find_nothing(
    working: Firm,
) -> None:
    now = await booked(working)
    async with working.services.store.read() as conn:
        told = await told_times.of(conn, now.id)
    assert [each.who for each in told] == [told_times.CANDIDATE, BEN]
    assert all(told_times.moment(t.told.wall, t.zone) == now.start for t in told)
    assert await zone_watch.look(working.services) == []


async def test_a_changed_clock_is_shown_to_the_recruiter_and_told_once_after_a_while(
    working: Firm, tmp_path: Path
) -> None:
    now = await booked(working)
    before = len(working.mails(ADA))
    with newer_rules(tmp_path / "zones", now.zone):
        await zone_watch.beat(working.services)
        await zone_watch.beat(working.services)
        await working.settles()
        cards = [s for user, kind, s in working.desk.shown if (user, kind) == (ROSA, "zone")]
        assert len(cards) == 1
        drawn = await commands.load().cards["zone"](working.services, TEAM, ROSA, cards[0])
        assert "Keep" in str(drawn.blocks)
        assert len(working.mails(ADA)) == before, "the recruiter decides first"
        await working.waits(hours=5)
        await zone_watch.beat(working.services)
        await working.waits(hours=5)
    told = mails(working)
    assert len(told) == 1
    invite = [m["calendar"] for m in working.mails(ADA) if m["calendar"]]
    assert len(invite) == 2
    assert invite[0]["uid"] == invite[1]["uid"]
    assert int(invite[1]["sequence"]) == 0, "the moment did not change"
    same = await get(working.services, now.id)
    assert (same.start, same.sequence) == (now.start, 0)
    ben = [m for m in working.mails("ben@brightwater.example") if "rules for clocks" in m["text"]]
    assert len(ben) == 1


async def test_keeping_her_hour_moves_the_moment_and_is_the_only_notice(
    working: Firm, tmp_path: Path
) -> None:
    now = await booked(working)
    working.nothing_on("ben@brightwater.example")
    with newer_rules(tmp_path / "zones", now.zone):
        await zone_watch.beat(working.services)
        await working.settles()
        rosa = await working.actor(ROSA)
        async with working.services.store.read() as conn:
            told = (await told_times.of(conn, now.id))[0]
        moved = await zone_watch.keep_for(working.services, rosa, now.id, told.who)
        assert told_times.reading(moved.start, now.zone).wall == told.told.wall
        assert moved.sequence == 1
        with pytest.raises(AlreadyDone):
            await zone_watch.keep_for(working.services, rosa, now.id, told.who)
        await working.waits(hours=5)
        assert await zone_watch.look(working.services) == []
    assert mails(working) == []
    assert len([m for m in working.mails(ADA) if "new time" in m["text"].casefold()]) == 1


async def test_an_interview_of_tomorrow_does_not_wait_for_the_recruiter(
    working: Firm, tmp_path: Path
) -> None:
    now = await booked(working)
    await working.services.clock.move(working.services.store, at=now.start - timedelta(hours=20))
    with newer_rules(tmp_path / "zones", now.zone):
        await zone_watch.beat(working.services)
        await working.waits(seconds=2)
    assert len(mails(working)) == 1


async def test_rules_that_are_taken_back_in_time_are_told_to_nobody(
    working: Firm, tmp_path: Path
) -> None:
    now = await booked(working)
    await moved_clock(working, tmp_path, now)
    _, waiting = await zone_watch.pending(working.services, now.id)
    assert waiting
    await zone_watch.beat(working.services)
    await working.waits(hours=5)
    assert (await zone_watch.pending(working.services, now.id))[1] == []
    assert mails(working) == []


async def test_a_debrief_is_corrected_too_and_its_moment_stays(
    working: Firm, tmp_path: Path
) -> None:
    services, rosa, ref = working.services, await working.actor(ROSA), await working.ada()
    wanted = Wanted((Session("Talk", 30, (BEN,)),), debrief=USUAL)
    profile = await candidates.profile(services, rosa, ref)
    working.nothing_on("ben@brightwater.example")
    times = (await loops.suggest(services, rosa, profile, wanted)).options[-1].times
    loop = await loops.book(services, rosa, ref, wanted, times, key="zone")
    await working.settles()
    known = await debrief_records.get(services, loop.id)
    zone = (await services.desk.person(TEAM, BEN)).zone
    await debrief_clock.beat(services)
    assert not corrected(working), "the same rules tell nobody anything"
    with newer_rules(tmp_path / "zones", zone):
        for _ in range(2):
            await zone_watch.beat(services)
            await working.settles()
        said = [t for u, t in working.desk.said.values() if u == ROSA and "clocks changed" in t]
        assert len(said) == 1
        assert "Ben was told" in said[0]
        await working.waits(hours=5)
    (mail,) = corrected(working)
    assert mail["calendar"]["sequence"] == 0
    assert mail["calendar"]["uid"].startswith(known.id)
    assert (await debrief_records.get(services, loop.id)).time == known.time


def corrected(office: Firm) -> list[dict[str, Any]]:
    """The notices about the debrief that Ben got."""
    found = office.mails("ben@brightwater.example")
    return [m for m in found if "Clocks changed: debrief" in str(m["subject"])]
