"""From shadow to trained: interviews count once they were held, a loop seats who learns but never waits for them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from hiring import (
    candidates,
    claims,
    feedback,
    feedback_flow,
    interview_answers,
    interviewer_rules,
    interviews,
    loop_records,
    loop_visits,
    loops,
    pool_ledger,
    swap_seat,
    training,
    troubles,
)
from hiring.claims import Claim
from hiring.errors import AlreadyDone, NotAllowed, NotFound, Refused
from hiring.interview_changes import Wish
from hiring.interview_records import Interview, get, load
from hiring.swap_seat import Coming
from hiring.tables import audit
from scheduling import training as way
from scheduling.hours import Interval
from tests.firm import BEN, CHEN, ROSA, TEAM, TOM, Firm, firm
from tests.hiring_loops.learning import WANTED, WHOLE, booked, passes, standing, trains

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Firm]:
    """The company on SQLite, for what no database makes different."""
    async with firm(tmp_path) as made:
        yield made


@pytest.fixture
async def each_office(database_url: str, tmp_path: Path) -> AsyncIterator[Firm]:
    async with firm(tmp_path, database_url) as made:
        yield made


def kinds(interview: Interview) -> dict[str, str]:
    return {seat.user: seat.kind for seat in interview.panel}


async def test_from_shadow_over_reverse_shadow_to_the_skill(each_office: Firm) -> None:
    office = each_office
    await trains(office)
    services, rosa = office.services, await office.actor(ROSA)
    for step in ("shadow", "reverse_shadow"):
        _, (pairing, talk) = await booked(office, WHOLE)
        assert kinds(pairing)[TOM] == step
        assert len(pairing.interviewers) == 1
        assert TOM not in talk.users
        assert len((await standing(office)).coming) == 1
        _, (other,) = await booked(office)
        assert TOM not in other.users  # one is booked, and one is all that the step needs
        with pytest.raises(Refused, match="Refused"):
            await training.sign_off(services, rosa, TOM, "pairing", step)
        await passes(office, pairing.end)
        assert (await standing(office)).ready
        for _ in range(2):
            await training.sign_off(services, rosa, TOM, "pairing", step)
    assert (await standing(office)).stage == "trained"
    assert "pairing" in (await interviewer_rules.of(services, TEAM, [TOM]))[TOM].tags
    assert TOM in await interviewer_rules.pool(services, TEAM, "pairing")
    with pytest.raises(AlreadyDone):
        await training.start(services, rosa, TOM, "pairing")
    rows = sa.select(audit.c.action, audit.c.after).where(audit.c.action.like("training.%"))
    async with services.store.read() as conn:
        done = [tuple(row) for row in await conn.execute(rows.order_by(audit.c.seq))]
    assert done == [
        ("training.path", "1 + 1"),
        ("training.started", "shadow"),
        ("training.signed_off", "reverse_shadow"),
        ("training.signed_off", "trained"),
    ]


async def test_only_what_was_held_and_attended_counts_and_it_counts_once(office: Firm) -> None:
    await trains(office, path=way.Path(9, 1))
    services, rosa, tom = office.services, await office.actor(ROSA), await office.actor(TOM)
    off, missed, declined, held = [(await booked(office))[1][0] for _ in range(4)]
    assert all(kinds(each)[TOM] == "shadow" for each in (off, missed, declined, held))
    await interviews.cancel(services, rosa, off.id, "")
    await interview_answers.answer(services, tom, declined.id, "declined", "a trip")
    assert (await standing(office)).training.shadows == 0
    await passes(office, max(i.start for i in (missed, declined, held)))
    who = await office.actor(missed.interviewers[0])
    await troubles.no_show(services, who, missed.id, "waited")
    await passes(office, max(i.end for i in (missed, declined, held)))
    found = await standing(office)
    assert found.training.interviews == {held.id}
    assert (found.training.shadows, found.left) == (1, 8)


async def test_a_loop_never_waits_for_who_learns(office: Firm) -> None:
    await trains(office)
    services, rosa = office.services, await office.actor(ROSA)
    now = services.clock.now()
    await interviewer_rules.pause(services, rosa, TOM, (now, now + timedelta(days=60)))
    loop, sessions = await booked(office)
    assert TOM not in {user for each in sessions for user in each.users}
    assert loop.state == "booked"
    await interviewer_rules.pause(services, rosa, TOM, None)
    await training.stop(services, rosa, TOM, "pairing")
    _, sessions = await booked(office)
    assert TOM not in {user for each in sessions for user in each.users}


async def test_a_move_takes_who_learns_along_or_leaves_them_behind(each_office: Firm) -> None:
    office = each_office
    await trains(office)
    services, rosa = office.services, await office.actor(ROSA)
    loop, (pairing, _) = await booked(office, WHOLE)
    first, second = [o.times for o in (await loop_visits.choices(services, loop))[:2]]
    await loop_visits.move(services, loop.id, first, by=ROSA)
    moved = await get(services, pairing.id)
    assert (moved.start, moved.end) == first[0]
    assert TOM in moved.users
    ref = await office.newcomer("Odo", "Quill")  # whom Tom meets alone at the next time
    await interviews.book(services, rosa, ref, Wish("Screen", 30, (TOM,)), second[0], key="screen")
    await loop_visits.move(services, loop.id, second, by=ROSA)
    moved = await get(services, pairing.id)
    assert (moved.start, moved.end) == second[0]
    assert TOM not in moved.users
    assert len(moved.interviewers) == 1


async def test_one_session_moves_without_who_learns_when_they_are_booked_then(office: Firm) -> None:
    await trains(office)
    services, rosa = office.services, await office.actor(ROSA)
    _, (pairing,) = await booked(office)
    profile = await candidates.profile(services, rosa, pairing.application)
    wish = Wish(pairing.title, pairing.minutes, pairing.interviewers)
    slot = (await interviews.times(services, rosa, profile, wish, pairing)).slots[-1]
    ref = await office.newcomer("Odo", "Quill")
    await interviews.book(services, rosa, ref, Wish("Screen", 30, (TOM,)), slot, key="screen")
    moved = await interviews.move(services, rosa, pairing.id, slot)
    assert (moved.start, moved.users) == (slot[0], pairing.interviewers)


async def test_who_watches_owes_no_scorecard_and_who_leads_does(office: Firm) -> None:
    await trains(office)
    services, rosa, tom = office.services, await office.actor(ROSA), await office.actor(TOM)
    _, (watched,) = await booked(office)
    await passes(office, watched.end)
    await feedback_flow.ask(services, interview=watched.id)
    assert await feedback_flow.tally(services, watched.id) == (0, 1)
    with pytest.raises(NotAllowed):
        await feedback.open_form(services, tom, watched.id)
    await training.sign_off(services, rosa, TOM, "pairing", "shadow")
    _, (led,) = await booked(office)
    await passes(office, led.end)
    await feedback_flow.ask(services, interview=led.id)
    assert await feedback_flow.tally(services, led.id) == (0, 2)
    await feedback.excuse(services, tom, led.id)  # `I wasn't there`
    assert not (await standing(office)).ready
    spread = await pool_ledger.of(services, rosa, "pairing")
    assert spread.ledger.interviews == 2


async def test_a_no_frees_the_time_and_a_yes_takes_it_again_while_it_is_free(
    each_office: Firm,
) -> None:
    office, mine = each_office, claims.person(TEAM, TOM)
    await trains(office)
    tom, elsewhere = await office.actor(TOM), "somewhere else"
    async with office.at_work():
        _, (now,) = await booked(office)
        time = (now.start, now.end)

        async def answers(said: str) -> str:
            await interview_answers.answer(office.services, tom, now.id, said, "a trip")
            await office.settles()
            seat = (await get(office.services, now.id)).seat(TOM)
            assert seat
            return seat.standing

        async def his() -> list[Interval]:
            return (await claims.held(office.services, [mine], time))[mine]

        assert await his() == [time]
        assert await answers("declined") == "declined"
        assert await his() == []
        assert await answers("accepted") == "accepted"
        assert await his() == [time]
        await answers("declined")
        async with office.services.store.begin() as tx:
            await claims.take(tx, office.services, [Claim(mine, time, elsewhere)])
            seat = next(s.user for s in now.panel if not s.learns)
            other = {BEN: CHEN, CHEN: BEN}[seat]
            fresh = await load(tx, now.id)
            await swap_seat.change_in(tx, office.services, fresh, seat, Coming(other, None), by=ROSA)  # fmt: skip
        assert await answers("accepted") == "declined", "he is booked elsewhere by now"
        said = [text for user, text in office.desk.said.values() if user == TOM]
        assert [t for t in said if "so your no to it stands" in t]


async def test_stopping_frees_the_seats_and_beginning_again_begins_anew(office: Firm) -> None:
    await trains(office)
    services, rosa = office.services, await office.actor(ROSA)
    _, (held,) = await booked(office)
    await passes(office, held.end)
    await training.settle(services, rosa, "pairing", way.Path(2, 1))
    _, (coming,) = await booked(office)
    assert TOM in coming.users
    await training.settle(services, rosa, "pairing", way.Path(3, 1))
    ref = await office.newcomer("Odo", "Quill")
    profile = await candidates.profile(services, rosa, ref)
    best = (await loops.suggest(services, rosa, profile, WANTED)).options[0]
    until = services.clock.now() + timedelta(hours=4)
    kept = await loops.hold(services, rosa, ref, WANTED, best.times, until, key="hold", like=best)
    assert TOM in kept.options[0].sittings[0].trainees
    for _ in range(2):
        await training.stop(services, rosa, TOM, "pairing")
    assert TOM not in (await get(services, coming.id)).users
    assert TOM in (await get(services, held.id)).users
    await loops.confirm(services, rosa, kept.id)
    (other,) = await loop_records.interviews_of(services, kept.id)
    assert TOM not in other.users
    with pytest.raises(NotFound):
        await training.sign_off(services, rosa, TOM, "pairing", "shadow")
    await training.start(services, rosa, TOM, "pairing")
    assert (await standing(office)).training.shadows == 0


async def test_who_settles_skills_trains_others_and_nobody_signs_themselves_off(
    office: Firm,
) -> None:
    await trains(office, path=way.Path(0, 1))
    services, rosa, tom = office.services, await office.actor(ROSA), await office.actor(TOM)
    assert (await standing(office)).stage == "reverse_shadow"
    await training.start(services, rosa, ROSA, "juggling")
    for act in (
        training.start(services, await office.actor(BEN), BEN, "juggling"),
        training.stop(services, await office.actor(BEN), TOM, "pairing"),
        training.sign_off(services, rosa, ROSA, "juggling", "shadow"),
    ):
        with pytest.raises(NotAllowed):
            await act
    assert [t.user for t in await training.listing(services, rosa)] == [ROSA, TOM]
    assert [t.user for t in await training.listing(services, tom)] == [TOM]
    assert await training.listing(services, await office.actor(BEN), user=TOM) == []
    for wrong in (way.Path(0, 0), way.Path(10, 1)):
        with pytest.raises(Refused, match="Refused"):
            await training.settle(services, rosa, "pairing", wrong)
