"""Who may come and need not: times never wait for them, they claim nothing, everybody inside sees them, the candidate never."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

import commands
from hiring import (
    board,
    candidates,
    claims,
    feedback,
    ids,
    interview_answers,
    interview_records,
    interviewer_rules,
    interviews,
    links,
    loop_edits,
    loop_records,
    loop_visits,
    loops,
    outreach,
    proposals,
    swaps,
    troubles,
)
from hiring.claims_table import claims as claimed
from hiring.errors import NotAllowed, Refused
from hiring.feedback_table import scorecards
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.interview_times import Times
from hiring.interviewer_rules import Rules
from hiring.loop_records import Session
from hiring.loops import Wanted
from scheduling.hours import Interval
from tests.browsing import phone_for
from tests.firm import BEN, CHEN, MAYA, ROSA, STRANGER, TEAM, TOM, Firm, firm
from tests.hiring_loops.learning import ALWAYS
from tests.hiring_loops.test_loops import suggested
from tests.scheduling import libical

pytestmark = pytest.mark.anyio
NORA, TOMS, BENS = "nora@mailbox.example", "tom@brightwater.example", "ben@brightwater.example"
HOUR = timedelta(hours=1)
ASKED = Wish("Pair programming", 60, (BEN,), optional=(TOM, BEN, STRANGER))


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Firm]:
    """The company on SQLite, for what no database makes different."""
    async with firm(tmp_path) as made:
        yield made


@pytest.fixture
async def each_office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made:
        yield made


async def looked(office: Firm, wish: Wish) -> tuple[Any, Times]:
    """Somebody new, and the times for a wish about them."""
    rosa, ref = await office.actor(ROSA), await office.newcomer("Nora", "Quill", NORA)
    profile = await candidates.profile(office.services, rosa, ref)
    return ref, await interviews.times(office.services, rosa, profile, wish)


async def book(office: Firm, wish: Wish, slot: Interval, ref: Any = None) -> Interview:
    rosa, ref = await office.actor(ROSA), ref or await office.newcomer()
    return await interviews.book(office.services, rosa, ref, wish, slot, key=ids.new("key"))


def busy(office: Firm, address: str, slot: Interval) -> None:
    """Something else appears in a person's calendar."""
    row = {
        "id": ids.new("evt"), "address": address, "uid": ids.new("uid"), "sequence": 0, "summary": "A private thing",
        "start": slot[0].isoformat(), "end": slot[1].isoformat(), "status": "confirmed", "transparent": False,
    }  # fmt: skip
    office.store.put("calendar_event", f"{address}:{row['uid']}", row)


async def resources(office: Firm) -> set[str]:
    async with office.services.store.read() as conn:
        return {row.resource for row in await conn.execute(sa.select(claimed.c.resource))}


def kinds(interview: Interview) -> dict[str, str]:
    return {seat.user: seat.kind for seat in interview.panel}


def attendees(office: Firm, address: str) -> list[str]:
    """Who stands in the newest invite that an address got, a line each; libical has nothing against it."""
    mail = next(m for m in office.mails(address) if m["calendar"])
    parts = message_from_bytes(office.mailbox.raw(mail["id"])).walk()
    ics = next(p.get_payload(decode=True) for p in parts if p.get_content_type() == "text/calendar")
    assert isinstance(ics, bytes)
    if libical.library() is not None:
        assert libical.complaints(ics) == []
    lines = ics.replace(b"\r\n ", b"").decode().splitlines()
    return [line for line in lines if line.startswith("ATTENDEE")]


async def page_of(office: Firm, link: str | None) -> str:
    """What the candidate reads."""
    assert link
    path = "/c/" + links.url(office.services, link).rpartition("/")[2]
    async with phone_for(office.parts) as phone:
        found = await phone.get(path)
        assert found.status_code == 200
        return found.text


async def test_no_time_waits_for_who_is_optional_and_a_time_that_suits_them_is_recommended(
    office: Firm,
) -> None:
    office.nothing_on(TOMS)
    await interviewer_rules.settle(office.services, await office.actor(ROSA), Rules(TOM, **ALWAYS))
    _, before = await looked(office, Wish("Pair programming", 60, (BEN,)))
    first = before.slots[0]
    busy(office, TOMS, first)
    office.services.memory.forget()
    _, found = await looked(office, ASKED)
    assert found.slots[0] == first, "it keeps nothing away"
    assert found.beside[first] == "Tom Adeyemi cannot come, and need not"
    better = found.slots[found.best]
    assert found.beside[better] == "Tom Adeyemi can come as well"
    assert better[0].date() == first[0].date()
    assert [name for name, _ in found.unsure] == ["Stray Guest"]
    assert not found.unread, "who is optional and has no calendar is named apart"


