"""Answers to invites: by button, by link or by mail; a no opens the seat for the recruiter at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import (
    audit,
    candidate_events,
    interview_flow,
    reminders,
    swap_flow,
    swap_records,
    trainee_seats,
)
from hiring.candidate_events import Entry
from hiring.errors import AlreadyDone, NotAllowed, NotFound, Refused
from hiring.interview_records import Interview, Seat, get, load
from hiring.interviews_table import panel
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from scheduling.invite_answers import newer
from scheduling.invites import NO_ANSWER

Said = Literal["accepted", "declined", "tentative"]
SAYABLE = ("accepted", "declined", "tentative")
CANDIDATE = "candidate"  # in the place of a member's id
WORDS = {"accepted": "accepted", "declined": "declined", "tentative": "answered maybe"}


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """Somebody the recruiter has to think of: who declined or has not answered. `who` is a member or `candidate`.

    `answer` is the one that stands now; `current` is False when the interview moved or was called off since.
    """

    interview: Interview
    who: str
    answer: str
    reason: str
    current: bool


async def answer(
    services: Services, actor: Actor, interview: str, said: str, reason: str = ""
) -> Interview:
    """An interviewer answers for themselves. The same answer twice changes nothing.

    Raises NotAllowed for somebody who is not on the panel, AlreadyDone when it is over or off.
    """
    if said not in SAYABLE:
        raise Refused("Answer with yes, no or maybe.")
    now = await get(services, interview)
    if actor.user not in now.users:
        raise NotAllowed("Only the interviewers of this interview answer its invite.")
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        if now.state != "scheduled":
            raise AlreadyDone(f"This interview is {now.state}; there is nothing to answer.")
        if now.end <= services.clock.now():
            raise AlreadyDone("This interview is over; there is nothing to answer.")
        seat = now.seat(actor.user)
        if seat is None:
            raise NotAllowed("You are no longer on the panel of this interview.")
        if seat.standing != said:
            await note(
                tx, services, now, seat, said, reason, sequence=now.sequence,
                stamp=services.clock.now(), by=actor.user,
            )  # fmt: skip
        return await load(tx, interview)


async def note(
    tx: AsyncConnection,
    services: Services,
    now: Interview,
    seat: Seat,
    said: str,
    reason: str,
    *,
    sequence: int,
    stamp: datetime,
    by: str,
) -> bool:
    """Keep an interviewer's answer in the caller's transaction; False when a later one is known (RFC 5546, 2.1.5).

    An answer to an earlier SEQUENCE is kept as stale: it counts for nothing, and the card says so.
    """
    if not newer(seat.answered, sequence, stamp):
        return False
    stale = sequence < now.sequence
    values = {
        "answer": said, "stale": stale, "answered_at": services.clock.now(),
        "answer_sequence": sequence, "answer_stamp": stamp,
        "answer_reason": services.seal.close(reason.strip()[:1_000]) if reason.strip() else None,
    }  # fmt: skip
    mine = (panel.c.interview == now.id, panel.c.user == seat.user)
    await tx.execute(panel.update().where(*mine).values(**values))
    await audit.record(
        tx, services, by, "interview.answered", now.id, before=seat.standing, after=said,
        who=seat.user, stale=stale,
    )  # fmt: skip
    mark = f"{now.id}:{seat.user}:{sequence}:{stamp.isoformat()}"
    await services.jobs.enqueue(
        tx, show, key=f"answered:{mark}", interview=now.id, who=seat.user, sequence=now.sequence
    )
    if not stale:
        await reminders.answered(tx, services, now.id, seat.user)
        if seat.learns:
            key = f"trainee-time:{mark}"
            await services.jobs.enqueue(
                tx, trainee_seats.bring, key=key, interview=now.id, user=seat.user
            )
        elif said == "declined" and seat.needed:
            await declined(tx, services, now, seat.user, mark)
        if said == "accepted":
            await swap_records.back_in(tx, services, now, seat.user)
    return True


async def note_candidate(
    tx: AsyncConnection, services: Services, event: Entry, said: str, sequence: int, stamp: datetime
) -> bool:
    """Keep the candidate's answer to one of their events; False when a later one is known."""
    if event.state != "standing" or not newer(event.answered, sequence, stamp):
        return False
    await candidate_events.answered(tx, services, event, said, sequence, stamp)
    await audit.record(
        tx, services, CANDIDATE, "interview.answered", event.sessions[0], before=event.standing,
        after=said, who=CANDIDATE, stale=sequence < event.sequence,
    )  # fmt: skip
    mark = f"{event.id}:{sequence}:{stamp.isoformat()}"
    for interview in event.sessions:
        now = await load(tx, interview)
        await services.jobs.enqueue(
            tx, show, key=f"answered:{mark}:{interview}", interview=interview, who=CANDIDATE,
            sequence=now.sequence,
        )  # fmt: skip
        if said == "declined" and sequence >= event.sequence:
            await declined(tx, services, now, CANDIDATE, f"{mark}:{interview}")
    return True


async def declined(
    tx: AsyncConnection, services: Services, now: Interview, who: str, mark: str
) -> None:
    """The seam of every no, whatever way it came: the recruiter gets a card at once. `mark` makes it once per answer.

    Where the company lets it, the search for a substitute begins here.
    """
    await services.jobs.enqueue(
        tx, tell, key=f"declined:{mark}", interview=now.id, who=who, sequence=now.sequence
    )
    if who != CANDIDATE:
        await swap_flow.after_no(tx, services, now, who, mark)


@job(
    "interview.declined",
    order="card:{interview}",
    lane="now",
    what="The notice that somebody cannot come",
)
async def tell(services: Services, *, interview: str, who: str, sequence: int) -> None:
    """Show the recruiter the open seat, with what can be done about it."""
    now = await get(services, interview)
    if now.sequence == sequence:
        await services.desk.show(
            now.team, now.created_by, "open_seat", f"{interview}:{who}:{sequence}"
        )


@job("interview.answered", order="card:{interview}", what="The interview's card")
async def show(services: Services, *, interview: str, who: str, sequence: int) -> None:
    """Bring the cards that show the answer up to date."""
    await interview_flow.show(services, interview=interview)
    await services.desk.refresh("open_seat", f"{interview}:{who}:{sequence}")
    for step in range(reminders.ASKED):
        await services.desk.refresh("rsvp", f"{interview}:{who}:{sequence}:{step}")


async def open_seat(services: Services, subject: str) -> OpenSeat:
    """What a card about an open seat shows. Raises NotFound."""
    interview, who, sequence = subject.split(":")
    now = await get(services, interview)
    current = now.state == "scheduled" and now.sequence == int(sequence)
    if who == CANDIDATE:
        event = await candidate_events.of(services, interview, now.application)
        return OpenSeat(now, who, event.standing if event else NO_ANSWER, "", current)
    seat = now.seat(who)
    if seat is None:
        raise NotFound("This person is no longer on the panel.")
    reason = services.seal.open_text(seat.reason) if seat.reason and not seat.stale else ""
    return OpenSeat(now, who, seat.standing, reason, current)


async def by_link(services: Services, subject: str, form: Mapping[str, str]) -> Interview:
    """An interviewer answers on their own page, whose link names the interview and the person."""
    interview, _, user = subject.partition(":")
    now = await get(services, interview)
    person = await services.desk.person(now.team, user)
    said, reason = form.get("act", ""), form.get("reason", "")
    if said == "declined" and not reason.strip():
        raise Refused("Say in a few words why you cannot make it.", field="reason")
    return await answer(services, Actor(person), interview, said, reason)
