"""The jobs of a debrief: its invites, its cards, the reminder, and the answers to it. Each may run twice.

The candidate is never told of it, nor is the ATS: only those who are to be there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.contract import Event, EventDraft, Guest
from hiring import (
    calendar_writing,
    candidates,
    debrief_records,
    interview_invites,
    loop_records,
    outreach,
    people,
    post,
)
from hiring.calendar_writing import Meant
from hiring.candidates import Profile
from hiring.debrief_records import BOOKED, Debrief
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from messages.templates import Rendered
from scheduling import nudges, spell
from scheduling.hours import Interval
from scheduling.invites import NO_ANSWER, Party

ANSWERS = ("accepted", "declined", "tentative")
TEMPLATES = {
    "book": "debrief_invitation",
    "change": "debrief_changed",
    "cancel": "debrief_cancelled",
    "release": "debrief_released",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """A debrief as one message tells it."""

    start: datetime
    end: datetime
    sequence: int
    stamp: datetime


async def tell_in(tx: AsyncConnection, services: Services, before: Debrief, now: Debrief) -> None:
    """Queue what everybody has to learn about one that was booked, changed or called off in this transaction.

    Every change raises SEQUENCE, and each person gets one message for it; who stays out of it gets none.
    """
    assert now.start is not None  # it has, or had, a time
    assert now.end is not None
    assert now.stamp is not None
    off = now.state != BOOKED
    mark = f"{now.id}:{now.sequence}"
    if now.sender:
        await services.jobs.enqueue(
            tx, write, key=f"debrief-event:{mark}", loop=now.loop, id=now.id, sender=now.sender
        )
    else:
        invited = before.users if (before.id, before.state) == (now.id, BOOKED) else ()
        for user in dict.fromkeys([*invited, *now.users]):
            what = "book" if user not in invited else "change"
            what = "cancel" if off else what if user in now.users else "release"
            await services.jobs.enqueue(
                tx, mail, key=f"debrief-mail:{mark}:{user}", loop=now.loop, id=now.id, user=user, what=what,
                sequence=now.sequence, stamp=now.stamp.isoformat(), start=now.start.isoformat(),
                end=now.end.isoformat(), users=list(now.users),
            )  # fmt: skip
    await services.jobs.cancel(tx, f"debrief-remind:{now.loop}")
    if not off:
        await services.jobs.later(
            tx, remind, key=f"debrief-remind:{now.loop}", at=now.start - nudges.JOIN_BEFORE, loop=now.loop,
            id=now.id, sequence=now.sequence,
        )  # fmt: skip
    await show_in(tx, services, now)


async def tell_missing(tx: AsyncConnection, services: Services, now: Debrief, why: str) -> None:
    """Let the recruiter hear that it was called off since no time is left for it."""
    told = f"debrief-missing:{now.id}"
    said = why or "No time for the debrief is left."
    await services.jobs.enqueue(tx, tell_recruiter, key=told, loop=now.loop, why=said, told=told)


async def show_in(tx: AsyncConnection, services: Services, now: Debrief) -> None:
    """Let the cards follow that say when it is."""
    key = f"debrief-card:{now.id}:{now.sequence}:{now.state}"
    await services.jobs.enqueue(tx, show, key=key, loop=now.loop)


@job("debrief.mail", order="debrief-mail:{id}:{user}", what="The invite to a debrief")
async def mail(
    services: Services, *, loop: str, id: str, user: str, what: str, sequence: int, stamp: str, start: str, end: str,
    users: Sequence[str],
) -> None:  # fmt: skip
    """Send one person's invite, update or cancellation. An invite or update that is outdated is skipped.

    Who need not come any more gets a cancellation that names nobody else.
    """
    known = await debrief_records.get(services, loop)
    current = (known.id, known.sequence, known.state) == (id, sequence, BOOKED)
    if what in ("book", "change") and not current:
        return
    member = await services.desk.person(known.team, user)
    if not member.email:
        return
    time = (datetime.fromisoformat(start), datetime.fromisoformat(end))
    told = _Told(*time, sequence, datetime.fromisoformat(stamp))
    profile, actor = await _about(services, loop)
    rendered = await _rendered(services, profile, actor, TEMPLATES[what], users, time, member.zone)
    parties = []
    for each in [user] if what == "release" else users:
        person = await services.desk.person(known.team, each)
        if person.email:
            answer = known.answer(each) if current else NO_ANSWER
            parties.append(Party(person.name, person.email, answer))
    calendar = interview_invites.part(
        services,
        "cancel" if what in ("cancel", "release") else what,
        uid=interview_invites.debrief_uid(services, id),
        thing=told,
        zone=member.zone,
        summary=f"Debrief: {profile.candidate.name}",
        text=rendered.text,
        parties=parties,
        url=profile.candidate.url,
        location=None,
    )
    to = (member.name, member.email)

    async def build(message_id: str) -> Mail:
        return outreach.letter(
            services, actor, profile, rendered, message_id, to=to, calendar=calendar
        )

    key = f"debrief:{id}:{sequence}:{user}"
    await post.deliver(services, key=key, subject=loop, template=TEMPLATES[what], build=build)


@job("debrief.event", order="debrief-event:{id}", what="The event of a debrief")
async def write(services: Services, *, loop: str, id: str, sender: str) -> None:
    """Bring the event in the calendar in line with the debrief: the calendar invites, tells and asks again by itself."""
    known = await debrief_records.get(services, loop)
    assert known.start is not None  # one without a time was never told
    assert known.end is not None
    off = known.id != id or known.state != BOOKED
    draft = partial(_draft, services, known, id)
    meant = Meant(id, sender, off, known.sequence, known.start, known.end, draft)
    await calendar_writing.write(services, meant)


async def _draft(services: Services, known: Debrief, id: str) -> EventDraft:
    assert known.start is not None
    assert known.end is not None
    time = (known.start, known.end)
    profile, actor = await _about(services, known.loop)
    rendered = await _rendered(
        services, profile, actor, TEMPLATES["book"], known.users, time, actor.zone
    )
    guests = []
    for user in known.users:
        member = await services.desk.person(known.team, user)
        if member.email:
            guests.append(Guest(member.email, member.name))
    return EventDraft(
        key="", uid=interview_invites.debrief_uid(services, id), title=rendered.subject, start=known.start,
        end=known.end, zone=actor.zone, text=rendered.text, guests=tuple(guests), link=False, location="",
    )  # fmt: skip


@job("debrief.show", order="card:{loop}", what="The cards that name a debrief")
async def show(services: Services, *, loop: str) -> None:
    """Show the loop's card to the recruiter, and bring the other cards up to date that say when the debrief is."""
    now = await loop_records.get(services, loop)
    await services.desk.show(now.team, now.created_by, "loop", loop)
    await services.desk.refresh("loop_channel", loop)
    for interview in await loop_records.interviews_of(services, loop):
        for user in interview.users:
            await services.desk.refresh("brief", f"{interview.id}:{user}")


