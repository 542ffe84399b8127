"""How the people of a debrief are invited: its meeting link, its event in the calendar that invites, or a mail to each.

Each job may run twice. The candidate is never told, nor is the ATS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from connectors.contract import EventDraft, Guest
from connectors.errors import ConnectorError, InDoubt, TryLater
from connectors.model import Ref
from hiring import (
    calendar_writing,
    candidates,
    debrief_records,
    interview_invites,
    loop_records,
    meeting_links,
    outreach,
    people,
    post,
    zone_mails,
)
from hiring.calendar_writing import Meant
from hiring.candidates import Profile
from hiring.debrief_records import BOOKED, Debrief
from hiring.errors import Refused
from hiring.jobs import job
from hiring.people import Actor
from hiring.services import Services
from messages import templates
from messages.mail import Mail
from messages.templates import Rendered
from scheduling import spell
from scheduling.hours import Interval
from scheduling.invites import NO_ANSWER, Party

PATIENCE = timedelta(minutes=10)  # for which invites wait for their link
TITLE = "Debrief"  # of the meeting; names nobody
TEMPLATES = {
    "book": "debrief_invitation",
    "change": "debrief_changed",
    "cancel": "debrief_cancelled",
    "release": "debrief_released",
    "clock": "debrief_clock",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """A debrief as one message tells it."""

    start: datetime
    end: datetime
    sequence: int
    stamp: datetime


@dataclass(frozen=True, slots=True)
class _Call:
    """A debrief as its meeting link needs it."""

    id: str
    application: Ref
    meeting: str | None
    state: str
    start: datetime
    end: datetime
    zone: str
    title: str = TITLE
    location: str | None = meeting_links.LATER


async def invite_in(tx: AsyncConnection, services: Services, before: Debrief, now: Debrief) -> None:
    """Queue the link, and the event or each person's one message, for what changed in this transaction.

    Who stays out of it gets none. Invites wait for a link; cancellations do not.
    """
    off, mark = now.state != BOOKED, f"{now.id}:{now.sequence}"
    waiting = []
    for one in [] if now.sender else _mails(before, now):
        if now.meeting and one["what"] in ("book", "change"):
            waiting.append(one)
        else:
            await _post(tx, services, one)
    if now.sender or now.meeting:
        await services.jobs.enqueue(
            tx, write, key=f"debrief-event:{mark}", loop=now.loop, id=now.id, sender=now.sender,
            meeting=now.meeting, waiting=[] if off else waiting,
        )  # fmt: skip


async def correct_in(
    tx: AsyncConnection, services: Services, now: Debrief, user: str, was: str, stamp: str
) -> None:
    """Queue the notice that the rules for clocks changed: the same moment. `was` is the hour told before, if it is another."""
    key = f"debrief-clock:{now.id}:{now.sequence}:{user}:{stamp}"
    one = next(one for one in _mails(now, now) if one["user"] == user)
    await services.jobs.enqueue(
        tx, mail, key=key, **{**one, "what": "clock", "stamp": stamp}, was=was
    )


def _mails(before: Debrief, now: Debrief) -> list[dict[str, Any]]:
    """What each person has to learn by mail, as the arguments of `mail`."""
    assert now.start is not None  # it has, or had, a time
    assert now.end is not None
    assert now.stamp is not None
    told = {
        "loop": now.loop, "id": now.id, "sequence": now.sequence, "stamp": now.stamp.isoformat(),
        "start": now.start.isoformat(), "end": now.end.isoformat(), "users": list(now.users),
    }  # fmt: skip
    invited = before.users if (before.id, before.state) == (now.id, BOOKED) else ()
    found = []
    for user in dict.fromkeys([*invited, *now.users]):
        what = "book" if user not in invited else "change"
        what = "cancel" if now.state != BOOKED else what if user in now.users else "release"
        found.append({**told, "user": user, "what": what})
    return found


async def _post(tx: AsyncConnection, services: Services, one: Mapping[str, Any]) -> None:
    key = f"debrief-mail:{one['id']}:{one['sequence']}:{one['user']}"
    await services.jobs.enqueue(tx, mail, key=key, **one)


@job("debrief.mail", order="debrief-mail:{id}:{user}", what="The invite to a debrief")
async def mail(
    services: Services, *, loop: str, id: str, user: str, what: str, sequence: int, stamp: str, start: str, end: str,
    users: Sequence[str], was: str = "",
) -> None:  # fmt: skip
    """Send one person's invite, update or cancellation. An invite or update that is outdated is skipped.

    Who need not come any more gets a cancellation that names nobody else. Where a calendar invites, only the notice of a
    changed clock is mailed, without a second event.
    """
    known = await debrief_records.get(services, loop)
    current = (known.id, known.sequence, known.state) == (id, sequence, BOOKED)
    if what in ("book", "change", "clock") and not current:
        return
    member = await services.desk.person(known.team, user)
    if not member.email:
        return
    time = (datetime.fromisoformat(start), datetime.fromisoformat(end))
    told = _Told(*time, sequence, datetime.fromisoformat(stamp))
    profile, actor = await _about(services, loop)
    rendered = await _rendered(
        services, profile, actor, TEMPLATES[what], users, time, member.zone, was
    )
    calendar = interview_invites.part(
        services,
        "cancel" if what in ("cancel", "release") else what,
        uid=interview_invites.debrief_uid(services, id),
        thing=told,
        zone=member.zone,
        summary=f"Debrief: {profile.candidate.name}",
        text=rendered.text,
        parties=await _parties(services, known, [user] if what == "release" else users, current),
        url=profile.candidate.url,
        location=await meeting_links.where(services, known) or None if current else None,
    )
    to = (member.name, member.email)
    beside = what == "clock" and known.sender  # its event has the new rules from its calendar

    async def build(message_id: str) -> Mail:
        return outreach.letter(
            services, actor, profile, rendered, message_id, to=to, calendar=None if beside else calendar
        )  # fmt: skip

    key = f"debrief:{id}:{sequence}:{user}" + (f":{stamp}" if what == "clock" else "")
    await post.deliver(services, key=key, subject=loop, template=TEMPLATES[what], build=build)


async def _parties(
    services: Services, known: Debrief, users: Sequence[str], current: bool
) -> list[Party]:
    found = []
    for user in users:
        person = await services.desk.person(known.team, user)
        if person.email:
            answer = known.answer(user) if current else NO_ANSWER
            found.append(Party(person.name, person.email, answer))
    return found


@job("debrief.event", order="debrief-event:{id}", what="The link and the event of a debrief")
async def write(
    services: Services, *, loop: str, id: str, sender: str | None, meeting: str | None = None,
    waiting: Sequence[Mapping[str, Any]] = (),
) -> None:  # fmt: skip
    """Bring the link and the event in line with the debrief, then let the mails go that waited for the link.

    The calendar invites, tells and asks again by itself. Mails wait ten minutes at most.
    """
    known = await debrief_records.get(services, loop)
    try:
        await _bring(services, known, id, sender, meeting)
    except (ConnectorError, Refused) as error:
        worth = isinstance(error, (TryLater, InDoubt))
        begun = known.stamp or services.clock.now()
        if not (worth and services.clock.now() - begun < PATIENCE):
            await _let_go(services, waiting)
        raise
    await _let_go(services, waiting)
    if meeting:
        await services.desk.refresh("loop", loop)  # it says where


async def _bring(
    services: Services, known: Debrief, id: str, sender: str | None, meeting: str | None
) -> None:
    assert known.start is not None  # one without a time was never told
    assert known.end is not None
    off = known.id != id or known.state != BOOKED
    now = await loop_records.get(services, known.loop)
    zone = (await services.desk.person(now.team, now.created_by)).zone
    state = "cancelled" if off else "scheduled"
    call = _Call(id, now.application, meeting, state, known.start, known.end, zone)
    await meeting_links.bring(services, call)
    if sender is None:
        return
    draft = partial(_draft, services, known, id, meeting)
    meant = Meant(id, sender, off, known.sequence, known.start, known.end, draft)
    event = await calendar_writing.write(services, meant)
    if event is None or meeting != meeting_links.CALENDAR:
        return
    if not await meeting_links.from_event(services, call, event):
        raise TryLater("The calendar has not made the meeting link yet.", after=timedelta(seconds=1))  # fmt: skip


async def _let_go(services: Services, waiting: Sequence[Mapping[str, Any]]) -> None:
    async with services.store.begin() as tx:
        for one in waiting:
            await _post(tx, services, one)


async def _draft(services: Services, known: Debrief, id: str, meeting: str | None) -> EventDraft:
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
    own = meeting == meeting_links.CALENDAR
    return EventDraft(
        key="", uid=interview_invites.debrief_uid(services, id), title=rendered.subject, start=known.start,
        end=known.end, zone=actor.zone, text=rendered.text, guests=tuple(guests), link=own,
        location=await meeting_links.where(services, known, beside=own),
    )  # fmt: skip


async def _about(services: Services, loop: str) -> tuple[Profile, Actor]:
    now = await loop_records.get(services, loop)
    profile = await candidates.read(services, now.application)
    return profile, await people.actor(services, now.team, now.created_by)


async def _rendered(
    services: Services, profile: Profile, actor: Actor, template: str, users: Sequence[str], time: Interval, zone: str,
    was: str = "",
) -> Rendered:  # fmt: skip
    names = [(await services.desk.person(actor.team, user)).name for user in users]
    known = await outreach.facts(services, actor, profile) | {
        "interview_time": spell.spell_long(time, zone),
        "interviewers": ", ".join(names),
        "reason": zone_mails.reason(time, zone, was),
    }
    return templates.render(templates.load()[template], known)