async def test_who_is_optional_claims_nothing_and_loses_no_race(each_office: Firm) -> None:
    office = each_office
    _, found = await looked(office, ASKED)
    slot = found.slots[0]
    mine, theirs = await asyncio.gather(
        book(office, ASKED, slot), book(office, Wish("Talk", 60, (CHEN,), optional=(TOM,)), slot)
    )
    assert (mine.optional, theirs.optional) == ((TOM, STRANGER), (TOM,))
    assert mine.interviewers == (BEN,)
    assert claims.person(TEAM, TOM) not in await resources(office)
    busy(office, TOMS, slot)
    asked = await interviews.still_free(office.services, TEAM, [TOM], slot)
    assert asked, "nor is it in the way of an interview that needs them"
    services, rosa = office.services, await office.actor(ROSA)
    _, others = await looked(office, ASKED)
    moved = await interviews.move(services, rosa, mine.id, others.slots[-1])
    assert kinds(moved) == {BEN: "interviewer", TOM: "optional", STRANGER: "optional"}
    assert claims.person(TEAM, TOM) not in await resources(office)


async def test_they_are_invited_as_optional_and_their_no_changes_nothing(office: Firm) -> None:
    ref, found = await looked(office, ASKED)
    services, rosa, router = office.services, await office.actor(ROSA), commands.load()
    async with office.at_work():
        booked = await book(office, ASKED, found.slots[-1], ref)
        await office.settles()
        (mail,) = [m for m in office.mails(TOMS) if m["calendar"]]
        assert mail["subject"].startswith("Optional:")
        assert "Tom Adeyemi (optional)" in str(office.mails(BENS)[0])
        for address in (TOMS, BENS):
            roles = {line.partition("mailto:")[2]: "OPT-PARTICIPANT" in line for line in attendees(office, address)}  # fmt: skip
            assert roles == {TOMS: True, BENS: False}
        assert len(attendees(office, NORA)) == 1
        assert "Tom" not in str(office.mails(NORA))
        page = await page_of(office, booked.link)
        assert "Ben" in page
        assert not re.search(r"\bTom\b", page)  # Tomsk is a time zone

        card = await router.cards["interview"](services, TEAM, TOM, booked.id)
        assert f"<@{TOM}> (optional)" in str(card.blocks)
        assert "You are optional" in str(card.blocks)
        assert "Propose time" not in str(card.blocks)
        brief = await router.cards["brief"](services, TEAM, TOM, f"{booked.id}:{TOM}")
        assert "you (optional)" in str(brief.blocks)
        profile = await candidates.profile(services, rosa, ref)
        facts = await outreach.facts(services, rosa, profile)
        assert facts["interviewers"] == "Ben Okafor"
        assert [seat.user for seat in booked.met] == [BEN]

        tom = await office.actor(TOM)
        await interview_answers.answer(services, tom, booked.id, "declined", "On a train")
        await office.settles()
        with pytest.raises(NotAllowed):
            await proposals.propose(services, tom, booked.id, found.slots[0], "", key="other")
        with pytest.raises(NotAllowed):
            await troubles.late(services, tom, booked.id, 5, "")
        with pytest.raises(Refused):  # nobody would be left who has to be there
            await swaps.drop(services, rosa, f"{booked.id}:{BEN}:0")
        seen = await board.read(services, rosa)
        assert not {TOM, STRANGER} & {line.who for lines in seen.lines.values() for line in lines}

        await interviews.move(services, rosa, booked.id, found.slots[-2])
        await office.settles()
        assert [m["calendar"]["sequence"] for m in office.mails(TOMS) if m["calendar"]] == [1, 0]
        await interviews.cancel(services, rosa, booked.id, "The job is filled.")
        await office.settles()
        assert office.mails(TOMS)[0]["calendar"]["method"] == "CANCEL"
        assert "OPT-PARTICIPANT" in "".join(attendees(office, TOMS))
    shown = {(user, kind) for user, kind, _ in office.desk.shown}
    assert (TOM, "interview") in shown
    assert not {kind for _, kind in shown} & {"open_seat", "swap_ask"}


