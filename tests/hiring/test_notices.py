"""Watching and notices: who is told what happened, at once or folded, never in quiet hours, never of their own acts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from connectors.model import Event, Ref
from hiring import candidacy, notices, sync, watching
from hiring.errors import NotAllowed
from hiring.watching import Quiet
from tests.firm import BEN, MAYA, ROSA, Firm

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def at_noon(office: Firm) -> None:
    await office.services.clock.move(office.services.store, at=NOON)


async def event_of(office: Firm, ref: Ref, kind: str, number: int = 1) -> Event:
    ats = await office.services.accounts.ats(ref.account)
    found = await ats.application(ref.id)
    return Event(
        delivery=f"{ref}:{kind}:{number}", kind=kind, subject=ref, application=ref, candidate=found.candidate,
        job=found.job, after={"stage": found.stage.id} if found.stage else {},
    )  # fmt: skip


async def happens(office: Firm, *events: Event) -> None:
    async with office.services.store.begin() as tx:
        await sync.tell(office.services, tx, events)
    await office.settles()


def told(office: Firm, user: str) -> list[str]:
    return [subject for who, kind, subject in office.desk.shown if (who, kind) == (user, "notices")]


async def test_who_watches_is_told_once_and_others_are_not(office: Firm) -> None:
    await at_noon(office)
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    async with office.at_work():
        await watching.watch(office.services, rosa, str(ref))
        event = await event_of(office, ref, "application.moved")
        await happens(office, event)
        await happens(office, event.model_copy(update={"cause": "poll"}))
    (batch,) = told(office, ROSA)
    assert told(office, MAYA) == []
    lines, more = await notices.read(office.services, batch)
    assert [(line.event.kind, more) for line in lines] == [("application.moved", 0)]
    assert lines[0].profile is not None
    assert lines[0].profile.candidate.name == "Nora Quill"


async def test_after_the_first_the_next_ones_are_folded_into_one_message(office: Firm) -> None:
    await at_noon(office)
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    async with office.at_work():
        await watching.watch(office.services, rosa, str(ref))
        for number in range(4):
            await happens(office, await event_of(office, ref, "application.moved", number))
        assert len(told(office, ROSA)) == 1
        await office.waits(minutes=6)
    first, second = told(office, ROSA)
    assert [len((await notices.read(office.services, b))[0]) for b in (first, second)] == [1, 3]


async def test_in_quiet_hours_nothing_is_said_until_the_morning(office: Firm) -> None:
    await office.services.clock.move(office.services.store, at=NOON.replace(hour=21))
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    async with office.at_work():
        await watching.watch(office.services, rosa, str(ref))
        await happens(office, await event_of(office, ref, "application.moved"))
        assert told(office, ROSA) == []
        await office.waits(hours=11)
    assert len(told(office, ROSA)) == 1


@pytest.mark.parametrize(
    ("at", "begins", "ends", "told_at"),
    [
        ("2026-12-01T12:00+01:00", 20, 8, "2026-12-01T12:00+01:00"),
        ("2026-12-01T23:30+01:00", 20, 8, "2026-12-02T08:00+01:00"),
        ("2026-12-02T03:00+01:00", 20, 8, "2026-12-02T08:00+01:00"),
        ("2026-12-01T13:10+01:00", 13, 14, "2026-12-01T14:00+01:00"),
        ("2026-12-01T03:00+01:00", 8, 8, "2026-12-01T03:00+01:00"),
        ("2027-03-28T01:30+01:00", 20, 8, "2027-03-28T08:00+02:00"),
    ],
)
def test_quiet_hours_are_those_of_the_wall_clock(
    at: str, begins: int, ends: int, told_at: str
) -> None:
    moment = datetime.fromisoformat(at).astimezone(UTC)
    after = notices.after_quiet(moment, ZoneInfo("Europe/Berlin"), begins, ends)
    assert after == datetime.fromisoformat(told_at)


async def test_a_jobs_own_people_hear_of_a_new_applicant_unless_they_said_no(office: Firm) -> None:
    await at_noon(office)
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    await watching.keep_quiet(
        office.services, rosa, Quiet(0, 0, frozenset({"application.created"}))
    )
    async with office.at_work():
        await happens(office, await event_of(office, ref, "application.created"))
    assert (len(told(office, MAYA)), told(office, ROSA), told(office, BEN)) == (1, [], [])


async def test_what_somebody_did_themselves_is_no_news_to_them(office: Firm) -> None:
    await at_noon(office)
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    async with office.at_work():
        for user in (ROSA, MAYA):
            await watching.watch(office.services, await office.actor(user), str(ref))
        await candidacy.note(office.services, rosa, ref, "Moving her on", private=False, key="k")
        await happens(office, await event_of(office, ref, "application.moved"))
    assert (told(office, ROSA), len(told(office, MAYA))) == ([], 1)


async def test_nobody_watches_whom_they_may_not_see_and_stopping_stops(office: Firm) -> None:
    await at_noon(office)
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    with pytest.raises(NotAllowed):
        await watching.watch(office.services, await office.actor(BEN), str(ref))
    async with office.at_work():
        for _ in range(2):
            await watching.watch(office.services, rosa, str(ref))
        assert await watching.mine(office.services, rosa) == [str(ref)]
        await watching.stop(office.services, rosa, str(ref))
        await happens(office, await event_of(office, ref, "application.moved"))
    assert told(office, ROSA) == []


async def test_a_stage_of_a_job_can_be_watched(office: Firm) -> None:
    await at_noon(office)
    ref, rosa = await office.newcomer(), await office.actor(ROSA)
    event = await event_of(office, ref, "application.moved")
    assert event.job is not None
    stage = Ref(account=ref.account, kind="stage", id=event.after["stage"])
    async with office.at_work():
        await watching.watch(office.services, rosa, watching.of_stage(stage, event.job))
        await happens(office, event)
    assert len(told(office, ROSA)) == 1
    assert "(stage)" in await watching.words(office.services, watching.of_stage(stage, event.job))