@job("debrief.remind", what="The reminder of a debrief")
async def remind(services: Services, *, loop: str, id: str, sequence: int) -> None:
    """Ten minutes before: that it begins, and how many scorecards are in. Skipped when it was changed meanwhile."""
    known = await debrief_records.get(services, loop)
    if (known.id, known.sequence, known.state) != (id, sequence, BOOKED):
        return
    for user in known.users:
        if known.answer(user) != "declined":
            subject = f"{loop}:{known.number}:{sequence}"
            await services.desk.show(known.team, user, "debrief", subject)


@job("debrief.tell-recruiter", what="The notice that a debrief has no time any more")
async def tell_recruiter(services: Services, *, loop: str, why: str, told: str) -> None:
    """Say that it was called off since no time is left, with what to do."""
    now = await loop_records.get(services, loop)
    said = f"{why} It was called off; the card of the interviews has “Find a time”."
    await services.desk.say(now.team, now.created_by, said, key=told)


async def hear(
    services: Services, id: str, said: str, sequence: int, sender: str, told: str, proposed: Interval | None
) -> None:  # fmt: skip
    """Take over what a calendar answered by mail. An answer to an earlier time, or of somebody else, counts for nothing."""
    known = await debrief_records.of(services, debrief_records.loop_of(id))
    if known is None or (known.id, known.state) != (id, BOOKED) or sequence < known.sequence:
        return
    for user in known.users:
        member = await services.desk.person(known.team, user)
        if member.email and member.email.casefold() == sender:
            if proposed is None:
                await answered(services, known, {user: said}, told)
                return
            now = await loop_records.get(services, known.loop)
            zone = (await services.desk.person(now.team, now.created_by)).zone
            text = f"{member.first_name} would rather have the debrief {spell.spell(proposed, zone)}. Its card moves it."
            await services.desk.say(now.team, now.created_by, text, key=told)


async def seen(services: Services, event: Event, id: str) -> None:
    """Take over what the event in the calendar says of its guests."""
    known = await debrief_records.of(services, debrief_records.loop_of(id))
    if known is None or (known.id, known.state) != (id, BOOKED):
        return
    if (event.start, event.end) != known.time:
        return
    members = {}
    for user in known.users:
        address = (await services.desk.person(known.team, user)).email or ""
        members[address.casefold()] = user
    said = {
        members[email]: reply.answer
        for reply in event.replies
        if reply.answer and (email := reply.guest.email.casefold()) in members
    }
    await answered(services, known, said, f"debrief-answer:{known.id}:{known.sequence}")


async def answered(services: Services, known: Debrief, said: Mapping[str, str], told: str) -> None:
    """Note answers; who arranged it hears of each new no. The same again changes nothing."""
    new = {u: a for u, a in said.items() if a in ANSWERS and a != known.answer(u)}
    if not new:
        return
    now = await loop_records.get(services, known.loop)
    async with services.store.begin() as tx:
        fresh = await debrief_records.find(tx, known.loop)
        if fresh is None or (fresh.id, fresh.sequence) != (known.id, known.sequence):
            return
        await debrief_records.change(tx, known.loop, answers={**fresh.answers, **new})
    for user in sorted(u for u, answer in new.items() if answer == "declined"):
        person = await services.desk.person(known.team, user)
        text = f"{person.first_name} cannot come to the debrief. Its card moves it or calls it off."
        await services.desk.say(now.team, now.created_by, text, key=f"{told}:{user}")
    await show(services, loop=known.loop)


async def _about(services: Services, loop: str) -> tuple[Profile, Actor]:
    now = await loop_records.get(services, loop)
    profile = await candidates.read(services, now.application)
    return profile, await people.actor(services, now.team, now.created_by)


async def _rendered(
    services: Services, profile: Profile, actor: Actor, template: str, users: Sequence[str], time: Interval, zone: str
) -> Rendered:  # fmt: skip
    names = [(await services.desk.person(actor.team, user)).name for user in users]
    known = await outreach.facts(services, actor, profile) | {
        "interview_time": spell.spell_long(time, zone),
        "interviewers": ", ".join(names),
    }
    return templates.render(templates.load()[template], known)