async def test_they_get_the_brief_and_the_line_to_join_and_owe_nothing(office: Firm) -> None:
    wish = Wish("Pair programming", 60, (BEN,), optional=(TOM,))
    _, found = await looked(office, wish)
    async with office.at_work():
        booked = await book(office, wish, found.slots[-1])
        await office.settles()
        for moment in (booked.start - timedelta(minutes=9), booked.end + HOUR):
            left = moment - office.services.clock.now()
            await office.waits(seconds=left.total_seconds())
    mine = {kind for user, kind, _ in office.desk.shown if user == TOM}
    assert {"brief", "join"} <= mine
    assert not mine & {"rsvp", "scorecard"}
    async with office.services.store.read() as conn:
        owing = {row.user for row in await conn.execute(sa.select(scorecards.c.user))}
    assert owing == {BEN}
    with pytest.raises(NotAllowed) as said:
        await feedback.excuse(office.services, await office.actor(TOM), booked.id)
    assert "optional" in said.value.sentence
    kept = await interview_records.get(office.services, booked.id)
    told = office.store.find("gh_interviewers", interview_id=int(kept.remote_id or 0))
    assert len(told) == 1, "the ATS asks nobody else for a scorecard either"


async def test_a_loop_keeps_who_is_optional_through_hold_move_and_swap(each_office: Firm) -> None:
    office = each_office
    sessions = (
        Session("Pair programming", 60, (BEN, CHEN), optional=(TOM,)),
        Session("Talk with the manager", 30, (MAYA,), optional=(TOM,)),
    )
    wanted, services, rosa = Wanted(sessions), office.services, await office.actor(ROSA)
    office.nothing_on(TOMS)
    await interviewer_rules.settle(services, rosa, Rules(TOM, **ALWAYS))
    ref, found = await suggested(office, wanted)
    best = found.options[0]
    assert "Tom can come as well" in best.reasons
    busy(office, TOMS, (best.start - 3 * HOUR, best.end + 3 * HOUR))
    services.memory.forget()
    _, found = await suggested(office, wanted)
    other = found.options[0]
    assert "Tom can come as well" in other.reasons, "of ways that are alike, the one they can"
    assert other.start != best.start

    until = services.clock.now() + HOUR
    held = await loops.hold(services, rosa, ref, wanted, best.times, until, key="held")
    assert claims.person(TEAM, TOM) not in await resources(office)
    loop = await loops.confirm(services, rosa, held.id)
    pairing, talk = await loop_records.interviews_of(services, loop.id)
    assert kinds(pairing) == {BEN: "interviewer", CHEN: "interviewer", TOM: "optional"}
    assert kinds(talk) == {MAYA: "interviewer", TOM: "optional"}
    page = await page_of(office, loop.link)
    assert "Chen" in page
    assert not re.search(r"\bTom\b", page)  # Tomsk is a time zone
    assert claims.person(TEAM, TOM) not in await resources(office)

    moved = await loop_visits.move(services, loop.id, other.times, by=ROSA)
    assert moved.options[0].times == other.times
    await swaps.drop(services, rosa, f"{pairing.id}:{CHEN}:1")
    short = await loop_edits.shorten(services, rosa, talk.id, 15)
    pairing = await interview_records.get(services, pairing.id)
    assert kinds(pairing) == {BEN: "interviewer", TOM: "optional"}
    assert short.optional == (TOM,)
    wish = Wish("One more", 30, (CHEN,), optional=(TOM, CHEN))
    slot = (pairing.end + timedelta(days=1), pairing.end + timedelta(days=1, minutes=30))
    more = await loop_edits.add(services, rosa, loop.id, wish, slot, key="more")
    assert kinds(more) == {CHEN: "interviewer", TOM: "optional"}


async def test_who_is_optional_in_a_session_takes_no_seat_of_its_skill(office: Firm) -> None:
    rosa = await office.actor(ROSA)
    for user in (BEN, CHEN):
        await interviewer_rules.settle(office.services, rosa, Rules(user, ("pairing",), **ALWAYS))
    session = Session("Pair programming", 60, tag="pairing", seats=1, optional=(BEN,))
    ref, found = await suggested(office, Wanted((session,)))
    assert {option.sittings[0].users for option in found.options} == {(CHEN,)}
    best = found.options[0]
    loop = await loops.book(
        office.services, rosa, ref, Wanted((session,)), best.times, key="one", like=best
    )
    (booked,) = await loop_records.interviews_of(office.services, loop.id)
    assert kinds(booked) == {CHEN: "interviewer", BEN: "optional"}
