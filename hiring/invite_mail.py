"""Answers to invites that came by mail: matched by UID and sender, and believed only of the person they are about."""

import logging
from datetime import datetime
from typing import Any

from connectors.errors import ConnectorError
from hiring import (
    candidate_events,
    candidates,
    debrief_flow,
    debrief_records,
    interview_answers,
    interview_invites,
    outreach,
    proposals,
)
from hiring.candidate_events import Entry
from hiring.errors import NotFound, Refused
from hiring.interview_answers import CANDIDATE
from hiring.interview_records import Interview, get, load
from hiring.jobs import job
from hiring.services import Services
from messages.mailbox import Enclosed
from scheduling import invite_answers
from scheduling.hours import Interval

log = logging.getLogger(__name__)


def read(services: Services, enclosed: Enclosed | None) -> dict[str, Any] | None:
    """The arguments of `hear` for a calendar that answers an invite of ours; None for any other."""
    if enclosed is None:
        return None
    try:
        answer = invite_answers.read(enclosed.ics, enclosed.method)
    except ValueError as error:
        log.info("a calendar in the mailbox was not taken as an answer: %s", error)
        return None
    about = interview_invites.ours(services, answer.uid)
    if about is None:
        return None
    start, end = answer.slot or (None, None)
    return {
        "about": about, "kind": answer.kind, "said": answer.said, "sequence": answer.sequence,
        "stamp": answer.stamp.isoformat(), "attendee": answer.attendee, "sender": enclosed.sender,
        "forged": enclosed.forged, "note": answer.note,
        "start": start.isoformat() if start else "", "end": end.isoformat() if end else "",
    }  # fmt: skip


@job("interview.heard", what="An answer to an invite")
async def hear(
    services: Services,
    *,
    about: str,
    kind: str,
    said: str,
    sequence: int,
    stamp: str,
    attendee: str,
    sender: str,
    forged: bool,
    note: str,
    start: str,
    end: str,
    told: str,
) -> None:
    """Take an answer or a proposal over. Twice changes nothing: a later one is known then.

    The sender has to be the attendee, and the attendee one of those who were asked: nobody answers for another.
    """
    if about.startswith(debrief_records.PREFIX):
        if sender == attendee and not forged:
            proposed = _slot(start, end) if kind == "counter" else None
            await debrief_flow.hear(services, about, said, sequence, sender, told, proposed)
        return
    try:
        now, who, event = await _whose(services, about, attendee)
    except NotFound:
        return
    if who is None or sender != attendee or forged:
        await _refuse(services, now, told)
        return
    at = datetime.fromisoformat(stamp)
    if kind == "counter":
        slot = _slot(start, end)
        if event and len(event.sessions) > 1:
            text = "proposed another time for several interviews at once. Move them one by one."
            await services.desk.say(now.team, now.created_by, f"The candidate {text}", key=told)
            return
        async with services.store.begin() as tx:
            now = await load(tx, now.id)
            asked = event.sequence if event else now.sequence
            if now.state == "scheduled" and sequence >= asked:
                await proposals.write(tx, services, now, who, slot, note, key=told, by_mail=True)
        return
    async with services.store.begin() as tx:
        if event:
            fresh = await candidate_events.read(tx, event.id)
            await interview_answers.note_candidate(tx, services, fresh, said, sequence, at)
            return
        now = await load(tx, now.id)
        seat = now.seat(who)
        if seat and now.state == "scheduled":
            await interview_answers.note(
                tx, services, now, seat, said, note, sequence=sequence, stamp=at, by=who
            )


def _slot(start: str, end: str) -> Interval:
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


async def _whose(
    services: Services, about: str, attendee: str
) -> tuple[Interview, str | None, Entry | None]:
    """The interview behind a UID, who the attendee is there, and the event when it is a candidate's.

    Raises NotFound for a UID that we never gave.
    """
    if about.endswith("-i"):
        now = await get(services, about.removesuffix("-i"))
        for user in now.users:
            member = await services.desk.person(now.team, user)
            if member.email and member.email.casefold() == attendee:
                return now, user, None
        return now, None, None
    event = await candidate_events.get(services, about)
    now = await get(services, event.sessions[0])
    try:
        address = outreach.address(await candidates.read(services, event.application))
    except Refused:
        return now, None, event
    return now, CANDIDATE if address.casefold() == attendee else None, event


async def _refuse(services: Services, now: Interview, told: str) -> None:
    """Say that an answer was not counted, without naming an address that anybody may have made up."""
    try:
        profile = await candidates.read(services, now.application)
        name = f"{now.title} with {profile.candidate.name}"
    except (Refused, ConnectorError):
        name = now.title
    text = (
        f"Somebody answered the invite for the {name} from an address that was not invited, or in another's name. "
        "It was not counted; the mail is in the mailbox."
    )
    await services.desk.say(now.team, now.created_by, text, key=told)
