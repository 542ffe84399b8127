"""The board in the Home tab tells a recruiter what to see to, with one next step each, and nobody else anything of it."""

from datetime import timedelta
from typing import Any

import pytest

import commands
from bot.workspace.slack import limits
from commands.router import Gesture, Message, View
from connectors.model import Ref
from hiring import (
    board,
    candidate_events,
    candidates,
    interview_answers,
    interviews,
    loop_visits,
    loops,
    reminders,
)
from hiring.board import Board, Line
from hiring.errors import AlreadyDone
from hiring.interview_changes import Wish
from hiring.interview_records import Interview
from hiring.loop_records import Session
from hiring.loops import Wanted
from tests.firm import BEN, CHEN, ROSA, STRANGER, TEAM, TOM, Firm

pytestmark = pytest.mark.anyio
WANTED = Wanted((Session("Pair programming", 60, (BEN,)),))


class Screen:
    """What a person sees: their Home tab, and what was whispered."""

    def __init__(self) -> None:
        self.homes: list[View] = []
        self.whispers: list[Message] = []

    async def home(self, view: View) -> None:
        self.homes.append(view)

    async def whisper(self, message: Message) -> None:
        self.whispers.append(message)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"nothing else is shown, but {name} was wanted")


async def opened(office: Firm, user: str = ROSA) -> View:
    screen = Screen()
    entry = commands.load().events["app_home_opened"]
    gesture = Gesture("event", TEAM, user, "app_home_opened")
    await entry.handler(gesture, await office.actor(user), office.services, screen)
    assert len(screen.homes) == 1, "one publish"
    assert limits.check_view(screen.homes[0], home=True) == []
    return screen.homes[0]


async def seen(office: Firm, user: str = ROSA) -> Board:
    office.services.memory.forget()
    return await board.read(office.services, await office.actor(user))


async def one(office: Firm, section: str, candidate: Ref) -> Line:
    """The line about somebody, in the one section it stands in."""
    found = await seen(office)
    where = {
        name: line
        for name, lines in found.lines.items()
        for line in lines
        if line.candidate == candidate and name != "today"
    }
    assert list(where) == [section]
    return where[section]


async def who(office: Firm, ref: Ref) -> Ref:
    return (await candidates.read(office.services, ref)).candidate.ref


async def booked(office: Firm, days: int, user: str = CHEN) -> Interview:
    rosa, ref = await office.actor(ROSA), await office.ada()
    profile = await candidates.profile(office.services, rosa, ref)
    wish = Wish("Pair programming", 45, (user,))
    later = office.services.clock.now() + timedelta(days=days)
    slots = (await interviews.times(office.services, rosa, profile, wish)).slots
    slot = next(slot for slot in slots if slot[0] > later)
    return await interviews.book(office.services, rosa, ref, wish, slot, key=f"b{days}{user}")


async def moves_to(office: Firm, **span: float) -> None:
    await office.services.clock.move(office.services.store, by=timedelta(**span))


async def test_a_candidacy_goes_from_to_schedule_through_waiting_to_booked(office: Firm) -> None:
    found = await seen(office)
    assert found.counts["schedule"] > 0
    first = found.lines["schedule"][0]
    assert (first.act, first.why) == ("schedule", "stage")
    assert first.name
    rosa, ref = await office.actor(ROSA), Ref.parse(first.value)
    asked = await loops.ask(office.services, rosa, ref, WANTED, key="ask")
    await moves_to(office, hours=30)
    line = await one(office, "candidate", first.candidate)
    assert (line.act, line.value, line.why) == ("write", first.value, "draft")
    assert line.since is not None
    assert timedelta(hours=29) < office.services.clock.now() - line.since < timedelta(hours=31)
    await loop_visits.tell_needs(office.services, asked.id, "A ramp", "")
    await one(office, "candidate", first.candidate)
    now = office.services.clock.now()
    await loop_visits.answer(office.services, asked.id, [(now, now + timedelta(days=9))], "")
    assert (await one(office, "schedule", first.candidate)).act == "times"
    wanted = Wanted(WANTED.sessions, loop=asked.id)
    profile = await candidates.profile(office.services, rosa, ref)
    option = (await loops.suggest(office.services, rosa, profile, wanted, fresh=True)).options[-1]
    until = now + timedelta(hours=10)
    await loops.hold(office.services, rosa, ref, wanted, option.times, until, key="hold")
    await moves_to(office, hours=7)
    line = await one(office, "risk", first.candidate)
    assert (line.act, line.why) == ("book", "lapsing")
    await loops.confirm(office.services, rosa, asked.id)
    assert (await one(office, "answers", first.candidate)).who == BEN
    assert (await seen(office)).took.booked == 1


