"""What an interview's mails carry: the calendar part with its UID, who is asked, and each interviewer's own link."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from hiring import links
from hiring.errors import Refused
from hiring.interview_records import Interview, load
from hiring.interviews_table import panel
from hiring.services import Services
from messages.mail import CalendarPart
from scheduling import invite_check, invites
from scheduling.invites import Invite, Party

ANSWER = "answer"  # the purpose of an interviewer's link
LINK_OUTLIVES = timedelta(days=1)


class Thing(Protocol):
    """What can stand in a calendar: an interview, or an event of a candidate."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def sequence(self) -> int: ...
    @property
    def stamp(self) -> datetime: ...


def panel_uid(services: Services, interview: str) -> str:
    """The UID of the event that all interviewers share."""
    return f"{interview}-i@{_domain(services)}"


def candidate_uid(services: Services, event: str) -> str:
    """The UID of one of the candidate's events."""
    return f"{event}@{_domain(services)}"


def debrief_uid(services: Services, debrief: str) -> str:
    """The UID of a debrief."""
    return f"{debrief}@{_domain(services)}"


def ours(services: Services, uid: str) -> str | None:
    """The local part of a UID that we may have given; None for anybody else's."""
    local, _, domain = uid.rpartition("@")
    return local if local and domain == _domain(services) else None


def part(
    services: Services,
    what: str,
    *,
    uid: str,
    thing: Thing,
    zone: str,
    summary: str,
    text: str,
    parties: Sequence[Party],
    url: str | None,
    location: str | None,
) -> CalendarPart:
    """The calendar part of a mail: `what` is book, move or cancel.

    UID and DTSTAMP are the record's, so that a repeat is the same message (RFC 5546 section 2.1.5). Raises Refused for
    an invite that calendars would not take.
    """
    invite = Invite(
        uid, thing.sequence, thing.stamp, thing.start, thing.end, zone, summary, text,
        location, url, organizer(services), tuple(parties),
    )  # fmt: skip
    made = (
        CalendarPart("CANCEL", invites.cancel(invite))
        if what == "cancel"
        else CalendarPart("REQUEST", invites.request(invite))
    )
    if wrong := invite_check.check(made.ics):
        raise Refused(f"This invite would be refused by calendars: {', '.join(wrong)}.")
    return made


def refusal(
    services: Services, *, uid: str, thing: Thing, zone: str, stamp: datetime, to: Party, why: str
) -> CalendarPart:
    """The answer to a proposed time that is not taken (DECLINECOUNTER)."""
    invite = Invite(
        uid, thing.sequence, stamp, thing.start, thing.end, zone, "", "", None, None,
        organizer(services), (to,),
    )  # fmt: skip
    return CalendarPart("DECLINECOUNTER", invites.decline_counter(invite, why))


def organizer(services: Services) -> Party:
    """The address that invites go out from, which is where answers arrive."""
    return Party(services.company.name, services.company.mail_from)


async def panel_parties(services: Services, now: Interview) -> list[Party]:
    """Everybody of the panel whose address is known, with what each has answered to the time as it is."""
    found = []
    for seat in now.panel:
        member = await services.desk.person(now.team, seat.user)
        if member.email:
            found.append(Party(member.name, member.email, seat.standing, optional=seat.optional))
    return found


async def answer_link(services: Services, interview: str, user: str) -> str | None:
    """The address of the page where this interviewer answers; made once. None for somebody not on the panel."""
    async with services.store.begin() as tx:
        now = await load(tx, interview)
        seat = now.seat(user)
        if seat is None:
            return None
        link = seat.link
        if link is None:
            until = now.end + LINK_OUTLIVES
            link = await links.make(tx, services, ANSWER, f"{interview}:{user}", until)
            mine = (panel.c.interview == interview, panel.c.user == user)
            await tx.execute(sa.update(panel).where(*mine).values(link=link))
    return links.url(services, link)


async def keep_links(tx: AsyncConnection, services: Services, now: Interview) -> None:
    """Let the interviewers' links work until the day after the interview, and no longer once it is off."""
    for user in now.users:
        subject = f"{now.id}:{user}"
        if now.state == "cancelled":
            await links.revoke(tx, services, ANSWER, subject)
        else:
            await links.keep_until(tx, ANSWER, subject, now.end + LINK_OUTLIVES)


def _domain(services: Services) -> str:
    return services.company.mail_from.rpartition("@")[2]
