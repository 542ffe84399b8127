"""A debrief in the calendar that invites: one event of its own, with a link where the company has them."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

import commands
from hiring import (
    calendar_changes,
    calendar_watch,
    candidates,
    conflicts,
    debrief_records,
    debriefs,
    loops,
)
from hiring.debrief_records import USUAL, Debrief
from hiring.errors import NotFound
from hiring.loop_records import Loop, Session
from hiring.loops import Wanted
from tests.firm import ADA, BEN, CHEN, ROSA, TEAM
from tests.hiring_calendars.conftest import MAIL, Doc, Office, with_company
from tests.serving import Gate

pytestmark = pytest.mark.anyio
SESSIONS = (Session("Pair programming", 60, (BEN,)), Session("Pair programming 2", 30, (CHEN,)))
WANTED = Wanted(SESSIONS, debrief=USUAL)


def at(event: Doc) -> datetime:
    return datetime.fromisoformat(event["start"]).astimezone(UTC)


def events(office: Office, user: str = ROSA) -> list[Doc]:
    found = office.firm.store.find("calendar_event", address=MAIL[user], status="confirmed")
    return [row for row in found if row.get("summary") == "Debrief: Ada Lovelace"]


async def booked(office: Office) -> Loop:
    services = office.firm.services
    rosa, ada = await office.firm.actor(ROSA), await office.firm.ada()
    profile = await candidates.profile(services, rosa, ada)
    times = (await loops.suggest(services, rosa, profile, WANTED)).options[0].times
    loop = await loops.book(services, rosa, ada, WANTED, times, key="d")
    await office.firm.settles()
    return loop


async def of(office: Office, loop: Loop) -> Debrief:
    return await debrief_records.get(office.firm.services, loop.id)


async def moved_near(office: Office, loop: Loop) -> Debrief:
    """It moves to the time nearest to its own."""
    services, rosa = office.firm.services, await office.firm.actor(ROSA)
    _, found = await debriefs.choices(services, rosa, loop.id)
    start = (await of(office, loop)).own[0][0]
    assert start in [slot[0] for slot in found.slots], "it is not in its own way"
    others = [slot for slot in found.slots if slot[0] != start]
    near = min(others, key=lambda slot: abs(slot[0] - start))
    made = await debriefs.move(services, rosa, loop.id, near)
    await office.firm.settles()
    return made


async def test_it_is_one_event_of_its_own_that_moves_is_answered_and_ends(office: Office) -> None:
    firm, services = office.firm, office.firm.services
    async with firm.at_work():
        loop = await booked(office)
        (event,) = events(office)
        assert {g["email"] for g in event["guests"]} >= {MAIL[BEN], MAIL[CHEN]}
        assert not office.invites(BEN)
        async with httpx.AsyncClient(trust_env=False) as http:
            wish = {"uid": event["uid"], "email": MAIL[BEN], "answer": "declined"}
            assert (await http.post(f"{office.url}/client/answer", json=wish)).status_code == 200
        account = await services.accounts.get(office.vendor)
        await calendar_watch.read(services, account=account.id)
        assert (await of(office, loop)).answer(BEN) == "declined"
        now = await moved_near(office, loop)
        (moved,) = events(office)
        assert (moved["uid"], at(moved)) == (event["uid"], now.own[0][0])
        await debriefs.call_off(services, await firm.actor(ROSA), loop.id)
        await firm.settles()
        assert not events(office)
        assert not events(office, BEN)


async def test_zooms_link_is_made_for_it_moves_with_it_and_goes_when_it_is_called_off(
    zoomed: Gate, office: Office
) -> None:
    firm, services = office.firm, office.firm.services

    def meetings() -> dict[str, Doc]:
        """Zoom's meetings at the time of the debrief, by their id."""
        found = [m for m in firm.store.all("zoom_meeting") if "Debrief" in m["topic"]]
        return {str(m["id"]): m for m in found}

    async with firm.at_work():
        loop = await booked(office)
        ((number, meeting),) = meetings().items()
        assert len(firm.store.all("zoom_meeting")) == 3, "one for each interview, one for it"
        assert meeting["join_url"] in events(office)[0]["location"]
        drawn = await commands.load().cards["loop"](services, TEAM, ROSA, loop.id)
        assert meeting["join_url"] in str(drawn.blocks)
        assert meeting["join_url"] not in str(firm.mails(ADA)), "it is the panel's alone"
        now = await moved_near(office, loop)
        ((same, later),) = meetings().items()
        assert same == number
        assert datetime.fromisoformat(later["start_time"]) == now.own[0][0]
        await debriefs.call_off(services, await firm.actor(ROSA), loop.id)
        await firm.settles()
        assert not meetings()
        assert len(firm.store.all("zoom_meeting")) == 2