async def test_answers_that_are_missing_or_no_become_risks_and_today_is_in_my_zone(
    office: Firm,
) -> None:
    now = await booked(office, days=3)
    mine = await who(office, now.application)
    assert (await one(office, "answers", mine)).act == "ask"
    assert (await seen(office)).counts["today"] == 0
    await office.services.clock.move(office.services.store, at=now.start - timedelta(hours=2))
    line = await one(office, "risk", mine)
    assert (line.why, line.act, line.who) == ("unanswered", "ask", CHEN)
    today = (await seen(office)).lines["today"]
    assert [(line.value, line.act) for line in today] == [(now.id, "move")]
    sits = (await seen(office, CHEN)).lines["today"]
    assert [(line.value, line.act) for line in sits] == [(now.id, "decline")]
    chen = await office.actor(CHEN)
    await interview_answers.answer(office.services, chen, now.id, "declined", "On leave")
    line = await one(office, "risk", mine)
    assert (line.why, line.act) == ("declined", "move")
    await moves_to(office, hours=2.1)
    assert [line.act for line in (await seen(office, CHEN)).lines["today"]] == ["no_show"]


async def test_a_candidate_who_declines_the_invite_is_at_risk(office: Firm) -> None:
    now = await booked(office, days=3)
    chen = await office.actor(CHEN)
    await interview_answers.answer(office.services, chen, now.id, "accepted")
    mine = await who(office, now.application)
    event = await candidate_events.of(office.services, now.id, now.application)
    assert event
    for said, lines in (("declined", ["refused"]), ("accepted", [])):
        await moves_to(office, minutes=1)
        event = await candidate_events.get(office.services, event.id)
        async with office.services.store.begin() as tx:
            assert await interview_answers.note_candidate(
                tx, office.services, event, said, event.sequence, office.services.clock.now()
            )
        risks = (await seen(office)).lines["risk"]
        assert [line.why for line in risks if line.candidate == mine] == lines
    assert "Declined the invite" not in str(await opened(office))


async def test_a_calendar_that_cannot_be_read_is_a_risk_until_its_owner_answers(
    office: Firm,
) -> None:
    now = await booked(office, days=3, user=TOM)
    assert (await seen(office)).counts["risk"] == 0
    office.gates["google"].refuse = 503
    lines = (await seen(office)).lines
    risky = [line for line in lines["risk"] if line.who == TOM]
    waits = [line for line in lines["answers"] if line.who == TOM]
    assert [line.why for line in [*risky, *waits]] == ["unreadable"]
    tom = await office.actor(TOM)
    await interview_answers.answer(office.services, tom, now.id, "accepted")
    assert (await seen(office)).counts["risk"] == 0


async def test_asking_again_reaches_the_interviewer_once_a_day(office: Firm) -> None:
    async with office.at_work():
        now = await booked(office, days=5)
        rosa = await office.actor(ROSA)
        for _ in range(2):
            await reminders.ask_again(office.services, rosa, now.id, CHEN)
        await office.settles()
        asked = [text for user, text in office.desk.said.values() if user == CHEN]
        assert len([text for text in asked if "asks whether" in text]) == 1
        chen = await office.actor(CHEN)
        await interview_answers.answer(office.services, chen, now.id, "accepted")
        with pytest.raises(AlreadyDone):
            await reminders.ask_again(office.services, rosa, now.id, CHEN)


async def test_home_keeps_the_open_tasks_and_shows_the_board_to_recruiters_only(
    office: Firm,
) -> None:
    for user, wanted in ((ROSA, True), (STRANGER, False)):
        view = str(await opened(office, user))
        assert "Your open tasks" in view
        assert ("Waiting for the candidate" in view) == wanted
        assert ("Time to schedule" in view) == wanted
    assert "No interview today." in str(await opened(office))


async def test_an_ats_that_does_not_answer_is_named_and_the_rest_stands(office: Firm) -> None:
    await booked(office, days=3)
    await seen(office)
    office.services.memory.forget()
    actor = await office.actor(ROSA)
    office.gates["greenhouse"].refuse = 503
    found = await board.read(office.services, actor)
    assert "greenhouse" in found.missing
    assert found.counts["answers"] == 1


async def test_a_long_day_of_hundreds_of_candidates_stays_within_the_tab(office: Firm) -> None:
    with office.store.batch():
        for number in range(60):
            office.person(f"Crowd {number}", "Quill")
    for user in (BEN, CHEN):
        await booked(office, days=3, user=user)
    found = await seen(office)
    assert found.counts["schedule"] > len(found.lines["schedule"]) == board.MOST
    view = await opened(office)
    assert len(view["blocks"]) <= 100
