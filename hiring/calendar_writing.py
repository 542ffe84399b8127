"""Brings the event in the calendar in line with its interview or debrief. May run again at any point: each write is looked for first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from connectors.contract import Calendar, Event, EventDraft, Guest
from connectors.errors import Conflict, ConnectorError, Gone, InDoubt
from hiring import calendar_events, interview_flow, interview_invites, meeting_links
from hiring.calendar_events import Entry
from hiring.errors import NotFound, Refused
from hiring.interview_records import Interview, get
from hiring.services import Services

ROUNDS = 3  # readings of an event that others change while we write
GONE = (
    "The calendar that holds this interview's event is not connected any more. "
    "Change the event there, and tell the interviewers; connect the calendar again for the next ones."
)


@dataclass(frozen=True, slots=True)
class Meant:
    """What is to stand in a calendar: the event of an interview, or of a debrief. `draft` is how, read when it is needed.

    `sender` is the account whose calendar invites. Times are aware UTC.
    """

    id: str
    sender: str
    off: bool
    sequence: int
    start: datetime
    end: datetime
    draft: Callable[[], Awaitable[EventDraft]]


async def bring(services: Services, interview: str) -> Event | None:
    """Make, change or cancel the event as the interview stands now; None where there is none any more."""
    now = await get(services, interview)
    if now.sender is None:
        return None
    off, draft = now.state != "scheduled", partial(_draft, services, now)
    meant = Meant(now.id, now.sender, off, now.sequence, now.start, now.end, draft)
    return await write(services, meant)


async def write(services: Services, meant: Meant) -> Event | None:
    """Make, change or cancel an event; None where there is none any more.

    Guests are invited, told and asked again by the calendar itself. Raises the connector's errors, and Refused where
    the account is gone: nobody is mailed instead, since that would be a second invitation.
    """
    known = await calendar_events.of(services, meant.id)
    if known is not None and known.state == "cancelled":
        return None
    try:
        calendar = await services.accounts.calendar(meant.sender)
    except NotFound:
        raise Refused(GONE) from None
    if meant.off:
        await _cancel(services, calendar, meant, known)
        return None
    draft = await meant.draft()
    if known is None or known.state == "asked":
        known = await _make(services, calendar, meant, known, draft)
    return await _change(services, calendar, meant, known, draft)


async def _draft(services: Services, now: Interview) -> EventDraft:
    title, text, zone = await interview_flow.for_calendar(services, now)
    guests = []
    for seat in now.panel:
        member = await services.desk.person(now.team, seat.user)
        if member.email:
            guests.append(Guest(member.email, member.name, optional=seat.optional))
    return EventDraft(
        key="", uid=interview_invites.panel_uid(services, now.id), title=title, start=now.start,
        end=now.end, zone=zone, text=text, guests=tuple(guests), link=now.meeting == "calendar",
        location=await meeting_links.where(services, now, beside=now.meeting == "calendar"),
    )  # fmt: skip


async def _make(
    services: Services, calendar: Calendar, now: Meant, known: Entry | None, draft: EventDraft
) -> Entry:
    """Write the event under our key. What is sent is noted first: an attempt that was cut off is made again as it was,
    which gives its event if there is one."""
    fresh = known is None
    asked = known or Entry(
        now.id, calendar.account.id, "", 1, "asked", "", "", "", now.sequence, now.start, now.end, {}
    )  # fmt: skip
    if fresh:
        await calendar_events.keep(services, asked)
    wish = replace(draft, key=asked.key, start=asked.start, end=asked.end)
    try:
        made = await calendar.create_event(asked.owner, wish)
    except Conflict:  # somebody cancelled or moved it before we knew of it
        again = replace(
            asked, attempt=asked.attempt + 1, sequence=now.sequence, start=now.start, end=now.end
        )
        await calendar_events.keep(services, again)
        made = await calendar.create_event(again.owner, replace(draft, key=again.key))
        asked = again
    except ConnectorError as error:
        if fresh and not isinstance(error, InDoubt):
            await calendar_events.drop(services, now.id)
        raise
    found = _seen(replace(asked, state="standing"), made)
    await calendar_events.keep(services, found)
    return found


async def _change(
    services: Services, calendar: Calendar, now: Meant, known: Entry, draft: EventDraft
) -> Event:
    """Make the event say what the interview says; one that somebody changed meanwhile is read again first."""
    try:
        event = await calendar.event(known.owner, known.event)
    except Gone:  # deleted in the calendar: the guests are invited anew
        fresh = replace(
            known, attempt=known.attempt + 1, state="asked", event="", sequence=now.sequence,
            start=now.start, end=now.end,
        )  # fmt: skip
        await calendar_events.keep(services, fresh)
        made = await _make(services, calendar, now, fresh, draft)
        return await calendar.event(made.owner, made.event)
    wish = replace(draft, key=known.key, location=draft.location or event.location)
    for number in range(ROUNDS):
        if event.holds(wish):
            break
        try:
            event = await calendar.update_event(
                known.owner, known.event, wish, version=event.version
            )
            break
        except Conflict:
            if number + 1 == ROUNDS:
                raise
            event = await calendar.event(known.owner, known.event)
    asked_anew = (known.start, known.end) != (now.start, now.end)
    replies = {} if asked_anew else known.replies
    written = replace(known, sequence=now.sequence, start=now.start, end=now.end, replies=replies)
    await calendar_events.keep(services, _seen(written, event))
    return event


async def _cancel(services: Services, calendar: Calendar, now: Meant, known: Entry | None) -> None:
    """Take it away, also one that an attempt which was cut off may have made."""
    if known is None:
        return
    if known.state == "asked":
        draft = await now.draft()
        known = await _make(services, calendar, now, known, draft)
    await calendar.cancel_event(known.owner, known.event)
    await calendar_events.keep(services, replace(known, state="cancelled", sequence=now.sequence))


def _seen(known: Entry, event: Event) -> Entry:
    return replace(known, event=event.id, uid=event.uid, version=event.version)