async def test_the_calendars_own_link_is_in_its_event(office: Office) -> None:
    await with_company(office, meetings="calendar")
    async with office.firm.at_work():
        loop = await booked(office)
        known = await of(office, loop)
        assert known.meeting == "calendar"
        drawn = await commands.load().cards["loop"](office.firm.services, TEAM, ROSA, loop.id)
    assert "https://" in str(next(b for b in drawn.blocks if "*Debrief*" in str(b)))


async def test_something_else_at_its_time_is_shown_to_the_recruiter_with_move_debrief(
    office: Office,
) -> None:
    services = office.firm.services
    async with office.firm.at_work():
        loop = await booked(office)
        known = await of(office, loop)
        await calendar_changes.overlaps(services)
        await office.firm.settles()
        assert not shown(office), "its own event is no conflict"
        office.busy(BEN, known.own[0][0] + timedelta(minutes=10), timedelta(minutes=10))
        for _ in range(2):
            await calendar_changes.overlaps(services)
            await office.firm.settles()
        (conflict,) = shown(office)
        found = await conflicts.read(services, conflict)
        assert (found.what, found.who, found.current) == ("busy", BEN, True)
        drawn = await commands.load().cards["conflict"](services, TEAM, ROSA, conflict)
        presses = {b["action_id"]: b["value"] for b in drawn.blocks[-1]["elements"]}
        assert presses == {"debrief.open": loop.id, "conflict.ignore": conflict}
        _, others = await debriefs.choices(services, await office.firm.actor(ROSA), loop.id)
        await debriefs.move(services, await office.firm.actor(ROSA), loop.id, others.slots[-1])
        await office.firm.settles()
        assert not (await conflicts.read(services, conflict)).current
    await conflicts.ignore(services, await office.firm.actor(ROSA), conflict)


async def test_an_event_moved_or_deleted_by_hand_is_a_conflict_until_it_is_back(
    office: Office,
) -> None:
    firm, services = office.firm, office.firm.services
    account = await services.accounts.get(office.vendor)

    async def reads() -> None:
        await calendar_watch.read(services, account=account.id)
        await firm.settles()

    async with firm.at_work():
        await booked(office)
        await reads()
        (row,) = events(office)
        later = {k: (at({"start": row[k]}) + timedelta(hours=3)).isoformat() for k in ("start", "end")}  # fmt: skip
        key = f"{row['address']}:{row['uid']}"
        firm.store.put("calendar_event", key, row | later | version(office))
        await reads()
        (conflict,) = shown(office)
        found = await conflicts.read(services, conflict)
        assert found.what == "moved"
        assert found.slot
        assert found.slot[0] == at(later)
        drawn = await commands.load().cards["conflict"](services, TEAM, ROSA, conflict)
        assert "The debrief still stands." in str(drawn.blocks)
        firm.store.put("calendar_event", key, row | version(office))
        await reads()
        with pytest.raises(NotFound):
            await conflicts.read(services, conflict)
        calendar = await services.accounts.calendar(account.id)
        await calendar.cancel_event("", events(office)[0]["id"])
        await reads()
        assert (await conflicts.read(services, shown(office)[-1])).what == "deleted"


def shown(office: Office) -> list[str]:
    """The conflicts that the recruiter was shown, in the order they came up."""
    return list(dict.fromkeys(s for u, kind, s in office.firm.desk.shown if (u, kind) == (ROSA, "conflict")))  # fmt: skip


def version(office: Office) -> Doc:
    return {"version": office.firm.store.next_id("calendar_version")}
