"""Plans written here come before the ATS's; the form carries whole loops within Slack's limits and gives back what was seen."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.workspace.slack import limits
from commands import loop_blocks
from commands.router import Gesture
from hiring import candidates, plans
from hiring.errors import NotAllowed, Refused
from hiring.loop_records import Option, Session, Sitting, parse_times, spell_times
from hiring.loop_times import Suggested
from hiring.loops import Wanted
from hiring.plans import Plan
from tests.firm import BEN, CHEN, MAYA, ROSA, firm

pytestmark = pytest.mark.anyio
SESSIONS = (
    Session(" Pair programming ", 60, (BEN,), tag="Backend", seats=2),
    Session("Talk", 30, (MAYA,), room="Turing"),
)


async def test_a_plan_written_here_comes_first_until_it_is_dropped(tmp_path: Path) -> None:
    async with firm(tmp_path) as office:
        services, rosa = office.services, await office.actor(ROSA)
        profile = await candidates.profile(services, rosa, await office.ada())
        assert profile.application
        job, stage = profile.application.job, profile.application.stage
        assert job
        assert stage
        theirs = await plans.of(services, rosa, profile)
        assert (theirs.own, len(theirs.sessions)) == (False, 1)
        with pytest.raises(NotAllowed):
            await plans.keep(services, await office.actor(BEN), job, "", Plan(SESSIONS))
        for wrong in (Session("", 30, (BEN,)), Session("A", 31, (BEN,)), Session("A", 30), Session("A", 30, seats=1)):  # fmt: skip
            with pytest.raises(Refused):
                await plans.keep(services, rosa, job, "", Plan((wrong,)))
        for _ in range(2):
            await plans.keep(services, rosa, job, "", Plan(SESSIONS, cut_off=24))
        ours = await plans.of(services, rosa, profile)
        assert (ours.own, ours.cut_off) == (True, 24)
        assert [(s.title, s.tag) for s in ours.sessions] == [("Pair programming", "backend"), ("Talk", "")]  # fmt: skip
        await plans.keep(services, rosa, job, str(stage), Plan(SESSIONS[:1]))
        assert len((await plans.of(services, rosa, profile)).sessions) == 1
        for named in ("", str(stage)):
            await plans.drop(services, rosa, job, named)
        assert await plans.of(services, rosa, profile) == theirs

        minutes = {"loop": "", "m": [session.minutes for session in theirs.sessions]}
        for ticked in ([], ["yes"]):
            said = Gesture("view", rosa.team, ROSA, "loop", private=minutes, values={"channel": ticked})  # fmt: skip
            now = await loop_blocks.wanted(services, rosa, profile, said)
            assert now.channel == bool(ticked)
            drawn = loop_blocks.form(rosa, profile, now, Suggested(()))["blocks"]
            (box,) = [b["element"] for b in drawn if b.get("block_id") == "channel"]
            assert ("initial_options" in box) == bool(ticked)

        view = loop_blocks.form(rosa, profile, Wanted(many()), Suggested(options(5)))
        assert limits.check_view(view) == []
        private = json.loads(view["private_metadata"])
        mark = next(b["block_id"] for b in view["blocks"] if b.get("block_id", "").startswith("option."))  # fmt: skip
        sent = Gesture("view", rosa.team, ROSA, "loop", private=private, values={mark: "3"})
        assert loop_blocks.chosen(sent) == options(5)[3]
        assert loop_blocks.offered(sent) == list(options(5))
        with pytest.raises(Refused):
            loop_blocks.chosen(Gesture("view", rosa.team, ROSA, "loop", private=private))


def many() -> tuple[Session, ...]:
    return tuple(Session(f"Interview {n} " + "with a long name " * 7, 45, (BEN, CHEN, MAYA)) for n in range(10))  # fmt: skip


def options(count: int) -> tuple[Option, ...]:
    at = datetime(2027, 3, 1, 9, tzinfo=UTC)
    found = []
    for day in range(count):
        starts = [at + timedelta(days=day, minutes=45 * n) for n in range(10)]
        times = [(start, start + timedelta(minutes=45)) for start in starts]
        found.append(Option(tuple(Sitting(time, (BEN, CHEN, MAYA)) for time in times)))
    return tuple(found)


def test_times_in_a_form_come_back_as_they_were_and_nonsense_is_refused() -> None:
    times = options(1)[0].times
    assert parse_times(spell_times(times)) == times
    for text in ("", "x", "2027-03-01T10:00Z/2027-03-01T09:00Z", "2027-03-01T10:00/2027-03-01T11:00"):  # fmt: skip
        with pytest.raises(Refused):
            parse_times(text)
