"""Our clock jumps an hour forward or back: timers are neither lost nor fired twice, and leases do not notice."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from hiring import candidates, health, interviews
from hiring.interview_changes import Wish
from tests.faults.load import READER, send, sent
from tests.firm import ADA, BEN, CHEN, ROSA, Firm, firm

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    sent.clear()
    async with firm(tmp_path, database_url) as made, made.at_work():
        yield made


async def later(office: Firm, name: str, **after: float) -> None:
    services = office.services
    async with services.store.begin() as tx:
        at = services.clock.now() + timedelta(**after)
        await services.jobs.later(tx, send, key=name, at=at, name=name)


def arrived(office: Firm) -> list[str]:
    return sorted(str(mail["subject"]) for mail in office.mails(READER))


async def test_a_jump_forward_fires_what_it_passed_over_and_a_jump_back_fires_nothing_again(
    office: Firm,
) -> None:
    await later(office, "half an hour", minutes=30)
    await later(office, "an hour and a half", minutes=90)
    await office.waits(hours=1)
    assert arrived(office) == ["half an hour"]
    await office.waits(hours=-1)
    await office.waits(minutes=40)
    assert arrived(office) == ["half an hour"], "the hour that comes twice fires nothing twice"
    await office.waits(minutes=51)
    assert arrived(office) == ["an hour and a half", "half an hour"]
    assert set(sent.values()) == {1}


async def test_leases_are_measured_by_real_time(office: Firm) -> None:
    for hours in (1, -2, 1):
        await office.waits(hours=hours)
        silence = await health.worker_silence(office.services)
        assert silence is not None
        assert silence < 15
        assert await office.services.jobs.resume_dead() == 0, "a living worker keeps its jobs"


async def test_reminders_of_a_booking_survive_a_clock_that_goes_back(office: Firm) -> None:
    services = office.services
    rosa = await office.actor(ROSA)
    profile = await candidates.profile(services, rosa, await office.ada())
    wish = Wish("Talk", 45, (BEN, CHEN))
    found = await interviews.times(services, rosa, profile, wish)
    ada = await office.ada()
    await interviews.book(services, rosa, ada, wish, found.slots[-1], key="jump")
    await office.settles()
    await office.waits(hours=-1)
    start = found.slots[-1][0]
    for before in (timedelta(hours=23, minutes=59), timedelta(minutes=59)):
        for _ in range(2):  # up to the reminder, an hour back over it, and up to it again
            await services.clock.move(services.store, at=start - before)
            await office.settles()
            await office.waits(hours=-1)
    subjects = [str(mail["subject"]) for mail in office.mails(ADA)]
    assert len([s for s in subjects if s.startswith("Reminder")]) == 2, subjects
    assert len(subjects) == 3, "the invite, a day before, an hour before"
