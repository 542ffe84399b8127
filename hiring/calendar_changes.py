"""What changes in a calendar mean: replies are taken over, and what stands against an interview or debrief becomes a conflict."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from connectors.contract import Busy, BusyTime, Calendar, Changes, Event, Reply
from connectors.errors import Gone
from hiring import (
    calendar_events,
    calendar_times,
    conflicts,
    debrief_flow,
    debrief_records,
    interview_answers,
    optional_seats,
    proposals,
)
from hiring.calendar_events import Entry
from hiring.debrief_records import BOOKED, Debrief
from hiring.desk import Person
from hiring.interview_answers import SAYABLE
from hiring.interview_records import Interview, get, listed, load
from hiring.interviews_table import interviews
from hiring.jobs import job
from hiring.services import Services
from scheduling.busy import Policy
from scheduling.hours import Interval

AHEAD = timedelta(days=14)  # how far overlaps are looked for


async def take(services: Services, calendar: Calendar, changes: Changes, window: Interval) -> None:
    """Act on a list of changes; the same list again changes nothing.

    An event that is told as gone is read before it is believed: what leaves a window is told as gone, too.
    """
    told = {event.id: event for event in changes.events if not event.cancelled}
    for entry in await calendar_events.in_account(
        services, calendar.account.id, services.clock.now()
    ):
        event = told.get(entry.event)
        gone = entry.event in changes.removed or (
            changes.anew and window[0] <= entry.start < window[1]
        )
        try:
            if event is None and gone:
                event = await calendar.event(entry.owner, entry.event)
        except Gone:
            await _conflict(services, entry, conflicts.DELETED)
        if event is not None:
            await _changed(services, entry, event)


async def _changed(services: Services, entry: Entry, event: Event) -> None:
    """An event as it is now. Replies to another time than it was written with count for nothing."""
    if (event.start, event.end) != (entry.start, entry.end):
        await _conflict(services, entry, conflicts.MOVED, (event.start, event.end))
        return
    await conflicts.over(services, entry.interview, (conflicts.MOVED, conflicts.DELETED))
    if entry.interview.startswith(debrief_records.PREFIX):
        await debrief_flow.seen(services, event, entry.interview)
        return
    now = await get(services, entry.interview)
    if not _current(now, entry):
        return
    members = await _members(services, now)
    replies = [(u, r) for r in event.replies if (u := members.get(r.guest.email.casefold()))]
    if replies:
        await _replied(services, entry, event, replies)


async def _replied(
    services: Services, entry: Entry, event: Event, replies: Sequence[tuple[str, Reply]]
) -> None:
    """Take over what is new since the last look: an answer given in Slack meanwhile is not undone by an older one."""
    seen = {user: reply.answer for user, reply in replies}
    async with services.store.begin() as tx:
        now = await load(tx, entry.interview)
        if not _current(now, entry):
            return
        for user, reply in replies:
            seat = now.seat(user)
            if reply.proposed is not None:
                key = f"calendar:{reply.proposed[0].isoformat()}:{reply.proposed[1].isoformat()}"
                await proposals.write(
                    tx, services, now, user, reply.proposed, reply.comment, key=key, by_mail=False
                )
            if seat is None or reply.answer not in SAYABLE:
                continue
            if reply.answer != entry.replies.get(user) and reply.answer != seat.standing:
                await interview_answers.note(
                    tx, services, now, seat, reply.answer, reply.comment, sequence=now.sequence,
                    stamp=services.clock.now(), by=user,
                )  # fmt: skip
        await calendar_events.saw(tx, entry.interview, dict(seen), event.version)


async def _conflict(
    services: Services, entry: Entry, what: str, slot: Interval | None = None
) -> None:
    if entry.interview.startswith(debrief_records.PREFIX):
        debrief = await debrief_records.get(services, debrief_records.loop_of(entry.interview))
        if debrief.id == entry.interview and _current(debrief, entry):
            await conflicts.note(services, debrief, what, slot=slot)
        return
    now = await get(services, entry.interview)
    if _current(now, entry):
        await conflicts.note(services, now, what, slot=slot)


def _current(now: Interview | Debrief, entry: Entry) -> bool:
    """Whether the event was written as the interview or debrief is now; else it is being written."""
    return now.state in ("scheduled", BOOKED) and now.sequence == entry.sequence


@job("calendar.overlaps", lane="bulk", order="calendar-overlaps", what="A look for conflicts")
async def overlaps(services: Services) -> None:
    """See who has something else in their calendar by now at the time of a coming interview or debrief."""
    now = services.clock.now()
    coming = await listed(
        services, interviews.c.state == "scheduled", interviews.c.start > now,
        interviews.c.start < now + AHEAD,
    )  # fmt: skip
    booked = [_Booked(each, (each.start, each.end), each.interviewers) for each in coming]
    after = await debrief_records.coming(services, now + AHEAD)
    booked += [_Booked(each, each.own[0], each.users) for each in after]
    for team in sorted({each.what.team for each in booked}):
        mine = [each for each in booked if each.what.team == team]
        people = [
            await services.desk.person(team, user)
            for user in sorted({user for each in mine for user in each.users})
        ]
        told = await calendar_times.busy(services, people, (now, now + AHEAD), fresh=True)
        users = [person.id for person in people]
        beside = await optional_seats.events(services, team, users, (now, now + AHEAD))
        for each in mine:
            await _overlaps_of(services, each, told, beside)


@dataclass(frozen=True, slots=True)
class _Booked:
    """An interview or a debrief with its time and who has to be there."""

    what: Interview | Debrief
    time: Interval
    users: Sequence[str]


async def _overlaps_of(
    services: Services,
    booked: _Booked,
    told: Mapping[str, Busy],
    beside: Mapping[str, Collection[str]],
) -> None:
    written = await calendar_events.ids(services, [booked.what.id])
    over = booked.what.over if isinstance(booked.what, Interview) else ()
    for user in booked.users:
        calendar = told.get(user)
        if calendar is None or not calendar.known:
            continue
        known = {one.what for one in over if one.who == user}
        theirs = optional_seats.without(calendar, beside[user]).taken
        taken = [t for t in theirs if t.all_day or t.kind not in known]
        if overlapping(taken, booked.time, written, services.company.policy):
            await conflicts.note(services, booked.what, conflicts.BUSY, who=user)
        else:
            await conflicts.over(services, booked.what.id, (conflicts.BUSY,), who=user)


def overlapping(
    taken: Sequence[BusyTime], slot: Interval, written: Collection[str], policy: Policy
) -> bool:
    """Whether something besides the interview or debrief itself takes its time.

    Some calendars tell only where busy time begins and ends, with neighbours in one: a time that covers the interview
    may be the interview with what lies beside it, and says nothing.
    """
    near = [t for t in taken if t.start < slot[1] and t.end > slot[0]]
    own = [t for t in near if t.event in written] or [
        t for t in near if (t.start, t.end) == slot and not (t.event and written)
    ][:1]
    rest = [t for t in near if t not in own and policy.blocks(t.kind)]
    return any(bool(own or t.event) or t.start > slot[0] or t.end < slot[1] for t in rest)


async def _members(services: Services, now: Interview) -> dict[str, str]:
    found: list[Person] = [await services.desk.person(now.team, user) for user in now.users]
    return {person.email.casefold(): person.id for person in found if person.email}
